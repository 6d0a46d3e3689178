"""Packs the unit tests and pytest into a zip archive on stdout: what Pyodide needs to run them unchanged.

pytest and what it stands on are pure Python, so they are taken from this interpreter's own installation: the
versions that CPython's run uses, and nothing to download. Only the tests directly in tests/unit are packed; its folders
hold what runs in CPython only.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
DISTRIBUTIONS: Final = ("pytest", "pluggy", "iniconfig", "packaging", "pygments")
PROJECT: Final = (
    "pyproject.toml",
    "models/*.json",
    "tests/*.py",
    "tests/reference/*.json",
    "tests/unit/*.py",
)


def main() -> None:
    """Write the archive: site-packages/ and project/."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, path in (*_packages(), *_project()):
            archive.write(path, name)
    sys.stdout.buffer.write(buffer.getvalue())


def _packages() -> Iterator[tuple[str, Path]]:
    for name in DISTRIBUTIONS:
        for file in distribution(name).files or ():
            if ".." not in file.parts and file.suffix != ".pyc":
                yield f"site-packages/{file}", Path(str(file.locate()))


def _project() -> Iterator[tuple[str, Path]]:
    for pattern in PROJECT:
        for path in sorted(ROOT.glob(pattern)):
            yield f"project/{path.relative_to(ROOT)}", path


if __name__ == "__main__":
    main()
