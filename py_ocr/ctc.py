"""Connectionist temporal classification: per-step labels to characters with positions. Knows nothing of images.

Reference: Graves et al., "Connectionist temporal classification", ICML 2006, best-path decoding.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from py_ocr.types import CtcStep


def decode_best_path(labels: NDArray[np.int32], scores: NDArray[np.float32], *, blank: int = 0) -> tuple[CtcStep, ...]:
    """Return the characters of one line from its (T,) best labels and their (T,) scores in [0, 1].

    Equal labels side by side are one character; blanks separate characters and vanish.
    """
    if labels.shape != scores.shape or labels.ndim != 1:
        raise ValueError(f"labels {labels.shape} and scores {scores.shape} must both be (T,)")
    if not len(labels):
        return ()
    heads = np.flatnonzero(np.diff(labels, prepend=labels[0] - 1))
    tails = np.append(heads[1:], len(labels))
    best = np.maximum.reduceat(scores, heads)
    return tuple(
        CtcStep(label=int(labels[head]), position=(int(head) + int(tail) - 1) / 2, score=float(score))
        for head, tail, score in zip(heads, tails, best, strict=True)
        if labels[head] != blank
    )
