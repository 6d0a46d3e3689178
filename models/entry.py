"""What an entry of the catalogue is: a model with its source, and a profile of models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Role = Literal["detector", "recognizer", "classifier"]


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel in the Python package index, pinned by version and sha256."""

    package: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        """Its official file name."""
        return f"{self.package.replace('-', '_')}-{self.version}-py3-none-any.whl"


@dataclass(frozen=True, slots=True)
class WheelMember:
    """A model file inside a wheel."""

    wheel: Wheel
    member: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Download:
    """A model file at an address of its publisher."""

    url: str
    sha256: str


Source = WheelMember | Download


@dataclass(frozen=True, slots=True)
class CatalogModel:
    """A model: its source file, its input and its parameters, named as in the manifest.

    `mean` and `std` are for values in [0, 1], in the channel order of the source model (B, G, R).
    """

    role: Role
    source: Source
    params: Mapping[str, object]
    height_multiple: int
    mean: tuple[float, float, float] = (0.5, 0.5, 0.5)
    std: tuple[float, float, float] = (0.5, 0.5, 0.5)


@dataclass(frozen=True, slots=True)
class Profile:
    """The models that read a page together. A sure recogniser reads again what the other one is not sure of."""

    title: str
    description: str
    detector: str
    recognizer: str
    classifier: str = "ppocr-v2-cls"
    sure_recognizer: str | None = None
    licence: str = field(default="Apache-2.0", kw_only=True)
