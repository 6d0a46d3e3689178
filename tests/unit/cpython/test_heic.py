"""HEIC natively: with pillow-heif it is read upright, and without it whoever reads one hears what is missing."""

import sys

import numpy as np
import pytest
from PIL import Image

from py_ocr.decode import decode_frame
from py_ocr.errors import ImageError
from py_ocr.heic import is_heic
from tests.fixtures import make

NAMES = ("note.heic", "note-turned.heic", "note-mirrored.heic", "note-tiles.heic")


def _fixture(name: str) -> bytes:
    return (make.FOLDER / name).read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_upright_whatever_its_boxes_say(name: str) -> None:
    rgba = decode_frame(_fixture(name)).rgba
    expected = np.asarray(Image.open(make.FOLDER / "note.png").convert("RGB"), dtype=np.int16)
    assert rgba.shape == (200, 230, 4)
    assert np.abs(rgba[..., :3] - expected).mean() < 1


def test_what_is_transparent_stays_so() -> None:
    alpha = decode_frame(_fixture("note-transparent.heic")).rgba[..., 3]
    assert alpha.min() < 8
    assert alpha.max() > 220


def test_without_its_decoder_the_refusal_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(ImageError) as raised:
        decode_frame(_fixture("note.heic"))
    assert raised.value.code == "image_undecodable"
    assert "pillow-heif" in raised.value.cause
    assert "pip install 'py-ocr[heic]'" in raised.value.remedy


def test_the_size_is_checked_before_anything_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("py_ocr.image.MAX_PIXELS", 230 * 200 - 1)
    monkeypatch.setattr("pillow_heif.HeifFile.to_pillow", lambda _: pytest.fail("it was decoded"))
    with pytest.raises(ImageError) as raised:
        decode_frame(_fixture("note-tiles.heic"))
    assert raised.value.code == "image_too_large"


def test_a_file_that_lacks_bytes_is_truncated_and_one_of_other_bytes_damaged() -> None:
    whole = _fixture("note.heic")
    with pytest.raises(ImageError) as raised:
        decode_frame(whole[:-1])
    assert raised.value.code == "image_truncated"
    with pytest.raises(ImageError) as raised:
        decode_frame(whole[: int.from_bytes(whole[:4], "big")])
    assert raised.value.code == "image_undecodable"


def test_avif_may_list_the_brands_of_heic() -> None:
    assert is_heic(b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic")
    assert not is_heic(b"\0\0\0\x1cftypavif\0\0\0\0mif1avifmiaf")
    assert not is_heic((make.FOLDER / "note.avif").read_bytes())
    assert not is_heic(b"")
