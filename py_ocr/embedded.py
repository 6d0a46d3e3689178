"""Text that a file holds already: it becomes a page as it is, and only pictures beside it are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from py_ocr.geometry import bounding_quad, quad_angle
from py_ocr.layout import analyze_layout
from py_ocr.types import OcrPage, Quad, TextLine, TextWord

EMBEDDED: Final = "embedded"
"""What stands in place of a recogniser's id where text was taken from the file."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels of the page."""

_WHITE: Final = 255


@dataclass(frozen=True, slots=True, eq=False)
class EmbeddedWord:
    """A word of the file, and where it stands."""

    text: str
    quad: Quad


@dataclass(frozen=True, slots=True, eq=False)
class EmbeddedText:
    """The text of a page of `width` x `height` pixels, by printed line, and the pictures that have none."""

    width: int
    height: int
    lines: tuple[tuple[EmbeddedWord, ...], ...]
    pictures: tuple[Box, ...] = ()

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Self:
        """Return what crossed as JSON."""
        return cls(
            value["width"],
            value["height"],
            tuple(
                tuple(EmbeddedWord(word["text"], np.asarray(word["quad"], np.float32)) for word in line)
                for line in value["lines"]
            ),
            tuple((box[0], box[1], box[2], box[3]) for box in value["pictures"]),
        )


def only_pictures(rgba: NDArray[np.uint8], text: EmbeddedText) -> NDArray[np.uint8]:
    """Return a page, (H, W, 4) uint8, that is white where there is no picture to read."""
    blank = np.full_like(rgba, _WHITE)
    for left, top, right, bottom in text.pictures:
        rows = slice(max(0, int(top)), max(0, int(bottom) + 1))
        columns = slice(max(0, int(left)), max(0, int(right) + 1))
        blank[rows, columns] = rgba[rows, columns]
    return blank


def with_embedded(text: EmbeddedText, read: OcrPage | None) -> OcrPage:
    """Return the page of embedded text, together with what was read in its pictures, in reading order."""
    lines = [_line(words) for words in text.lines if words]
    if read is None:
        lines, blocks = _in_order(lines)
        return OcrPage(text.width, text.height, lines, blocks)
    ordered, blocks = _in_order([*lines, *read.lines])
    return replace(read, lines=ordered, blocks=blocks)


def _in_order(lines: Sequence[TextLine]) -> Any:
    return analyze_layout(lines)


def _line(words: Sequence[EmbeddedWord]) -> TextLine:
    quads = [word.quad for word in words]
    degrees = round(quad_angle(quads[0]) / 90) % 4 * 90
    return TextLine(
        " ".join(word.text for word in words),
        1.0,
        _around(quads, degrees),
        tuple(TextWord(word.text, 1.0, word.quad) for word in words),
        degrees,
        EMBEDDED,
    )


def _around(quads: Sequence[Quad], degrees: int) -> Quad:
    """Return the quad around words of a line, beginning where its reading starts."""
    around: Quad = np.roll(bounding_quad(quads), -(degrees // 90), axis=0)
    return around
