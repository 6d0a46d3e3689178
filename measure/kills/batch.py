"""The native command with --out, killed while it reads a folder."""

from __future__ import annotations

import contextlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Self

from measure.kills.scenario import SIGNALS, Killed
from measure.kills.victims import end, processes_of, start, until
from tools.errors import SetupError
from tools.project import Project

NAMES: Final = ("note.png", "note.jpg", "blank.png", "note.bmp", "word.png", "note.webp", "note.gif", "note.tiff")
GONE_S: Final = 10.0
WHOLE_S: Final = 240.0


class Batch:
    """Reads some fixtures, by one process or by two."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._stack = contextlib.ExitStack()
        self._expected: dict[str, bytes] = {}
        self._took_s = {1: 0.0, 2: 0.0}

    def __enter__(self) -> Self:
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="py-ocr-kills-")))
        self._log = self._folder / "log"
        images = self._folder / "images"
        images.mkdir()
        for name in NAMES:
            shutil.copyfile(self._project.root / "tests" / "fixtures" / name, images / name)
        for jobs in self._took_s:
            started = time.monotonic()
            out = self._folder / f"whole-{jobs}"
            if self._read(out, jobs) != 0:
                raise SetupError("The images are not read even when nobody kills anything.", self._log.read_text())
            self._took_s[jobs] = time.monotonic() - started
            self._expected = _files(out)
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    def kill(self, chance: random.Random) -> Killed:
        """Kill it at some moment, or just when a result appears, and let it go on with --skip-existing."""
        number, jobs = chance.choice(SIGNALS), chance.choice((1, 2))
        out = Path(tempfile.mkdtemp(prefix="out-", dir=self._folder))
        process = start(self._command(out, jobs), self._project.root, self._log, self._env())
        started = time.monotonic()
        at_result = chance.random() < 0.5
        if at_result:
            count = chance.randint(1, len(NAMES))
            until(lambda: len(list(out.iterdir())) >= count or process.poll() is not None, self._took_s[jobs] * 4)
        else:
            time.sleep(chance.uniform(0, self._took_s[jobs]))
        after_s = time.monotonic() - started
        ended_before = process.poll() is not None
        process.send_signal(number)
        complaints = [*self._after(process, number, ended_before=ended_before), *self._half(out)]
        done = {path: path.stat().st_mtime_ns for path in self._whole(out)}
        complaints += self._going_on(out, jobs, done)
        shutil.rmtree(out)
        moment = "as a result appears" if at_result else "at some moment"
        return Killed(
            f"{signal.Signals(number).name}, {jobs} jobs, {moment}",
            after_s,
            f"{len(done)} of {len(NAMES)} done",
            complaints,
        )

    def _after(self, process: subprocess.Popen[bytes], number: int, *, ended_before: bool) -> Iterator[str]:
        status = process.wait()
        if not ended_before and status not in (-number, 128 + number):
            yield f"ended with status {status}"
        if not until(lambda: not processes_of(process.pid), GONE_S):
            left = processes_of(process.pid)
            yield f"{len(left)} processes run on after {GONE_S:.0f} s"
            end(left)

    def _half(self, out: Path) -> Iterator[str]:
        """Yield what lies there as a result and is none. What is being written has another name."""
        for name, content in _files(out).items():
            if not name.endswith(".partial") and content != self._expected.get(name):
                yield f"{name} is half-written"

    def _whole(self, out: Path) -> list[Path]:
        return [path for path in out.iterdir() if not path.name.endswith(".partial")]

    def _going_on(self, out: Path, jobs: int, done: dict[Path, int]) -> Iterator[str]:
        status = self._read(out, jobs, "--skip-existing")
        if status != 0:
            yield f"the next run ends with status {status}"
        if _files(out) != self._expected:
            yield f"after the next run there is {', '.join(sorted(_files(out)))}"
        for path, written_at in done.items():
            if not path.is_file() or path.stat().st_mtime_ns != written_at:
                yield f"{path.name} was there and is read again"

    def _read(self, out: Path, jobs: int, *options: str) -> int:
        process = start([*self._command(out, jobs), *options], self._project.root, self._log, self._env())
        try:
            return process.wait(WHOLE_S)
        finally:
            end(processes_of(process.pid))

    def _command(self, out: Path, jobs: int) -> list[str | Path]:
        options: list[str | Path] = ["--profile", "fast", "--threads", "1", "--jobs", str(jobs), "--out", out]
        return [sys.executable, "-m", "py_ocr", self._folder / "images", *options]

    def _env(self) -> dict[str, str]:
        return {"PYTHONPATH": str(self._project.root)}


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.is_dir() else {}
