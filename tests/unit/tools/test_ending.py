"""A set-up that is ended leaves nothing running, and one that is killed keeps its lock as long as anything runs."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tools.project import this_project

SET_UP = """
import os, sys
from dataclasses import replace
from pathlib import Path
from tools.ending import end_on_signals, exit_status
from tools.process import run
from tools.project import this_project
from tools.steps.plan import _bring_up_to_date
from tools.steps.step import Step

folder = Path(sys.argv[1])
project = replace(this_project(), root=folder)
end_on_signals()
child = f"echo $$ > {folder}/shell; sleep 60 & echo $! > {folder}/sleep; wait"
make = lambda step: run(["sh", "-c", child], step, folder / "log")
step = Step("step", "Step", lambda: "", lambda: [folder / "product"], make)
try:
    _bring_up_to_date(project, [step])
except KeyboardInterrupt as interruption:
    sys.exit(exit_status(interruption))
"""


@contextmanager
def set_up(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a set-up whose only step runs a shell that runs a program, up to where that program runs."""
    with subprocess.Popen(
        [sys.executable, "-c", SET_UP, str(folder)], cwd=this_project().root, stderr=subprocess.DEVNULL
    ) as process:
        try:
            until(lambda: (folder / "sleep").is_file() and (folder / "sleep").read_text().strip() != "")
            yield process
        finally:
            process.kill()
            for name in ("shell", "sleep"):
                if is_running(folder, name):
                    os.kill(pid_of(folder, name), signal.SIGKILL)


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.02)


def pid_of(folder: Path, name: str) -> int:
    return int((folder / name).read_text())


def is_running(folder: Path, name: str) -> bool:
    try:
        status = Path(f"/proc/{pid_of(folder, name)}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"  # a zombie has ended, and is only not yet asked how


def is_locked(folder: Path) -> bool:
    with (folder / ".build" / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_set_up_that_is_ended_ends_all_that_it_started(tmp_path: Path, number: signal.Signals) -> None:
    with set_up(tmp_path) as process:
        process.send_signal(number)
        assert process.wait(timeout=30) == 128 + number
        until(lambda: not is_running(tmp_path, "shell") and not is_running(tmp_path, "sleep"))
        assert not is_locked(tmp_path)


def test_the_lock_of_a_killed_set_up_is_held_until_its_programs_end(tmp_path: Path) -> None:
    with set_up(tmp_path) as process:
        process.kill()
        process.wait(timeout=30)
        assert is_running(tmp_path, "sleep")
        assert is_locked(tmp_path)
        os.killpg(pid_of(tmp_path, "shell"), signal.SIGKILL)
        until(lambda: not is_locked(tmp_path))
