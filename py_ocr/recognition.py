"""Recognize: line images become characters with positions, and those become text, words and confidences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from py_ocr.batches import LineBatch, make_batches
from py_ocr.crop import LineCrop
from py_ocr.ctc import decode_best_paths
from py_ocr.errors import ModelError
from py_ocr.in_flight import run_in_flight
from py_ocr.model_spec import RecognizerSpec
from py_ocr.parameters import Params, number, optional_whole_number
from py_ocr.session import Batching, Runs
from py_ocr.types import CtcStep

_EVEN_ODDS: Final = 0.5
"""A character with this score is as likely wrong as right: it says nothing for a reading."""


@dataclass(frozen=True, slots=True)
class RecognitionParams(Params):
    """How lines are put into batches, where that is not left to the backend (None). The text hardly changes."""

    width_step_px: int | None = optional_whole_number(least=1)
    """Line images are padded to a multiple of this; see Batching."""

    min_width_px: int = number(32, least=1)
    """Narrower line images are padded to this: the recognisers halve the width several times."""

    batch_lines: int | None = optional_whole_number(least=1)
    """Most lines in a batch; see Batching."""

    batch_width_px: int | None = optional_whole_number(least=1)
    """Most columns of all lines of a batch together; see Batching."""

    def batching(self, liked: Batching) -> Batching:
        """Return how lines are put into batches on a backend that likes it like this."""
        return replace(
            liked,
            lines=self.batch_lines or liked.lines,
            width_step_px=self.width_step_px or liked.width_step_px,
            width_px=self.batch_width_px or liked.width_px,
        )


@dataclass(frozen=True, slots=True, eq=False)
class RecognizedLine:
    """What the recogniser read on one line: its characters, and for each step how likely a space is there.

    `space_scores` is (T,) float32; a step is `stride_px` columns of the line image, which is `width_px` wide.
    """

    steps: tuple[CtcStep, ...]
    space_scores: NDArray[np.float32]
    width_px: int

    @property
    def confidence(self) -> float:
        """Mean score of the characters, 0 where there are none."""
        return sum(step.score for step in self.steps) / len(self.steps) if self.steps else 0.0

    @property
    def net_score(self) -> float:
        """Sum of the characters' scores beyond even odds, by which readings of the same line are compared.

        Unlike the mean, it prefers a whole line, read well, to two characters of it, read perfectly.
        """
        return sum(step.score - _EVEN_ODDS for step in self.steps)


OnLines = Callable[[Mapping[int, RecognizedLine]], None]
"""Called with the lines of a batch, by their indices, as soon as it is read."""


class TextRecognizer:
    """Reads line images with a CTC model."""

    def __init__(
        self,
        session: Runs,
        spec: RecognizerSpec,
        charset: Sequence[str],
        params: RecognitionParams = RecognitionParams(),
        liked: Batching = Batching(),
        *,
        written_in: Sequence[str] | None = None,
    ) -> None:
        """Take the model and the characters of its classes.

        With `written_in`, a larger charset, labels and class masks are in that one, so that several recognisers can
        share them. Raises ModelError (`manifest_invalid`) where it lacks a character.
        """
        self._session = session
        self._spec = spec
        self._batching = params.batching(liked)
        self._min_width_px = params.min_width_px
        self.id = spec.id
        self.charset = tuple(charset) if written_in is None else tuple(written_in)
        self._labels = _labels_in(self.charset, charset, spec.id)

    @property
    def stride_px(self) -> int:
        """Columns of a line image for each step of a reading."""
        return self._spec.stride_px

    @property
    def writes(self) -> NDArray[np.bool_]:
        """(C,) over `charset`: the classes that this model can give."""
        writes = np.zeros(len(self.charset), dtype=np.bool_)
        writes[self._labels] = True
        return writes

    async def recognize(
        self,
        crops: Sequence[LineCrop],
        class_mask: NDArray[np.float32],
        on_lines: OnLines | None = None,
    ) -> tuple[RecognizedLine, ...]:
        """Return what each line image says, in the order given.

        `class_mask` is (C,) float32 over `charset`: 1 where a class may occur. `on_lines` hears of each batch.
        """
        blank = int(self._labels[self._spec.blank])
        own_mask = np.ascontiguousarray(class_mask[self._labels])
        lines: dict[int, RecognizedLine] = {}

        async def read(batch: LineBatch) -> None:
            outputs = await self._session.run({"image": batch.image_nhwc, "class_mask": own_mask})
            labels, scores = self._labels[outputs["labels"]], outputs["scores"]
            widths = [crops[index].width_px for index in batch.indices]
            steps = decode_best_paths(labels, scores, np.array(widths) / self._spec.stride_px, blank=blank)
            brought = {
                index: RecognizedLine(steps[row], outputs["space_scores"][row].copy(), width)
                for row, (index, width) in enumerate(zip(batch.indices, widths, strict=True))
            }
            lines.update(brought)
            if on_lines is not None:
                on_lines(brought)

        await run_in_flight(make_batches(crops, self._batching, self._min_width_px), read, self._batching.in_flight)
        return tuple(lines[index] for index in range(len(crops)))


def _labels_in(charset: Sequence[str], own: Sequence[str], model_id: str) -> NDArray[np.int32]:
    """Return (C,) int32: the label in `charset` of each class of a model with the characters `own`."""
    # Backwards, so that of a character that stands there twice the first counts.
    labels = dict(zip(reversed(charset), range(len(charset) - 1, -1, -1), strict=True))
    try:
        # Two models have 26,000 classes together, and a page waits for its engine: no loop of ours.
        return np.fromiter(map(labels.__getitem__, own), dtype=np.int32, count=len(own))
    except KeyError as error:
        raise ModelError(
            "manifest_invalid",
            f"{model_id} reads {error.args[0]!r}, which the recogniser beside it does not.",
            "Choose a profile whose sure recogniser knows every character of the other.",
        ) from error
