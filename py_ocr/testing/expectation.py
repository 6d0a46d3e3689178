"""`expect_ocr(target).to_contain_text(...)`: waits for a text to be seen, as Playwright's own expectations wait."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from py_ocr.testing.ocr import Ocr
from py_ocr.testing.reading import Pattern, Reading, one_spaced

if TYPE_CHECKING:
    from py_ocr.testing.ocr import Target

running: list[Ocr] = []
"""The reader of the test that is running, which the fixture puts here; tests of one process run in turn."""


class OcrExpectation:
    """What is expected of the text of a target. Each method waits, and raises AssertionError with a picture."""

    def __init__(self, ocr: Ocr, target: Target, languages: Iterable[str] | None) -> None:
        self._ocr = ocr
        self._target = target
        self._languages = languages

    def to_contain_text(self, text: Pattern, *, ignore_case: bool = False, timeout: float | None = None) -> None:
        """Expect a text somewhere, or what an expression describes; `timeout` is in seconds."""
        self._expect("contain", text, lambda seen: seen.contains(text, ignore_case=ignore_case), timeout)

    def not_to_contain_text(self, text: Pattern, *, ignore_case: bool = False, timeout: float | None = None) -> None:
        """Expect that a text is not there, or goes away."""
        self._expect("not contain", text, lambda seen: not seen.contains(text, ignore_case=ignore_case), timeout)

    def to_have_text(self, text: str, *, ignore_case: bool = False, timeout: float | None = None) -> None:
        """Expect a text and nothing else; any white space is like any other."""

        def fold(value: str) -> str:
            return one_spaced(value).casefold() if ignore_case else one_spaced(value)

        self._expect("be", text, lambda seen: fold(seen.text) == fold(text), timeout)

    def _expect(self, verb: str, text: Pattern, look: Callable[[Reading], bool], timeout: float | None) -> None:
        __tracebackhide__ = True
        met = False

        def judge(seen: Reading) -> bool:
            nonlocal met
            met = look(seen)
            return met

        reading = self._ocr.wait_until(self._target, judge, self._languages, timeout)
        if not met:
            wanted = repr(text) if isinstance(text, str) else f"/{text.pattern}/"
            raise AssertionError(self._ocr.explain(f"The text that is seen should {verb} {wanted}.", reading))


def expect_ocr(target: Target, *, languages: Iterable[str] | None = None) -> OcrExpectation:
    """Return what can be expected of the text of a page's viewport, or of an element, in a test with fixture `ocr`."""
    if not running:
        raise RuntimeError("expect_ocr is for tests that use the fixture `ocr`: name it among their arguments")
    return OcrExpectation(running[-1], target, languages)
