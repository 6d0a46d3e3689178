"""TIFF files that are too large to be held are read in parts, to the very pixels of the whole scaled down."""

import io
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from py_ocr import tiff_parts
from py_ocr.decode import decode_frame
from py_ocr.errors import ImageError
from py_ocr.scaling import Size
from py_ocr.tiff_parts import read_in_parts

MOST = 20_000
"""Pixels that are wanted of the picture, which is scaled down by 3 for that."""


@pytest.fixture(autouse=True)
def small_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiff_parts, "MAX_PIXELS", 50_000)


def picture(mode: str) -> Image.Image:
    noise = (np.arange(331 * 401 * 3, dtype=np.uint64) * 2654435761 >> 13).astype(np.uint8).reshape(331, 401, 3)
    return Image.fromarray(noise).convert(mode)


def tiff(mode: str, compression: str | None) -> bytes:
    file = io.BytesIO()
    row_bytes = -(-401 // 8) if mode == "1" else 401 * len(mode if mode in ("LA", "RGB", "RGBA", "CMYK") else "L")
    options = {} if compression else {"tiffinfo": {278: 20}}
    picture(mode).save(file, "TIFF", compression=compression, strip_size=row_bytes * 20, **options)
    return file.getvalue()


def tiled(image: Image.Image, width: int, height: int) -> bytes:
    """A TIFF of uncompressed tiles, which Pillow reads and does not write."""
    tiles = [
        image.crop((left, top, left + width, top + height)).tobytes()
        for top in range(0, image.height, height)
        for left in range(0, image.width, width)
    ]
    start, file = 8, io.BytesIO(b"II*\0\0\0\0\0")
    file.seek(start)
    file.write(b"".join(tiles))
    at = file.tell()
    directory = ImageFileDirectory_v2(prefix=b"II")
    for tag, value in {
        256: image.width,
        257: image.height,
        258: (8, 8, 8),
        259: 1,
        262: 2,
        277: 3,
        322: width,
        323: height,
        324: tuple(start + sum(map(len, tiles[:index])) for index in range(len(tiles))),
        325: tuple(map(len, tiles)),
    }.items():
        directory[tag] = value
    file.write(directory.tobytes(at))
    file.seek(4)
    file.write(at.to_bytes(4, "little"))
    return file.getvalue()


def parts_and_whole(data: bytes) -> tuple[Image.Image | None, Image.Image]:
    with Image.open(io.BytesIO(data)) as image:
        found = read_in_parts(data, image, MOST)
        parts = None if found is None else found[0]
        whole = image.convert(parts.mode if parts else "RGB")
        return parts, whole.reduce(3)


def cases() -> Iterator[tuple[str, str | None]]:
    for mode in ("1", "L", "P", "RGB", "RGBA", "CMYK", "LA"):
        yield from ((mode, compression) for compression in (None, "tiff_lzw", "tiff_adobe_deflate", "packbits"))
    yield from (("1", "group4"), ("L", "jpeg"), ("RGB", "jpeg"))


@pytest.mark.parametrize(("mode", "compression"), list(cases()))
def test_strips_give_the_pixels_of_the_whole(mode: str, compression: str | None) -> None:
    parts, whole = parts_and_whole(tiff(mode, compression))
    assert parts is not None
    assert parts.size == (134, 111)
    assert np.array_equal(np.asarray(parts), np.asarray(whole))


def test_tiles_give_the_pixels_of_the_whole() -> None:
    parts, whole = parts_and_whole(tiled(picture("RGB"), 64, 48))
    assert parts is not None
    assert np.array_equal(np.asarray(parts), np.asarray(whole))


def test_an_image_of_more_pixels_than_can_be_held_is_told_at_its_own_size_and_turned() -> None:
    file = io.BytesIO()
    picture("L").save(file, "TIFF", compression="tiff_lzw", strip_size=401 * 20, tiffinfo={274: 6})
    decoded = decode_frame(file.getvalue(), most_pixels=MOST)
    assert decoded.pixels.full == Size(331, 401)
    assert decoded.rgba.shape == (134, 111, 4)


@pytest.mark.parametrize("data", [tiff("I;16", None), tiff("F", None)], ids=["16 bits", "floats"])
def test_wide_values_are_not_read_in_parts(data: bytes) -> None:
    assert parts_and_whole(data)[0] is None


def test_one_strip_is_no_part() -> None:
    file = io.BytesIO()
    picture("L").save(file, "TIFF", compression="tiff_lzw", strip_size=1 << 30)
    assert parts_and_whole(file.getvalue())[0] is None


def test_a_strip_that_is_missing_is_damage() -> None:
    data = tiff("RGB", None)
    with pytest.raises(ImageError) as raised:
        decode_frame(data[: len(data) // 2], most_pixels=MOST)
    assert raised.value.code in ("image_truncated", "image_undecodable")
