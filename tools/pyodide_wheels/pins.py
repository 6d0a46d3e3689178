"""Which wheels are needed, and which bytes of them are accepted, from wherever they come.

The official distribution's hashes are in the npm package of Pyodide, those of this project's own builds in
`builds.json` beside this file, newest first.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PACKAGES = ("numpy", "pillow", "pyclipper")
BUILDS = Path(__file__).parent / "builds.json"
OFFICIAL = "official"


@dataclass(frozen=True)
class WheelPin:
    """A wheel: `sha256` is that of the official build, `builds` has those of our own as (name of the build, sha256)."""

    name: str
    version: str
    file_name: str
    sha256: str
    builds: tuple[tuple[str, str], ...] = ()

    @property
    def accepted(self) -> dict[str, str]:
        """sha256 → what the wheel is then: `official`, or the name of one of our builds."""
        return {self.sha256: OFFICIAL, **{sha256: name for name, sha256 in self.builds}}


@dataclass(frozen=True)
class Pins:
    """The wheels that go with one version of Pyodide."""

    pyodide_version: str
    wheels: tuple[WheelPin, ...]

    def are_met_by(self, files: dict[str, str]) -> bool:
        """Return whether `files` (name → sha256) are pinned wheels, all that are needed."""
        return all(files.get(pin.file_name) in pin.accepted for pin in self.wheels)


def read_pins(pyodide_folder: Path, builds: Path = BUILDS) -> Pins:
    """Return the pins from `package.json` and `pyodide-lock.json` of the npm package of Pyodide, and our builds."""
    version = json.loads((pyodide_folder / "package.json").read_text(encoding="utf-8"))["version"]
    packages = json.loads((pyodide_folder / "pyodide-lock.json").read_text(encoding="utf-8"))["packages"]
    own = read_builds(builds)
    return Pins(version, tuple(_pin(name, packages[name], own) for name in PACKAGES))


def read_builds(builds: Path = BUILDS) -> list[dict[str, Any]]:
    """Return our own builds: `name`, `about`, and `wheels` (file name → sha256) of each."""
    own: list[dict[str, Any]] = json.loads(builds.read_text(encoding="utf-8"))["builds"]
    return own


def _pin(name: str, entry: dict[str, str], own: list[dict[str, Any]]) -> WheelPin:
    file_name = entry["file_name"]
    builds = ((build["name"], build["wheels"][file_name]) for build in own if file_name in build["wheels"])
    return WheelPin(name, entry["version"], file_name, entry["sha256"], tuple(builds))
