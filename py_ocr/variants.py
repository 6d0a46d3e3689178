"""Variants: is a page written in the traditional or in the simplified form of Chinese?

The recogniser has the characters of both, and takes one for its twin of the other form where print is small. A page
is in one form, so the few that contradict the many are misread.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from py_ocr.languages import encodes, is_han, is_kana
from py_ocr.parameters import Params, number


@dataclass(frozen=True, slots=True)
class VariantParams(Params):
    """When a page is in one form of Chinese."""

    majority_ratio: float = number(2.0, least=1)
    """The characters that only one form has must be so many times those that only the other has. Lower values force
    one form on pages that show both, such as dictionaries; higher ones leave misread characters on short pages."""


def han_variant_conflict(
    texts: Iterable[str], params: VariantParams = VariantParams()
) -> tuple[str, frozenset[str]] | None:
    """Tell which form of Chinese a page is written in, and the characters that contradict it.

    Returns ("zh-Hant" or "zh-Hans", contradicting characters) when the page clearly is in one and some characters
    exist only in the other; None otherwise, also for Japanese, which has its own mixture.
    """
    characters = [
        character
        for text in texts
        if not text.isascii()
        for character in text
        if is_han(character) or is_kana(character)
    ]
    if any(is_kana(character) for character in characters):
        return None
    traditional = [c for c in characters if encodes(c, "big5") and not encodes(c, "gb2312")]
    simplified = [c for c in characters if encodes(c, "gb2312") and not encodes(c, "big5")]
    if simplified and len(traditional) >= params.majority_ratio * len(simplified):
        return "zh-Hant", frozenset(simplified)
    if traditional and len(simplified) >= params.majority_ratio * len(traditional):
        return "zh-Hans", frozenset(traditional)
    return None
