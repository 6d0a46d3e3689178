"""Programs that are started to be killed, and what is left of them. Of Linux: /proc tells who is whose."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

POLL_S = 0.01


def start(command: Sequence[str | Path], folder: Path, log: Path, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, by which all that it starts can be found."""
    with log.open("ab") as stream:
        return subprocess.Popen(
            command, cwd=folder, env={**os.environ, **env}, stdout=stream, stderr=stream, start_new_session=True
        )


def processes_of(session: int) -> list[int]:
    """Return the processes of a session that have not ended."""
    return [pid for pid, stat in _processes() if stat[0] != "Z" and int(stat[3]) == session]


def processes_with(words: str) -> list[int]:
    """Return the processes with these words in their command line."""
    found = []
    for pid, stat in _processes():
        with contextlib.suppress(OSError):
            if stat[0] != "Z" and words.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return found


def end(pids: Sequence[int]) -> None:
    """Kill processes; those that have ended meanwhile are no error."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def until(is_so: Callable[[], bool], seconds: float) -> bool:
    """Wait until something is so; return whether it came to be in that time."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
    return True


def is_locked(lock: Path) -> bool:
    """Return whether somebody holds the lock that a file stands for."""
    if not lock.is_file():
        return False
    with lock.open("rb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _processes() -> Iterator[tuple[int, list[str]]]:
    """Yield each process with the fields of its /proc/PID/stat that follow its name."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                yield int(folder.name), (folder / "stat").read_text().rpartition(")")[2].split()
