"""The progress bar on stderr: shown for several images on a terminal, silent otherwise."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from typing import Final, TextIO

_BAR_CELLS: Final = 24
_REDRAW_SECONDS: Final = 0.1
_CLEAR_LINE: Final = "\r\x1b[K"


class ProgressBar:
    """One line that is rewritten: `[####....] 12/30 receipt.jpg: recognize 3/20 (9 s)`."""

    def __init__(self, stream: TextIO, total: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._total = total
        self._clock = clock
        self._visible = total > 1 and stream.isatty()
        self._started = clock()
        self._drawn = float("-inf")

    def show(self, done: int, item: str, detail: str = "") -> None:
        """Show that `done` images are finished and what is being done with the next one."""
        now = self._clock()
        if not self._visible or (detail and now - self._drawn < _REDRAW_SECONDS):
            return
        self._drawn = now
        filled = _BAR_CELLS * done // self._total
        bar = "#" * filled + "." * (_BAR_CELLS - filled)
        what = f"{item}: {detail}" if detail else item
        line = f"[{bar}] {done}/{self._total} {what} ({now - self._started:.0f} s)"
        self._stream.write(_CLEAR_LINE + line[: shutil.get_terminal_size().columns - 1])
        self._stream.flush()

    def clear(self) -> None:
        """Remove the line, so that something else can be printed."""
        if self._visible:
            self._stream.write(_CLEAR_LINE)
            self._stream.flush()
