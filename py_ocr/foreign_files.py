"""Files that are no images that are read, by what they begin with: whoever drops one is told what it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_HEAD_BYTES: Final = 1024
"""So much of a file is looked at: a PDF, or a text, may have something else before what it is known by."""


@dataclass(frozen=True, slots=True)
class ForeignFile:
    """A kind of file that is not read: what it is called, with its article, and what makes an image of it."""

    name: str
    remedy: str


_EXPORT_PAGES: Final = "Export its pages as PNG or JPEG."
_EXPORT_IMAGE: Final = "Export it as PNG or JPEG."
_FRAME: Final = "Take a still of it, as PNG or JPEG."
_UNPACK: Final = "Unpack it, and choose the images in it."

_BY_START: Final = (
    (b"8BPS", ForeignFile("a Photoshop document", _EXPORT_IMAGE)),
    (b"\xff\x0a", ForeignFile("a JPEG XL image", _EXPORT_IMAGE)),
    (b"\0\0\0\x0cJXL ", ForeignFile("a JPEG XL image", _EXPORT_IMAGE)),
    (b"II\xbc\x01", ForeignFile("a JPEG XR image", _EXPORT_IMAGE)),
    (b"AT&TFORM", ForeignFile("a DjVu document", _EXPORT_PAGES)),
    (b"%!PS", ForeignFile("a PostScript document", _EXPORT_PAGES)),
    (b"\xd0\xcf\x11\xe0", ForeignFile("an Office document", _EXPORT_PAGES)),
    (b"{\\rtf", ForeignFile("an RTF document", _EXPORT_PAGES)),
    (b"PK\x03\x04", ForeignFile("a ZIP archive, or an Office document", _UNPACK)),
    (b"7z\xbc\xaf", ForeignFile("a 7z archive", _UNPACK)),
    (b"Rar!", ForeignFile("a RAR archive", _UNPACK)),
    (b"\x1f\x8b", ForeignFile("a gzip archive", _UNPACK)),
    (b"\x1aE\xdf\xa3", ForeignFile("a video", _FRAME)),
)

_AVIF_BRANDS: Final = (b"avif", b"avis")


def foreign_file(data: bytes) -> ForeignFile | None:
    """Return what a file is that is no image of a format that is read, or None where that is not known."""
    head = data[:_HEAD_BYTES]
    for start, kind in _BY_START:
        if head.startswith(start):
            return kind
    if b"%PDF-" in head:
        return ForeignFile("a PDF document", _EXPORT_PAGES)
    if head[4:8] == b"ftyp":
        return _iso_media(head[8 : int.from_bytes(head[:4], "big")])
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<svg", b"<?xml", b"<!--", b"<!doctype svg")) and b"<svg" in text:
        return ForeignFile("an SVG drawing", _EXPORT_IMAGE)
    if text.startswith((b"<!doctype html", b"<html")):
        return ForeignFile("an HTML page", "Choose the image itself, not the page that shows it.")
    return None


def _iso_media(brands: bytes) -> ForeignFile | None:
    """Tell what is in the container of AVIF and MP4 by the brands that its first box lists."""
    if any(brand in brands for brand in _AVIF_BRANDS):
        return None
    return ForeignFile("a video", _FRAME)
