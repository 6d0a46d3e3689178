"""The set-up of a copy of this checkout, killed while some of its steps work."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Self

from measure.kills.scenario import SIGNALS, Killed
from measure.kills.victims import end, is_locked, processes_of, start, until
from tools.errors import SetupError
from tools.project import Project
from tools.store import sha256_file

STEPS: Final = {
    "site": ("web/dist",),
    "engine": (),
    "models": ("models/prepared",),
    "wheels": (".build/wheels",),
    "node": ("node_modules",),
    "python": (".venv",),
}
"""What is undone before a kill, so that there is something to do: the stamp of a step, and what it made."""
WEIGHTS: Final = (6, 2, 6, 3, 2, 1)
TOOK_S: Final = {"site": 10.0, "engine": 3.0, "models": 12.0, "wheels": 2.0, "node": 12.0, "python": 40.0}
"""About how long each takes."""
LEAST_S: Final = 0.3
TERMINATED_S: Final = 25.0
ORPHANS_S: Final = 180.0
WHOLE_S: Final = 900.0
UNLOCKED_S: Final = 2.0


class SetUp:
    """A copy of the checkout with a cache of its own, which begins as a copy of the user's."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="py-ocr-kills-")))
        self._root, self._cache, self._log = (self._folder / name for name in ("checkout", "cache", "log"))
        _copy_checkout(self._project.root, self._root)
        if self._project.cache.is_dir():
            shutil.copytree(self._project.cache, self._cache)
        if self._run() != 0:
            raise SetupError("The set-up does not end well even when nobody kills it.", self._log.read_text()[-2000:])
        self._expected = self._products()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    def kill(self, chance: random.Random) -> Killed:
        """Undo a step or two, begin, kill, and let it go on."""
        number = chance.choice(SIGNALS)
        undone = sorted(set(chance.choices(list(STEPS), WEIGHTS, k=chance.choice((1, 1, 2)))))
        wait_s = chance.uniform(0, max(TOOK_S[name] for name in undone))
        process, after_s = self._begin(undone, wait_s, chance)
        while process.poll() is not None and wait_s > LEAST_S:
            # It was done already: once more, and sooner.
            wait_s *= 0.6
            process, after_s = self._begin(undone, wait_s, chance)
        ended_before = process.poll() is not None
        process.send_signal(number)
        complaints = [] if ended_before else list(self._after(process, number))
        complaints += [*self._half()]
        if (status := self._run()) != 0:
            complaints.append(f"the next run ends with status {status}: {self._log.read_text()[-600:]}")
        elif self._products() != self._expected:
            complaints.append("the next run gives another site")
        done = "had ended before" if ended_before else "was at work"
        return Killed(f"{signal.Signals(number).name} with {', '.join(undone)} undone", after_s, done, complaints)

    def _begin(
        self, undone: Sequence[str], wait_s: float, chance: random.Random
    ) -> tuple[subprocess.Popen[bytes], float]:
        """Undo steps, start the set-up and wait so long, or until it ends; return it with how long it worked."""
        for name in undone:
            self._undo(name, chance)
        process = self._start()
        started = time.monotonic()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(wait_s)
        return process, time.monotonic() - started

    def _undo(self, name: str, chance: random.Random) -> None:
        (self._root / ".build" / "stamps" / f"{name}.json").unlink(missing_ok=True)
        if name == "models" and chance.random() < 0.5:
            _forget_downloads(self._cache, self._pinned_wheels())
        for product in STEPS[name]:
            if chance.random() < 0.5:
                shutil.rmtree(self._root / product, ignore_errors=True)

    def _after(self, process: subprocess.Popen[bytes], number: int) -> Iterator[str]:
        """Yield what does not hold right after a kill. What a killed set-up had started may end, and keeps the lock."""
        status = process.wait(TERMINATED_S)
        if status not in (-number, 128 + number):
            yield f"ended with status {status}"
        if number == signal.SIGTERM and processes_of(process.pid):
            yield f"{len(processes_of(process.pid))} processes run on"
        lock = self._root / ".build" / "lock"
        deadline = time.monotonic() + ORPHANS_S
        while processes_of(process.pid):
            # Programs that only say their version do not hold it, and end at once.
            if not until(lambda: is_locked(lock) or not processes_of(process.pid), UNLOCKED_S):
                yield "the lock is free while something runs on"
                break
            if until(lambda: not processes_of(process.pid), 0.2) or time.monotonic() < deadline:
                continue
            yield f"what it had started runs on after {ORPHANS_S:.0f} s"
            break
        end(processes_of(process.pid))
        if not until(lambda: not is_locked(lock), 1):
            yield "the lock is held by nobody who runs"

    def _half(self) -> Iterator[str]:
        """Yield what is there under its name, and not whole."""
        for stamp in (self._root / ".build" / "stamps").glob("*.json"):
            try:
                json.loads(stamp.read_text(encoding="utf-8"))
            except ValueError:
                yield f"the stamp {stamp.name} is half-written"
        for path in (self._cache / "sha256").glob("*/*"):
            if len(path.name) == 64 and sha256_file(path) != path.name:
                yield f"{path.name} in the cache is half-written"

    def _products(self) -> object:
        return json.loads((self._root / "web" / "dist" / "assets.json").read_text(encoding="utf-8"))

    def _pinned_wheels(self) -> set[str]:
        return {sha256_file(path) for path in self._project.wheels.glob("*.whl")}

    def _start(self) -> subprocess.Popen[bytes]:
        command = ["python3", "-m", "tools", "setup"]
        return start(command, self._root, self._log, {"PY_OCR_CACHE": str(self._cache)})

    def _run(self) -> int:
        process = self._start()
        try:
            return process.wait(WHOLE_S)
        finally:
            end(processes_of(process.pid))


def _copy_checkout(root: Path, copy: Path) -> None:
    """Copy what git knows or does not ignore, as it lies there."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (root / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / name, copy / name)


def _forget_downloads(cache: Path, but: set[str]) -> None:
    """Remove files from a cache so that they are downloaded again, but not those that would have to be built."""
    for path in (cache / "sha256").glob("*/*"):
        if path.name not in but:
            path.unlink()
