"""What a reading of ours depends on: the hash of the engine's code and of the models it is given.

Modules that only start the engine or talk to the user are left out, so that touching them keeps what was read.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from tools.errors import SetupError

PACKAGE = "py_ocr/"
WITHOUT_EFFECT = (
    "py_ocr/__main__.py",
    "py_ocr/backends/",
    "py_ocr/cli/",
    "py_ocr/golden.py",
    "py_ocr/session.py",
    "py_ocr/tuning.py",
    "py_ocr/web_entry.py",
)
HASH_DIGITS = 16


def source_modules(root: Path) -> dict[str, bytes]:
    """Return the engine's modules in a checkout: path from the root -> content."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in (root / PACKAGE).rglob("*.py")}


def wheel_modules(wheel: Path) -> dict[str, bytes]:
    """Return the engine's modules in its wheel. Raises `SetupError` if it holds none."""
    with ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.startswith(PACKAGE) and name.endswith((".py", ".pyc"))]
        if not names:
            raise SetupError(f"{wheel.name} holds no module of the engine.", "Run `npm start` to build the site again.")
        return {name: archive.read(name) for name in names}


def engine_hash(modules: Mapping[str, bytes]) -> str:
    """Return one hash over the modules that have an effect on what is read."""
    digest = hashlib.sha256()
    for name in sorted(modules):
        if not name.startswith(WITHOUT_EFFECT):
            digest.update(name.encode() + b"\0" + hashlib.sha256(modules[name]).digest())
    return digest.hexdigest()[:HASH_DIGITS]


def models_hash(manifest_text: str, name: str | None = None) -> str:
    """Return one hash over what a profile (None: the default) has: graphs, characters, parameters, calibration."""
    manifest: dict[str, Any] = json.loads(manifest_text)
    profile = manifest["profiles"][name or manifest["default"]]
    roles = ("detector", "recognizer", "classifier", "sure_recognizer")
    entries = [*(manifest["models"][profile[role]] for role in roles if role in profile), profile.get("calibration")]
    return hashlib.sha256(json.dumps(entries, sort_keys=True).encode()).hexdigest()[:HASH_DIGITS]


def default_profile(manifest_text: str) -> str:
    """Return the name of the profile that is used when none is named."""
    return str(json.loads(manifest_text)["default"])
