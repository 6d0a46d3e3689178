"""Encoded files → pixels: which way up, how many bits, which frame; and what each kind of bad file is called."""

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image, features

from py_ocr.decode import decode_image
from py_ocr.errors import ImageError
from tests.unit.drawing import STORED_AS

EXACT: dict[str, dict[str, Any]] = {"JPEG": {"quality": 100, "subsampling": 0}, "WEBP": {"lossless": True}}
# Pillow in the page may lack WebP, which browsers decode themselves.
WITH_ORIENTATION = ["JPEG", "PNG", "TIFF", *(["WEBP"] if features.check("webp") else [])]


def scene() -> Image.Image:
    """A picture without any symmetry: each quarter has another colour, and it is wider than high."""
    image = Image.new("RGB", (48, 32), (255, 255, 255))
    image.paste((200, 0, 0), (0, 0, 24, 16))
    image.paste((0, 200, 0), (24, 0, 48, 16))
    image.paste((0, 0, 200), (0, 16, 24, 32))
    return image


def encoded(image: Image.Image, form: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that announces a size and holds almost nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize("orientation", [1, *STORED_AS])
@pytest.mark.parametrize("form", WITH_ORIENTATION)
def test_exif_orientation_is_applied_once(form: str, orientation: int) -> None:
    stored = scene().transpose(STORED_AS[orientation]) if orientation in STORED_AS else scene()
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    rgba = decode_image(encoded(stored, form, exif=exif, **EXACT.get(form, {})))
    expected = np.asarray(scene().convert("RGBA"), dtype=np.int16)
    assert rgba.shape == expected.shape
    assert np.abs(rgba - expected).max() <= 8


def test_a_malformed_exif_block_does_not_make_an_image_unreadable() -> None:
    rgba = decode_image(encoded(scene(), "JPEG", exif=b"Exif\x00\x00 this is not TIFF"))
    assert rgba.shape == (32, 48, 4)


def test_an_animation_gives_its_first_frame() -> None:
    first, second = Image.new("RGB", (8, 8), "red"), Image.new("RGB", (8, 8), "blue")
    rgba = decode_image(encoded(first, "GIF", save_all=True, append_images=[second]))
    assert rgba[0, 0].tolist() == [255, 0, 0, 255]


def test_a_document_of_several_pages_gives_its_first() -> None:
    first, second = Image.new("RGB", (8, 8), "red"), Image.new("RGB", (16, 16), "blue")
    assert decode_image(encoded(first, "TIFF", save_all=True, append_images=[second])).shape == (8, 8, 4)


def test_sixteen_bits_are_scaled_not_clipped() -> None:
    grey = np.array([[0, 0x8000, 0xFFFF]], dtype=np.uint16)
    rgba = decode_image(encoded(Image.fromarray(grey), "PNG"))
    assert rgba[0, :, 0].tolist() == [0, 127, 255]


def test_numbers_without_a_range_use_their_own() -> None:
    values = np.array([[-1.0, 0.0, 1.0]], dtype=np.float32)
    rgba = decode_image(encoded(Image.fromarray(values), "TIFF"))
    assert rgba[0, :, 0].tolist() == [0, 127, 255]


def test_transparency_is_kept() -> None:
    palette = Image.new("P", (2, 1))
    palette.putpalette([255, 0, 0, 0, 255, 0])
    palette.putpixel((1, 0), 1)
    rgba = decode_image(encoded(palette, "PNG", transparency=1))
    assert rgba[0].tolist() == [[255, 0, 0, 255], [0, 255, 0, 0]]


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "I;16"])
def test_the_formats_of_netpbm_are_read(mode: str) -> None:
    source = Image.new("I;16", (48, 32), 0xFFFF) if mode == "I;16" else scene().convert(mode)
    rgba = decode_image(encoded(source, "PPM"))
    assert rgba.shape == (32, 48, 4)
    assert rgba[31, 47].tolist() == [255, 255, 255, 255]


@pytest.mark.parametrize(
    ("data", "expected"),
    [(b"P1 2 1\n0 1\n", [255, 0]), (b"P2\n# grey\n2 1 3\n0 1\n", [0, 85]), (b"P3 1 1 255\n9 9 9\n", [9])],
    ids=["P1", "P2", "P3"],
)
def test_the_formats_of_netpbm_are_read_as_text(data: bytes, expected: list[int]) -> None:
    assert decode_image(data)[0, :, 0].tolist() == expected


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK"])
def test_every_colour_model_becomes_rgba(mode: str) -> None:
    rgba = decode_image(encoded(scene().convert(mode), "TIFF" if mode == "CMYK" else "PNG"))
    assert rgba.dtype == np.uint8
    assert rgba[31, 47].min() >= 250, "the white quarter must stay white"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "image_empty"),
        (b"this is a text, not a picture\n", "image_undecodable"),
        (encoded(scene().resize((480, 320)), "JPEG")[:-1500], "image_truncated"),
        (encoded(scene(), "PNG")[:60], "image_truncated"),
        (encoded(scene(), "PNG").replace(b"IDAT", b"IDXT"), "image_undecodable"),
        (encoded(scene(), "PPM")[:-100], "image_truncated"),
        (encoded(scene().convert("1"), "PPM")[:-10], "image_truncated"),
        (b"RIFF\xff\0\0\0WEBPVP8 \xf3\0\0\0", "image_truncated"),
        (b"\0\0\0\x14ftypavif\0\0\0\0avif\0\0\x01\0meta", "image_truncated"),
        (b"P6 12000 11000 255\n", "image_too_large"),
        (b"P2 is a variable\n", "image_undecodable"),
        (png_header(65_536, 65_536), "image_too_large"),
        (png_header(12_000, 11_000), "image_too_large"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "image_undecodable"),
    ],
    ids=[
        "empty",
        "text",
        "cut JPEG",
        "cut PNG",
        "no pixels",
        "cut PPM",
        "cut PBM",
        "cut WebP",
        "cut AVIF",
        "PPM of 132 megapixels",
        "text like a PGM",
        "4 gigapixels",
        "132 megapixels",
        "PostScript",
    ],
)
def test_a_bad_file_is_an_error_with_cause_and_remedy(data: bytes, code: str) -> None:
    with pytest.raises(ImageError) as caught:
        decode_image(data)
    assert (caught.value.code, caught.value.stage) == (code, "decode")
    assert caught.value.cause
    assert caught.value.remedy


@pytest.mark.parametrize("bits", [10, 12, 14, 16])
@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_fewer_bits_in_a_file_of_sixteen_are_scaled_from_those(form: str, bits: int) -> None:
    grey = np.array([[0, 2 ** (bits - 1), 2**bits - 1]], dtype=np.uint16)
    assert decode_image(encoded(Image.fromarray(grey), form))[0, :, 0].tolist() == [0, 127, 255]


def test_a_picture_that_does_not_use_its_highest_bits_to_the_full_keeps_its_brightness() -> None:
    # 12 bits: 3000 is the lightest, and no white.
    grey = np.array([[0, 3000]], dtype=np.uint16)
    assert decode_image(encoded(Image.fromarray(grey), "PNG"))[0, :, 0].tolist() == [0, 3000 * 255 // 4095]


def test_eight_bits_in_a_file_of_sixteen_stay_what_they_are() -> None:
    grey = np.array([[0, 1, 7, 200]], dtype=np.uint16)
    assert decode_image(encoded(Image.fromarray(grey), "PNG"))[0, :, 0].tolist() == [0, 1, 7, 200]
    dark = np.array([[0, 1, 7]], dtype=np.uint16)
    assert decode_image(encoded(Image.fromarray(dark), "PNG"))[0, :, 0].tolist() == [0, 1, 7]
