"""A step of the set-up, and running those that are not up to date."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.progress import Progress, StepProgress
from tools.project import Project
from tools.stamps import Stamp


@dataclass(frozen=True)
class Step:
    """`inputs` is a fingerprint of what `make` reads; `products` are the files that prove that it finished.

    Both are asked for only when the step's turn comes, because they may depend on what earlier steps made.
    """

    name: str
    title: str
    inputs: Callable[[], str]
    products: Callable[[], Sequence[Path]]
    make: Callable[[StepProgress], None]


def run_steps(project: Project, progress: Progress, steps: Sequence[Step]) -> None:
    """Run each step whose stamp is out of date; the stamp is written only after the step has succeeded."""
    for step in steps:
        stamp = Stamp(project.stamps / f"{step.name}.json")
        inputs = step.inputs()
        if stamp.is_current(inputs, step.products()):
            continue
        stamp.remove()
        with progress.step(step.title) as shown:
            step.make(shown)
        stamp.write(step.inputs(), step.products())
