"""Reads the oracles of tests/reference."""

import json
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent.parent / "reference"


def cases(name: str) -> list[dict[str, Any]]:
    """Return the cases of an oracle; there is at least one."""
    found: list[dict[str, Any]] = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    assert found, f"the oracle {name} is empty"
    return found
