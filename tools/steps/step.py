"""A step of the set-up, and running those that are not up to date, side by side where none needs the other."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tools.errors import CancelledError
from tools.progress import Progress, StepProgress, side_by_side
from tools.project import Project
from tools.stamps import Stamp

WAIT_S = 0.2


@dataclass(frozen=True)
class Step:
    """`inputs` is a fingerprint of what `make` reads; `products` are the files that prove that it finished.

    Both are asked for only when the step's turn comes, because they may depend on what the steps that it `needs` made.
    """

    name: str
    title: str
    inputs: Callable[[], str]
    products: Callable[[], Sequence[Path]]
    make: Callable[[StepProgress], None]
    needs: tuple[str, ...] = ()


def run_steps(project: Project, progress: Progress, steps: Sequence[Step]) -> int:
    """Run each step whose stamp is out of date and return how many those were.

    A step starts when those that it needs are done; the stamp is written only after the step has succeeded.
    """
    done = {step.name: threading.Event() for step in steps}
    made: list[str] = []

    def run(step: Step) -> None:
        _await([done[name] for name in step.needs if name in done], progress.cancelled)
        if _bring_up_to_date(project, progress, step):
            made.append(step.name)
        done[step.name].set()

    _check_order(steps, done)
    side_by_side([partial(run, step) for step in steps], progress.cancelled)
    return len(made)


def _check_order(steps: Sequence[Step], known: Mapping[str, object]) -> None:
    """Raise `ValueError` where a step comes before one that it needs: then all of them would wait for ever."""
    seen: set[str] = set()
    for step in steps:
        if late := [name for name in step.needs if name in known and name not in seen]:
            raise ValueError(f"step {step.name} needs {', '.join(late)}, which must stand before it")
        seen.add(step.name)


def _bring_up_to_date(project: Project, progress: Progress, step: Step) -> bool:
    stamp = Stamp(project.stamps / f"{step.name}.json")
    if stamp.is_current(step.inputs(), step.products()):
        return False
    stamp.remove()
    with progress.step(step.title) as shown:
        step.make(shown)
    stamp.write(step.inputs(), step.products())
    return True


def _await(events: Sequence[threading.Event], cancelled: threading.Event) -> None:
    for event in events:
        while not event.wait(WAIT_S):
            if cancelled.is_set():
                raise CancelledError("Not begun because another step failed.", "See the other error.")
