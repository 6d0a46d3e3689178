"""The golden self-check: does a backend compute what the models mean?

A GPU can be silently wrong, so before a backend is trusted each model runs on inputs that a formula makes, the
same in every runtime, and a summary of what comes out is compared with the one stored in models/golden.json
(made on native ONNX Runtime, on a processor, by `python -m models.golden`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from py_ocr.errors import ModelError
from py_ocr.json_fields import JsonFields, WrongFieldError
from py_ocr.parameters import Params, number
from py_ocr.session import InferenceSession, Tensor

_SCHEMA = 1

Outputs = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class GoldenTolerance(Params):
    """How far a right backend may be from the reference.

    Right ones have been seen up to 0.001 off (fp32, other orders of addition); a wrong one, such as one that gives a
    map of zeros, is off by more than 0.1.
    """

    probability: float = number(0.03, most=1)
    """Largest difference of a single probability."""

    block_mean: float = number(0.01, most=1)
    """Largest difference of a mean of the text map over a sixty-fourth of it."""

    same_label_score: float = number(0.9, most=1)
    """From this reference score on, a step's label must be the same; below, two characters may be as good as equal."""


@dataclass(frozen=True, slots=True, eq=False)
class GoldenCase:
    """A run of a model and the summary that it must give.

    `shape` is that of the input image, (N, H, W, 3); `classes` the length of the class mask, 0 where the model has
    none. The cost of a case is in proportion to the number of its pixels.
    """

    model_id: str
    name: str
    shape: tuple[int, int, int, int]
    classes: int
    expected: Outputs


def load_golden(text: str) -> Mapping[str, tuple[GoldenCase, ...]]:
    """Return the golden cases of each model, the cheapest first, from the text of models/golden.json.

    Raises ModelError (`golden_invalid`) when the text is not that.
    """
    try:
        root = JsonFields(json.loads(text), "golden")
        if root.integer("schema") != _SCHEMA:
            raise WrongFieldError(f"golden.schema must be {_SCHEMA}.")
        models = root.fields("models")
        return {model_id: _cases(model_id, models.fields(model_id)) for model_id in models.names()}
    except ValueError as error:
        raise ModelError(
            "golden_invalid",
            f"The references of the self-check cannot be read: {error}",
            "Run `npm start` again to restore models/golden.json.",
        ) from error


async def first_difference(
    session: InferenceSession, cases: Sequence[GoldenCase], tolerance: GoldenTolerance = GoldenTolerance()
) -> str | None:
    """Run the cases on a model and return what is wrong about the first wrong one, or None when all are right.

    Raises BackendError when the backend fails.
    """
    for case in cases:
        outputs = await session.run(golden_feeds(case))
        if difference := difference_from(case, outputs, tolerance):
            return f"{case.model_id}, {case.name} input: {difference}"
    return None


def golden_feeds(case: GoldenCase) -> dict[str, Tensor]:
    """Return the inputs of a case."""
    feeds: dict[str, Tensor] = {"image": golden_image(case.shape)}
    if case.classes:
        feeds["class_mask"] = np.ones(case.classes, np.float32)
    return feeds


def summarize(outputs: Outputs) -> dict[str, NDArray[Any]]:
    """Return what is kept of a model's outputs: small arrays, to which every number of the outputs contributes.

    A text map becomes its means over 8 × 8 blocks and one sample of each; other outputs are small already.
    """
    summary = dict(outputs)
    text_map = summary.get("probability")
    if text_map is not None and text_map.ndim == 4:
        del summary["probability"]
        _, _, height, width = text_map.shape
        tiles = text_map[0, 0].reshape(_BLOCKS, height // _BLOCKS, _BLOCKS, width // _BLOCKS)
        summary["block_means"] = tiles.mean(axis=(1, 3), dtype=np.float64)
        summary["samples"] = tiles[:, height // _BLOCKS // 2, :, width // _BLOCKS // 2]
    summary.pop("space_scores", None)
    return summary


def difference_from(case: GoldenCase, outputs: Outputs, tolerance: GoldenTolerance = GoldenTolerance()) -> str | None:
    """Return in what the outputs differ from those expected by more than is tolerable, or None."""
    actual = summarize(outputs)
    for name, expected in case.expected.items():
        if name not in actual or actual[name].shape != expected.shape:
            return f"there are no {name} of shape {expected.shape}"
        if name == "labels":
            wrong = (actual[name] != expected) & (case.expected["scores"] >= tolerance.same_label_score)
            if wrong.any():
                return f"{int(wrong.sum())} of {wrong.size} labels are wrong"
            continue
        limit = tolerance.block_mean if name == "block_means" else tolerance.probability
        error = np.abs(actual[name] - expected)
        # Written so that NaN, for which every comparison is false, is a difference.
        if not (error <= limit).all():
            return f"{name} are off by {error.max():.3g}, where {limit:g} is tolerable"
    return None


_BLOCKS = 8


def _cases(model_id: str, entry: JsonFields) -> tuple[GoldenCase, ...]:
    classes, cases = entry.integer("classes"), entry.fields("cases")
    return tuple(_case(model_id, name, classes, cases.fields(name)) for name in cases.names())


def _case(model_id: str, name: str, classes: int, entry: JsonFields) -> GoldenCase:
    count, height, width, channels = entry.integers("shape")
    expected = entry.fields("expected")
    arrays = {output: np.array(expected.value[output]) for output in expected.names()}
    return GoldenCase(model_id, name, (count, height, width, channels), classes, arrays)


def golden_image(shape: tuple[int, int, int, int]) -> NDArray[np.uint8]:
    """Return (N, H, W, 3) uint8 RGB: lines of seven-segment digits, 48 rows each, on uneven paper.

    Every third line is left out, and every second image is turned by 180 degrees, so that a classifier has both
    cases. Integers only: the same in every runtime.
    """
    count, height, width, _ = shape
    lines, places = -(-height // _LINE_PX), -(-width // _PLACE_PX)
    index, line, place = np.ogrid[:count, :lines, :places]
    glyphs = (place * 7 + line * 3 + index * 5) % 10
    blank = ((place + line) % 7 == 6) | (line % 3 == 2) | (place == places - 1)
    cells = _glyphs()[np.where(blank, 10, glyphs)]
    ink = cells.transpose(0, 1, 3, 2, 4).reshape(count, lines * _LINE_PX, places * _PLACE_PX)[:, :height, :width]
    row, column = np.ogrid[:height, :width]
    paper = (236 - (row // 16 + column // 24) % 3 * 4).astype(np.uint8)

    images = np.empty(shape, np.uint8)
    for channel, (ink_value, tint) in enumerate(zip(_INK, _TINT, strict=True)):
        images[..., channel] = np.where(ink, np.uint8(ink_value), paper - np.uint8(tint))
    images[1::2] = images[1::2, ::-1, ::-1].copy()
    return images


_LINE_PX = 48
_PLACE_PX = 24
_INK = (30, 40, 60)
_TINT = (0, 2, 8)

# Rows and columns of the seven segments in a cell of 48 × 24: a top, b upper right, c lower right, d bottom, e lower
# left, f upper left, g middle; and the segments that each digit lights.
_BOXES = {
    "a": (9, 13, 4, 20),
    "b": (9, 24, 16, 20),
    "c": (24, 39, 16, 20),
    "d": (35, 39, 4, 20),
    "e": (24, 39, 4, 8),
    "f": (9, 24, 4, 8),
    "g": (22, 26, 4, 20),
}
_SEGMENTS = ("abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgecd", "abc", "abcdefg", "abcdfg")


def _glyphs() -> NDArray[np.bool_]:
    """Return (11, 48, 24): where there is ink in the cell of each digit, and in an empty cell."""
    glyphs = np.zeros((11, _LINE_PX, _PLACE_PX), np.bool_)
    for glyph, segments in zip(glyphs, _SEGMENTS, strict=False):
        for segment in segments:
            top, bottom, left, right = _BOXES[segment]
            glyph[top:bottom, left:right] = True
    return glyphs
