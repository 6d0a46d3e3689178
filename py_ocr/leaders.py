"""Leaders: rows of dots that lead from a title to its page number, in contents, price lists and forms.

To the detector they are a dotted line: the row falls apart, and a number of one digit at its end is not seen. To the
recogniser they are a hundred equal characters, which take the letters beside them along. Where a page shows signs of
leaders, the dots are found by their ink, what stands before and behind them is read without them, and the row is one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from py_ocr.attempts import LineReading
from py_ocr.crop import LineCrop
from py_ocr.geometry import quad_angle
from py_ocr.ink import InkHw, find_ink
from py_ocr.orientation import ReadingPlan
from py_ocr.parameters import Params, number
from py_ocr.reading import LineReader
from py_ocr.recognition import RecognizedLine
from py_ocr.types import CtcStep, Quad

_DOT = "."
_ROW_OF_DOTS = re.compile(r"(?:[.·•…] ?){4}|… ?…|^ ?(?:…|[.·]{2,}) ?\w")
_SOME_DOTS = re.compile(r"[.·…] ?[.·…]|…")
_LEADS = re.compile(r"^[^.·…].*(?:[.·…] ?){4,}[^.·…]+$")
_TAIL_PERCENT = 0.2


@dataclass(frozen=True, slots=True)
class LeaderParams(Params):
    """What a leader is. Lengths are in heights of the line. Chosen on drawn contents pages."""

    min_dots: int = number(6, least=3)
    """Fewer dots in a row are an ellipsis, or the dots of abbreviations."""

    max_dot: float = number(0.25, most=1)
    """Widest and highest dot."""

    low: float = number(0.45, most=1)
    """Dots lie below this part of the line's height."""

    max_pitch: float = number(1.2)
    """Farthest that a dot is from the next one, centre to centre. Leaders that are set wider are single dots to the
    recogniser, too, and read well."""

    max_variation: float = number(0.35)
    """Largest deviation of the dots' distances from their median, relative to it, when pixels are allowed for."""

    max_gap: float = number(2.5)
    """Widest gap between the dots and what they lead to."""

    word_gap: float = number(0.9)
    """Widest gap within what they lead to: between letters and words."""

    min_contrast: float = number(60.0, most=255)
    """Grey levels between paper and ink from which dots are told from texture."""

    max_grain: float = number(0.12)
    """Largest deviation of the paper, relative to its contrast: more is a photograph."""

    max_tilt_degrees: float = number(1.0)
    """Lines that are tilted more leave the rows of pixels before their dots end."""

    min_confidence: float = number(0.7, most=1)
    """What is read before the dots, and behind them, has this mean confidence at least, or the row stays as it was."""


class Leader(NamedTuple):
    """A row of so many dots between columns of a strip of the page, and where what they lead to stands."""

    start_px: int
    stop_px: int
    dots: int
    target_px: tuple[int, int]


class LeaderReader:
    """Reads rows with leaders by their parts."""

    def __init__(self, reader: LineReader, charset: Sequence[str], stride_px: int, params: LeaderParams) -> None:
        self._reader = reader
        self._charset = tuple(charset)
        self._stride_px = stride_px
        self._params = params

    async def join(
        self,
        page: Image.Image,
        readings: Sequence[LineReading],
        languages: Sequence[str],
        crop: Callable[[Quad], LineCrop],
    ) -> tuple[LineReading, ...]:
        """Return the readings of an RGB page, those of rows with leaders replaced by the rows; `crop` cuts them out."""
        texts = ["".join(self._charset[step.label] for step in reading.line.steps) for reading in readings]
        if not _shows_leaders(texts):
            return tuple(readings)
        taken: set[int] = set()
        rows: list[tuple[list[int], Leader, tuple[Quad, Quad, Quad]]] = []
        for index, reading in enumerate(readings):
            leads = index not in taken and self._is_level(reading) and not _LEADS.match(texts[index].strip())
            found = self._row_of(page, reading.crop.quad) if leads else None
            if found is not None:
                members = _inside(readings, found[1][0])
                rows.append((members, *found))
                taken.update(members)
        parts = [crop(quad) for _, _, quads in rows for quad in quads[1:]]
        plan = ReadingPlan(tuple(range(len(parts))), 0, (), {}, {})
        lines = await self._reader.read(parts, [plan], languages)
        joined: dict[int, LineReading] = {}
        gone: set[int] = set()
        for (members, leader, quads), before, behind in zip(rows, lines[::2], lines[1::2], strict=True):
            if min(before.line.confidence, behind.line.confidence) >= self._params.min_confidence:
                joined[members[0]] = self._joined(crop(quads[0]), leader, before, behind)
                gone.update(members[1:])
        return tuple(joined.get(index, reading) for index, reading in enumerate(readings) if index not in gone)

    def _is_level(self, reading: LineReading) -> bool:
        return not reading.crop.turned and abs(quad_angle(reading.crop.quad)) <= self._params.max_tilt_degrees

    def _row_of(self, page: Image.Image, quad: Quad) -> tuple[Leader, tuple[Quad, Quad, Quad]] | None:
        """Return the leader behind a text, and the boxes of the whole row, of its text, and of what it leads to."""
        left, top = np.floor(quad.min(axis=0)).astype(int).tolist()
        bottom = int(np.ceil(quad[:, 1].max()))
        left, top, bottom = max(0, left), max(0, top), min(page.height, bottom)
        if bottom - top < 2 or left >= page.width:
            return None
        strip_hwc = np.asarray(page.crop((left, top, page.width, bottom)))
        ink = find_ink(strip_hwc, self._params.min_contrast, self._params.max_grain, tail=_TAIL_PERCENT)
        leader = None if ink is None else find_leader(ink, self._params)
        if leader is None:
            return None
        # As wide as high at least, or a digit would be taken for a column, and laid down.
        width = leader.target_px[1] - leader.target_px[0]
        margin = max((bottom - top) // 8, (bottom - top - width + 1) // 2)
        start = max(leader.stop_px + 1, leader.target_px[0] - margin)
        target = left + start, min(page.width, left + leader.target_px[1] + margin)
        text = left, left + leader.start_px - 1
        boxes = [_box(*columns, top, bottom) for columns in ((left, target[1]), text, target)]
        return leader, (boxes[0], boxes[1], boxes[2])

    def _joined(self, crop: LineCrop, leader: Leader, before: LineReading, behind: LineReading) -> LineReading:
        """Return the reading of a whole row, with its dots, a space on both sides of them."""
        steps_px = float(self._stride_px)
        scale = crop.width_px / max(float(np.ptp(crop.quad[:, 0])), 1e-3) / steps_px
        start, stop = leader.start_px * scale, leader.stop_px * scale
        moved = [self._moved(part, crop, steps_px) for part in (before, behind)]
        dot, space = self._charset.index(_DOT), self._charset.index(" ")
        places = np.linspace(start, stop, 2 * leader.dots + 1)[1::2] - 0.5
        score = min(before.line.confidence, behind.line.confidence)
        dots = [CtcStep(dot, place, score) for place in places.tolist()]
        row = (moved[0], dots, moved[1])
        spaces = [CtcStep(space, (a[-1].position + b[0].position) / 2, score) for a, b in pairwise(row)]
        steps = (*moved[0], spaces[0], *dots, spaces[1], *moved[1])
        width_steps = max(1, round(crop.width_px / steps_px))
        line = RecognizedLine(steps, np.zeros(width_steps, dtype=np.float32), crop.width_px)
        return LineReading(crop, line, 0, before.recognizer)

    def _moved(self, part: LineReading, whole: LineCrop, stride_px: float) -> list[CtcStep]:
        """Return the characters of a part at their places in the row, with a step for each space between words."""
        lead_px = float(part.crop.cut[0, 0] - whole.cut[0, 0])
        to_page = float(np.ptp(part.crop.cut[:, 0])) / part.crop.width_px
        to_row = whole.width_px / max(float(np.ptp(whole.cut[:, 0])), 1e-3)
        return [
            step._replace(position=((step.position + 0.5) * stride_px * to_page + lead_px) * to_row / stride_px - 0.5)
            for step in part.line.steps
        ]


def _shows_leaders(texts: Sequence[str]) -> bool:
    """Tell whether a page may have leaders: a row of dots, a line that begins with some, or some in several lines.

    One ellipsis is no sign.
    """
    return any(_ROW_OF_DOTS.search(text) for text in texts) or sum(bool(_SOME_DOTS.search(text)) for text in texts) > 1


def find_leader(ink: InkHw, params: LeaderParams = LeaderParams()) -> Leader | None:
    """Return the leader in a strip of the page that begins with the text before it, or None.

    `ink` is (H, W) bool, H the height of the line. There must be ink before the dots and behind them.
    """
    height = ink.shape[0]
    spans = _spans(np.asarray(ink.any(axis=0)))
    if not len(spans):
        return None
    is_dot = _are_dots(ink, spans, params)
    if is_dot.sum() < params.min_dots:
        return None
    centres = spans.mean(axis=1)
    best = (0, 0)
    start = 0
    while start < len(spans):
        stop = start
        while stop < len(spans) and is_dot[stop] and _goes_on(centres[start : stop + 1], height, params):
            stop += 1
        if stop - start > best[1] - best[0]:
            best = (start, stop)
        start = max(stop, start + 1)
    first, last = best
    if last - first < params.min_dots or first == 0 or last == len(spans):
        return None
    end = last
    while end + 1 < len(spans) and spans[end + 1, 0] - spans[end, 1] <= params.word_gap * height:
        end += 1
    if spans[last, 0] - spans[last - 1, 1] > params.max_gap * height:
        return None
    target = int(spans[last, 0]), int(spans[end, 1])
    return Leader(int(spans[first, 0]), int(spans[last - 1, 1]), last - first, target)


def _goes_on(centres: NDArray[np.float64], height: int, params: LeaderParams) -> bool:
    """Tell whether dots with these centres are evenly set. Whole pixels make distances differ by one or two."""
    gaps = np.diff(centres)
    if not len(gaps):
        return True
    pitch = float(np.median(gaps))
    return pitch <= params.max_pitch * height and float(np.abs(gaps - pitch).max()) <= max(
        1.5, params.max_variation * pitch
    )


def _are_dots(ink: InkHw, spans: NDArray[np.intp], params: LeaderParams) -> NDArray[np.bool_]:
    """Return (N,) bool: which of the stretches of columns hold something as small and as low as a dot."""
    height = ink.shape[0]
    columns = spans.ravel()[:-1]
    tops = np.where(ink.any(axis=0), ink.argmax(axis=0), height)
    bottoms = np.where(ink.any(axis=0), height - ink[::-1].argmax(axis=0), 0)
    # Every other stretch of these is one without ink.
    top, bottom = np.minimum.reduceat(tops, columns)[::2], np.maximum.reduceat(bottoms, columns)[::2]
    size = np.maximum(spans[:, 1] - spans[:, 0], bottom - top)
    return np.asarray((size <= max(2.0, params.max_dot * height)) & (top >= params.low * height))


def _spans(inked: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return (N, 2) start and stop of each stretch of columns with ink."""
    return np.flatnonzero(np.diff(inked.astype(np.int8), prepend=0, append=0)).reshape(-1, 2)


def _inside(readings: Sequence[LineReading], row: Quad) -> list[int]:
    """Return the readings whose middle lies in the box of a row."""
    (x0, y0), (x1, y1) = row.min(axis=0).tolist(), row.max(axis=0).tolist()
    middles = [reading.crop.quad.mean(axis=0).tolist() for reading in readings]
    return [index for index, (x, y) in enumerate(middles) if x0 <= x <= x1 and y0 <= y <= y1]


def _box(x0: int, x1: int, y0: int, y1: int) -> Quad:
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], dtype=np.float32)
