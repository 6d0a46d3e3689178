"""Which steps a command needs, in order."""

import contextlib
import os
import sys
from collections.abc import Iterator

from tools.progress import Progress
from tools.project import Project
from tools.steps.chromium import ENVIRONMENT_VARIABLE, chromium_path, chromium_step
from tools.steps.engine import engine_step
from tools.steps.models import models_step
from tools.steps.node import node_path, node_step
from tools.steps.python import python_step
from tools.steps.site import site_step
from tools.steps.step import run_steps
from tools.steps.wheels import wheels_step

try:
    import fcntl
except ModuleNotFoundError:  # not on Windows, where two set-ups at once are the user's to avoid
    fcntl = None  # type: ignore[assignment]


def prepare_tools(project: Project) -> None:
    """Provide the Node and Python packages only: what the linters need."""
    with _one_at_a_time(project):
        run_steps(project, Progress(sys.stderr), [node_step(project), python_step(project)])


def prepare_site(project: Project, *, mirror: str | None = None, browser: bool = False) -> None:
    """Provide everything that the site is made of, and Chromium if `browser`."""
    steps = [
        node_step(project),
        python_step(project),
        wheels_step(project, mirror),
        models_step(project),
        engine_step(project),
        site_step(project),
    ]
    if browser:
        steps.append(chromium_step(project))
    with _one_at_a_time(project):
        run_steps(project, Progress(sys.stderr), steps)
    if browser:
        os.environ[ENVIRONMENT_VARIABLE] = str(chromium_path(project))
        # Playwright for Python brings a Node of its own, which needs libatomic; a small Debian lacks that.
        os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", node_path())


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
        yield
