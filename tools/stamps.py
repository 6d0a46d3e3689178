"""Knowing that a step need not run again: a stamp records the content that it read and what it made.

Content is compared, never modification times, so that a fresh checkout of the same commit counts as the same.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from tools.store import sha256_file, write_json

IGNORED_FOLDERS = frozenset({"__pycache__", "node_modules", "dist", ".venv"})


def files_below(folder: Path, *suffixes: str) -> list[Path]:
    """Return the files under `folder` (with one of `suffixes`, if given), without generated folders."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and (not suffixes or path.suffix in suffixes)
        and not IGNORED_FOLDERS.intersection(path.relative_to(folder).parts[:-1])
    )


def fingerprint(root: Path, files: Iterable[Path], facts: Iterable[str] = ()) -> str:
    """Return one sha256 over the names and contents of `files` (an absent one counts too) and over `facts`."""
    digest = hashlib.sha256()
    for path in sorted(set(files)):
        content = sha256_file(path) if path.is_file() else "absent"
        digest.update(f"{path.relative_to(root).as_posix()}\0{content}\0".encode())
    for fact in facts:
        digest.update(f"{fact}\0".encode())
    return digest.hexdigest()


class Stamp:
    """The record that a step was finished."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def is_current(self, inputs: str, products: Sequence[Path]) -> bool:
        """Return whether the step last ran on these `inputs` and its `products` are as it left them."""
        try:
            recorded = json.loads(self.path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return False
        return bool(recorded == {"inputs": inputs, "products": self._state(products)})

    def write(self, inputs: str, products: Sequence[Path]) -> None:
        """Record the step as finished."""
        write_json(self.path, {"inputs": inputs, "products": self._state(products)})

    def remove(self) -> None:
        """Forget the step: from now on it counts as not done."""
        self.path.unlink(missing_ok=True)

    @staticmethod
    def _state(products: Sequence[Path]) -> list[list[str]]:
        return [[path.name, sha256_file(path) if path.is_file() else "absent"] for path in products]
