"""Encoded files → RGBA pixels, with Pillow: every format in CPython, TIFF and PNM in browsers, which lack them."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin, UnidentifiedImageError

from py_ocr.errors import ImageError
from py_ocr.foreign_files import foreign_file
from py_ocr.heic import SUFFIXES as HEIC_SUFFIXES
from py_ocr.heic import is_heic, open_heic
from py_ocr.image import MAX_PIXELS, check_dimensions
from py_ocr.scaling import Pixels
from py_ocr.tiff_parts import read_in_parts
from py_ocr.types import Notice
from py_ocr.upright import draft, upright_pixels

SUFFIXES: Final = {
    ".avif": "AVIF",
    ".bmp": "BMP",
    ".gif": "GIF",
    ".ico": "ICO",
    ".j2k": "JPEG2000",
    ".jp2": "JPEG2000",
    ".jpeg": "JPEG",
    ".jpeg2000": "JPEG2000",
    ".jpg": "JPEG",
    ".jpx": "JPEG2000",
    ".pbm": "PPM",
    ".pgm": "PPM",
    ".png": "PNG",
    ".pnm": "PPM",
    ".ppm": "PPM",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".webp": "WEBP",
    **dict.fromkeys(HEIC_SUFFIXES, "HEIF"),
}
"""File name suffixes of the formats that are read, with Pillow's names of them.

Not every format that Pillow knows: for EPS it would start Ghostscript, and most others are not for pictures of text.
"""

_FORMATS: Final = tuple(sorted(set(SUFFIXES.values()) - {"HEIF"}))
_MOST_TEXT_BYTES: Final = 1 << 26
_BOX: Final = re.compile(rb"[a-z]{3}[a-z0-9]")
_JPEG2000_END: Final = b"\xff\xd9"
_ANOTHER_FILE: Final = "Choose another file, or convert it to PNG or JPEG."


def check_readable(image: Path) -> None:
    """Raise ImageError (`image_unreadable`) when the system does not let this file be read."""
    try:
        with image.open("rb"):
            return
    except OSError as error:
        raise ImageError(
            "image_unreadable",
            f"The file cannot be read: {error.strerror or error}.",
            "Check its path and permissions.",
        ) from error


@dataclass(frozen=True, slots=True, eq=False)
class DecodedFrame:
    """A frame of a file, upright; how many the file has; pixels to the inch, if it says."""

    pixels: Pixels
    count: int
    dpi: float | None

    @property
    def rgba(self) -> NDArray[np.uint8]:
        """(H, W, 4) uint8 RGBA."""
        return self.pixels.rgba


def decode_image(data: bytes) -> NDArray[np.uint8]:
    """Return the first frame of an encoded image as (H, W, 4) uint8 RGBA. See `decode_frame`."""
    return decode_frame(data).rgba


def count_frames(data: bytes) -> int:
    """Return how many pages or frames an image file has; 1 for what cannot be read, which decoding will say."""
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            return int(getattr(image, "n_frames", 1))
    # As below: malformed bytes raise almost anything.
    except Exception:
        return 1


def decode_frame(data: bytes, frame: int = 0, most_pixels: int = MAX_PIXELS) -> DecodedFrame:
    """Return one frame of an encoded image, from 0, turned upright by its EXIF orientation.

    One with more than `most_pixels` is scaled down to so many; a JPEG or TIFF, which can be decoded smaller or in
    parts, may have more than MAX_PIXELS. The size is checked in the header, before anything is decoded. Raises
    ImageError: `image_empty`, `image_too_large`, `image_truncated` or `image_undecodable`.
    """
    if not data:
        raise ImageError("image_empty", "The file is empty.", "Choose another file.")
    try:
        # Pillow warns of odd metadata, which does not touch the pixels, and of sizes, which are checked here.
        with (
            warnings.catch_warnings(action="ignore"),
            _room_for_texts(),
            _opened(data) as image,
        ):
            if frame:
                image.seek(frame)
            full = draft(image, most_pixels)
            if (parts := read_in_parts(data, image, most_pixels)) is not None:
                pixels = upright_pixels(parts[0], most_pixels, parts[1])
            else:
                check_dimensions(*image.size)
                image.load()
                pixels = upright_pixels(image, most_pixels, full)
            return DecodedFrame(pixels, int(getattr(image, "n_frames", 1)), _dpi_of(image))
    except ImageError:
        raise
    except Image.DecompressionBombError as error:
        raise ImageError(
            "image_too_large",
            f"The header of the image announces more than the {MAX_PIXELS // 1_000_000} megapixels that can be read.",
            "Scale it down, or cut it into parts.",
        ) from error
    # Where addresses have 32 bits, as in browsers, Pillow cannot even take a damaged one for wrong.
    except (UnidentifiedImageError, OverflowError) as error:
        raise _unidentified(error, data) from error
    except MemoryError as error:
        raise ImageError(
            "out_of_memory",
            "The memory does not suffice for this image.",
            "Scale it down, or cut it into parts.",
        ) from error
    # Malformed bytes lead Pillow's plugins to raise almost anything: OSError, SyntaxError, struct.error, IndexError…
    except Exception as error:
        raise _damaged(error, data) from error


@contextmanager
def _room_for_texts() -> Iterator[None]:
    """Let a PNG have long texts beside its pixels: they do not touch these, and browsers read such files."""
    kept = PngImagePlugin.MAX_TEXT_CHUNK, PngImagePlugin.MAX_TEXT_MEMORY
    PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = _MOST_TEXT_BYTES
    try:
        yield
    finally:
        PngImagePlugin.MAX_TEXT_CHUNK, PngImagePlugin.MAX_TEXT_MEMORY = kept


def _opened(data: bytes) -> Image.Image:
    """Open an image of any size, to see whether it can be decoded smaller or in parts; decoding has its limit."""
    if is_heic(data):
        if _lacks_bytes(data):
            raise EOFError
        return open_heic(data)
    kept, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        return Image.open(io.BytesIO(data), formats=_FORMATS)
    finally:
        Image.MAX_IMAGE_PIXELS = kept


def frame_notices(count: int) -> tuple[Notice, ...]:
    """Return the notice of a file with more frames than the one that was read."""
    if count < 2:
        return ()
    return (Notice("first_frame_only", f"The file has {count} pages or frames; only the first was read."),)


def _dpi_of(image: Image.Image) -> float | None:
    """Return the resolution where a file tells a likely one: 72 and less is what programs write that do not know."""
    dpi = image.info.get("dpi")
    value = float(dpi[0]) if isinstance(dpi, tuple) and dpi else 0.0
    return round(value, 2) if 72 < value <= 2400 else None


def _unidentified(error: Exception, data: bytes) -> ImageError:
    if _lacks_bytes(data):
        return _damaged(error, data)
    kind = foreign_file(data)
    if kind is not None:
        return ImageError("image_undecodable", f"The file is {kind.name}, which is not read.", kind.remedy)
    cause = f"The file is not an image in a format that is read ({', '.join(_FORMATS)}), or is damaged."
    return ImageError("image_undecodable", cause, _ANOTHER_FILE)


def _damaged(error: Exception, data: bytes) -> ImageError:
    """Return the typed error; Pillow tells a truncated file from a malformed one only in its message, if at all."""
    if isinstance(error, EOFError) or "truncated" in str(error).lower() or _lacks_bytes(data):
        return ImageError("image_truncated", "The image file ends before its last pixel.", "Download or copy it again.")
    return ImageError("image_undecodable", f"The image file is damaged ({error}).", _ANOTHER_FILE)


def _lacks_bytes(data: bytes) -> bool:
    """Return whether a WebP, AVIF, HEIC or BMP file says that it is longer than it is, or JPEG 2000 data has no end."""
    if data[:2] == b"BM":
        return int.from_bytes(data[10:14], "little") > len(data)  # where its pixels begin
    if data[:4] == b"RIFF":
        return int.from_bytes(data[4:8], "little") + 8 > len(data)
    if data[:4] == b"\xff\x4f\xff\x51" or data[4:8] == b"jP  ":
        return _JPEG2000_END not in data
    if data[4:8] != b"ftyp":
        return False
    at = 0
    while at + 8 <= len(data) and (length := int.from_bytes(data[at : at + 4], "big")) >= 8:
        if _BOX.fullmatch(data, at + 4, at + 8) is None:
            return False  # something else behind the last box
        at += length
    return at > len(data)
