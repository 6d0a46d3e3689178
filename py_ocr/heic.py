"""HEIC files → pixels, with pillow-heif, which is an extra; in browsers TypeScript decodes them, by libheif as well."""

from __future__ import annotations

from typing import Final

from PIL import Image

from py_ocr.errors import ImageError
from py_ocr.image import check_dimensions

SUFFIXES: Final = (".heic", ".heif", ".hif")
_BRANDS: Final = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_AVIF_BRANDS: Final = (b"avif", b"avis")
_OUT_OF_MEMORY: Final = "Memory allocation error"
"""How libheif begins its message, also where a file wants more than it grants."""


def is_heic(data: bytes) -> bool:
    """Return whether a file is HEIC, by the brands that its first box lists; AVIF may list some of them as well."""
    if data[4:8] != b"ftyp":
        return False
    brands = data[8 : int.from_bytes(data[:4], "big")]
    return any(brand in brands for brand in _BRANDS) and not any(brand in brands for brand in _AVIF_BRANDS)


def open_heic(data: bytes) -> Image.Image:
    """Return the main picture of a HEIC file, upright: its own boxes say how it is turned, and its EXIF no more.

    The size is checked before anything is decoded. Raises ImageError (`image_undecodable` without pillow-heif,
    `image_too_large`), EOFError where bytes are missing, ValueError for what is damaged.
    """
    try:
        import pillow_heif  # noqa: PLC0415  # the extra `heic`; everything else does without it
    except ImportError as error:
        raise ImageError(
            "image_undecodable",
            "The file is a HEIC image, which is read with pillow-heif, which is missing.",
            "Install it with `pip install 'py-ocr[heic]'`, or export the image as PNG or JPEG.",
        ) from error
    try:
        file = pillow_heif.open_heif(data, convert_hdr_to_8bit=True)
        check_dimensions(*file.size)
        picture: Image.Image = file.to_pillow()
    except (ValueError, RuntimeError, SyntaxError, OSError) as error:
        raise _typed(str(error).strip()) from error
    return picture


def _typed(message: str) -> Exception:
    if message.startswith(_OUT_OF_MEMORY):
        cause = "The memory does not suffice for this image."
        return ImageError("image_too_large", cause, "Scale it down, or cut it into parts.")
    return EOFError(message) if "end of file" in message else ValueError(message)
