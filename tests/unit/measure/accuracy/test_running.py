import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from measure.accuracy.dataset import LabelledImage, load_dataset
from measure.accuracy.readings import ReadingStore, Settings
from measure.accuracy.running import read_missing
from measure.accuracy.systems.system import Page, Reader
from tests.unit.measure.accuracy.labelled import page, write_set
from tools.progress import Progress


class FakeSystem:
    """Reads the file's name; fails on files named so."""

    name = "fake"
    about = "a fake"

    def __init__(self, version: str = "1") -> None:
        self.version = version
        self.read: list[str] = []

    def settings(self, _image: LabelledImage) -> Settings:
        return {"version": self.version}

    @contextmanager
    def open(self) -> Iterator[Reader]:
        yield self._read

    def _read(self, image: LabelledImage) -> Page:
        self.read.append(image.name)
        if image.name.startswith("fails"):
            raise ValueError("cannot")
        return page(image.name)


@pytest.fixture
def images(tmp_path: Path) -> list[LabelledImage]:
    write_set(tmp_path / "data", "pages", {"a.png": "a", "fails.png": "f", "b.png": "b"})
    return list(load_dataset(tmp_path / "data", ["pages"])[0].images)


@pytest.fixture
def store(tmp_path: Path) -> ReadingStore:
    return ReadingStore(tmp_path / "readings")


def read(system: FakeSystem, images: list[LabelledImage], store: ReadingStore, *, retry_errors: bool = False) -> int:
    return read_missing(system, images, store, Progress(io.StringIO()), retry_errors=retry_errors)


def test_what_was_read_is_not_read_again(images: list[LabelledImage], store: ReadingStore) -> None:
    first, second = FakeSystem(), FakeSystem()
    assert read(first, images, store) == 3
    assert read(second, images, store) == 0
    assert second.read == []


def test_other_settings_are_read_for_themselves_and_the_old_readings_stay(
    images: list[LabelledImage], store: ReadingStore
) -> None:
    read(FakeSystem("1"), images, store)
    assert read(FakeSystem("2"), images, store) == 3
    assert read(FakeSystem("1"), images, store) == 0


def test_a_failure_is_kept_as_one_and_the_other_images_are_read(
    images: list[LabelledImage], store: ReadingStore
) -> None:
    system = FakeSystem()
    read(system, images, store)
    stored = store.find("fake", system.settings(images[1]), images[1].sha256)
    assert stored is not None
    assert stored.page is None
    assert stored.error == "ValueError: cannot"
    assert system.read == ["a.png", "fails.png", "b.png"]


def test_failures_are_read_again_when_asked(images: list[LabelledImage], store: ReadingStore) -> None:
    read(FakeSystem(), images, store)
    again = FakeSystem()
    read(again, images, store, retry_errors=True)
    assert again.read == ["fails.png"]


def test_an_interruption_keeps_what_was_read_before_it(images: list[LabelledImage], store: ReadingStore) -> None:
    class Interrupted(FakeSystem):
        def _read(self, image: LabelledImage) -> Page:
            if image.name == "b.png":
                raise KeyboardInterrupt
            return super()._read(image)

    with pytest.raises(KeyboardInterrupt):
        read(Interrupted(), images, store)
    resumed = FakeSystem()
    read(resumed, images, store)
    assert resumed.read == ["b.png"]
