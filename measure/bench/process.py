"""An engine in a Python process: ours natively, or RapidOCR (see native_worker.py)."""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measure.bench.contender import ContenderError, Reading, Visit
from measure.memory import Memory, memory_of


@dataclass
class ProcessContender:
    """An engine by its name for native_worker.py, with the arguments that this engine takes."""

    name: str
    arguments: Sequence[str]

    def start(self) -> None:
        """Start the process and wait until its engine is loaded."""
        command = [sys.executable, "-m", "measure.bench.native_worker", *self.arguments]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._answer()

    def read(self, image: Path) -> Reading:
        """Read an image file in the process."""
        assert self._process.stdin is not None
        began = time.perf_counter()
        try:
            self._process.stdin.write(f"{image}\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._ended() from None
        answer = self._answer()
        whole_ms = (time.perf_counter() - began) * 1000
        return Reading(whole_ms, whole_ms, **answer)

    def memory(self) -> Memory | None:
        """Return the memory of the process."""
        return memory_of(self._process.pid)

    def close(self) -> None:
        """Let the process end, and make it if it does not; nothing happens to one that has ended."""
        if self._process.returncode is not None:
            return
        try:
            self._process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()

    def visit(self, image: Path) -> list[Visit]:
        """Start a process and read; it keeps nothing for a second time."""
        began = time.perf_counter()
        self.start()
        try:
            self.read(image)
            first_ms = (time.perf_counter() - began) * 1000
        finally:
            self.close()
        return [Visit(first_ms, first_ms)]

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise self._ended()
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _ended(self) -> ContenderError:
        self._process.communicate()  # waits for it, and closes its pipes
        return ContenderError(f"{self.name} ended with status {self._process.returncode}")
