"""Several engines in as many processes: real ones, on real images."""

import multiprocessing
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from py_ocr.errors import BackendError, ImageError, ModelError, OcrError
from py_ocr.native import NativeChoice
from py_ocr.parallel import ParallelReader

SIGN = Path(__file__).parents[3] / "web" / "samples" / "sign.jpg"


@pytest.fixture(scope="module")
def readers() -> Iterator[ParallelReader]:
    with ParallelReader(None, NativeChoice(backend="native"), jobs=2) as readers:
        yield readers


def test_pages_and_errors_come_in_the_order_of_the_images(readers: ParallelReader, tmp_path: Path) -> None:
    with Image.open(SIGN) as sign:
        half = sign.resize((sign.width // 2, sign.height // 2))
    images = []
    for number in range(8):
        image = tmp_path / f"{number}.png"
        half.crop((0, 0, half.width, half.height // (1 + number % 2))).save(image)
        images.append(image)
    (tmp_path / "none.png").write_bytes(b"")
    images.insert(3, tmp_path / "none.png")
    outcomes = list(readers.read_many(images))
    error = outcomes.pop(3)
    assert isinstance(error, ImageError)
    assert error.code == "image_empty"
    heights = [page["height"] for page in outcomes if not isinstance(page, OcrError)]
    assert heights == [half.height // (1 + number % 2) for number in range(8)]
    assert all("Wildflower" in page["text"] for page in outcomes if not isinstance(page, OcrError))


def test_nothing_to_read_gives_nothing(readers: ParallelReader) -> None:
    assert list(readers.read_many([])) == []


def test_an_engine_that_does_not_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"manifest\.json cannot be read"):
        ParallelReader(tmp_path, NativeChoice(), jobs=2)


def test_a_process_that_dies_is_an_error_and_not_a_page_without_text() -> None:
    others = set(multiprocessing.active_children())
    with ParallelReader(None, NativeChoice(backend="native"), jobs=1) as readers:
        (process,) = set(multiprocessing.active_children()) - others
        process.kill()
        process.join()
        with pytest.raises(BackendError, match="ended before it was done") as raised:
            list(readers.read_many([SIGN]))
    assert raised.value.code == "worker_failed"


def test_an_error_stays_what_it_is_on_its_way_between_processes() -> None:
    error = BackendError("backend_failed", "It broke.", "Mend it.", stage="orient")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is BackendError
    assert copy.to_dict() == error.to_dict()
