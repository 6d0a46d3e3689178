"""Which images are read: some of each kind, from a folder of real ones, or what the project draws itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from measure.bench.drawn import drawn_images
from tools.errors import SetupError
from tools.project import Project

KINDS: Mapping[str, Sequence[str]] = {
    "receipts": ("receipts_sroie",),
    "forms": ("forms_funsd",),
    "pages": ("pages_docbank", "pages_fondue"),
    "scenes": ("scene_icdar15",),
    "ui": ("ui_text",),
}
"""The kinds, and the data sets that have images of each. A folder may also have a folder named like a kind."""

SUFFIXES = (".png", ".jpg", ".jpeg")
"""What every contender decodes."""

MIN_SIDE_PX = 400
"""Below, an image is a few words that were cut out, and reading it is mostly overhead."""


@dataclass(frozen=True)
class BenchImage:
    """An image to read. `label` is its name in reports: data sets are measured, and not shown."""

    kind: str
    label: str
    path: Path


def choose_images(project: Project, data: Path | None, kinds: Sequence[str], per_kind: int) -> list[BenchImage]:
    """Return up to `per_kind` images of each kind, spread over its sets.

    `data` None is the data for measuring beside the checkout, where that is, else the project's own drawings. Raises
    `SetupError` where a folder was named that has none.
    """
    folder = data or project.root.parent / "shared" / "data"
    found = {kind: _spread(folder, kind, per_kind) for kind in kinds}
    if data is not None and not any(found.values()):
        raise SetupError(
            f"{data} has no images of these kinds: {', '.join(kinds)}.",
            f"Put PNG or JPEG files into folders of it that are named like the kinds: {', '.join(KINDS)}.",
        )
    if not any(found.values()):
        drawn = drawn_images(project)
        found = {kind: drawn[kind][:per_kind] for kind in kinds}
    return [
        BenchImage(kind, f"{kind} {number}", path)
        for kind, paths in found.items()
        for number, path in enumerate(paths, start=1)
    ]


def chosen_images(paths: Sequence[Path]) -> list[BenchImage]:
    """Return images that were named one by one."""
    return [BenchImage("images", path.name, path) for path in paths]


def one_of_each_kind(images: Sequence[BenchImage]) -> list[BenchImage]:
    """Return the first image of each kind."""
    first: dict[str, BenchImage] = {}
    for image in images:
        first.setdefault(image.kind, image)
    return list(first.values())


def _spread(folder: Path, kind: str, count: int) -> list[Path]:
    """Return `count` images of a kind, the same ones every time, as far apart in their sets as can be."""
    pools = [_images(place) for place in _places(folder, kind)]
    pools = [pool for pool in pools if pool]
    chosen: list[Path] = []
    for number, pool in enumerate(pools):
        share = (count + len(pools) - 1 - number) // len(pools)
        step = max(1, len(pool) // max(share, 1))
        chosen += pool[::step][:share]
    return chosen


def _places(folder: Path, kind: str) -> list[Path]:
    named = folder / kind
    return [named] if named.is_dir() else [folder / name / "public" / "images" for name in KINDS[kind]]


def _images(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [path for path in sorted(folder.iterdir()) if path.suffix.lower() in SUFFIXES and _is_large(path)]


def _is_large(path: Path) -> bool:
    with Image.open(path) as opened:
        return min(opened.size) >= MIN_SIDE_PX
