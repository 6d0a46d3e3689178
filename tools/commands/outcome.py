"""How a suite of checks or tests ended."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """How many of a suite ended how; `status` is the exit status of its runner."""

    passed: int
    failed: int
    skipped: int
    status: int
