"""The packages as they would be published, and an empty environment that they are installed into."""

import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from measure.headless.chromium_launch import plan_launch
from tools.project import this_project

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with everything that `npm run package` builds."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "tools", "package", "--out", str(folder)]
    subprocess.run(command, cwd=this_project().root, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="session")
def installed(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a program of a fresh environment, in an empty folder, that has `py-ocr[native]` and nothing else."""
    return _environment(tmp_path_factory, packages, "py-ocr[native]")


@pytest.fixture(scope="session")
def installed_with_others(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """As `installed`, beside what notebooks and tests of pages are run with."""
    return _environment(
        tmp_path_factory, packages, "py-ocr[native]", "ipykernel", "jupyter_client", "pytest-playwright"
    )


@pytest.fixture(scope="session")
def installed_bare(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """As `installed`, without the extra."""
    return _environment(tmp_path_factory, packages, "py-ocr")


def _environment(tmp_path_factory: pytest.TempPathFactory, packages: Path, *requirements: str) -> Run:
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder / "venv", with_pip=True)
    programs = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    empty = folder / "elsewhere"
    empty.mkdir()

    def run(program: str, *arguments: str | Path, stdin: bytes | None = None) -> subprocess.CompletedProcess[str]:
        command = [str(programs / program), *map(str, arguments)]
        done = subprocess.run(command, cwd=empty, capture_output=True, input=stdin, check=False)
        return subprocess.CompletedProcess(
            command, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
        )

    added = run("python", "-m", "pip", "install", "--quiet", "--find-links", packages, *requirements)
    assert added.returncode == 0, added.stderr
    return run


CONFTEST = """
import pytest

@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {{**browser_type_launch_args, "executable_path": {executable!r}, "chromium_sandbox": {sandbox!r}}}
"""


def conftest_with_chromium() -> str:
    """Return a conftest.py for pytest-playwright that starts the Chromium of this machine."""
    launch = plan_launch(this_project(), "wasm")
    return CONFTEST.format(executable=str(launch.executable), sandbox=launch.sandbox)
