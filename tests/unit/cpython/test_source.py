"""Whatever holds an image becomes its pixels, and what does not says why."""

import base64
import io
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from py_ocr.api.source import Source, load_image
from py_ocr.errors import ImageError

RGB = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
RGBA = np.dstack([RGB, np.full((4, 6), 255, dtype=np.uint8)])


def png() -> bytes:
    file = io.BytesIO()
    Image.fromarray(RGB).save(file, "PNG")
    return file.getvalue()


def test_a_path_gives_its_pixels_and_its_name(tmp_path: Path) -> None:
    path = tmp_path / "a scan.png"
    path.write_bytes(png())
    for source in (path, str(path)):
        loaded = load_image(source)
        assert loaded.name == str(path)
        np.testing.assert_array_equal(loaded.rgba, RGBA)
    with path.open("rb") as file:
        assert load_image(file).name == str(path)


@pytest.mark.parametrize(
    "source",
    [
        png(),
        bytearray(png()),
        memoryview(png()),
        io.BytesIO(png()),
        Image.fromarray(RGB),
        "data:image/png;base64," + base64.b64encode(png()).decode(),
        "data:image/png," + quote(png()),
        RGB,
        RGBA,
        RGB.astype(np.uint16) * 256 + 9,
        RGB / 255,
        RGB.astype(np.float32) / 255,
    ],
    ids=str.split("bytes bytearray memoryview file Pillow base64-URL quoted-URL RGB RGBA 16-bit float64 float32"),
)
def test_every_kind_of_source_gives_the_same_pixels(source: Source) -> None:
    loaded = load_image(source)
    assert loaded.name == ""
    np.testing.assert_array_equal(loaded.rgba, RGBA)


@pytest.mark.parametrize(
    "grey",
    [RGB[..., 0], RGB[..., :1], RGB[..., 0] > 20],
    ids=["(H, W)", "(H, W, 1)", "bool"],
)
def test_grey_is_grey(grey: NDArray[Any]) -> None:
    rgba = load_image(grey).rgba
    assert rgba.shape == (4, 6, 4)
    assert (rgba[..., :1] == rgba[..., :3]).all()
    expected = grey.reshape(4, 6) * (255 if grey.dtype == np.bool_ else 1)
    np.testing.assert_array_equal(rgba[..., 0], expected)


def test_an_image_of_pillow_is_turned_upright_as_its_file_is(tmp_path: Path) -> None:
    path = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(RGB).save(path, exif=exif)
    assert load_image(Image.open(path)).rgba.shape == load_image(path).rgba.shape == (6, 4, 4)


@pytest.mark.parametrize(
    ("source", "code", "words"),
    [
        ("https://example.org/a.png", "image_unreadable", "nothing is fetched"),
        ("no-such-file.png", "image_unreadable", "No such file"),
        (b"", "image_empty", "empty"),
        (b"%PDF-1.7", "image_undecodable", "a PDF document"),
        ("data:image/png;base64,%%%", "image_undecodable", "damaged"),
        ("data:image/png", "image_undecodable", "no comma"),
        (np.zeros((2, 2, 2), dtype=np.uint8), "image_shape", "shape (2, 2, 2)"),
        (np.zeros(5, dtype=np.uint8), "image_shape", "shape (5,)"),
        (np.zeros((2, 2), dtype=np.int32), "image_shape", "dtype int32"),
        (np.array([[0.5, 200.0]]), "image_shape", "values from 0.5 to 200"),
        (np.array([[0.5, np.nan]]), "image_shape", "float64"),
    ],
)
def test_what_cannot_be_read_says_why(source: Source, code: str, words: str) -> None:
    with pytest.raises(ImageError) as raised:
        load_image(source)
    assert raised.value.code == code
    assert words in raised.value.cause
    assert raised.value.remedy
