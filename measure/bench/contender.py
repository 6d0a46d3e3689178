"""What is measured: something that reads images, in processes of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from measure.memory import Memory


class ContenderError(Exception):
    """A contender could not start or read an image."""


@dataclass(frozen=True)
class Reading:
    """One image, read.

    `whole_ms`: from the file to all of its text; `first_ms`: to the first lines that a caller could have, which is the
    whole for an engine that gives no lines before. `stages_ms` and `inference_ms`, how much of it was in ONNX Runtime,
    are None where they are not known.
    """

    whole_ms: float
    first_ms: float
    lines: int
    stages_ms: Mapping[str, float] = field(default_factory=dict)
    inference_ms: float | None = None


@dataclass(frozen=True)
class Visit:
    """A cold start: milliseconds from nothing to the first lines, and what was transferred until then."""

    first_ms: float
    whole_ms: float
    raw_bytes: int | None = None
    brotli_bytes: int | None = None


class Contender(Protocol):
    """Something that reads images. `close` ends all of its processes; its errors are `ContenderError`."""

    name: str

    def start(self) -> None:
        """Start, and be ready to read."""

    def read(self, image: Path) -> Reading:
        """Read an image."""

    def memory(self) -> Memory | None:
        """Return the memory of the process that reads; None where the system does not tell."""

    def close(self) -> None:
        """End it."""

    def visit(self, image: Path) -> list[Visit]:
        """Start from nothing and read an image; in a browser, leave the page and come back for a second visit."""
