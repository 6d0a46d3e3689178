"""The virtual environment: created once, then filled from requirements/dev.txt with every hash checked."""

import csv
import os
import re
import shutil
import sys
import threading
from pathlib import Path

from tools.errors import SetupError
from tools.process import CommandFailedError, Word, output, run
from tools.progress import StepProgress
from tools.project import Project
from tools.stamps import fingerprint
from tools.steps.step import Step

_FILE = re.compile(
    r"(?:Downloading|Using cached|Processing) (?:\S*/)?([\w.]+-[\w.]+)(?!\S*\.metadata)\S*(?:.* \((\d[\d.]* \wB)\))?"
)
# apt serves one at a time: steps of this set-up by this lock, other programs by apt's own.
_APT = threading.Lock()
APT_LOCK_S = 300
APT_RETRIES = 3


def venv_step(project: Project) -> Step:
    """Return the step that makes an empty `.venv`, or keeps the one that is there."""
    return Step(
        name="venv",
        title="Python environment",
        inputs=lambda: fingerprint(project.root, [], [f"{sys.version_info[:2]}"]),
        products=lambda: [project.venv / "pyvenv.cfg"],
        make=lambda step: create_venv(project, step),
    )


def python_step(project: Project) -> Step:
    """Return the step that fills `.venv`."""
    requirements = project.root / "requirements" / "dev.txt"

    def make(step: StepProgress) -> None:
        for information in incomplete_packages(project.venv):
            shutil.rmtree(information)  # or pip would take the package for installed
        install(project, requirements, step)

    def products() -> list[Path]:
        missing = [path for paths in incomplete_packages(project.venv).values() for path in paths]
        return [project.venv / "pyvenv.cfg", *missing]

    return Step(
        name="python",
        title="Python packages",
        inputs=lambda: fingerprint(project.root, [requirements], [f"{sys.version_info[:2]}"]),
        products=products,
        make=make,
        needs=("venv",),
    )


def incomplete_packages(venv: Path) -> dict[Path, list[Path]]:
    """Return the files that installed packages lack of those that they list, by the folder with the list."""
    found = {}
    folders = [*venv.glob("lib/python*/site-packages"), venv / "Lib" / "site-packages"]  # the latter on Windows
    for record in sorted(record for folder in folders for record in folder.glob("*.dist-info/RECORD")):
        root = record.parents[1]
        with record.open(encoding="utf-8", newline="") as stream:
            listed = [root / row[0] for row in csv.reader(stream) if row]
        if missing := [path for path in listed if not path.exists()]:
            found[record.parent] = missing
    return found


def create_venv(project: Project, step: StepProgress) -> None:
    """Create the environment, or keep one that has this Python version and a working pip."""
    probe = "import pip, sys; print(*sys.version_info[:2])"
    if output([project.venv_python, "-c", probe]) == f"{sys.version_info[0]} {sys.version_info[1]}":
        return
    if not _venv_is_available():
        _install_debian_venv(project, step)
    step.item("python -m venv")
    run([sys.executable, "-m", "venv", "--clear", project.venv], step, project.logs / "python.log")


def install(project: Project, requirements: Path, step: StepProgress) -> None:
    """Run pip and show each package as it is collected and fetched."""
    text = requirements.read_text(encoding="utf-8")
    total = len(re.findall(r"^[\w.-]+==", text, re.MULTILINE))
    seen: set[str] = set()

    def on_line(line: str) -> None:
        if name := fetched_package(line):
            seen.add(name)
            step.item(name, min(len(seen), total), total)
        elif line.startswith("Installing collected packages"):
            step.item("installing what was fetched", total, total)

    command: list[Word] = [
        project.venv_python,
        "-m",
        "pip",
        "install",
        "--require-hashes",
        "--no-compile",
        "--progress-bar=off",
    ]
    env = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    run([*command, "-r", requirements], step, project.logs / "python.log", env=env, on_line=on_line)


def fetched_package(line: str) -> str | None:
    """Return name, version and size of the package that pip reports as fetched in this line of its output."""
    match = _FILE.search(line)
    if match is None:
        return None
    name = match[1].replace("-", " ")
    return f"{name} ({match[2]})" if match[2] else name


def _venv_is_available() -> bool:
    return output([sys.executable, "-c", "import ensurepip, venv; print('yes')"]) == "yes"


def _install_debian_venv(project: Project, step: StepProgress) -> None:
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    remedy = f"Install it (on Debian: apt-get install {package}), then run the command again."
    if not is_debian_root():
        raise SetupError("This Python has no working venv module.", remedy)
    try:
        apt_install(package, project, step)
    except CommandFailedError as error:
        raise SetupError(f"This Python has no working venv module, and {error.cause}", remedy) from error


def is_debian_root() -> bool:
    """Return whether packages can be installed with apt-get."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(package: str, project: Project, step: StepProgress) -> None:
    """Install a Debian package; only to be called where `is_debian_root()`."""
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    log = project.logs / "apt.log"

    def on_line(line: str) -> None:
        if match := re.match(r"Get:\d+ \S+ \S+ \S+ (\S+) .*(\[.*\])", line):
            step.item(f"Debian package {match[1]} {match[2]}")
        elif line.startswith(("Unpacking", "Setting up")):
            step.item("installing what was fetched")

    apt = ["apt-get", f"-oDPkg::Lock::Timeout={APT_LOCK_S}", f"-oAcquire::Retries={APT_RETRIES}"]
    with _APT:
        step.item("Debian package lists")
        run([*apt, "update"], step, log, env=env)
        run([*apt, "install", "-y", "--no-install-recommends", package], step, log, env=env, on_line=on_line)
