"""Reading pages under test with one warm engine: text, places and clicks, in CSS pixels."""

from __future__ import annotations

import io
import math
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from PIL import Image

from py_ocr.api.reader import Reader
from py_ocr.testing.reading import LocatedText, Pattern, Reading

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    Target = Page | Locator
    """What a test looks at: a page's viewport, or an element."""

TIMEOUT_S: Final = 5.0
"""So long what is expected may take, beside the reading itself; the same that Playwright's own expectations allow."""

_PAUSE_MS: Final = 100


class Ocr:
    """Reads, locates and clicks text. `start` begins the engine, at the first reading; `folder` gets the pictures."""

    def __init__(self, start: Callable[[], Reader], folder: Callable[[], Path], timeout: float = TIMEOUT_S) -> None:
        self._start = start
        self._folder = folder
        self.timeout = timeout
        self._pictures = 0

    def read(self, target: Target, *, languages: Iterable[str] | None = None) -> Reading:
        """Read the viewport of a page, or an element, which is scrolled into view for that."""
        return self.read_picture(target, self.screenshot(target), languages)

    def screenshot(self, target: Target) -> bytes:
        """Return a PNG in device pixels, the sharpest that there is."""
        # Caret and animations off: a picture that stays the same is read once.
        return target.screenshot(scale="device", animations="disabled", caret="hide", type="png")

    def read_picture(self, target: Target, png: bytes, languages: Iterable[str] | None = None) -> Reading:
        """Read a screenshot of a target that is still where it was."""
        page = self._start().read(png, languages=languages)
        left, top, width = _place(target)
        with Image.open(io.BytesIO(png)) as picture:
            return Reading(page, png, (left, top), picture.width / width)

    def locate(
        self,
        target: Target,
        text: Pattern,
        *,
        exact: bool = False,
        ignore_case: bool = False,
        languages: Iterable[str] | None = None,
        timeout: float | None = None,
    ) -> LocatedText:
        """Wait for a text to be there once, and return its place. `timeout` is in seconds.

        With `exact`, it is found as whole words only. Raises AssertionError, with a picture, where it is not there or
        is there more than once.
        """
        hits: tuple[LocatedText, ...] = ()

        def look(reading: Reading) -> bool:
            nonlocal hits
            hits = reading.find(text, exact=exact, ignore_case=ignore_case)
            return len(hits) == 1

        reading = self.wait_until(target, look, languages, timeout)
        if len(hits) == 1:
            return hits[0]
        wanted = _shown(text)
        if hits:
            listed = "\n".join(f"  {number}. {hit.text!r}: {hit.box}" for number, hit in enumerate(hits, 1))
            what = f"{len(hits)} places have {wanted}, and one is asked for:\n{listed}"
        else:
            what = f"No place has {wanted}."
        raise AssertionError(self.explain(what, reading, hits))

    def click(self, target: Target, text: Pattern, **options: Any) -> LocatedText:
        """Click in the middle of a text, and return where that was; for the options see `locate`."""
        found = self.locate(target, text, **options)
        x, y = found.box.center
        if hasattr(target, "mouse"):
            target.mouse.click(x, y)
        else:
            left, top, inset_x, inset_y = _padding_box(target)
            # The element's own click: it scrolls there, and waits until the element can be clicked.
            target.click(position={"x": x - left - inset_x, "y": y - top - inset_y})
        return found

    def wait_until(
        self,
        target: Target,
        look: Callable[[Reading], bool],
        languages: Iterable[str] | None = None,
        timeout: float | None = None,
    ) -> Reading:
        """Read again until `look` is content or the time is over, and return the last reading.

        The time counts from when the engine is warm, and a reading that has begun is finished.
        """
        self._start()
        end = time.monotonic() + (self.timeout if timeout is None else timeout)
        reading: Reading | None = None
        while True:
            png = self.screenshot(target)
            if reading is None or reading.png != png:
                reading = self.read_picture(target, png, languages)
                if look(reading):
                    return reading
            if time.monotonic() >= end:
                return reading
            page_of(target).wait_for_timeout(_PAUSE_MS)

    def explain(self, what: str, reading: Reading, hits: Iterable[LocatedText] = ()) -> str:
        """Return a message with what was read, and keep the marked picture beside the test's other results."""
        self._pictures += 1
        picture = self._folder() / f"ocr-{self._pictures}.png"
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(reading.marked(tuple(hits)))
        text = "\n".join(f"  | {line}" for line in reading.text.splitlines()) or "  (no text)"
        return f"{what}\nWhat was read:\n{text}\nThe picture, with its lines marked: {picture}"


def page_of(target: Target) -> Page:
    """Return the page that a target is, or is part of."""
    return cast("Page", target if hasattr(target, "mouse") else target.page)


def _shown(text: Pattern) -> str:
    return repr(text) if isinstance(text, str) else f"/{text.pattern}/"


def _place(target: Target) -> tuple[float, float, float]:
    """Return the left, the top and the width of what a screenshot shows, in CSS pixels of the viewport."""
    if hasattr(target, "mouse"):
        return 0.0, 0.0, float(target.evaluate("innerWidth"))
    box = target.bounding_box()
    if box is None:
        raise AssertionError(f"{target} is not visible any more")
    left, top = math.floor(box["x"]), math.floor(box["y"])
    return left, top, math.ceil(box["x"] + box["width"] - 1e-3) - left


def _padding_box(target: Locator) -> tuple[float, float, float, float]:
    """Return where an element's box begins, and how far its border is, which clicks do not count."""
    left, top, inset_x, inset_y = target.evaluate(
        "e => [e.getBoundingClientRect().x, e.getBoundingClientRect().y, e.clientLeft, e.clientTop]"
    )
    box = target.bounding_box()
    if box is not None:
        left, top = box["x"], box["y"]
    return left, top, inset_x, inset_y
