"""Writes the patch files: `python -m kernels.build FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from kernels.patches import VARIANTS, patch_json


def build(folder: Path) -> list[Path]:
    """Write the patch file of every variant into `folder` and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for variant in VARIANTS:
        path = folder / f"kernels.{variant}.json"
        path.write_text(patch_json(variant), encoding="ascii", newline="\n")
        paths.append(path)
    return paths


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m kernels.build FOLDER")
    for written in build(Path(sys.argv[1])):
        print(f"{written}  {written.stat().st_size} bytes")
