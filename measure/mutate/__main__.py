"""`npm run mutate`: breaks the stages of the engine, one small change at a time, and lists what no test notices.

Each mutant meets the tests of its own module and those of the modules that import it. Where no stage is named, one of
ten mutants is made, drawn with a fixed seed.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from measure.mutate.accepted import Accepted, load_accepted
from measure.mutate.mutants import Mutant, mutants_of
from measure.mutate.running import Task, load_heavy_modules, survivors

ROOT = Path(__file__).parents[2]
STAGES = (
    "image",
    "geometry",
    "components",
    "tiles",
    "ctc",
    "languages",
    "variants",
    "text_map",
    "stacks",
    "ink",
    "leaders",
    "lone",
    "glance",
    "detection",
    "cutting",
    "crop",
    "orientation",
    "recognition",
    "condensed",
    "reading",
    "vertical",
    "repeats",
    "spacing",
    "shapes",
    "lookalikes",
    "marks",
    "mrz",
    "lines",
    "initials",
    "rejection",
    "columns",
    "layout",
    "engine",
)
LEAST_SCORE = 0.8
SAMPLED_PART = 10
_SEED = 20


@dataclass(slots=True)
class Score:
    """What became of the mutants of a module."""

    killed: int = 0
    accepted: list[Mutant] = field(default_factory=list)
    open: list[Mutant] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many mutants there were."""
        return self.killed + len(self.accepted) + len(self.open)

    def __str__(self) -> str:
        share = self.killed / max(self.total, 1)
        return (
            f"{self.killed:>4} of {self.total:<4} killed ({share:4.0%}), "
            f"{len(self.accepted)} accepted, {len(self.open)} open"
        )


def main(arguments: Sequence[str]) -> int:
    """Run what was asked for; return 0 if enough mutants die and every survivor has its reason."""
    options = _parser().parse_args(arguments)
    unknown = set(options.modules) - set(STAGES)
    if unknown:
        print(f"error: no stage is called {', '.join(sorted(unknown))}. There are: {', '.join(STAGES)}.")
        return 2
    every = [task for module in options.modules or STAGES for task in _tasks(module, options.function)]
    tasks = every if options.all or options.modules else _sample(every)
    if options.list:
        for task in tasks:
            print(_place(task.mutant))
        return 0
    accepted = load_accepted()
    started = time.monotonic()
    scores = _run(tasks, accepted, options.jobs)
    return _report(scores, accepted, every if options.function is None else [], time.monotonic() - started)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="npm run mutate --", description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="STAGE", help=f"every mutant of these: {', '.join(STAGES)}")
    parser.add_argument("--function", metavar="NAME", help="only the mutants of this function or class")
    parser.add_argument("--all", action="store_true", help="every mutant of every stage, not only the sample")
    parser.add_argument("--list", action="store_true", help="list the mutants and run nothing")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="at a time; default: %(default)s")
    return parser


def _tasks(module: str, function: str | None) -> list[Task]:
    source = ROOT / "py_ocr" / f"{module}.py"
    tests = covering_tests(module)
    if not tests:
        raise FileNotFoundError(f"No file in tests/unit is about py_ocr/{module}.py.")
    return [
        Task(mutant, source, tests)
        for mutant in mutants_of(source, module)
        if function is None or function in mutant.function.split(".")
    ]


def covering_tests(module: str) -> tuple[Path, ...]:
    """Return the test files of a module: its own, those that import it, and those of the modules that import it."""
    folder = ROOT / "tests" / "unit"
    importers = [path.stem for path in sorted((ROOT / "py_ocr").glob("*.py")) if imports(path, module)]
    own = [folder / f"test_{module}.py", *sorted(folder.glob(f"test_{module}_*.py"))]
    direct = [path for path in sorted(folder.glob("test_*.py")) if imports(path, module)]
    beyond = [folder / f"test_{name}.py" for name in importers]
    return tuple(dict.fromkeys(path for path in [*own, *direct, *beyond] if path.is_file()))


def imports(path: Path, module: str) -> bool:
    """Tell whether a file imports a module of py_ocr by its name."""
    return any(
        isinstance(node, ast.ImportFrom) and node.module == f"py_ocr.{module}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )


def _sample(tasks: Sequence[Task]) -> list[Task]:
    """Return one task of so many, in their order: the same ones each time, as long as the sources are the same."""
    places = random.Random(_SEED).sample(range(len(tasks)), -(-len(tasks) // SAMPLED_PART))
    return [tasks[place] for place in sorted(places)]


def _run(tasks: Sequence[Task], accepted: Accepted, jobs: int) -> dict[str, Score]:
    load_heavy_modules()
    scores: dict[str, Score] = {}
    for module in dict.fromkeys(task.mutant.module for task in tasks):
        score = scores[module] = Score()
        started = time.monotonic()
        for task, survived in survivors(ROOT, [task for task in tasks if task.mutant.module == module], jobs):
            if not survived:
                score.killed += 1
            elif accepted.reason(task.mutant) is None:
                score.open.append(task.mutant)
                print(f"survived: {_place(task.mutant)}", flush=True)
            else:
                score.accepted.append(task.mutant)
        print(f"{module:<12} {score}, in {time.monotonic() - started:.0f} s", flush=True)
    return scores


def _report(scores: dict[str, Score], accepted: Accepted, whole: Sequence[Task], elapsed_s: float) -> int:
    print("\nAccepted survivors:")
    for score in scores.values():
        for mutant in sorted(score.accepted, key=lambda mutant: mutant.number):
            print(f"  {_place(mutant)}\n    {accepted.reason(mutant)}")
    print("\nSurvivors without a reason:")
    for score in scores.values():
        for mutant in sorted(score.open, key=lambda mutant: mutant.number):
            print(f"  {_place(mutant)}")
    stale = accepted.without_mutant([task.mutant for task in whole])
    if stale:
        print("\nAccepted, but there is no such mutant any more; take these out of accepted.toml:")
        for key in stale:
            print(f"  {' | '.join(key)}")
    print()
    total = Score()
    for name, score in scores.items():
        print(f"{name:<12} {score}")
        total.killed += score.killed
        total.accepted += score.accepted
        total.open += score.open
    print(f"{'all':<12} {total}, in {elapsed_s / 60:.1f} min")
    return 0 if total.killed >= LEAST_SCORE * total.total and not total.open and not stale else 1


def _place(mutant: Mutant) -> str:
    return f"py_ocr/{mutant.module}.py:{mutant.line} {mutant.function or '(module)'}: {mutant.change}"


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: a fork must not find threads
    sys.exit(main(sys.argv[1:]))
