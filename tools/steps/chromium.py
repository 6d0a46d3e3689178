"""Chromium for the tests, the benchmark and the headless command: the installed one, else one that is fetched.

`.build/chromium.json` records which; whoever starts a browser reads it, or `PY_OCR_CHROMIUM`, which the commands
set for the programs that they run.
"""

import json
import os
import re
import shutil
from pathlib import Path

from tools.errors import SetupError
from tools.process import output, run
from tools.progress import StepProgress
from tools.project import Project
from tools.stamps import fingerprint
from tools.steps.python import apt_install, is_debian_root
from tools.steps.step import Step
from tools.store import write_json

ENVIRONMENT_VARIABLE = "PY_OCR_CHROMIUM"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
PLAYWRIGHT_CONNECT_MS = 10_000
PLAYWRIGHT_LIMIT_S = 600.0
_PERCENT = re.compile(r"(\d{1,3})% of ")


def chromium_step(project: Project) -> Step:
    """Return the step that finds or fetches Chromium."""
    return Step(
        name="chromium",
        title="Chromium",
        inputs=lambda: fingerprint(
            project.root,
            [project.root / "package-lock.json"],
            [os.environ.get(ENVIRONMENT_VARIABLE, ""), str(_recorded_program_exists(project))],
        ),
        products=lambda: [project.chromium_record],
        make=lambda step: provide(project, step),
        needs=("node",),
    )


def provide(project: Project, step: StepProgress) -> None:
    """Find or fetch Chromium and record its path. Raises `SetupError` naming the command to run."""
    found = _named() or _installed() or _from_playwright(project, step) or _from_debian(project, step)
    if found is None:
        raise SetupError(
            "No Chromium is installed, and Playwright could not download one.",
            f"Run `npx playwright install --with-deps chromium`, install Chromium with the system's package manager "
            f"(Debian: apt-get install chromium), or set {ENVIRONMENT_VARIABLE} to its path.",
        )
    program, origin, version = found
    step.note(f"{version} ({origin})")
    write_json(project.chromium_record, {"executable": str(program), "origin": origin, "version": version})


def chromium_path(project: Project) -> Path:
    """Return the Chromium that the step recorded."""
    return Path(json.loads(project.chromium_record.read_text(encoding="utf-8"))["executable"])


def _recorded_program_exists(project: Project) -> bool:
    return project.chromium_record.is_file() and chromium_path(project).is_file()


def _working(program: str | Path, origin: str) -> tuple[Path, str, str] | None:
    version = output([program, "--version"])
    return (Path(program), origin, version) if version else None


def _named() -> tuple[Path, str, str] | None:
    if not (named := os.environ.get(ENVIRONMENT_VARIABLE)):
        return None
    if found := _working(named, f"named by {ENVIRONMENT_VARIABLE}"):
        return found
    raise SetupError(f"{ENVIRONMENT_VARIABLE} names {named}, which does not run.", "Correct or unset the variable.")


def _installed(origin: str = "installed") -> tuple[Path, str, str] | None:
    programs = filter(None, map(shutil.which, PROGRAMS))
    return next(filter(None, (_working(program, origin) for program in programs)), None)


def _from_playwright(project: Project, step: StepProgress) -> tuple[Path, str, str] | None:
    script = "console.log(require('playwright-core').chromium.executablePath())"
    program = output(["node", "-e", script], cwd=project.root)
    if program and (found := _working(program, "Playwright")):
        return found
    step.item("Playwright's own download")

    def on_line(line: str) -> None:
        # Only how far it is: where the download is not reachable, Playwright prints a stack trace for every attempt.
        if match := _PERCENT.search(line):
            step.item("Playwright's own download", int(match[1]), 100)

    env = {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": str(PLAYWRIGHT_CONNECT_MS)}
    command = ["npx", "--no-install", "playwright", "install", "chromium"]
    try:
        run(
            command,
            step,
            project.logs / "chromium.log",
            cwd=project.root,
            env=env,
            timeout_s=PLAYWRIGHT_LIMIT_S,
            on_line=on_line,
        )
    except SetupError:
        step.note("Playwright's own download of Chromium is not reachable.")
        return None
    return _working(program, "Playwright")


def _from_debian(project: Project, step: StepProgress) -> tuple[Path, str, str] | None:
    if not is_debian_root():
        return None
    apt_install("chromium", project, step)
    return _installed("Debian's package")
