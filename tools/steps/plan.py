"""Which steps a command needs, in order."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator, Sequence

from tools.progress import Progress, format_seconds
from tools.project import Project
from tools.steps.browsers import browsers_step
from tools.steps.chromium import ENVIRONMENT_VARIABLE, chromium_path, chromium_step
from tools.steps.engine import engine_step
from tools.steps.models import models_step
from tools.steps.node import node_path, node_step
from tools.steps.pdf_programs import pdf_programs_step
from tools.steps.python import python_step, venv_step
from tools.steps.site import site_step
from tools.steps.step import Step, run_steps
from tools.steps.wheels import wheels_step

try:
    import fcntl
except ModuleNotFoundError:  # not on Windows, where two set-ups at once are the user's to avoid
    fcntl = None  # type: ignore[assignment]


def prepare_venv(project: Project) -> None:
    """Provide an empty virtual environment only: on Debian, Python may lack what makes one."""
    _bring_up_to_date(project, [venv_step(project)])


def prepare_tools(project: Project) -> None:
    """Provide the Node and Python packages only: what the linters need."""
    _bring_up_to_date(project, [node_step(project), venv_step(project), python_step(project)])


def prepare_site(
    project: Project,
    *,
    mirror: str | None = None,
    browser: bool = False,
    tests: bool = False,
    engines: bool = False,
) -> None:
    """Provide everything that the site is made of.

    Chromium if `browser`, Firefox and WebKit if `engines`, what only tests need if `tests`.
    """
    steps = [
        node_step(project),
        venv_step(project),
        python_step(project),
        wheels_step(project, mirror),
        models_step(project),
        engine_step(project),
        site_step(project),
    ]
    if browser:
        steps.append(chromium_step(project))
    if engines:
        steps.append(browsers_step(project))
    if tests:
        steps.append(pdf_programs_step(project))
    _bring_up_to_date(project, steps)
    if browser:
        os.environ[ENVIRONMENT_VARIABLE] = str(chromium_path(project))
        # Playwright for Python brings a Node of its own, which needs libatomic; a small Debian lacks that.
        os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", node_path())


def _bring_up_to_date(project: Project, steps: Sequence[Step]) -> None:
    progress = Progress(sys.stderr)
    started = time.monotonic()
    with _one_at_a_time(project):
        made = run_steps(project, progress, steps)
    took = format_seconds(time.monotonic() - started)
    progress.say(f"Set up in {took}." if made else f"Everything was set up already ({took}).")


@contextlib.contextmanager
def _one_at_a_time(project: Project) -> Iterator[None]:
    project.build.mkdir(parents=True, exist_ok=True)
    with (project.build / "lock").open("w") as lock:
        if fcntl is not None:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                print("Another set-up is running in this checkout; waiting for it.", file=sys.stderr, flush=True)
                fcntl.flock(lock, fcntl.LOCK_EX)
        # The programs that the steps run hold it, too: where this one is killed, the next waits until they have ended.
        os.set_inheritable(lock.fileno(), True)
        yield
