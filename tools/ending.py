"""How a command is ended from outside: by Ctrl-C, or by a signal, after which as little runs on as after Ctrl-C."""

import contextlib
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

GRACE_S = 10.0
SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


class Ended(KeyboardInterrupt):
    """A signal asked this program to end."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def end_on_signals() -> None:
    """From now on a signal that ends this program is an `Ended` in its main thread."""
    for number in SIGNALS:
        signal.signal(number, _end)


def _end(number: int, _frame: object) -> NoReturn:
    raise Ended(number)


def exit_status(interruption: KeyboardInterrupt) -> int:
    """Return the exit status that shells expect of a program that was ended like this."""
    return 128 + (interruption.number if isinstance(interruption, Ended) else signal.SIGINT)


def run_in_foreground(
    command: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: int | None = None,
) -> int:
    """Run a program that has the terminal, and return its exit status. What ends this program ends that one first."""
    with subprocess.Popen(command, cwd=cwd, env=env, stdin=stdin) as process:
        try:
            return process.wait()
        except KeyboardInterrupt as interruption:
            if isinstance(interruption, Ended):  # Ctrl-C reaches all programs of the terminal without us
                process.send_signal(interruption.number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(GRACE_S)
            raise
        finally:
            process.kill()
