"""The labelled images: `<folder>/<set>/public/gt.json` and `<folder>/<set>/public/images/*`."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tools.errors import SetupError
from tools.store import sha256_file

SPLIT = "public"


@dataclass(frozen=True)
class LabelledImage:
    """An image and its entry in gt.json."""

    set_name: str
    path: Path
    truth: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The image's file name, unique in its set."""
        return self.path.name

    @property
    def language(self) -> str | None:
        """The language tag of the text, where the truth has one."""
        return self.truth.get("lang")

    @property
    def granularity(self) -> str | None:
        """What one labelled item is: word, line, page."""
        return self.truth.get("granularity")

    @cached_property
    def sha256(self) -> str:
        """The hash of the file."""
        return sha256_file(self.path)


@dataclass(frozen=True)
class LabelledSet:
    """The images of one kind, in the order of gt.json."""

    name: str
    images: Sequence[LabelledImage]


def load_dataset(
    folder: Path, known: Collection[str], wanted: Collection[str] = (), limit: int | None = None
) -> list[LabelledSet]:
    """Return the sets of `folder` that the scorer knows, in the scorer's order; `limit` is the images per set.

    Raises `SetupError` if the folder is absent or holds none of them, or if a `wanted` set is not there.
    """
    if not folder.is_dir():
        raise SetupError(
            f"There is no folder with labelled images at {folder}.",
            "Name one with --data: it holds <set>/public/gt.json and <set>/public/images/.",
        )
    present = [name for name in known if _truth_file(folder, name).is_file()]
    if not present:
        raise SetupError(
            f"{folder} has no set that the scorer knows.",
            f"Expected <set>/{SPLIT}/gt.json, with <set> one of: {', '.join(known)}.",
        )
    if absent := sorted(set(wanted) - set(present)):
        raise SetupError(f"There is no set {', '.join(absent)}.", f"The sets are: {', '.join(present)}.")
    return [_load_set(folder, name, limit) for name in present if not wanted or name in wanted]


def _truth_file(folder: Path, name: str) -> Path:
    return folder / name / SPLIT / "gt.json"


def _load_set(folder: Path, name: str, limit: int | None) -> LabelledSet:
    truth_file = _truth_file(folder, name)
    entries = json.loads(truth_file.read_text(encoding="utf-8"))
    images = [LabelledImage(name, truth_file.parent / "images" / entry["image"], entry) for entry in entries[:limit]]
    for image in images:
        if not image.path.is_file():
            raise SetupError(f"{truth_file} names {image.name}, which is not there.", "Restore the folder of images.")
    return LabelledSet(name, images)
