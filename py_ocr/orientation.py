"""Orient: which way round does each line go?

The 0/180 classifier is a small model and errs now and then, on single lines with full confidence. Lines of a page
rarely contradict each other, so they vote; where the vote leaves a doubt, what is read decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from py_ocr.crop import LineCrop
from py_ocr.model_spec import ClassifierSpec
from py_ocr.session import InferenceSession

PAD_VALUE = 127


@dataclass(frozen=True, slots=True)
class OrientationParams:
    """When a vote of the classifier counts.

    `asked`: so many of the widest rows, and of the widest columns, are shown to the classifier; the others follow.
    `majority`: share of the vote, by width, from which lines that the classifier is unsure of follow it;
    `voters`: fewest lines for that. `witnesses`: so many of the widest lines are read both ways before a vote
    for turning is believed, since a wrong one would cost the page. `well_read`: a doubtful line with this mean
    confidence needs no second try; text on its head rarely reaches it. `badly_read`: nor does a line from this
    confidence on that follows a clear vote without having been asked.
    """

    asked: int = 12
    majority: float = 0.8
    voters: int = 4
    witnesses: int = 3
    well_read: float = 0.9
    badly_read: float = 0.7


@dataclass(frozen=True, slots=True, eq=False)
class DirectionPlan:
    """How to read a group of lines, given by their indices: all of them turned by 180 degrees if `flip`.

    `witnesses` are read both ways first, and the group goes the way that they show. A line that was then read with a
    lower confidence than `enough` has for it gets a second try the other way.
    """

    members: tuple[int, ...]
    flip: bool
    enough: Mapping[int, float]
    witnesses: tuple[int, ...]


def choose_voters(crops: Sequence[LineCrop], params: OrientationParams) -> tuple[int, ...]:
    """Return the indices of the lines to show to the classifier: the widest rows and the widest columns."""
    by_width = sorted(range(len(crops)), key=lambda index: -crops[index].width_px)
    rows = [index for index in by_width if not crops[index].turned][: params.asked]
    columns = [index for index in by_width if crops[index].turned][: params.asked]
    return tuple(sorted(rows + columns))


def plan_directions(
    crops: Sequence[LineCrop], upside_down: Mapping[int, float], threshold: float, params: OrientationParams
) -> tuple[DirectionPlan, ...]:
    """Return how to read the lines, given for some of them the probability that they are upside down.

    Rows and columns of text vote apart: a page of rows says nothing about the label on its margin.
    """
    plans = []
    for turned in (False, True):
        members = [index for index, crop in enumerate(crops) if crop.turned is turned]
        if not members:
            continue
        voters = [index for index in members if index in upside_down]
        total = sum(crops[index].width_px for index in voters)
        share = sum(crops[index].width_px for index in voters if upside_down[index] > 0.5) / max(total, 1)
        flip = share > 0.5
        settled = max(share, 1 - share) >= params.majority and len(voters) >= params.voters
        enough = {}
        for index in members:
            if crops[index].could_stand or not _follows(upside_down.get(index), flip, settled, threshold):
                enough[index] = params.well_read
            elif index not in upside_down:
                enough[index] = params.badly_read
        by_width = sorted(members, key=lambda index: -crops[index].width_px)
        witnesses = by_width[: params.witnesses] if flip or turned else []
        plans.append(DirectionPlan(tuple(members), flip, enough, tuple(sorted(witnesses))))
    return tuple(plans)


def _follows(upside_down: float | None, flip: bool, settled: bool, threshold: float) -> bool:
    """Tell whether the way of the vote is right for a line beyond doubt. None: the line was not asked."""
    if upside_down is None:
        return settled
    sure = max(upside_down, 1 - upside_down) >= threshold
    agrees = (upside_down > 0.5) is flip
    return (agrees and (sure or settled)) or (settled and not sure)


class LineOrientationClassifier:
    """Tells lines that are upside down from upright ones."""

    def __init__(self, session: InferenceSession, spec: ClassifierSpec, batch_lines: int = 16) -> None:
        self._session = session
        self._spec = spec
        self._batch_lines = batch_lines

    async def upside_down(self, crops: Sequence[LineCrop]) -> tuple[float, ...]:
        """Return for each line image the probability in [0, 1] that it is turned by 180 degrees."""
        probabilities: list[float] = []
        for start in range(0, len(crops), self._batch_lines):
            part = crops[start : start + self._batch_lines]
            tensor = np.full((len(part), self._spec.height_px, self._spec.width_px, 3), PAD_VALUE, dtype=np.uint8)
            for row, crop in enumerate(part):
                width = min(
                    self._spec.width_px,
                    max(1, round(crop.width_px * self._spec.height_px / crop.image_hwc.shape[0])),
                )
                resized = Image.fromarray(crop.image_hwc).resize(
                    (width, self._spec.height_px), Image.Resampling.BILINEAR
                )
                tensor[row, :, :width] = np.asarray(resized)
            outputs = await self._session.run({"image": tensor})
            probabilities += [float(p) for p in outputs["probability"][:, 1]]
        return tuple(probabilities)
