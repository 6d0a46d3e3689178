"""Which images are compared natively and in the browser, and what counts as a difference."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from measure.accuracy.compare_runtimes import differences, find_images
from measure.accuracy.dataset import LabelledImage
from measure.accuracy.parity import Difference
from measure.accuracy.readings import ReadingStore
from measure.accuracy.systems.system import Reader
from tests.unit.measure.accuracy.labelled import reading
from tools.errors import SetupError


@dataclass(frozen=True)
class Stored:
    """A system whose readings are all there."""

    name: str
    about: str = ""

    def settings(self, _image: LabelledImage) -> Mapping[str, str]:
        return {"engine": "e"}

    def open(self) -> AbstractContextManager[Reader]:
        raise AssertionError("nothing is to be read")


@pytest.fixture
def images(tmp_path: Path) -> list[LabelledImage]:
    for grey, name in enumerate(("set/deep/a.png", "set/b.jpg", "other/c.png")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (8, 8), grey).save(tmp_path / name)
    (tmp_path / "set" / "gt.json").write_text("{}", encoding="utf-8")
    return find_images([tmp_path / "set", tmp_path / "other"])


def test_every_image_under_the_folders_is_found_once_with_its_folder(images: list[LabelledImage]) -> None:
    assert [f"{image.set_name}/{image.name}" for image in images] == ["set/b.jpg", "set/deep/a.png", "other/c.png"]


def test_folders_without_an_image_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="no image"):
        find_images([tmp_path])


def test_texts_are_compared_where_both_have_read(images: list[LabelledImage], tmp_path: Path) -> None:
    left, right, store = Stored("native"), Stored("wasm"), ReadingStore(tmp_path / "readings")
    read: dict[str, list[str]] = {"native": ["one", "two", "three"], "wasm": ["one", "twO"]}
    for name, texts in read.items():
        for image, text in zip(images, texts, strict=False):
            store.add(name, {"engine": "e"}, image.sha256, reading(text))
    assert differences(left, right, images, store) == [Difference("set/deep/a.png", "two", "twO")]
