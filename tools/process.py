"""Running other programs: their output goes to a log file, what matters of it to the progress display.

Each runs in a process group of its own, with all that it starts, so that nothing of it outlives its step.
"""

import contextlib
import os
import queue
import re
import shlex
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tools.errors import SetupError
from tools.progress import StepProgress

Word = str | Path

TAIL_LINES = 25
TAIL_COLUMNS = 500
"""A minified script that is shown for an error in it has a line of a megabyte; the log has all of it."""
TICK_SECONDS = 0.5
GRACE_S = 5.0

_ADDRESS = re.compile(r"\b(https?|ftp)://[^/\s'\")]+")


def redact(line: str) -> str:
    """Return `line` without the host (and credentials) of the package indexes that the user configured."""
    return _ADDRESS.sub(r"\1://(configured host)", line)


class CommandFailedError(SetupError):
    """A program ended with a non-zero status or ran past its time limit."""

    def __init__(self, command: Sequence[str], reason: str, tail: Sequence[str], log: Path) -> None:
        shown = shlex.join(command)
        shown = shown if len(shown) < 200 else shown[:200] + " ..."
        lines = "".join(f"\n    {redact(line)}" for line in tail)
        super().__init__(f"{redact(shown)} {reason}.{lines}", f"See the whole output in {log}.")


def run(
    command: Sequence[Word],
    step: StepProgress,
    log: Path,
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    on_line: Callable[[str], None] | None = None,
    timeout_s: float | None = None,
) -> None:
    """Run a program to its end; `env` is added to the environment, `on_line` gets each line of its output.

    Raises `CommandFailedError` with the last lines of the output.
    """
    words = [str(word) for word in command]
    log.parent.mkdir(parents=True, exist_ok=True)
    tail: deque[str] = deque(maxlen=TAIL_LINES)
    try:
        process = subprocess.Popen(
            words,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            # The lock of the set-up is the only descriptor that is inherited: who outlives a killed set-up holds it.
            close_fds=False,
            process_group=0,
        )
    except FileNotFoundError:
        raise SetupError(f"The program {words[0]} is not installed.", f"Install {words[0]}, then run again.") from None
    lines: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        assert process.stdout is not None
        with process.stdout as stream:
            for line in stream:
                lines.put(line.rstrip("\n"))
        lines.put(None)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    started = step.elapsed_s
    try:
        with log.open("a", encoding="utf-8") as log_stream:
            log_stream.write(f"$ {shlex.join(words)}\n")
            while True:
                try:
                    line = lines.get(timeout=TICK_SECONDS)
                except queue.Empty:
                    if timeout_s is not None and step.elapsed_s - started > timeout_s:
                        raise CommandFailedError(words, f"took more than {timeout_s:.0f} s", tail, log) from None
                    step.tick()
                    continue
                if line is None:
                    break
                log_stream.write(line + "\n")
                tail.append(line[:TAIL_COLUMNS])
                if on_line is not None:
                    on_line(line)
                step.tick()
            status = _wait(process, step)
    except BaseException:
        _end(process)
        raise
    finally:
        reader.join(timeout=5)
    if status != 0:
        raise CommandFailedError(words, f"ended with status {status}", tail, log)


def _end(process: subprocess.Popen[str]) -> None:
    """End a program and all that it started: asked first, then made."""
    _signal_group(process, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=GRACE_S)
    _signal_group(process, signal.SIGKILL)
    process.wait()


def _signal_group(process: subprocess.Popen[str], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _wait(process: subprocess.Popen[str], step: StepProgress) -> int:
    """Wait for the end of a program whose output has ended, and count its processor time where the system tells."""
    if not hasattr(os, "wait4"):
        return process.wait()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    step.add_cpu(usage.ru_utime + usage.ru_stime)
    return process.returncode


def output(command: Sequence[Word], *, cwd: Path | None = None) -> str:
    """Return what a short program prints on stdout, or an empty string if it is absent or fails."""
    try:
        done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
