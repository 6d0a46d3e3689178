"""Which wheels are needed: read from the lock file inside the npm package of Pyodide."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

PACKAGES = ("numpy", "pillow", "pyclipper")


@dataclass(frozen=True)
class WheelPin:
    """A wheel of the official distribution; `sha256` is that of the official build."""

    name: str
    version: str
    file_name: str
    sha256: str


@dataclass(frozen=True)
class Pins:
    """The wheels that go with one version of Pyodide."""

    pyodide_version: str
    wheels: tuple[WheelPin, ...]

    @property
    def digest(self) -> str:
        """One hash over all pins: the name under which the cache remembers a set of wheels."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


def read_pins(pyodide_folder: Path) -> Pins:
    """Return the pins from `package.json` and `pyodide-lock.json` of the npm package of Pyodide."""
    version = json.loads((pyodide_folder / "package.json").read_text(encoding="utf-8"))["version"]
    packages = json.loads((pyodide_folder / "pyodide-lock.json").read_text(encoding="utf-8"))["packages"]
    wheels = (
        WheelPin(name, packages[name]["version"], packages[name]["file_name"], packages[name]["sha256"])
        for name in PACKAGES
    )
    return Pins(version, tuple(wheels))
