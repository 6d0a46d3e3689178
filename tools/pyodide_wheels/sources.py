"""Where ready-made wheels come from: a mirror (folder or address) and the official distribution.

A mirror may hold other builds than the official ones: its `SHA256SUMS` then says which bytes are right. Without
that file only the official bytes are accepted.
"""

from pathlib import Path

from tools.download import fetch, fetch_local, read_small
from tools.errors import SetupError
from tools.progress import StepProgress
from tools.pyodide_wheels.pins import Pins
from tools.store import ContentStore

OFFICIAL_ADDRESS = "https://cdn.jsdelivr.net/pyodide/v{version}/full/"
SUMS = "SHA256SUMS"


def parse_sums(text: str) -> dict[str, str]:
    """Return file name → sha256 from the lines of a `sha256sum` listing."""
    sums: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        sha256, _, name = line.partition(" ")
        if len(sha256) != 64 or not name.strip(" *"):
            raise SetupError(f"Line {number} of {SUMS} is not `sha256  name`.", "Make the file with sha256sum.")
        sums[name.strip(" *")] = sha256.lower()
    return sums


def from_mirror(mirror: str, pins: Pins, store: ContentStore, step: StepProgress) -> dict[str, str]:
    """Put the wheels of a mirror into the store and return file name → sha256."""
    if "://" in mirror:
        base = mirror.rstrip("/") + "/"
        sums = _wanted(pins, read_small(base + SUMS))
        for name, sha256 in sums.items():
            fetch(base + name, sha256, store, step)
        return sums
    folder = Path(mirror)
    listing = folder / SUMS
    sums = _wanted(pins, listing.read_bytes() if listing.is_file() else None)
    for name, sha256 in sums.items():
        step.item(name)
        if not (folder / name).is_file():
            raise SetupError(f"The mirror {folder} has no {name}.", "Complete the mirror, or run without --mirror.")
        fetch_local(folder / name, sha256, store)
    return sums


def from_distribution(pins: Pins, store: ContentStore, step: StepProgress) -> dict[str, str]:
    """Put the official wheels into the store and return file name → sha256."""
    base = OFFICIAL_ADDRESS.format(version=pins.pyodide_version)
    for pin in pins.wheels:
        fetch(base + pin.file_name, pin.sha256, store, step)
    return {pin.file_name: pin.sha256 for pin in pins.wheels}


def _wanted(pins: Pins, listing: bytes | None) -> dict[str, str]:
    if listing is None:
        return {pin.file_name: pin.sha256 for pin in pins.wheels}
    sums = parse_sums(listing.decode())
    if missing := [pin.file_name for pin in pins.wheels if pin.file_name not in sums]:
        raise SetupError(f"{SUMS} of the mirror does not list {', '.join(missing)}.", "Complete the mirror.")
    return {pin.file_name: sums[pin.file_name] for pin in pins.wheels}
