"""Running the tests against mutants: a process for each, forked from one that has collected the tests already.

A change inside a function is made by exchanging its code, and only the tests that call the function are run. Any
other change, of a default or a constant, needs modules that are imported anew.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
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
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import pytest

from measure.mutate.mutants import Mutant, mutated

_SURVIVED, _KILLED, _NOT_A_FUNCTION = 0, 1, 3
_CPU_FACTOR, _CPU_LEAST_S = 4, 2
"""A mutant may take so many times the processor time that its tests take, and so many seconds at least."""
_WALL_LIMIT_S = 180.0
"""For a mutant that waits instead of computing. Generous, since the machine may be busy."""
_MEMORY_BYTES = 6 << 30

_Work = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Task:
    """A mutant, the file that it changes, and the test files that must notice, the likeliest first."""

    mutant: Mutant
    source: Path
    tests: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class _Coverage:
    """For each collected test the functions of the module that it calls, and its processor time."""

    functions: tuple[frozenset[str], ...]
    cpu_s: tuple[float, ...]

    def tests_of(self, function: str) -> list[int]:
        """Return which tests call a function, the quickest first."""
        calling = [test for test, functions in enumerate(self.functions) if function in functions]
        return sorted(calling, key=lambda test: self.cpu_s[test])


def load_heavy_modules() -> None:
    """Import what every run needs and no mutant changes, so that a fork has it at once."""
    for name in ("numpy", "PIL.Image", "PIL.ImageDraw", "pyclipper", "hypothesis"):
        if importlib.util.find_spec(name.partition(".")[0]) is not None:
            importlib.import_module(name)


def survivors(root: Path, tasks: Sequence[Task], jobs: int) -> Iterator[tuple[Task, bool]]:
    """Run the tasks of one module, `jobs` at a time, and yield each with whether its mutant survived, as they end.

    Raises RuntimeError when the tests fail without any mutant: then the death of one would mean nothing.
    """
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = _start(lambda: _serve(root, tasks, jobs, sender), cpu_s=None)
    sender.close()
    left = {task.mutant.number: task for task in tasks}
    cpu_s = None
    try:
        cpu_s = receiver.recv()
        while True:
            number, status = receiver.recv()
            if status != _NOT_A_FUNCTION:
                yield left.pop(number), status == _SURVIVED
    except EOFError:
        process.join()
    if cpu_s is None:
        names = " ".join(str(path.relative_to(root)) for path in tasks[0].tests)
        raise RuntimeError(f"These tests fail without any mutant: {names}. Mend them first.")
    for task, status in _pool(left.values(), lambda task: _import_run(root, task), jobs, cpu_s):
        yield task, status == _SURVIVED


def _serve(root: Path, tasks: Sequence[Task], jobs: int, results: Connection) -> int:
    """Collect the tests once, and run every mutant of a function in a fork of that."""

    class Loop:
        def pytest_runtestloop(self, session: pytest.Session) -> bool:
            coverage = _measure(session, tasks[0].source)
            if coverage is not None:
                results.send(sum(coverage.cpu_s))
                work = lambda task: _exchange_run(session, task, coverage)  # noqa: E731  # needs the session
                for task, status in _pool(tasks, work, jobs, sum(coverage.cpu_s)):
                    results.send((task.mutant.number, status))
            return True

    return _run_pytest(root, tasks[0].tests, [Loop()])


def _measure(session: pytest.Session, source: Path) -> _Coverage | None:
    """Run the tests on the code as it is; return None if one fails."""
    receiver, sender = multiprocessing.Pipe(duplex=False)

    def run() -> int:
        called: list[frozenset[str]] = []
        cpu_s: list[float] = []
        for item in session.items:
            names: set[str] = set()
            started = time.process_time()

            def note(frame: FrameType, event: str, _: Any, names: set[str] = names) -> None:
                if event == "call" and frame.f_code.co_filename == str(source):
                    names.add(frame.f_code.co_qualname)

            sys.setprofile(note)
            passed = _passes(session, item)
            sys.setprofile(None)
            if not passed:
                return _KILLED
            called.append(frozenset(names))
            cpu_s.append(time.process_time() - started)
        sender.send(_Coverage(tuple(called), tuple(cpu_s)))
        return _SURVIVED

    process = _start(run, cpu_s=None)
    sender.close()
    try:
        coverage: _Coverage = receiver.recv()
    except EOFError:
        return None
    finally:
        process.join()
    return coverage


def _exchange_run(session: pytest.Session, task: Task, coverage: _Coverage) -> _Work:
    def run() -> int:
        if not _exchange(task):
            return _NOT_A_FUNCTION
        tests = coverage.tests_of(task.mutant.function)
        _limit_cpu(sum(coverage.cpu_s[test] for test in tests))
        killed = any(not _passes(session, session.items[test]) for test in tests)
        return _KILLED if killed else _SURVIVED

    return run


def _exchange(task: Task) -> bool:
    """Give the mutant's function its changed code; return False when the change is not inside of one."""
    name = f"py_ocr.{task.mutant.module}"
    try:
        found: Any = sys.modules[name]
        for part in task.mutant.function.split("."):
            found = inspect.getattr_static(found, part)
    except (KeyError, AttributeError):
        return False
    found = found.fget if isinstance(found, property) else inspect.unwrap(found)
    tree = mutated(task.source, task.mutant.number)
    codes = _codes(compile(tree, str(task.source), "exec", dont_inherit=True))
    code = codes.get(task.mutant.function)
    if not isinstance(found, FunctionType) or code is None or code == found.__code__:
        return False
    found.__code__ = code
    return True


def _codes(code: CodeType) -> dict[str, CodeType]:
    inner = [part for part in code.co_consts if isinstance(part, CodeType)]
    return {part.co_qualname: part for part in inner} | {k: v for part in inner for k, v in _codes(part).items()}


def _passes(session: pytest.Session, item: pytest.Item) -> bool:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
    return session.testsfailed == 0


def _import_run(root: Path, task: Task) -> _Work:
    def run() -> int:
        name = f"py_ocr.{task.mutant.module}"
        sys.meta_path.insert(0, _MutatedFinder(name, task.source, mutated(task.source, task.mutant.number)))
        return _run_pytest(root, task.tests, [])

    return run


class _MutatedLoader(SourceFileLoader):
    def __init__(self, name: str, path: Path, tree: ast.Module) -> None:
        super().__init__(name, str(path))
        self._tree = tree

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002  # the protocol's
        return compile(self._tree, self.path, "exec", dont_inherit=True)


class _MutatedFinder(MetaPathFinder):
    """Finds one module as a tree in memory; the files of the project stay as they are."""

    def __init__(self, name: str, path: Path, tree: ast.Module) -> None:
        self._name, self._loader = name, _MutatedLoader(name, path, tree)

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002  # the protocol's
        target: ModuleType | None = None,  # noqa: ARG002  # the protocol's
    ) -> ModuleSpec | None:
        return importlib.util.spec_from_loader(fullname, self._loader) if fullname == self._name else None


def _run_pytest(root: Path, tests: Sequence[Path], plugins: list[object]) -> int:
    os.chdir(root)
    # What no stage needs and takes longer than most of the tests: plugins, and collecting garbage to the last.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    options = ["-x", "-q", "-s", "--tb=no", "--no-header"]
    for name in ("cacheprovider", "unraisableexception", "threadexception"):
        options += ["-p", f"no:{name}"]
    status = pytest.main([*options, *map(str, tests)], plugins=plugins)
    return _SURVIVED if status == pytest.ExitCode.OK else _KILLED


def _pool(tasks: Iterable[Task], work: Callable[[Task], _Work], jobs: int, cpu_s: float) -> Iterator[tuple[Task, int]]:
    """Do the work of each task in a process of its own and yield its status. Who takes too long is killed."""
    running: dict[int, tuple[Task, BaseProcess, float]] = {}
    waiting = iter(tasks)
    task = next(waiting, None)
    while task is not None or running:
        while task is not None and len(running) < jobs:
            process = _start(work(task), cpu_s)
            running[process.sentinel] = task, process, time.monotonic() + _WALL_LIMIT_S
            task = next(waiting, None)
        deadline = min(until for _, _, until in running.values())
        ready = set(connection.wait(list(running), max(0.0, deadline - time.monotonic())))
        for sentinel, (done, process, until) in list(running.items()):
            if sentinel in ready or time.monotonic() >= until:
                process.kill()
                process.join()
                del running[sentinel]
                yield done, process.exitcode if sentinel in ready and process.exitcode is not None else _KILLED


def _limit_cpu(cpu_s: float) -> None:
    """Let this process end when it takes far longer than its tests, which take so many seconds."""
    limit_s = round(_CPU_LEAST_S + _CPU_FACTOR * cpu_s)
    resource.setrlimit(resource.RLIMIT_CPU, (limit_s, limit_s))


def _start(work: _Work, cpu_s: float | None) -> BaseProcess:
    """Start work in a fork, silent; where the time of its tests is known, with limits."""

    def run() -> None:
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        if cpu_s is not None:
            resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
            _limit_cpu(cpu_s)
        status = _KILLED
        try:
            status = work()
        finally:
            os._exit(status)

    process: BaseProcess = multiprocessing.get_context("fork").Process(target=run)
    process.start()
    return process
