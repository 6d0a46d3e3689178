"""`npm test`, after the set-up: the checkers, the unit tests, then what runs in browsers; one closing line."""

import json
import os
import subprocess
import time
from pathlib import Path
from xml.etree import ElementTree

from tools.commands.check import run_checkers
from tools.commands.outcome import Outcome
from tools.ending import run_in_foreground
from tools.errors import SetupError
from tools.progress import format_seconds
from tools.project import Project


def run_tests(project: Project) -> int:
    """Run the checkers and every suite, each whatever the others give; return 0 if everything passed."""
    started = time.monotonic()
    suites = {
        "linters and type checkers": run_checkers,
        "unit tests in CPython": _pytest,
        "unit tests of the browser side": _node_test,
        "tests in browsers": _playwright,
    }
    outcomes = []
    for title, suite in suites.items():
        print(f"\n== {title}", flush=True)
        outcomes.append(suite(project))
    passed, failed, skipped = (
        sum(getattr(one, field) for one in outcomes) for field in ("passed", "failed", "skipped")
    )
    is_good = failed == 0 and all(one.status == 0 for one in outcomes)
    elapsed = format_seconds(time.monotonic() - started)
    print(f"\n{passed} passed, {failed} failed, {skipped} skipped in {elapsed}: {'ok' if is_good else 'FAILED'}")
    return 0 if is_good else 1


def _pytest(project: Project) -> Outcome:
    report = project.build / "pytest.xml"
    report.unlink(missing_ok=True)
    command = [str(project.venv_python), "-m", "pytest", f"--junitxml={report}"]
    status = run_in_foreground(command, cwd=project.root)
    return read_junit(report, status)


def _node_test(project: Project) -> Outcome:
    report = project.build / "node-test.xml"
    report.unlink(missing_ok=True)
    folder = project.root / "tests" / "unit" / "web"
    reporters = {"spec": "stdout", "junit": str(report)}
    options = [f"--test-reporter{end}" for name, to in reporters.items() for end in (f"={name}", f"-destination={to}")]
    tests = [str(path) for path in sorted(folder.glob("*.test.ts"))]
    # Many wait on clocks, whatever there are of cores.
    options += [f"--import={(folder / 'typescript.mjs').as_uri()}", "--test-concurrency=8"]
    command = ["node", "--test", *options, *tests]
    status = run_in_foreground(command, cwd=project.root, stdin=subprocess.DEVNULL)
    return read_node_junit(report, status)


def _playwright(project: Project) -> Outcome:
    report = project.build / "playwright.json"
    report.unlink(missing_ok=True)
    command = ["npx", "--no-install", "playwright", "test", "--reporter=list,json"]
    env = {**os.environ, "PLAYWRIGHT_JSON_OUTPUT_FILE": str(report)}
    status = run_in_foreground(command, cwd=project.root, env=env, stdin=subprocess.DEVNULL)
    return read_playwright(report, status)


def read_junit(report: Path, status: int) -> Outcome:
    """Return the counts of a JUnit file. Raises `SetupError` if pytest did not get as far as writing it."""
    if not report.is_file():
        raise SetupError(f"pytest ended with status {status} before it ran a test.", "See its output above.")
    suite = next(ElementTree.parse(report).getroot().iter("testsuite")).attrib
    failed = int(suite["failures"]) + int(suite["errors"])
    skipped = int(suite["skipped"])
    return Outcome(int(suite["tests"]) - failed - skipped, failed, skipped, status)


def read_node_junit(report: Path, status: int) -> Outcome:
    """Return the counts of the JUnit file of `node --test`, whose suites say nothing of failures.

    Raises `SetupError` if there is none, or no test in it.
    """
    cases = list(ElementTree.parse(report).getroot().iter("testcase")) if report.is_file() else []
    if not cases:
        raise SetupError(f"node --test ended with status {status} before it ran a test.", "See its output above.")
    failed = sum(case.find("failure") is not None for case in cases)
    skipped = sum(case.find("skipped") is not None for case in cases)
    return Outcome(len(cases) - failed - skipped, failed, skipped, status)


def read_playwright(report: Path, status: int) -> Outcome:
    """Return the counts of Playwright's JSON report; a flaky test counts as failed, because it did fail once.

    Raises `SetupError` if Playwright did not get as far as writing it.
    """
    if not report.is_file():
        raise SetupError(f"Playwright ended with status {status} before it ran a test.", "See its output above.")
    stats = json.loads(report.read_text(encoding="utf-8"))["stats"]
    return Outcome(stats["expected"], stats["unexpected"] + stats["flaky"], stats["skipped"], status)
