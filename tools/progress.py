"""What set-up shows while it works: step, item, amount, elapsed time.

On a terminal the running steps share one line that is rewritten; elsewhere (CI, a pipe) every item is a plain line.
"""

import contextlib
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from typing import TextIO

from tools.errors import CancelledError

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


class Screen:
    """The stream that all running steps share: on a terminal its last line tells of all of them."""

    def __init__(self, stream: TextIO, clock: Callable[[], float], on_terminal: bool) -> None:
        self.stream = stream
        self.clock = clock
        self.on_terminal = on_terminal
        self.lock = threading.RLock()
        self.running: list[StepProgress] = []
        self.cancelled = threading.Event()
        self._last_drawn = float("-inf")

    def redraw(self, *, force: bool) -> None:
        """Rewrite the last line of the terminal; not more often than the eye can follow unless `force`."""
        now = self.clock()
        if force or now - self._last_drawn >= REDRAW_SECONDS:
            self._last_drawn = now
            columns = shutil.get_terminal_size().columns
            line = "  " + " | ".join(step.line() for step in self.running)
            self.stream.write("\r\x1b[K" + line[: columns - 1])
            self.stream.flush()

    def print(self, line: str) -> None:
        """Print a line that stays."""
        if self.on_terminal:
            self.stream.write("\r\x1b[K")
        self.stream.write(line + "\n")
        self.stream.flush()


class StepProgress:
    """The display of one running step. Threads of the step each show an item of their own."""

    def __init__(
        self,
        title: str,
        stream: TextIO,
        clock: Callable[[], float],
        on_terminal: bool,
        screen: Screen | None = None,
    ) -> None:
        self.title = title
        self._screen = screen or Screen(stream, clock, on_terminal)
        self._started = clock()
        self._last_line = self._started
        self._items: dict[int, Item] = {}
        self._cpu_s: dict[int, float] = {}
        self._screen.running.append(self)

    @property
    def elapsed_s(self) -> float:
        """Seconds since the step began."""
        return self._screen.clock() - self._started

    @property
    def cpu_s(self) -> float:
        """Seconds of processor time that the programs run by this thread took so far."""
        return self._cpu_s.get(threading.get_ident(), 0.0)

    def add_cpu(self, seconds: float) -> None:
        """Count the processor time of a program that ended."""
        self._cpu_s[threading.get_ident()] = self.cpu_s + seconds

    def item(self, name: str, done: int = 0, total: int = 0, *, in_bytes: bool = False) -> None:
        """Show that this thread now works on `name`, of which `done` out of `total` is behind it."""
        with self._screen.lock:
            old = self._items.get(threading.get_ident())
            item = self._items[threading.get_ident()] = Item(name, done, total, in_bytes)
            is_new = old is None or name != old.name
            if self._screen.on_terminal:
                self._screen.redraw(force=is_new)
            elif is_new:
                self._print(f"  {self._text([item])}")

    def tick(self) -> None:
        """Keep the display alive while a program works without saying anything.

        Raises `CancelledError` if the work is in vain because something else failed.
        """
        if self._screen.cancelled.is_set():
            raise CancelledError("Stopped because another part failed.", "See the other error.")
        with self._screen.lock:
            if self._screen.on_terminal:
                self._screen.redraw(force=False)
            elif self._screen.clock() - self._last_line >= HEARTBEAT_SECONDS:
                self._print(f"  {self.line()}")

    def note(self, text: str) -> None:
        """Print a line that stays."""
        with self._screen.lock:
            self._print(f"  {text}")

    def finish(self, outcome: str) -> None:
        """Print the last line of the step."""
        with self._screen.lock:
            self._screen.running.remove(self)
            self._print(f"{outcome} {self.title} ({format_seconds(self.elapsed_s)})")

    def side_by_side(self, jobs: Sequence[Callable[[], None]]) -> None:
        """Run each job in a thread that shows an item of its own, as `side_by_side` does."""

        def shown(job: Callable[[], None]) -> None:
            try:
                job()
            finally:
                self._items.pop(threading.get_ident(), None)

        self._items.pop(threading.get_ident(), None)
        side_by_side([partial(shown, job) for job in jobs], self._screen.cancelled)

    def line(self) -> str:
        """Return what the step works on, and for how long."""
        return self._text(list(self._items.values()))

    def _text(self, items: Sequence[Item]) -> str:
        shown = []
        for item in items:
            with_bar = self._screen.on_terminal and item.total and len(items) == 1 and len(self._screen.running) <= 1
            parts = [format_bar(item.done, item.total)] if with_bar else []
            shown.append(" ".join([*parts, *(part for part in (item.name, item.amount()) if part)]))
        return " ".join(part for part in (f"{self.title}:", ", ".join(shown)) if part) + (
            f" ({format_seconds(self.elapsed_s)})"
        )

    def _print(self, line: str) -> None:
        self._last_line = self._screen.clock()
        self._screen.print(line)


class Progress:
    """The display of a whole set-up."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._screen = Screen(stream, clock, stream.isatty())

    @property
    def cancelled(self) -> threading.Event:
        """Set where running steps are to stop because another one failed."""
        return self._screen.cancelled

    def say(self, text: str) -> None:
        """Print a line that belongs to no step."""
        with self._screen.lock:
            self._screen.print(text)

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[StepProgress]:
        """Show a step while the block runs; its last line says whether it was done or failed."""
        step = StepProgress(title, self._screen.stream, self._screen.clock, self._screen.on_terminal, self._screen)
        step.item("starting")
        try:
            yield step
        except CancelledError:
            step.finish("stopped")
            raise
        except BaseException:
            step.finish("FAILED")
            raise
        step.finish("done")


def side_by_side(jobs: Sequence[Callable[[], None]], cancelled: threading.Event) -> None:
    """Run each job in a thread of its own until all are done.

    Where one fails, `cancelled` is set, the others end at their next tick, and the first failure is raised.
    """
    with ThreadPoolExecutor(max_workers=max(len(jobs), 1)) as pool:
        futures = [pool.submit(job) for job in jobs]
        try:
            wait(futures, return_when=FIRST_EXCEPTION)
        except BaseException:  # an interruption by the user arrives here
            cancelled.set()
            raise
        failures = [error for future in futures if future.done() and (error := future.exception())]
        if failures:
            cancelled.set()
    failures += [error for future in futures if (error := future.exception()) and error not in failures]
    failures.sort(key=lambda error: isinstance(error, CancelledError))
    if failures:
        raise failures[0]


def say_status(text: str) -> None:
    """Show on stderr what is going on: on a terminal in one line, which the next status replaces."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
    else:
        print(text, file=sys.stderr, flush=True)
