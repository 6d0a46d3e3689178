"""Orient: which way round does each line go?

The 0/180 classifier is a small model and errs now and then, on single lines with full confidence. Lines of a page
rarely contradict each other, so they vote; where the vote leaves a doubt, what is read decides. What comes out is a
plan: in which rotation each line is read first, and which lines are read in others, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from py_ocr.crop import PAD_VALUE, LineCrop, Rotation
from py_ocr.model_spec import ClassifierSpec
from py_ocr.parameters import Params, number
from py_ocr.session import InferenceSession

Attempt = tuple[int, Rotation]
"""A line, by its index, read in a rotation."""


@dataclass(frozen=True, slots=True)
class OrientationParams(Params):
    """When a vote of the classifier counts, and which lines are read in more than one rotation."""

    max_voters: int = number(12)
    """So many of the widest rows, and of the widest columns, are shown to the classifier; the others follow. More cost
    a run of it each; fewer make single errors decide."""

    min_voters: int = number(4, least=1)
    """Fewest lines that can settle a vote: two or three of them may all be wrong."""

    clear_majority: float = number(0.8, least=0.5, most=1)
    """Share of the vote, by width, that settles it. Lines that the classifier is unsure of then follow; with a lower
    value a page of which a part is upside down is read in one rotation."""

    probes: int = number(3)
    """So many of the widest lines are read in every rotation before a vote for turning is believed: a wrong one would
    cost the page, and reading three lines twice costs little."""

    accept_confidence: float = number(0.9, most=1)
    """A doubtful line that was read with at least this mean confidence is not read in other rotations. What stands on
    its head rarely reaches it; higher values read good lines twice."""

    accept_confidence_unseen: float = number(0.7, most=1)
    """The same for a line that follows a clear vote without having been shown to the classifier."""

    max_upright_aspect: float = number(3.0)
    """A column shorter than so many times its width may be one or two tall characters that stand, such as a 1: it is
    read standing, too. Higher values try that with short columns, which costs a reading each."""

    batch_lines: int = number(16, least=1)
    """Line images in one run of the classifier; memory grows with it."""


@dataclass(frozen=True, slots=True, eq=False)
class ReadingPlan:
    """How to read a group of lines, the rows or the columns of a page, in up to three rounds of attempts.

    `lines` are read in `rotation`, unless the `probes`, lines that are read in all of their `rotations` first, show
    that the other one is right. A line that then was read with a confidence below that in `retry_below` is read in
    its other rotations, too; for probes that counts when another recogniser reads them again.
    """

    lines: tuple[int, ...]
    rotation: Rotation
    probes: tuple[int, ...]
    retry_below: Mapping[int, float]
    rotations: Mapping[int, tuple[Rotation, ...]]

    def probing(self) -> list[Attempt]:
        """Return the attempts at the probes."""
        return [(index, rotation) for index in self.probes for rotation in self.rotations[index]]

    def reading(self, rotation: Rotation) -> list[Attempt]:
        """Return the attempts at all other lines, given the rotation that proved right."""
        return [(index, rotation) for index in self.lines if index not in self.probes]

    def retrying(self, rotation: Rotation, confidences: Mapping[int, float]) -> list[Attempt]:
        """Return the second attempts, given that rotation and how surely each line was read in it."""
        return [
            (index, other)
            for index, confidence in self.retry_below.items()
            if index not in self.probes and confidences[index] < confidence
            for other in self.rotations[index]
            if other != rotation
        ]

    def turning(self, rotations: Mapping[int, Rotation], confidences: Mapping[int, float]) -> list[Attempt]:
        """Return second attempts at some lines, each given with the rotation it was read in, and how surely."""
        return [
            (index, other)
            for index, rotation in rotations.items()
            if confidences[index] < self.retry_below.get(index, 0.0)
            for other in self.rotations[index]
            if other != rotation
        ]


class LineOrientationClassifier:
    """Tells lines that are upside down from upright ones, and plans how to read a page by that."""

    def __init__(
        self, session: InferenceSession, spec: ClassifierSpec, params: OrientationParams = OrientationParams()
    ) -> None:
        self._session = session
        self._spec = spec
        self._params = params

    async def plan(self, crops: Sequence[LineCrop]) -> tuple[ReadingPlan, ...]:
        """Return how to read the lines of a page. Each line is in one of the plans."""
        voters = choose_voters(crops, self._params)
        votes = await self.upside_down([crops[index] for index in voters])
        upside_down = dict(zip(voters, votes, strict=True))
        return plan_reading(crops, upside_down, self._spec.threshold, self._params)

    async def upside_down(self, crops: Sequence[LineCrop]) -> tuple[float, ...]:
        """Return for each line image the probability in [0, 1] that it is turned by 180 degrees."""
        column = self._spec.labels_degrees.index(180)
        probabilities: list[float] = []
        for start in range(0, len(crops), self._params.batch_lines):
            part = crops[start : start + self._params.batch_lines]
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
            probabilities += [float(p) for p in outputs["probability"][:, column]]
        return tuple(probabilities)


def choose_voters(crops: Sequence[LineCrop], params: OrientationParams) -> tuple[int, ...]:
    """Return the indices of the lines to show to the classifier: the widest rows and the widest columns."""
    by_width = sorted(range(len(crops)), key=lambda index: -crops[index].width_px)
    rows = [index for index in by_width if not crops[index].turned][: params.max_voters]
    columns = [index for index in by_width if crops[index].turned][: params.max_voters]
    return tuple(sorted(rows + columns))


def plan_reading(
    crops: Sequence[LineCrop], upside_down: Mapping[int, float], threshold: float, params: OrientationParams
) -> tuple[ReadingPlan, ...]:
    """Return how to read the lines, given for some of them the probability that they are upside down.

    Rows and columns of text vote apart: a page of rows says nothing about the label on its margin. Short columns vote
    with neither: they may be tall characters that stand, and are read so first unless the page's other lines lie.
    """
    short = [i for i, crop in enumerate(crops) if crop.turned and _is_short(crop, params)]
    columns = [i for i, crop in enumerate(crops) if crop.turned and not _is_short(crop, params)]
    rows = [i for i, crop in enumerate(crops) if not crop.turned]
    rows_px, columns_px = (sum(crops[i].width_px for i in group) for group in (rows, columns))
    plans = [_voted(rows, crops, upside_down, threshold, params)] if rows else []
    if columns_px > rows_px:
        columns = sorted(columns + short)
    elif short:
        retry_below = dict.fromkeys(short, params.accept_confidence)
        standing: tuple[Rotation, ...] = (90, 0, 180)
        plans.append(ReadingPlan(tuple(short), 90, (), retry_below, dict.fromkeys(short, standing)))
    if columns:
        plans.append(_voted(columns, crops, upside_down, threshold, params))
    return tuple(plans)


def _voted(
    members: Sequence[int],
    crops: Sequence[LineCrop],
    upside_down: Mapping[int, float],
    threshold: float,
    params: OrientationParams,
) -> ReadingPlan:
    """Return how to read lines that vote on their rotation."""
    voters = [index for index in members if index in upside_down]
    total = sum(crops[index].width_px for index in voters)
    share = sum(crops[index].width_px for index in voters if upside_down[index] > 0.5) / max(total, 1)
    flip = share > 0.5
    settled = max(share, 1 - share) >= params.clear_majority and len(voters) >= params.min_voters
    rotations = {index: possible_rotations(crops[index], params) for index in members}
    retry_below = {}
    for index in members:
        if len(rotations[index]) > 2 or not _follows(upside_down.get(index), flip, settled, threshold):
            retry_below[index] = params.accept_confidence
        elif index not in upside_down:
            retry_below[index] = params.accept_confidence_unseen
    by_width = sorted(members, key=lambda index: -crops[index].width_px)
    probes = sorted(by_width[: params.probes]) if flip or crops[members[0]].turned else []
    for index in probes:
        # Read in every rotation by the first recogniser; a second one needs that only where it reads badly.
        retry_below.setdefault(index, params.accept_confidence)
    return ReadingPlan(tuple(members), 180 if flip else 0, tuple(probes), retry_below, rotations)


def possible_rotations(crop: LineCrop, params: OrientationParams) -> tuple[Rotation, ...]:
    """Return the rotations in which a line image may read right, the likelier first."""
    return (0, 180, 90) if crop.turned and _is_short(crop, params) else (0, 180)


def _is_short(crop: LineCrop, params: OrientationParams) -> bool:
    return bool(crop.width_px < params.max_upright_aspect * crop.image_hwc.shape[0])


def _follows(upside_down: float | None, flip: bool, settled: bool, threshold: float) -> bool:
    """Tell whether the rotation of the vote is right for a line beyond doubt. None: it was not shown."""
    if upside_down is None:
        return settled
    sure = max(upside_down, 1 - upside_down) >= threshold
    agrees = (upside_down > 0.5) is flip
    return (agrees and (sure or settled)) or (settled and not sure)
