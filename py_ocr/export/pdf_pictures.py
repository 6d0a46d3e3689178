"""Export: the picture of a page as an object of a PDF: a JPEG as it is, all else without loss."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final

from PIL import ExifTags, Image
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
)

from py_ocr.decode import decode_frame
from py_ocr.image import page_from_rgba

_A4_LONG_POINTS: Final = 841.89
_POINTS_IN_INCH: Final = 72.0

Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class PagePicture:
    """A picture, the size of its page in points, and the matrix that puts it there upright."""

    stream: StreamObject
    width: float
    height: float
    matrix: Matrix


def page_picture(data: bytes, frame: int) -> PagePicture:
    """Return the picture of frame `frame` of an image file. Raises ImageError."""
    if frame == 0 and data[:3] == b"\xff\xd8\xff" and (jpeg := _jpeg(data)) is not None:
        return jpeg
    decoded = decode_frame(data, frame)
    image = page_from_rgba(decoded.rgba)
    red, green, blue = image.split()
    if red.tobytes() == green.tobytes() == blue.tobytes():
        image = red
    one_bit = image.mode == "L" and sum(image.histogram()[1:-1]) == 0
    pixels = (image.convert("1", dither=Image.Dither.NONE) if one_bit else image).tobytes()
    stream = DecodedStreamObject()
    stream.set_data(pixels)
    packed = stream.flate_encode(9)
    _describe(packed, image.width, image.height, "/DeviceRGB" if image.mode == "RGB" else "/DeviceGray")
    packed[NameObject("/BitsPerComponent")] = NumberObject(1 if one_bit else 8)
    width, height = _size(image.width, image.height, decoded.dpi)
    return PagePicture(packed, width, height, (width, 0, 0, height, 0, 0))


def _jpeg(data: bytes) -> PagePicture | None:
    """Return a JPEG as it is, or None where its form is one that PDF does not know."""
    with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
        spaces = {"L": "/DeviceGray", "RGB": "/DeviceRGB", "CMYK": "/DeviceCMYK"}
        if image.mode not in spaces:
            return None
        orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
        dpi = image.info.get("dpi", (0, 0))[0]
        stream = StreamObject()
        stream._data = data
        _describe(stream, image.width, image.height, spaces[image.mode])
        stream[NameObject("/BitsPerComponent")] = NumberObject(8)
        stream[NameObject("/Filter")] = NameObject("/DCTDecode")
        if image.mode == "CMYK" and "adobe" in image.info:
            stream[NameObject("/Decode")] = ArrayObject([NumberObject(value) for value in (1, 0) * 4])
        turned = orientation in (5, 6, 7, 8)
        size = (image.height, image.width) if turned else image.size
    width, height = _size(*size, float(dpi) if 72 < dpi <= 2400 else None)
    return PagePicture(stream, width, height, _upright(orientation, width, height))


def _describe(stream: DictionaryObject, width: int, height: int, space: str) -> None:
    stream[NameObject("/Type")] = NameObject("/XObject")
    stream[NameObject("/Subtype")] = NameObject("/Image")
    stream[NameObject("/Width")] = NumberObject(width)
    stream[NameObject("/Height")] = NumberObject(height)
    stream[NameObject("/ColorSpace")] = NameObject(space)


def _size(width: int, height: int, dpi: float | None) -> tuple[float, float]:
    """Return the size of the page in points; A4 at its longer side where the file does not know."""
    scale = _POINTS_IN_INCH / dpi if dpi else _A4_LONG_POINTS / max(width, height)
    return round(width * scale, 2), round(height * scale, 2)


def _upright(orientation: int, width: float, height: float) -> Matrix:
    """Return the matrix that puts a unit square with an EXIF orientation on its page upright."""
    w, h = width, height
    return {
        2: (-w, 0, 0, h, w, 0),
        3: (-w, 0, 0, -h, w, h),
        4: (w, 0, 0, -h, 0, h),
        5: (0, -h, -w, 0, w, h),
        6: (0, -h, w, 0, 0, h),
        7: (0, h, w, 0, 0, 0),
        8: (0, h, -w, 0, w, 0),
    }.get(orientation, (w, 0, 0, h, 0, 0))
