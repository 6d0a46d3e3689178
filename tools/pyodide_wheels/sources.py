"""Where ready-made wheels come from: a mirror (folder or address) and the official distribution.

A mirror says nothing about which bytes are right: only what is pinned is taken from it.
"""

from pathlib import Path

from tools.download import fetch, fetch_accepted
from tools.errors import SetupError
from tools.progress import StepProgress
from tools.pyodide_wheels.pins import Pins
from tools.store import ContentStore, sha256_file

OFFICIAL_ADDRESS = "https://cdn.jsdelivr.net/pyodide/v{version}/full/"


def from_mirror(mirror: str, pins: Pins, store: ContentStore, step: StepProgress) -> dict[str, str]:
    """Put the wheels of a mirror into the store and return file name → sha256.

    Raises `SetupError` where the mirror lacks a wheel or has other bytes than any that are pinned.
    """
    if "://" in mirror:
        base = mirror.rstrip("/") + "/"
        return {pin.file_name: fetch_accepted(base + pin.file_name, pin.accepted, store, step) for pin in pins.wheels}
    files = {}
    for pin in pins.wheels:
        path = Path(mirror) / pin.file_name
        step.item(pin.file_name)
        if not path.is_file():
            raise SetupError(f"The mirror {mirror} has no {pin.file_name}.", "Complete the mirror, or do without it.")
        sha256 = sha256_file(path)
        if sha256 not in pin.accepted:
            raise SetupError(
                f"{pin.file_name} in the mirror {mirror} has sha256 {sha256}, which is not pinned.",
                "Fill the mirror from Pyodide's distribution or with `python3 -m tools wheels`, or do without it.",
            )
        files[pin.file_name] = store.add(path, sha256)
    return files


def from_distribution(pins: Pins, store: ContentStore, step: StepProgress) -> dict[str, str]:
    """Put the official wheels into the store and return file name → sha256."""
    base = OFFICIAL_ADDRESS.format(version=pins.pyodide_version)
    for pin in pins.wheels:
        fetch(base + pin.file_name, pin.sha256, store, step)
    return {pin.file_name: pin.sha256 for pin in pins.wheels}
