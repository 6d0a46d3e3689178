"""Files that are no images are called what they are, and images are not."""

import io

import pytest
from PIL import Image, PngImagePlugin

from py_ocr.decode import decode_image
from py_ocr.errors import ImageError
from py_ocr.foreign_files import foreign_file


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\r\n%PDF-1.4\n", "a PDF document"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "a video"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG drawing"),
        (b"\xef\xbb\xbf<svg/>", "an SVG drawing"),
        (b"<!DOCTYPE html><html>", "an HTML page"),
        (b"PK\x03\x04", "a ZIP archive, or an Office document"),
        (b"8BPS\0\x01", "a Photoshop document"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "a PostScript document"),
    ],
)
def test_a_file_of_another_kind_is_named(data: bytes, name: str) -> None:
    kind = foreign_file(data)
    assert kind is not None
    assert kind.name == name
    with pytest.raises(ImageError) as raised:
        decode_image(data)
    assert raised.value.code == "image_undecodable"
    assert raised.value.cause == f"The file is {name}, which is not read."
    assert raised.value.remedy == kind.remedy


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no image at all",
        b'<?xml version="1.0"?><note/>',
        b"\0\0\0\x1cftypavif\0\0\0\0mif1avifmiaf",
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_what_is_not_known_is_not_named(data: bytes) -> None:
    assert foreign_file(data) is None


def test_a_long_text_beside_the_pixels_does_not_keep_a_png_from_being_read() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("comment", "long " * PngImagePlugin.MAX_TEXT_CHUNK, zip=True)
    file = io.BytesIO()
    Image.new("L", (4, 3), 255).save(file, "PNG", pnginfo=texts)
    assert decode_image(file.getvalue()).shape == (3, 4, 4)


def test_memory_that_does_not_suffice_is_not_a_damaged_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(_image: Image.Image) -> None:
        raise MemoryError

    file = io.BytesIO()
    Image.new("L", (4, 3), 255).save(file, "PPM")
    monkeypatch.setattr(Image.Image, "load", load)
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", load)
    with pytest.raises(ImageError) as raised:
        decode_image(file.getvalue())
    assert raised.value.code == "out_of_memory"
