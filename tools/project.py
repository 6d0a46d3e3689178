"""Where everything is: the folders of a checkout, and the user's cache."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Project:
    """A checkout and the cache that it shares with other checkouts."""

    root: Path
    cache: Path

    @property
    def build(self) -> Path:
        """What set-up makes between its steps: stamps, logs, wheels."""
        return self.root / ".build"

    @property
    def stamps(self) -> Path:
        """One file per finished step."""
        return self.build / "stamps"

    @property
    def logs(self) -> Path:
        """The full output of every program that a step ran."""
        return self.build / "logs"

    @property
    def wheels(self) -> Path:
        """The Pyodide wheels, by their official file names, and `provenance.json`."""
        return self.build / "wheels"

    @property
    def chromium_record(self) -> Path:
        """Which Chromium the tests, the benchmark and the headless command use."""
        return self.build / "chromium.json"

    @property
    def browsers_record(self) -> Path:
        """Which Firefox and WebKit the tests in three engines use."""
        return self.build / "browsers.json"

    @property
    def venv(self) -> Path:
        """The virtual environment of the project."""
        return self.root / ".venv"

    @property
    def venv_python(self) -> Path:
        """The interpreter inside the virtual environment."""
        return self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def pyodide(self) -> Path:
        """The npm package of Pyodide: interpreter, standard library, lock file."""
        return self.root / "node_modules" / "pyodide"


def cache_folder(environ: dict[str, str], home: Path) -> Path:
    """Return the cache folder: `PY_OCR_CACHE`, else `XDG_CACHE_HOME/py-ocr`, else `~/.cache/py-ocr`."""
    if own := environ.get("PY_OCR_CACHE"):
        return Path(own).expanduser().absolute()
    if xdg := environ.get("XDG_CACHE_HOME"):
        return Path(xdg).absolute() / "py-ocr"
    return home / ".cache" / "py-ocr"


def this_project() -> Project:
    """Return the checkout that this file belongs to."""
    root = Path(__file__).resolve().parent.parent
    return Project(root, cache_folder(dict(os.environ), Path.home()))
