"""The command line says what went wrong, counts the tests right, and runs programs to their end."""

import io
import json
import sys
from pathlib import Path

import pytest

from tools.commands.command_line import main
from tools.commands.outcome import Outcome
from tools.commands.run_tests import read_junit, read_node_junit, read_playwright
from tools.errors import SetupError
from tools.process import CommandFailedError, run
from tools.progress import StepProgress
from tools.steps.node import is_installed


@pytest.fixture
def step() -> StepProgress:
    return StepProgress("Step", io.StringIO(), lambda: 0.0, on_terminal=False)


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    for name in ("start", "test", "check", "lock", "wheels", "ocr", "bench", "accuracy", "backends"):
        assert name in shown


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["strat"])
    assert raised.value.code == 2
    assert "invalid choice: 'strat'" in capsys.readouterr().err


def test_the_results_of_pytest_are_counted(tmp_path: Path) -> None:
    report = tmp_path / "pytest.xml"
    report.write_text('<testsuites><testsuite errors="1" failures="2" skipped="3" tests="10"/></testsuites>')
    assert read_junit(report, 1) == Outcome(passed=4, failed=3, skipped=3, status=1)


def test_the_results_of_node_are_counted_by_case(tmp_path: Path) -> None:
    report = tmp_path / "node-test.xml"
    report.write_text(
        '<testsuites><testcase name="a"/><testsuite name="s" failures="0"><testcase name="b"/>'
        '<testcase name="c" failure="no"><failure type="testCodeFailure"/></testcase></testsuite>'
        '<testcase name="d"><skipped type="skipped"/></testcase></testsuites>'
    )
    assert read_node_junit(report, 1) == Outcome(passed=2, failed=1, skipped=1, status=1)


def test_the_results_of_playwright_are_counted_and_a_flaky_test_failed(tmp_path: Path) -> None:
    report = tmp_path / "playwright.json"
    report.write_text(json.dumps({"stats": {"expected": 5, "unexpected": 1, "flaky": 1, "skipped": 2}}))
    assert read_playwright(report, 0) == Outcome(passed=5, failed=2, skipped=2, status=0)


def test_a_runner_that_wrote_no_report_is_an_error_and_not_zero_failures(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="status 4"):
        read_junit(tmp_path / "absent.xml", 4)
    with pytest.raises(SetupError, match="status 1"):
        read_playwright(tmp_path / "absent.json", 1)
    with pytest.raises(SetupError, match="status 2"):
        read_node_junit(tmp_path / "absent.xml", 2)


def test_the_output_of_a_program_is_passed_on_line_by_line_and_logged(step: StepProgress, tmp_path: Path) -> None:
    lines: list[str] = []
    program = "import sys; print('one'); print('two', file=sys.stderr)"
    run([sys.executable, "-u", "-c", program], step, tmp_path / "log", on_line=lines.append)
    assert lines == ["one", "two"]
    assert (tmp_path / "log").read_text().splitlines()[1:] == lines


def test_a_failing_program_is_reported_with_its_last_lines(step: StepProgress, tmp_path: Path) -> None:
    program = "print('the reason at https://host.invalid/x'); raise SystemExit(3)"
    with pytest.raises(CommandFailedError, match="status 3") as raised:
        run([sys.executable, "-c", program], step, tmp_path / "log")
    assert "the reason" in raised.value.cause
    assert "host.invalid" not in raised.value.cause


def test_a_program_that_is_not_there_is_named(step: StepProgress, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="no-such-program is not installed"):
        run(["no-such-program"], step, tmp_path / "log")


def test_node_modules_are_kept_only_if_they_are_what_the_lock_file_says(tmp_path: Path) -> None:
    lock, installed = tmp_path / "package-lock.json", tmp_path / "installed.json"
    wanted = {
        "": {},
        "node_modules/a": {"integrity": "1"},
        "node_modules/other-os": {"integrity": "2", "optional": True},
    }
    lock.write_text(json.dumps({"packages": wanted}))
    assert not is_installed(lock, installed)
    installed.write_text(json.dumps({"packages": {"node_modules/a": {"integrity": "0"}}}))
    assert not is_installed(lock, installed)
    installed.write_text(json.dumps({"packages": {"node_modules/a": {"integrity": "1"}}}))
    assert is_installed(lock, installed)
