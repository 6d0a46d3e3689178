"""Node packages: `npm ci`, unless node_modules already holds what package-lock.json says."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

from tools.errors import SetupError
from tools.process import output, run
from tools.progress import StepProgress
from tools.project import Project
from tools.stamps import fingerprint
from tools.steps.step import Step

NODE_MAJOR = 20
_TARBALL = re.compile(r"npm http \S+ GET \d+ https?://(\S+)/-/\S+\.tgz")


def node_step(project: Project) -> Step:
    """Return the step that fills node_modules."""
    lock = project.root / "package-lock.json"
    installed = project.root / "node_modules" / ".package-lock.json"

    def make(step: StepProgress) -> None:
        require_node()
        if not is_installed(lock, installed):
            install(project, lock, step)

    return Step(
        name="node",
        title="Node packages",
        inputs=lambda: fingerprint(project.root, [lock, project.root / "package.json"]),
        products=lambda: [installed],
        make=make,
    )


def require_node() -> None:
    """Raise `SetupError` unless Node and npm are there, and new enough."""
    version = output(["node", "--version"])
    major = re.match(r"v(\d+)", version)
    if major is None or int(major[1]) < NODE_MAJOR or shutil.which("npm") is None:
        raise SetupError(
            f"Node {NODE_MAJOR} or later with npm is needed; found {version or 'none'}.",
            f"Install Node {NODE_MAJOR} or later and put it on the PATH.",
        )


def node_path() -> str:
    """Return the path of the Node that the PATH names. Raises `SetupError` if there is none."""
    require_node()
    return str(shutil.which("node"))


def is_installed(lock: Path, installed: Path) -> bool:
    """Return whether npm's own record, which it writes last, lists what the lock file asks for.

    Optional packages are those of other platforms: npm leaves them out of its record.
    """
    if not installed.is_file():
        return False
    wanted = {path: entry for path, entry in _packages(lock).items() if path and not entry.get("optional")}
    present = _packages(installed)
    return all(present.get(path, {}).get("integrity") == entry.get("integrity") for path, entry in wanted.items())


def install(project: Project, lock: Path, step: StepProgress) -> None:
    """Run `npm ci` and show each package as npm fetches it."""
    total = sum(1 for path, entry in _packages(lock).items() if path and not entry.get("optional"))
    seen: set[str] = set()

    def on_line(line: str) -> None:
        if name := fetched_package(line):
            seen.add(name)
            step.item(name, min(len(seen), total), total)

    step.item("npm ci", 0, total)
    command = ["npm", "ci", "--loglevel=http", "--no-progress"]
    run(command, step, project.logs / "node.log", cwd=project.root, on_line=on_line)


def fetched_package(line: str) -> str | None:
    """Return the package whose archive npm reports as fetched in this line of its log."""
    match = _TARBALL.search(line.replace("%2f", "/"))
    if match is None:
        return None
    *_, scope, name = match[1].split("/")
    return f"{scope}/{name}" if scope.startswith("@") else name


def _packages(lock: Path) -> dict[str, dict[str, Any]]:
    packages: dict[str, dict[str, Any]] = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    return packages
