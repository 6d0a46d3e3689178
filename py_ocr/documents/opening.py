"""Opens whatever has pages: PDF, TIFF and other images, ZIP archives, folders."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from py_ocr.decode import SUFFIXES, check_readable, count_frames, decode_frame, frame_notices
from py_ocr.documents.page_source import PageSource, PdfText, SourcePage
from py_ocr.documents.pdf import open_pdf
from py_ocr.errors import ImageError
from py_ocr.scaling import READ_PIXELS

_HEAD_BYTES: Final = 1024
_TIFF_STARTS: Final = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_MOST_BYTES: Final = 512 * 2**20
"""What one file of an archive may unpack to: what has more is a bomb."""

_MOST_ENTRIES: Final = 10_000
_DIGITS: Final = re.compile(r"([0-9]+)")


def is_document(data: bytes) -> bool:
    """Return whether a file has pages, and not one picture alone."""
    if b"%PDF-" in data[:_HEAD_BYTES] or data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return True
    return data[:4] in _TIFF_STARTS and count_frames(data) > 1


def open_document(
    source: bytes | Path,
    *,
    password: str | None = None,
    pdf_text: PdfText = "auto",
    most_pixels: int = READ_PIXELS,
) -> PageSource:
    """Open a file or a folder as a document, by what it holds. Raises ImageError for what cannot be opened.

    Pages with more than `most_pixels` are made ready scaled down.
    """
    if isinstance(source, Path):
        if source.is_dir():
            return _open_folder(source, most_pixels)
        check_readable(source)
        source = source.read_bytes()
    if b"%PDF-" in source[:_HEAD_BYTES]:
        return open_pdf(source, password, pdf_text, most_pixels)
    if source[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _open_archive(source, most_pixels)
    return _open_image(source, most_pixels)


def by_number(name: str) -> list[tuple[int, int, str]]:
    """Return the key that sorts names as people do: page2 before page10."""
    parts = filter(None, _DIGITS.split(name))
    return [(0, int(part), "") if _DIGITS.match(part) else (1, 0, part.lower()) for part in parts]


def _open_image(data: bytes, most_pixels: int) -> PageSource:
    """Open an image file: every page of a TIFF, and the first frame of what moves."""
    is_tiff = data[:4] in _TIFF_STARTS

    def load(number: int) -> SourcePage:
        decoded = decode_frame(data, number - 1, most_pixels)
        notices = () if is_tiff else frame_notices(decoded.count)
        return SourcePage(decoded.pixels, dpi=decoded.dpi, notices=notices)

    return PageSource(count_frames(data) if is_tiff else 1, load)


def _open_folder(folder: Path, most_pixels: int) -> PageSource:
    paths = sorted(
        (path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file()),
        key=lambda path: by_number(path.name),
    )
    if not paths:
        raise ImageError("document_empty", "The folder holds no image.", "Choose another folder.")

    def load(number: int) -> SourcePage:
        path = paths[number - 1]
        check_readable(path)
        decoded = decode_frame(path.read_bytes(), most_pixels=most_pixels)
        return SourcePage(decoded.pixels, path.name, decoded.dpi, notices=frame_notices(decoded.count))

    return PageSource(len(paths), load)


def _open_archive(data: bytes, most_pixels: int) -> PageSource:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise _damaged() from error
    if len(entries) > _MOST_ENTRIES:
        raise _too_large(f"holds more than {_MOST_ENTRIES:,} files")
    pictures = sorted(filter(_is_picture, entries), key=lambda entry: by_number(entry.filename))
    if not pictures:
        raise ImageError("document_empty", "The archive holds no image.", "Choose another file.")

    def load(number: int) -> SourcePage:
        entry = pictures[number - 1]
        decoded = decode_frame(_unpack(archive, entry), most_pixels=most_pixels)
        return SourcePage(decoded.pixels, entry.filename, decoded.dpi, notices=frame_notices(decoded.count))

    return PageSource(len(pictures), load, archive.close)


def _is_picture(entry: zipfile.ZipInfo) -> bool:
    parts: Sequence[str] = entry.filename.split("/")
    hidden = parts[0] == "__MACOSX" or parts[-1].startswith(".")
    return not entry.is_dir() and not hidden and Path(parts[-1]).suffix.lower() in SUFFIXES


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.file_size > _MOST_BYTES:
        raise _too_large(f"unpacks to more than {_MOST_BYTES // 2**20} MB")
    if entry.flag_bits & 1:
        raise ImageError("archive_encrypted", "The archive is encrypted.", "Unpack it, and choose its images.")
    try:
        # No more than the directory says: a file that lies of its size ends in a wrong checksum.
        with archive.open(entry) as file:
            return file.read()
    # zlib.error is no kind of BadZipFile.
    except Exception as error:
        raise _damaged() from error


def _damaged() -> ImageError:
    return ImageError("archive_damaged", "The archive is damaged.", "Download or copy it again.")


def _too_large(what: str) -> ImageError:
    return ImageError("archive_too_large", f"The archive {what}.", "Unpack it, and choose its images.")
