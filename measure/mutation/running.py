"""Running the tests against one mutant: a process for each, forked from one that has everything heavy loaded."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from multiprocessing import connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import CodeType, ModuleType

import pytest

from measure.mutation.mutants import Mutant, mutated

_ALIVE, _DEAD = 0, 1
_CPU_FACTOR, _CPU_LEAST_S = 4, 4
"""A mutant may take so many times the processor time of the tests, and never less than so many seconds more."""
_WALL_LIMIT_S = 180.0
"""For a mutant that waits instead of computing. Generous, since the machine may be busy."""
_MEMORY_BYTES = 6 << 30


@dataclass(frozen=True, slots=True)
class Task:
    """A mutant, the file that it changes, and the test files that must notice, the likeliest first."""

    mutant: Mutant
    source: Path
    tests: tuple[Path, ...]


class _MutatedLoader(SourceFileLoader):
    def __init__(self, name: str, path: Path, tree: ast.Module) -> None:
        super().__init__(name, str(path))
        self._tree = tree

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002  # the protocol's
        return compile(self._tree, self.path, "exec")


class _MutatedFinder(MetaPathFinder):
    """Finds one module as a tree in memory; the files of the project stay as they are."""

    def __init__(self, name: str, path: Path, tree: ast.Module) -> None:
        self._name, self._loader = name, _MutatedLoader(name, path, tree)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None  # noqa: ARG002  # the protocol's
    ) -> ModuleSpec | None:
        return importlib.util.spec_from_loader(fullname, self._loader) if fullname == self._name else None


def load_heavy_modules() -> None:
    """Import what every run needs and no mutant changes, so that a fork has it at once."""
    for name in ("numpy", "PIL.Image", "PIL.ImageDraw", "pyclipper", "pytest_asyncio", "hypothesis"):
        if importlib.util.find_spec(name.partition(".")[0]) is not None:
            importlib.import_module(name)
    if any(name.partition(".")[0] == "py_ocr" for name in sys.modules):
        raise RuntimeError("py_ocr was imported before its mutants were.")


def measure_cpu_s(root: Path, tests: Sequence[Path]) -> float:
    """Run the tests on the code as it is and return their processor time in seconds.

    Raises RuntimeError when they fail: then the death of a mutant would mean nothing.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = _start(lambda: _run_tests(root, tests), cpu_s=None)
    process.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.exitcode != _ALIVE:
        names = " ".join(str(path.relative_to(root)) for path in tests)
        raise RuntimeError(f"These tests fail without any mutant: {names}. Mend them first.")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def survivors(
    root: Path, tasks: Iterable[Task], cpu_s: Callable[[Task], float], jobs: int
) -> Iterator[tuple[Task, bool]]:
    """Run each task, `jobs` at a time, and yield it with whether its mutant survived, as they end."""
    running: dict[int, tuple[Task, BaseProcess, float]] = {}
    waiting = iter(tasks)
    task = next(waiting, None)
    while task is not None or running:
        while task is not None and len(running) < jobs:
            limit_s = round(_CPU_LEAST_S + _CPU_FACTOR * cpu_s(task))
            process = _start(_mutated_run(root, task), limit_s)
            running[process.sentinel] = task, process, time.monotonic() + _WALL_LIMIT_S
            task = next(waiting, None)
        deadline = min(until for _, _, until in running.values())
        ready = set(connection.wait(list(running), max(0.0, deadline - time.monotonic())))
        for sentinel, (done, process, until) in list(running.items()):
            if sentinel not in ready and time.monotonic() < until:
                continue
            process.kill()
            process.join()
            del running[sentinel]
            yield done, process.exitcode == _ALIVE and sentinel in ready


def _mutated_run(root: Path, task: Task) -> Callable[[], int]:
    def run() -> int:
        name = f"py_ocr.{task.mutant.module}"
        tree = mutated(task.source, task.mutant.number)
        sys.meta_path.insert(0, _MutatedFinder(name, task.source, tree))
        return _run_tests(root, task.tests)

    return run


def _run_tests(root: Path, tests: Sequence[Path]) -> int:
    os.chdir(root)
    # What no stage needs and takes longer than most of the tests: plugins, and collecting garbage to the last.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    options = ["-x", "-q", "--tb=no", "--no-header"]
    for name in ("cacheprovider", "unraisableexception", "threadexception"):
        options += ["-p", f"no:{name}"]
    status = pytest.main([*options, *map(str, tests)])
    return _ALIVE if status == pytest.ExitCode.OK else _DEAD


def _start(work: Callable[[], int], cpu_s: int | None) -> BaseProcess:
    def run() -> None:
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
        if cpu_s is not None:
            resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
        status = _DEAD
        try:
            status = work()
        finally:
            os._exit(status)

    process = multiprocessing.get_context("fork").Process(target=run)
    process.start()
    return process
