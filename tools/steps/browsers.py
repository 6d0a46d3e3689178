"""Firefox and WebKitGTK for the end-to-end list, which runs in three engines: the installed ones, else Debian's.

`.build/browsers.json` records for each which programs there are, or why none are. Who has neither can run everything
else: the tests of that engine are skipped, and say so.
"""

import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from tools.errors import CancelledError, SetupError
from tools.progress import StepProgress
from tools.project import Project
from tools.stamps import fingerprint
from tools.steps.python import apt_install, is_debian_root
from tools.steps.step import Step
from tools.store import write_json

PROGRAMS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "Firefox": {"browser": ("firefox-esr", "firefox")},
    "WebKit": {
        "browser": ("/usr/lib/*/webkit2gtk-4.1/MiniBrowser",),
        "driver": ("WebKitWebDriver",),
        "display": ("Xvfb",),
    },
}
"""What each engine needs, by what it is for: names on the PATH, or patterns of paths."""

PACKAGES: Mapping[str, tuple[str, ...]] = {"Firefox": ("firefox-esr",), "WebKit": ("webkit2gtk-driver", "xvfb")}
"""Debian's packages of them."""


def browsers_step(project: Project) -> Step:
    """Return the step that finds or installs the other engines."""
    return Step(
        name="browsers",
        title="Firefox and WebKit",
        inputs=lambda: fingerprint(project.root, [], _what_there_is()),
        products=lambda: [project.browsers_record],
        make=lambda step: provide(project, step),
    )


def provide(project: Project, step: StepProgress) -> None:
    """Find or install each engine and record where it is; one that cannot be had is recorded with the reason."""
    record: dict[str, object] = {}
    for engine, packages in PACKAGES.items():
        try:
            programs = find(engine) or _from_debian(engine, packages, project, step)
        except CancelledError:
            raise
        except SetupError as error:
            record[engine] = {"missing": f"Debian's packages could not be installed: {error.cause.splitlines()[0]}"}
            step.note(f"{engine} cannot be had, so it is not tested: apt-get failed, see {project.logs / 'apt.log'}.")
            continue
        if programs is None:
            remedy = f"apt-get install {' '.join(packages)}"
            record[engine] = {"missing": f"it is not installed (on Debian: {remedy})"}
            step.note(f"{engine} is not installed, so it is not tested (on Debian: {remedy}).")
        else:
            record[engine] = {"programs": programs}
    write_json(project.browsers_record, record)


def find(engine: str) -> dict[str, str] | None:
    """Return the programs of an engine by what they are for, or None unless all of them are installed."""
    found = {}
    for role, names in PROGRAMS[engine].items():
        paths = [path for name in names for path in _paths_of(name)]
        if not paths:
            return None
        found[role] = paths[0]
    return found


def _paths_of(name: str) -> list[str]:
    if name.startswith("/"):
        return sorted(map(str, Path("/").glob(name[1:])))
    path = shutil.which(name)
    return [path] if path else []


def _from_debian(engine: str, packages: tuple[str, ...], project: Project, step: StepProgress) -> dict[str, str] | None:
    if not is_debian_root():
        return None
    for package in packages:
        apt_install(package, project, step)
    return find(engine)


def _what_there_is() -> list[str]:
    found = [find(engine) for engine in PROGRAMS]
    # What failed to be installed may succeed the next time.
    again = [str(time.time_ns())] if None in found and is_debian_root() else []
    return [str(found), *again]
