"""How much a visit transfers: the files that the server really sent, as they are and brotli-compressed."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

BROTLI = Path(__file__).with_name("brotli_sizes.js")


@dataclass(frozen=True)
class Transferred:
    """Sizes of the bodies in bytes, each file counted once."""

    files: int
    raw_bytes: int
    brotli_bytes: int


def measure_transfer(site: Path, paths: Sequence[str]) -> Transferred:
    """Return the sizes of these files of the site."""
    files = [str(site / path) for path in paths]
    printed = subprocess.run(["node", str(BROTLI), *files], check=True, capture_output=True, text=True).stdout
    return Transferred(len(files), sum(Path(file).stat().st_size for file in files), sum(json.loads(printed)))
