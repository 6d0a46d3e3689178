"""Calibrate: confidences that say how often such readings are right, so that 0.9 means nine of ten.

A reading is right when each of its characters is, so the product of their scores comes close to how often it is.
What remains is measured on labelled images, for each recogniser in each profile, since a profile chooses which lines
it reads; the manifest has the result. Nothing but what is reported is calibrated: the stages go by scores.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from py_ocr.json_fields import JsonFields, WrongFieldError
from py_ocr.parameters import Params, number
from py_ocr.types import TextLine, TextWord

Reliability = tuple[tuple[float, float], ...]
"""Points of a rising line from (0, 0): the product of the characters' scores, and how often such readings are right."""


@dataclass(frozen=True, slots=True)
class CalibrationParams(Params):
    """How far confidences follow the calibration."""

    weight: float = number(1.0, most=1)
    """1 reports what was measured, 0 the product of the characters' scores: what a new calibration is fitted to."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How reliable a recogniser is in a profile, for whole lines and for words."""

    lines: Reliability
    words: Reliability


def read_calibration(fields: JsonFields) -> Calibration:
    """Return the calibration that a manifest has for a recogniser. Raises WrongFieldError."""
    return Calibration(_reliability(fields, "lines"), _reliability(fields, "words"))


def _reliability(fields: JsonFields, name: str) -> Reliability:
    points = fields.pairs(name)
    rising = all(a[0] < b[0] and a[1] <= b[1] for a, b in pairwise(((0.0, 0.0), *points)))
    if not points or not rising or max(points[-1]) > 1:
        raise WrongFieldError(f"{fields.path}.{name} must be pairs in (0, 1] that rise.")
    return points


def calibrated(
    lines: Sequence[TextLine],
    calibrations: Mapping[str, Calibration],
    params: CalibrationParams = CalibrationParams(),
) -> tuple[TextLine, ...]:
    """Return the lines, in their order, with the confidences that are reported.

    `calibrations` are by the id of the recogniser that read a line; without one, the products of scores stand. The
    words' confidences are these products before, a line without words has one of its own.
    """
    return tuple(_calibrated(line, calibrations.get(line.recognizer), params.weight) for line in lines)


def _calibrated(line: TextLine, calibration: Calibration | None, weight: float) -> TextLine:
    product = math.prod(word.confidence for word in line.words) if line.words else line.confidence
    if calibration is None:
        return replace(line, confidence=product)
    words = tuple(_calibrated_word(word, calibration.words, weight) for word in line.words)
    return replace(line, confidence=_rate(product, calibration.lines, weight), words=words)


def _calibrated_word(word: TextWord, reliability: Reliability, weight: float) -> TextWord:
    return replace(word, confidence=_rate(word.confidence, reliability, weight))


def _rate(product: float, reliability: Reliability, weight: float) -> float:
    products, rates = zip((0.0, 0.0), *reliability, strict=True)
    measured = float(np.interp(product, products, rates))
    return product + (measured - product) * weight
