"""TIFF files with more pixels than can be held: read strip by strip, or by rows of tiles, each scaled down at once."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Final

from PIL import ExifTags, Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2, TiffImageFile

from py_ocr.image import MAX_PIXELS
from py_ocr.scaling import Size

MOST_TIFF_PIXELS: Final = 8 * MAX_PIXELS
"""As of a JPEG: A1 at 1,200 dpi fits."""

# Tags of TIFF 6.0 (https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf).
_WIDTH, _HEIGHT, _STRIP_OFFSETS, _ROWS, _STRIP_BYTES = 256, 257, 273, 278, 279
_TILE_WIDTH, _TILE_HEIGHT, _TILE_OFFSETS, _TILE_BYTES = 322, 323, 324, 325
_PLANAR: Final = 284
_COPIED: Final = (258, 259, 262, 266, 277, _PLANAR, 292, 293, 317, 320, 338, 339, 347, 529, 530, 531, 532)
"""What says how the pixels of a part are coded: bits, compression, colours, predictor, tables."""

_MODES: Final = {"1": "L", "L": "L", "P": "RGBA", "LA": "RGBA", "RGB": "RGB", "RGBA": "RGBA", "CMYK": "RGB"}
"""The modes that are read in parts, and what they are scaled in. Of wide values the range is known only at the end."""


def read_in_parts(data: bytes, image: Image.Image, most_pixels: int) -> tuple[Image.Image, Size] | None:
    """Return an image with at most so many pixels, scaled down by a whole number, and the size that is stored.

    `data` is the file that `image` was opened from. None where the image is small enough to be read as a whole, or
    cannot be read in parts: it is no TIFF, has one part only, planes of their own, or wide values. Raises what Pillow
    raises of damaged parts.
    """
    if not isinstance(image, TiffImageFile):
        return None
    width, height = _stored_size(image)
    if not MAX_PIXELS < width * height <= MOST_TIFF_PIXELS:
        return None
    rows, across = _rows_of_a_part(image)
    if image.mode not in _MODES or image.tag_v2.get(_PLANAR, 1) != 1 or width * rows > most_pixels:
        return None
    factor = 1
    while -(-width // factor) * -(-height // factor) > most_pixels:
        factor += 1
    small = Image.new(_MODES[image.mode], (-(-width // factor), -(-height // factor)))
    pending = Image.new(small.mode, (width, 0))
    done = 0
    for band in _bands(data, image, rows, across):
        joined = Image.new(small.mode, (width, pending.height + band.height))
        joined.paste(pending, (0, 0))
        joined.paste(band.convert(small.mode), (0, pending.height))
        whole = joined.height // factor * factor
        if whole:
            small.paste(joined.crop((0, 0, width, whole)).reduce(factor), (0, done))
            done += whole // factor
        pending = joined.crop((0, whole, width, joined.height))
    if pending.height:
        small.paste(pending.reduce(factor), (0, done))
    if (turned := image.getexif().get(ExifTags.Base.Orientation)) is not None:
        small.getexif()[ExifTags.Base.Orientation] = turned
    return small, Size(width, height)


def _stored_size(image: TiffImageFile) -> tuple[int, int]:
    """Return the size of what is stored; that of the image is turned already where its EXIF says so."""
    return int(image.tag_v2[_WIDTH]), int(image.tag_v2[_HEIGHT])


def _rows_of_a_part(image: TiffImageFile) -> tuple[int, int]:
    """Return how many rows each part has, and how many parts lie side by side."""
    width, height = _stored_size(image)
    if _TILE_OFFSETS in image.tag_v2:
        return int(image.tag_v2[_TILE_HEIGHT]), -(-width // int(image.tag_v2[_TILE_WIDTH]))
    return min(height, int(image.tag_v2.get(_ROWS, height))), 1


def _bands(data: bytes, image: TiffImageFile, rows: int, across: int) -> Iterator[Image.Image]:
    """Yield the rows of the image from the top, as many at once as a part has."""
    tags = image.tag_v2
    width, height = _stored_size(image)
    is_tiled = _TILE_OFFSETS in tags
    offsets = tags[_TILE_OFFSETS if is_tiled else _STRIP_OFFSETS]
    counts = tags[_TILE_BYTES if is_tiled else _STRIP_BYTES]
    part_width = int(tags[_TILE_WIDTH]) if is_tiled else width
    for band in range(-(-height // rows)):
        tall = min(rows, height - band * rows)
        joined = Image.new(image.mode, (width, tall))
        if image.palette is not None:
            joined.putpalette(image.palette.copy())
        for column in range(across):
            at = band * across + column
            # The last strip is as short as what is left; a tile never is.
            size = (part_width, rows if is_tiled else tall)
            part = _part(data[offsets[at] : offsets[at] + counts[at]], tags, size)
            joined.paste(
                part.crop((0, 0, min(part_width, width - column * part_width), tall)), (column * part_width, 0)
            )
        yield joined


def _part(coded: bytes, tags: ImageFileDirectory_v2, size: tuple[int, int]) -> Image.Image:
    """Return a part decoded, as a file of its own with one strip."""
    directory = ImageFileDirectory_v2(prefix=tags.prefix)
    for tag in _COPIED:
        if tag in tags:
            directory.tagtype[tag] = tags.tagtype[tag]
            directory[tag] = tags[tag]
    directory[_WIDTH], directory[_HEIGHT] = size
    directory[_ROWS] = size[1]
    directory[_STRIP_BYTES] = len(coded)
    directory[_STRIP_OFFSETS] = 0  # counted from the end of the directory, where it is written
    file = io.BytesIO()
    directory.save(file)
    file.write(coded)
    file.seek(0)
    with Image.open(file, formats=["TIFF"]) as part:
        part.load()
        return part.copy()
