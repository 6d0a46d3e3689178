"""The step that provides the other engines finds what is installed, and records why it has none."""

import io
import json
from pathlib import Path

import pytest

from tools.process import CommandFailedError
from tools.progress import Progress
from tools.project import Project
from tools.steps import browsers
from tools.steps.step import run_steps


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A machine without any of the programs."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    mini_browser = (str(tmp_path / "lib" / "*" / "MiniBrowser"),)
    webkit = {**browsers.PROGRAMS["WebKit"], "browser": mini_browser}
    monkeypatch.setattr(browsers, "PROGRAMS", {**browsers.PROGRAMS, "WebKit": webkit})
    monkeypatch.setattr(browsers, "is_debian_root", lambda: False)
    return Project(tmp_path, tmp_path / "cache")


def install(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def recorded(project: Project) -> tuple[dict[str, dict[str, object]], str]:
    shown = io.StringIO()
    run_steps(project, Progress(shown), [browsers.browsers_step(project)])
    return json.loads(project.browsers_record.read_text()), shown.getvalue()


def test_what_is_installed_is_found_by_what_it_is_for(project: Project) -> None:
    folder = project.root
    firefox = install(folder / "bin" / "firefox-esr")
    driver, display = install(folder / "bin" / "WebKitWebDriver"), install(folder / "bin" / "Xvfb")
    browser = install(folder / "lib" / "x" / "MiniBrowser")
    found, _ = recorded(project)
    assert found == {
        "Firefox": {"programs": {"browser": firefox}},
        "WebKit": {"programs": {"browser": browser, "driver": driver, "display": display}},
    }


def test_an_engine_that_lacks_a_program_is_recorded_and_shown_with_what_would_help(project: Project) -> None:
    install(project.root / "bin" / "WebKitWebDriver")
    found, shown = recorded(project)
    assert "apt-get install firefox-esr" in str(found["Firefox"]["missing"])
    assert "apt-get install webkit2gtk-driver xvfb" in str(found["WebKit"]["missing"])
    assert "WebKit is not installed, so it is not tested" in shown


def test_an_engine_that_comes_later_is_found_then(project: Project) -> None:
    found, _ = recorded(project)
    assert "missing" in found["Firefox"]
    install(project.root / "bin" / "firefox")
    found, _ = recorded(project)
    assert "programs" in found["Firefox"]


def test_packages_that_cannot_be_had_leave_the_set_up_whole(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(package: str, *_: object) -> None:
        raise CommandFailedError(["apt-get", "install", package], "ended with status 100", [], project.logs)

    monkeypatch.setattr(browsers, "is_debian_root", lambda: True)
    monkeypatch.setattr(browsers, "apt_install", fails)
    found, shown = recorded(project)
    assert "could not be installed" in str(found["WebKit"]["missing"])
    assert "so it is not tested: apt-get failed" in shown
