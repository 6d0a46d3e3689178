"""Who reads damaged files: a native engine, or the page in Chromium, in a process of its own that may die or hang."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, Self

from tools.errors import SetupError

Kind = Literal["text", "empty", "error", "untyped", "crash", "hang"]

UNTYPED: Final = ("internal", "untyped")
CRASHED: Final = ("engine_crashed", "worker_failed", "browser_failed", "backend_crashed")
SILENT: Final = ("worker_silent",)
START_SECONDS: Final = 180.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a file: the kind of it, the code of an error, and whether a good image is read after it."""

    kind: Kind
    text: str = ""
    code: str = ""
    cause: str = ""
    seconds: float = 0.0
    recovered: bool = True

    @property
    def holds(self) -> bool:
        """Whether that may come of any file."""
        return self.kind in ("text", "empty", "error") and self.recovered


class Subject:
    """A reading process, started again whenever it has died. Use it as a context manager."""

    def __init__(self, name: str, good: Path, limit_seconds: float) -> None:
        self.name = name
        self._good = good
        self._limit = limit_seconds
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, image: Path) -> Outcome:
        """Read a file. Raises SetupError when no process starts that can read the good image."""
        process = self._running()
        assert process.stdin is not None
        process.stdin.write(f"{image}\n".encode())
        process.stdin.flush()
        # Twice: a good image is read after it.
        answer = self._answer(2 * self._limit)
        if answer is None:
            hung = process.poll() is None
            self._end()
            return Outcome("hang" if hung else "crash", recovered=True)
        return outcome_of(answer)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._end()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        command = [sys.executable, "-m", "measure.fuzz.reading_process", self.name, str(self._good)]
        # A group of its own, so that what it started ends with it.
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, start_new_session=True
        )
        ready = self._answer(START_SECONDS)
        if ready is None or not ready["ready"].get("text"):
            self._end()
            raise SetupError(f"{self.name}: {self._good.name} is not read.", f"{ready}")
        return self._process

    def _answer(self, seconds: float) -> dict[str, Any] | None:
        """Return the next line that the process says, or None when it says none in time, or has ended."""
        assert self._process is not None
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], seconds)[0]:
            return None
        line = self._process.stdout.readline()
        answer: dict[str, Any] | None = json.loads(line) if line else None
        return answer

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def outcome_of(answer: dict[str, Any]) -> Outcome:
    """Return what a reading process says of a file."""
    recovered, seconds = bool(answer["recovered"]), float(answer["seconds"])
    code = str(answer.get("code", ""))
    if not code:
        text = str(answer["text"])
        return Outcome("text" if text else "empty", text, seconds=seconds, recovered=recovered)
    kind: Kind = "error"
    if code in UNTYPED:
        kind = "untyped"
    elif code in CRASHED:
        kind = "crash"
    elif code in SILENT:
        kind = "hang"
    return Outcome(kind, code=code, cause=str(answer["cause"]), seconds=seconds, recovered=recovered)
