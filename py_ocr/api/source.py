"""What can be read: files, bytes, images of Pillow and arrays become pixels, and keep a name."""

from __future__ import annotations

import base64
import binascii
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import unquote_to_bytes

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from py_ocr.decode import check_readable, decode_frame
from py_ocr.documents.opening import open_document
from py_ocr.documents.page_source import PageSource, PdfText, SourcePage
from py_ocr.errors import ImageError
from py_ocr.scaling import READ_PIXELS, Pixels
from py_ocr.upright import rgba_of

_OTHER_SCHEMES: Final = ("http:", "https:", "ftp:", "blob:")
_SHAPES: Final = "(height, width), (height, width, 3) or (height, width, 4)"


class ReadableFile(Protocol):
    """A binary file, or whatever gives bytes when it is read."""

    def read(self) -> bytes:
        """Return all that is left."""


Source = str | os.PathLike[str] | bytes | bytearray | memoryview | ReadableFile | Image.Image | NDArray[Any]
"""A path, a `data:` URL, the bytes of a file, an open binary file, an image of Pillow, or an array of pixels."""


@dataclass(frozen=True, slots=True)
class LoadedImage:
    """Upright pixels, and what their source is called: "" where it has no name."""

    pixels: Pixels
    name: str

    @property
    def rgba(self) -> NDArray[np.uint8]:
        """(H, W, 4) uint8 RGBA."""
        return self.pixels.rgba


def load_image(source: Source) -> LoadedImage:
    """Return the pixels of whatever can be read. Nothing is fetched from anywhere.

    Arrays are (H, W) grey, (H, W, 3) RGB or (H, W, 4) RGBA: uint8, uint16 over their whole range, bool, or floats
    from 0 to 1. A file with very many pixels is scaled down. Raises ImageError.
    """
    if isinstance(source, Image.Image):
        return LoadedImage(Pixels.whole(rgba_of(source)), str(getattr(source, "filename", "") or ""))
    if isinstance(source, np.ndarray):
        return LoadedImage(Pixels.whole(_rgba_of_array(source)), "")
    if isinstance(source, bytes | bytearray | memoryview):
        return LoadedImage(_decode(bytes(source)), "")
    if isinstance(source, str) and source.startswith("data:"):
        return LoadedImage(_decode(_bytes_of_url(source)), "")
    if isinstance(source, str | os.PathLike):
        return _from_path(source)
    name = getattr(source, "name", "")
    return LoadedImage(_decode(source.read()), name if isinstance(name, str) else "")


def _decode(data: bytes) -> Pixels:
    return decode_frame(data, most_pixels=READ_PIXELS).pixels


def as_document(source: Source, password: str | None, pdf_text: PdfText) -> tuple[PageSource, str]:
    """Open whatever can be read as a document, and return it with its name. Raises ImageError."""
    if isinstance(source, Image.Image | np.ndarray) or (isinstance(source, str) and source.startswith("data:")):
        image = load_image(source)
        return PageSource(1, lambda _number: SourcePage(image.pixels)), image.name
    if isinstance(source, bytes | bytearray | memoryview):
        return open_document(bytes(source), password=password, pdf_text=pdf_text), ""
    if isinstance(source, str | os.PathLike):
        path = _local(source)
        return open_document(path, password=password, pdf_text=pdf_text), path.name
    name = getattr(source, "name", "")
    opened = open_document(source.read(), password=password, pdf_text=pdf_text)
    return opened, Path(name).name if isinstance(name, str) else ""


def _from_path(path: str | os.PathLike[str]) -> LoadedImage:
    file = _local(path)
    check_readable(file)
    return LoadedImage(_decode(file.read_bytes()), str(file))


def _local(path: str | os.PathLike[str]) -> Path:
    if isinstance(path, str) and path.lower().startswith(_OTHER_SCHEMES):
        raise ImageError(
            "image_unreadable",
            f"{path} is an address, and nothing is fetched here.",
            "Download the image, and pass its path or its bytes.",
        )
    return Path(path)


def _bytes_of_url(url: str) -> bytes:
    head, comma, body = url.partition(",")
    try:
        if not comma:
            raise ValueError("it has no comma")
        return base64.b64decode(body, validate=True) if head.endswith(";base64") else unquote_to_bytes(body)
    except (ValueError, binascii.Error) as error:
        raise ImageError(
            "image_undecodable", f"The data: URL is damaged ({error}).", "Pass the bytes of the image instead."
        ) from error


def _rgba_of_array(pixels: NDArray[Any]) -> NDArray[np.uint8]:
    """Return (H, W, 4) uint8 RGBA. Raises ImageError (`image_shape`) for another shape or type."""
    channels = pixels.shape[2] if pixels.ndim == 3 else 1
    if pixels.ndim not in (2, 3) or channels not in (1, 3, 4):
        raise ImageError("image_shape", f"The pixels are an array of shape {pixels.shape}.", f"Pass {_SHAPES}.")
    values = _to_8_bits(pixels).reshape(*pixels.shape[:2], channels)
    if channels == 4:
        return np.ascontiguousarray(values)
    rgba = np.full((*pixels.shape[:2], 4), 255, dtype=np.uint8)
    rgba[..., :3] = values
    return rgba


def _to_8_bits(pixels: NDArray[Any]) -> NDArray[np.uint8]:
    if pixels.dtype == np.uint8:
        return pixels
    if pixels.dtype == np.bool_:
        return pixels.astype(np.uint8) * np.uint8(255)
    if pixels.dtype == np.uint16:
        high_bytes: NDArray[np.uint8] = (pixels >> 8).astype(np.uint8)
        return high_bytes
    if np.issubdtype(pixels.dtype, np.floating) and _is_within_one(pixels):
        scaled: NDArray[np.uint8] = np.rint(pixels * 255).astype(np.uint8)
        return scaled
    raise ImageError(
        "image_shape",
        f"The pixels are an array of dtype {pixels.dtype}" + _range_of(pixels) + ".",
        "Pass uint8 from 0 to 255, uint16 from 0 to 65,535, bool, or floats from 0 to 1.",
    )


def _is_within_one(pixels: NDArray[Any]) -> bool:
    return pixels.size == 0 or bool(np.isfinite(pixels).all() and pixels.min() >= 0 and pixels.max() <= 1)


def _range_of(pixels: NDArray[Any]) -> str:
    return f" with values from {pixels.min()} to {pixels.max()}" if pixels.size else ""
