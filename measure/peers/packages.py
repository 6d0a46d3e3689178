"""Installing the packages of the others: pinned by a lock file, without running any script of theirs."""

import json
import shutil
from pathlib import Path

from tools.process import run
from tools.progress import StepProgress
from tools.project import Project
from tools.stamps import Stamp, fingerprint

HERE = Path(__file__).parent
FILES = ("package.json", "package-lock.json", ".npmrc")


def install_packages(project: Project, step: StepProgress) -> Path:
    """Return the folder node_modules with the packages, installed if they are not. Raises `SetupError`."""
    folder = project.build / "peers"
    folder.mkdir(parents=True, exist_ok=True)
    stamp = Stamp(folder / "packages.json")
    inputs = fingerprint(project.root, [HERE / name for name in FILES])
    installed = folder / "node_modules" / ".package-lock.json"
    if not stamp.is_current(inputs, [installed]):
        for name in FILES:
            shutil.copy(HERE / name, folder / name)
        step.item("packages from npm")
        run(["npm", "ci", "--ignore-scripts"], step, folder / "install.log", cwd=folder)
        stamp.write(inputs, [installed])
    return folder / "node_modules"


def peer_versions() -> dict[str, str]:
    """Return the pinned version of each package, by its name here: of one that has another's name, that one's."""
    packages: dict[str, str] = json.loads((HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    return {name: version.rpartition("@")[2] for name, version in packages.items()}
