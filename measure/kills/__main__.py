"""`npm run kills`: kills the set-up, the native batch and the browser at random moments, and looks at the rest."""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence
from typing import Final

from measure.kills.batch import Batch
from measure.kills.queue import PageQueue
from measure.kills.scenario import Killed, Scenario
from measure.kills.set_up import SetUp
from tools.progress import format_seconds
from tools.project import Project, this_project

SCENARIOS: Final[dict[str, Callable[[Project], Scenario]]] = {"batch": Batch, "queue": PageQueue, "set-up": SetUp}

DESCRIPTION = (
    "Kill, at random moments, the native command in a batch, the browser or the tab while the page reads its queue, "
    "and the set-up, by TERM or KILL. After each, nothing may be half-written, nothing that was shown as done be lost, "
    "no process run on, no lock be held, and the next run must work. The exit status is 1 where that is not so."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    options = _parser().parse_args(arguments)
    complaints = 0
    for name in options.only:
        started = time.monotonic()
        found = _kill(name, this_project(), options.count, options.seed)
        complaints += found
        print(f"{name}: {options.count} kills in {format_seconds(time.monotonic() - started)}, {found} complaints")
    return 1 if complaints else 0


def _kill(name: str, project: Project, count: int, first_seed: int) -> int:
    complaints = 0
    with SCENARIOS[name](project) as scenario:
        for seed in range(first_seed, first_seed + count):
            killed = scenario.kill(random.Random(seed))
            complaints += len(killed.complaints)
            print(f"{name}#{seed}: {described(killed)}", flush=True)
    return complaints


def described(killed: Killed) -> str:
    """Return what is said of a kill."""
    said = f"{killed.how} after {killed.after_s:.2f} s, {killed.done}"
    return f"{said}: {'; '.join(killed.complaints) or 'all holds'}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="npm run kills --", description=DESCRIPTION)
    parser.add_argument("--count", type=int, default=10, help="kills of each; default: %(default)s")
    parser.add_argument("--seed", type=int, default=1, help="of the first kill of each; default: %(default)s")
    parser.add_argument("--only", nargs="+", choices=SCENARIOS, default=list(SCENARIOS), help="default: all")
    return parser


if __name__ == "__main__":
    sys.exit(main())
