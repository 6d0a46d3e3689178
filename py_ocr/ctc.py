"""Connectionist temporal classification: per-step labels to characters with positions. Knows nothing of images.

Reference: Graves et al., "Connectionist temporal classification", ICML 2006, best-path decoding.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from py_ocr.types import CtcStep


def decode_best_paths(
    labels: NDArray[np.int32], scores: NDArray[np.float32], lengths: NDArray[np.float64], *, blank: int = 0
) -> list[tuple[CtcStep, ...]]:
    """Return the characters of N lines from their (N, T) best labels and the (N, T) scores of these in [0, 1].

    Equal labels side by side are one character; blanks separate characters and vanish. `lengths` is (N,): where each
    line ends, in steps. What lies behind is padding.
    """
    if labels.shape != scores.shape or labels.ndim != 2 or lengths.shape != labels.shape[:1]:
        raise ValueError(
            f"labels {labels.shape} and scores {scores.shape} must be (N, T), lengths {lengths.shape} (N,)"
        )
    begins = np.ones(labels.shape, dtype=np.bool_)
    np.not_equal(labels[:, 1:], labels[:, :-1], out=begins[:, 1:])
    heads = np.flatnonzero(begins)
    merged = np.diff(heads, append=labels.size)
    best, characters = np.maximum.reduceat(scores.ravel(), heads), labels.ravel()[heads]
    rows, columns = np.divmod(heads, labels.shape[1])
    positions = columns + (merged - 1) / 2
    kept = (characters != blank) & (positions < lengths[rows])
    steps = list(map(CtcStep, characters[kept].tolist(), positions[kept].tolist(), best[kept].tolist()))
    stops = np.cumsum(np.bincount(rows[kept], minlength=len(labels))).tolist()
    return [tuple(steps[start:stop]) for start, stop in pairwise([0, *stops])]
