"""What is killed: something that works, can be begun as often as one likes, and goes on where it stopped."""

from __future__ import annotations

import random
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self

SIGNALS = (signal.SIGTERM, signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Killed:
    """A kill: how and when, what had been done by then, and what of it does not hold."""

    how: str
    after_s: float
    done: str
    complaints: Sequence[str]


class Scenario(Protocol):
    """A context manager. `kill` begins the work, kills it at a moment of `chance`, lets it go on, and looks."""

    def __enter__(self) -> Self:
        """Make ready, and find out how long the work takes and what comes of it."""

    def __exit__(self, *exception: object) -> None:
        """Leave nothing behind."""

    def kill(self, chance: random.Random) -> Killed:
        """Kill the work once."""
