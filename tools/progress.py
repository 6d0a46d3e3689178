"""What set-up shows while it works: step, item, amount, elapsed time.

On a terminal the current step is one line that is rewritten; elsewhere (CI, a pipe) every item is a plain line.
"""

import contextlib
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TextIO

BAR_WIDTH = 24
REDRAW_SECONDS = 0.1
HEARTBEAT_SECONDS = 15.0


def format_bytes(count: int) -> str:
    """Return a byte count the way people read it: 512 B, 98 kB, 3.1 MB."""
    if count < 1000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{count / 1e3:.0f} kB"
    return f"{count / 1e6:.1f} MB"


def format_seconds(seconds: float) -> str:
    """Return a duration: 0.4 s, 12 s, 3 min 05 s."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"


def format_bar(done: int, total: int, width: int = BAR_WIDTH) -> str:
    """Return a bar of `width` cells for `done` of `total`; a `done` outside the range is clamped."""
    filled = width * min(max(done, 0), total) // total if total > 0 else 0
    return "[" + "#" * filled + "." * (width - filled) + "]"


@dataclass
class Item:
    """What a step is doing now; `total` 0 means that the amount is not known."""

    name: str
    done: int = 0
    total: int = 0
    in_bytes: bool = False

    def amount(self) -> str:
        """Return `3.1 of 9.9 MB`-like text, `12/40`, or nothing."""
        if self.total == 0:
            return format_bytes(self.done) if self.in_bytes and self.done else ""
        if self.in_bytes:
            return f"{format_bytes(self.done)} of {format_bytes(self.total)}"
        return f"{self.done}/{self.total}"


class StepProgress:
    """The display of one running step."""

    def __init__(self, title: str, stream: TextIO, clock: Callable[[], float], on_terminal: bool) -> None:
        self.title = title
        self._stream = stream
        self._clock = clock
        self._on_terminal = on_terminal
        self._started = clock()
        self._last_drawn = float("-inf")
        self._last_line = self._started
        self._item = Item("")

    @property
    def elapsed_s(self) -> float:
        """Seconds since the step began."""
        return self._clock() - self._started

    def item(self, name: str, done: int = 0, total: int = 0, *, in_bytes: bool = False) -> None:
        """Show that the step now works on `name`, of which `done` out of `total` is behind it."""
        is_new = name != self._item.name
        self._item = Item(name, done, total, in_bytes)
        if self._on_terminal:
            self._redraw(force=is_new)
        elif is_new:
            self._print(self._line())

    def tick(self) -> None:
        """Keep the display alive while a program works without saying anything."""
        if self._on_terminal:
            self._redraw(force=False)
        elif self._clock() - self._last_line >= HEARTBEAT_SECONDS:
            self._print(self._line())

    def note(self, text: str) -> None:
        """Print a line that stays."""
        self._clear()
        self._print(f"  {text}")

    def finish(self, outcome: str) -> None:
        """Print the last line of the step."""
        self._clear()
        self._print(f"{outcome} {self.title} ({format_seconds(self.elapsed_s)})")

    def _line(self) -> str:
        item = self._item
        parts = [f"  {self.title}:"]
        if self._on_terminal and item.total:
            parts.append(format_bar(item.done, item.total))
        parts += [part for part in (item.name, item.amount()) if part]
        return " ".join(parts) + f" ({format_seconds(self.elapsed_s)})"

    def _redraw(self, *, force: bool) -> None:
        now = self._clock()
        if force or now - self._last_drawn >= REDRAW_SECONDS:
            self._last_drawn = now
            columns = shutil.get_terminal_size().columns
            self._stream.write("\r\x1b[K" + self._line()[: columns - 1])
            self._stream.flush()

    def _clear(self) -> None:
        if self._on_terminal:
            self._stream.write("\r\x1b[K")

    def _print(self, line: str) -> None:
        self._last_line = self._clock()
        self._stream.write(line + "\n")
        self._stream.flush()


class Progress:
    """The display of a whole set-up."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._on_terminal = stream.isatty()

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[StepProgress]:
        """Show a step while the block runs; its last line says whether it was done or failed."""
        step = StepProgress(title, self._stream, self._clock, self._on_terminal)
        step.item("starting")
        try:
            yield step
        except BaseException:
            step.finish("FAILED")
            raise
        step.finish("done")


def say_status(text: str) -> None:
    """Show on stderr what is going on: on a terminal in one line, which the next status replaces."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
    else:
        print(text, file=sys.stderr, flush=True)
