"""Recognize: line images become characters with positions, and those become text, words and confidences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from py_ocr.crop import LineCrop
from py_ocr.ctc import decode_best_path
from py_ocr.model_spec import RecognizerSpec
from py_ocr.session import InferenceSession
from py_ocr.types import CtcStep

PAD_VALUE = 127
"""Grey that the model's normalisation maps to about zero, with which it was trained to be padded."""


@dataclass(frozen=True, slots=True)
class RecognitionParams:
    """How lines are put into batches.

    `width_step_px`: line images are padded to a multiple of this. Smaller steps compute less padding; larger
    ones give a GPU fewer shapes to compile. `batch_lines`: most lines in a batch, `batch_width_px`: most columns
    of all its lines together (memory grows with both).
    """

    width_step_px: int = 32
    min_width_px: int = 32
    batch_lines: int = 8
    batch_width_px: int = 8192


@dataclass(frozen=True, slots=True, eq=False)
class LineBatch:
    """Line images of similar width in one tensor: `image_nhwc` (N, H, W, 3) uint8, and whose they are."""

    image_nhwc: NDArray[np.uint8]
    indices: tuple[int, ...]


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
    def evidence(self) -> float:
        """How much speaks for this reading: characters count by how much surer than even the model is of them.

        Unlike the mean, it prefers a whole line, read well, to two characters of it, read perfectly.
        """
        return sum(step.score - 0.5 for step in self.steps)


class TextRecognizer:
    """Reads line images with a CTC model."""

    def __init__(
        self,
        session: InferenceSession,
        spec: RecognizerSpec,
        charset: Sequence[str],
        params: RecognitionParams = RecognitionParams(),
    ) -> None:
        self._session = session
        self._spec = spec
        self._params = params
        self.charset = tuple(charset)

    async def recognize(
        self,
        crops: Sequence[LineCrop],
        class_mask: NDArray[np.float32],
        on_progress: Callable[[int, int], None] | None = None,
    ) -> tuple[RecognizedLine, ...]:
        """Return what each line image says, in the order given. `class_mask` is (C,): 1 where a class may occur."""
        lines: list[RecognizedLine | None] = [None] * len(crops)
        done = 0
        for batch in make_batches(crops, self._params):
            outputs = await self._session.run({"image": batch.image_nhwc, "class_mask": class_mask})
            labels, scores = outputs["labels"], outputs["scores"]
            for row, index in enumerate(batch.indices):
                steps = decode_best_path(labels[row], scores[row], blank=self._spec.blank)
                width = crops[index].width_px
                inside = tuple(step for step in steps if step.position * self._spec.stride_px < width)
                lines[index] = RecognizedLine(inside, outputs["space_scores"][row].copy(), width)
            done += len(batch.indices)
            if on_progress is not None:
                on_progress(done, len(crops))
        return tuple(line for line in lines if line is not None)


def make_batches(crops: Sequence[LineCrop], params: RecognitionParams) -> tuple[LineBatch, ...]:
    """Group line images by their width, rounded up to the step, so that none is padded by more than a step."""
    groups: dict[int, list[int]] = {}
    for index, crop in enumerate(crops):
        steps = -(-max(crop.width_px, params.min_width_px) // params.width_step_px)
        groups.setdefault(steps * params.width_step_px, []).append(index)
    batches = []
    for width, indices in sorted(groups.items()):
        size = max(1, min(params.batch_lines, params.batch_width_px // width))
        for start in range(0, len(indices), size):
            part = tuple(indices[start : start + size])
            batches.append(LineBatch(_stack([crops[i].image_hwc for i in part], width), part))
    return tuple(batches)


def _stack(images: Sequence[NDArray[np.uint8]], width: int) -> NDArray[np.uint8]:
    height = images[0].shape[0]
    stacked = np.full((len(images), height, width, 3), PAD_VALUE, dtype=np.uint8)
    for row, image in enumerate(images):
        stacked[row, :, : image.shape[1]] = image
    return stacked
