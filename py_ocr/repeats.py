"""Repeats: how many of a mark stand in a row, counted in the picture.

The recogniser's decoding joins equal characters that follow each other without a blank between them, and of a row of
dots or underscores it reads about as many as there are. Their ink says how many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from py_ocr.crop import LineCrop
from py_ocr.parameters import Params, number
from py_ocr.recognition import RecognizedLine
from py_ocr.types import CtcStep

_DOT, _UNDERSCORE = ".", "_"


@dataclass(frozen=True, slots=True)
class RepeatParams(Params):
    """When ink is a row of marks. Lengths are in heights of the line image. Chosen on drawn code and contents pages."""

    min_contrast: float = number(60.0, most=255)
    """Grey levels between paper and ink from which marks are counted."""

    max_dot: float = number(0.2)
    """Widest dot. What is wider is something else, and then nothing is counted."""

    max_dot_variation: float = number(0.35)
    """Largest deviation of the dots' distances from their mean, relative to it: dots in a row are set evenly."""

    underscore_rows: float = number(0.2, most=1)
    """Part of the image's height, from its lowest ink up, in which an underscore lies."""


def count_repeats(
    crop: LineCrop,
    line: RecognizedLine,
    charset: Sequence[str],
    stride_px: int,
    params: RepeatParams = RepeatParams(),
) -> RecognizedLine:
    """Return the reading with as many dots and underscores in each row of them as the image (H, W, 3) shows."""
    text = [charset[step.label] for step in line.steps]
    runs = [run for run in _runs(text) if text[run[0]] == _UNDERSCORE or run[1] - run[0] > 1]
    if not runs:
        return line
    ink = _ink(crop.image_hwc, params)
    if ink is None:
        return line
    steps: list[CtcStep] = []
    done = 0
    for start, stop in runs:
        steps.extend(line.steps[done:start])
        steps.extend(_counted(line.steps, start, stop, text[start], ink, stride_px, params))
        done = stop
    return replace(line, steps=(*steps, *line.steps[done:]))


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


def _ink(image_hwc: NDArray[np.uint8], params: RepeatParams) -> NDArray[np.bool_] | None:
    grey = image_hwc.mean(axis=2)
    paper, (dark, light) = float(np.median(grey)), np.percentile(grey, (2, 98))
    extreme = float(dark if paper - dark >= light - paper else light)
    if abs(extreme - paper) < params.min_contrast:
        return None
    return np.asarray(np.abs(grey - paper) > np.abs(grey - extreme))


def _counted(
    steps: Sequence[CtcStep],
    start: int,
    stop: int,
    mark: str,
    ink: NDArray[np.bool_],
    stride_px: int,
    params: RepeatParams,
) -> Sequence[CtcStep]:
    """Return the steps of a row of marks, one for each that its ink shows."""
    read = [step for step in steps[start:stop] if step.label == steps[start].label]
    left = (steps[start - 1].position + 0.75) * stride_px if start else 0.0
    right = (steps[stop].position + 0.25) * stride_px if stop < len(steps) else float(ink.shape[1])
    part = ink[:, int(left) : max(int(left) + 1, int(right))]
    if mark == _DOT:
        centres = _dots(part, params)
    else:
        pitch = _pitch(steps, start, stop) * stride_px
        centres = _underscores(part, pitch, params)
    if centres is None or len(centres) <= len(read):
        return steps[start:stop]
    score = min(step.score for step in read)
    return [CtcStep(read[0].label, (left + centre) / stride_px - 0.5, score) for centre in centres]


def _pitch(steps: Sequence[CtcStep], start: int, stop: int) -> float:
    """Return the median distance of the line's other characters, in steps."""
    distances = [
        b.position - a.position
        for index, (a, b) in enumerate(zip(steps, steps[1:], strict=False))
        if index + 1 < start or index >= stop
    ]
    return float(np.median(distances)) if distances else 0.0


def _spans(columns: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return (N, 2) start and stop of each stretch of set columns."""
    edges = np.flatnonzero(np.diff(columns.astype(np.int8), prepend=0, append=0))
    return edges.reshape(-1, 2)


def _dots(part: NDArray[np.bool_], params: RepeatParams) -> list[float] | None:
    """Return the centres of an even row of dots and nothing else, or None."""
    height = part.shape[0]
    rows = np.flatnonzero(part.any(axis=1))
    low = part.copy()
    if not len(rows):
        return None
    spans = _spans(low.any(axis=0))
    dots = []
    for start, stop in spans.tolist():
        inked = np.flatnonzero(part[:, start:stop].any(axis=1))
        is_dot = stop - start <= params.max_dot * height and inked[-1] - inked[0] < params.max_dot * height
        if is_dot and inked[0] > height / 2:
            dots.append((start + stop) / 2)
    if len(dots) < 2:
        return None
    gaps = np.diff(dots)
    even = float(np.abs(gaps - gaps.mean()).max()) <= params.max_dot_variation * float(gaps.mean())
    return dots if even else None


def _underscores(part: NDArray[np.bool_], pitch_px: float, params: RepeatParams) -> list[float] | None:
    """Return the centres of the underscores that a stroke at the bottom is long enough for, or None."""
    if pitch_px <= 0 or not part.any():
        return None
    height = part.shape[0]
    lowest = int(np.flatnonzero(part.any(axis=1))[-1])
    stroke = part[max(0, lowest - round(params.underscore_rows * height)) : lowest + 1].any(axis=0)
    above = part[: max(0, lowest - round(params.underscore_rows * height))].any(axis=0)
    spans = _spans(stroke & ~above)
    if not len(spans):
        return None
    start, stop = max(spans.tolist(), key=lambda span: span[1] - span[0])
    count = round((stop - start) / pitch_px)
    return [start + (stop - start) * (index + 0.5) / count for index in range(count)] if count else None
