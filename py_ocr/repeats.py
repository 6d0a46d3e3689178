"""Repeats: how many of a mark stand in a row, counted in the picture.

The recogniser's decoding joins equal characters that follow each other without a blank between them, and of a row of
dots or underscores it reads about as many as there are. Their ink says how many. The dash of Chinese, which is as long
as two characters, it reads as one or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from py_ocr.crop import LineCrop
from py_ocr.ink import find_ink
from py_ocr.languages import is_unspaced
from py_ocr.parameters import Params, number
from py_ocr.recognition import RecognizedLine
from py_ocr.types import CtcStep

_DOT, _UNDERSCORE, _DASH = ".", "_", "\u2014"
_DASHES_TOGETHER = 2


@dataclass(frozen=True, slots=True)
class RepeatParams(Params):
    """When ink is a row of marks. Lengths are in heights of the line image. Chosen on drawn code and contents pages."""

    min_contrast: float = number(60.0, most=255)
    """Grey levels between paper and ink from which marks are counted."""

    max_dot: float = number(0.2)
    """Widest dot. What is wider is something else, and then nothing is counted."""

    max_dot_variation: float = number(0.35)
    """Largest deviation of the dots' distances from their mean, relative to it: dots in a row are set evenly."""

    underscore_pitches: tuple[float, float] = (0.6, 1.6)
    """Width of one underscore, in median distances of the line's characters: from, to. It is as wide as a digit, wider
    than the letters of `all`, narrower than capitals."""

    underscore_rows: float = number(0.2, most=1)
    """Part of the image's height, from its lowest ink up, in which an underscore lies."""

    dash_pitches: tuple[float, float] = (2.4, 3.8)
    """Distance of the ideographs on both sides of a Chinese dash, in median distances of the line's characters: from,
    to. It is 3 where the dash is as long as two of them; 2 leaves room for one, which may be the numeral 1."""

    dash_height: float = number(0.15, most=1)
    """Highest ink of a dash. Higher values take unread strokes for dashes."""

    dash_rows: tuple[float, float] = (0.3, 0.7)
    """Part of the image's height in which its middle lies."""

    dash_share: float = number(0.9, most=1)
    """Least part of the columns between the characters that has its ink: a dash has no gaps."""


def count_repeats(
    crop: LineCrop,
    line: RecognizedLine,
    charset: Sequence[str],
    stride_px: int,
    params: RepeatParams = RepeatParams(),
) -> RecognizedLine:
    """Return the reading with as many dots, underscores and dashes in each row of them as the image (H, W, 3) shows."""
    line = _with_dashes(crop, line, charset, stride_px, params)
    text = [charset[step.label] for step in line.steps]
    runs = [run for run in _runs(text) if text[run[0]] == _UNDERSCORE or run[1] - run[0] > 1]
    if not runs:
        return line
    ink = find_ink(crop.image_hwc, params.min_contrast)
    if ink is None:
        return line
    extents = [_extent(line.steps, run, stride_px, ink.shape[1]) for run in runs]
    parts = [ink[:, left:right] for left, right in extents]
    strokes = [
        _stroke_px(part, params) if text[run[0]] == _UNDERSCORE else 0 for run, part in zip(runs, parts, strict=True)
    ]
    unit_px = _underscore_px(strokes, _pitch(line.steps) * stride_px, params)
    steps: list[CtcStep] = []
    done = 0
    for (start, stop), part, stroke_px in zip(runs, parts, strokes, strict=True):
        count = round(stroke_px / unit_px) if text[start] == _UNDERSCORE and unit_px else _count_dots(part, params)
        steps.extend(line.steps[done:start])
        steps.extend(_counted(line.steps[start:stop], count))
        done = stop
    return replace(line, steps=(*steps, *line.steps[done:]))


def _with_dashes(
    crop: LineCrop, line: RecognizedLine, charset: Sequence[str], stride_px: int, params: RepeatParams
) -> RecognizedLine:
    """Return the reading with a Chinese dash, two characters, wherever its ink lies between two ideographs."""
    others = [at for at, step in enumerate(line.steps) if charset[step.label] != _DASH]
    pitch = _pitch([line.steps[at] for at in others])
    low, high = (pitches * pitch for pitches in params.dash_pitches)
    places = [
        (before, after)
        for before, after in pairwise(others)
        if low <= line.steps[after].position - line.steps[before].position <= high
        and all(is_unspaced(charset[line.steps[at].label]) for at in (before, after))
    ]
    if not places or _DASH not in charset:
        return line
    ink = find_ink(crop.image_hwc, params.min_contrast)
    steps: list[CtcStep] = []
    done = 0
    for before, after in places:
        first, last = line.steps[before], line.steps[after]
        # Between the characters, less what they may reach beyond half a pitch.
        margin = 0.6 * pitch
        left, right = ((place + 0.5) * stride_px for place in (first.position + margin, last.position - margin))
        if ink is not None and _is_dash(ink[:, round(left) : round(right)], params):
            thirds = np.linspace(first.position, last.position, _DASHES_TOGETHER + 2)[1:-1].tolist()
            dash, score = charset.index(_DASH), min(first.score, last.score)
            steps += [*line.steps[done : before + 1], *(CtcStep(dash, place, score) for place in thirds)]
            done = after
    return replace(line, steps=(*steps, *line.steps[done:]))


def _is_dash(part: NDArray[np.bool_], params: RepeatParams) -> bool:
    """Tell whether all ink of a part of a line image is one flat stroke at mid-height, from its left to its right."""
    rows = np.flatnonzero(part.any(axis=1))
    if not len(rows):
        return False
    height, (low, high) = part.shape[0], params.dash_rows
    is_flat = int(rows[-1]) + 1 - int(rows[0]) <= params.dash_height * height
    is_central = low <= (int(rows[0]) + int(rows[-1]) + 1) / 2 / height <= high
    return bool(is_flat and is_central and part.any(axis=0).mean() >= params.dash_share)


def _runs(text: Sequence[str]) -> list[tuple[int, int]]:
    """Return (first, last + 1) of each stretch of equal marks, dots with spaces between them included."""
    runs = []
    start = 0
    while start < len(text):
        stop = start + 1
        if text[start] in (_DOT, _UNDERSCORE):
            end = stop
            while end < len(text) and (text[end] == text[start] or (text[start] == _DOT and text[end] == " ")):
                end += 1
                if text[end - 1] == text[start]:
                    stop = end
            runs.append((start, stop))
        start = stop
    return runs


def _extent(steps: Sequence[CtcStep], run: tuple[int, int], stride_px: int, width_px: int) -> tuple[int, int]:
    """Return the columns between the characters before and behind a run."""
    start, stop = run
    left = (steps[start - 1].position + 0.75) * stride_px if start else 0.0
    right = (steps[stop].position + 0.25) * stride_px if stop < len(steps) else float(width_px)
    return int(left), max(int(left) + 1, int(right))


def _counted(read: Sequence[CtcStep], count: int) -> Sequence[CtcStep]:
    """Return a run with more marks, evenly between its first and its last one; never with fewer than were read."""
    marks = [step for step in read if step.label == read[0].label]
    if count <= len(marks):
        return read
    first = marks[0].position - (0.5 if len(marks) == 1 else 0)
    positions = np.linspace(first, marks[-1].position, count).tolist()
    score = min(step.score for step in marks)
    return [CtcStep(marks[0].label, position, score) for position in positions]


def _pitch(steps: Sequence[CtcStep]) -> float:
    """Return the median distance of the line's characters, in steps."""
    return float(np.median(np.diff([step.position for step in steps]))) if len(steps) > 1 else 0.0


def _underscore_px(strokes_px: Sequence[int], pitch_px: float, params: RepeatParams) -> float:
    """Return how wide one underscore is: as the line's shortest stroke, if that can be one, else as its pitch."""
    low, high = params.underscore_pitches
    single = [px for px in strokes_px if low * pitch_px <= px <= high * pitch_px]
    return float(min(single)) if single else pitch_px


def _spans(ink: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return (N, 2) start and stop of each stretch of columns in which something is set."""
    edges = np.flatnonzero(np.diff(ink.any(axis=0).astype(np.int8), prepend=0, append=0))
    return edges.reshape(-1, 2)


def _count_dots(part: NDArray[np.bool_], params: RepeatParams) -> int:
    """Return the number of dots in an even row of them, 0 where there is none."""
    height = part.shape[0]
    centres = []
    for start, stop in _spans(part).tolist():
        rows = np.flatnonzero(part[:, start:stop].any(axis=1))
        is_dot = max(stop - start, int(rows[-1] - rows[0]) + 1) <= params.max_dot * height
        if is_dot and rows[0] > height / 2:
            centres.append((start + stop) / 2)
    gaps = np.diff(centres)
    if not len(gaps) or float(np.abs(gaps - gaps.mean()).max()) > params.max_dot_variation * float(gaps.mean()):
        return 0
    return len(centres)


def _stroke_px(part: NDArray[np.bool_], params: RepeatParams) -> int:
    """Return the length of the longest stroke at the bottom of an image, with nothing above it."""
    rows = np.flatnonzero(part.any(axis=1))
    if not len(rows):
        return 0
    bottom = max(0, int(rows[-1]) + 1 - round(params.underscore_rows * part.shape[0]))
    spans = _spans(part[bottom:] & ~part[:bottom].any(axis=0))
    return int(np.diff(spans, axis=1).max()) if len(spans) else 0
