"""Whether both runtimes say the same of a file: the same code, and where Pillow decodes it, the same words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from measure.fuzz.subjects import Outcome

BROWSER_DECODES: Final = (".webp", ".avif", ".jp2", ".j2k", ".heic")
"""Formats that in the page the browser, OpenJPEG or another version of libheif decodes: there the words of an error are
theirs."""

JUSTIFIED: Final[Mapping[str, str]] = {
    "note-transparent.jp2#1012.jp2": "the page's OpenJPEG is not Pillow's version, and reads what that gives up",
    "note-16-bit.jp2#1136.jp2": "its box and its codestream differ in size: Pillow goes by the box, the page by both",
}
"""Damaged fixtures, by their names, of which the runtimes say different things, and why that is right."""


def difference(name: str, outcomes: Mapping[str, Outcome]) -> Iterator[str]:
    """Yield how the verdicts on a file differ, unless that is justified. What was read without an error may differ."""
    if name in JUSTIFIED or len(outcomes) < 2:
        return
    if len({outcome.code for outcome in outcomes.values()}) > 1:
        said = (f"{who} says {outcome.code or outcome.kind}" for who, outcome in outcomes.items())
        yield f"verdicts differ: {', '.join(said)}"
    elif not name.endswith(BROWSER_DECODES) and len({outcome.cause for outcome in outcomes.values()}) > 1:
        yield f"words differ: {' / '.join(outcome.cause for outcome in outcomes.values())}"
