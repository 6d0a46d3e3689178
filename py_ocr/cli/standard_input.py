"""`-` among the images: what comes on standard input is kept in a file while it is read."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

STANDARD_INPUT: Final = Path("-")

Locate = Callable[[Path], Path]
"""Where the file lies that an argument stands for."""


def in_place(image: Path) -> Path:
    """Return the file that an argument names."""
    return image


@contextmanager
def standard_input_as_file(images: Sequence[Path], stream: BinaryIO) -> Iterator[Locate]:
    """Give what finds the file of an image, the one of standard input among them where it is asked for."""
    if STANDARD_INPUT not in images:
        yield in_place
        return
    with tempfile.TemporaryDirectory(prefix="py-ocr-") as folder:
        kept = Path(folder) / "stdin"
        with kept.open("wb") as file:
            shutil.copyfileobj(stream, file)
        yield lambda image: kept if image == STANDARD_INPUT else image
