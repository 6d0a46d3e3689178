"""Export: a document in any form there is, as bytes: the same for the page and both commands."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from py_ocr.document import Document, DocumentPage
from py_ocr.errors import ImageError, OptionError
from py_ocr.export.markup import to_alto, to_hocr, to_tsv
from py_ocr.export.parse import document_from_dict
from py_ocr.export.prose import to_csv, to_document_text, to_markdown
from py_ocr.types import TextOptions

SUFFIXES: Final[Mapping[str, str]] = {
    "text": ".txt",
    "json": ".json",
    "pdf": ".pdf",
    "hocr": ".hocr",
    "alto": ".xml",
    "tsv": ".tsv",
    "markdown": ".md",
    "csv": ".csv",
}
"""The suffix of each form's files."""

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How a document is written: `layout` keeps columns and indentation in text; `password` opens an encrypted PDF."""

    layout: bool = False
    password: str | None = None
    text: TextOptions = TextOptions()


def export_document(
    document: Document, form: str, sources: Sequence[bytes] = (), options: ExportOptions = ExportOptions()
) -> bytes:
    """Return a document as the bytes of a file.

    `sources` are the files that it was read from: one of many pages, or one for each page; only "pdf" needs them.
    Raises OptionError for an unknown form, ImageError where a source cannot be used.
    """
    if form != "json":
        # What JSON tells is what the page hands over. Of finer numbers others would come out, where one is at the
        # border between two whole ones.
        document = document_from_dict(document.to_dict())
    if form == "pdf":
        return _pdf(document, sources, options.password)
    writers: Mapping[str, Callable[[], str]] = {
        "text": lambda: to_document_text(document, layout=options.layout),
        "json": lambda: json.dumps(document.to_dict(options.text), ensure_ascii=False, indent=1) + "\n",
        "hocr": lambda: to_hocr(document),
        "alto": lambda: to_alto(document),
        "tsv": lambda: to_tsv(document),
        "markdown": lambda: to_markdown(document),
        "csv": lambda: to_csv(document),
    }
    if form not in writers:
        raise OptionError("option_invalid", f"There is no form {form!r}.", f"Choose from: {', '.join(SUFFIXES)}.")
    return writers[form]().encode("utf-8")


def zip_files(files: Sequence[tuple[str, bytes]]) -> bytes:
    """Return a ZIP archive of files with their names; a name that came before gets a number. It has no dates."""
    file = io.BytesIO()
    used: set[str] = set()
    with zipfile.ZipFile(file, "w") as archive:
        for wanted, data in files:
            stem, dot, suffix = wanted.rpartition(".")
            name, count = wanted, 1
            while name in used:
                count += 1
                name = f"{stem} ({count}){dot}{suffix}"
            used.add(name)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return file.getvalue()


def _pdf(document: Document, sources: Sequence[bytes], password: str | None) -> bytes:
    # pypdf takes a while to load, and only this form needs it.
    from py_ocr.export.pdf import pdf_from_pictures, pdf_with_text  # noqa: PLC0415

    if len(sources) == 1 and b"%PDF-" in sources[0][:1024]:
        return pdf_with_text(document, sources[0], password)
    return pdf_from_pictures(document, lambda page: _picture_of(page, sources, document))


def _picture_of(page: DocumentPage, sources: Sequence[bytes], document: Document) -> tuple[bytes, int]:
    """Return the file that holds the picture of a page, and which of its frames it is."""
    if not sources:
        raise OptionError("option_invalid", "A PDF is made of pictures, and there are none.", "Pass the sources.")
    if len(sources) > 1:
        return sources[page.number - 1], 0
    [source] = sources
    if source[:2] != b"PK":
        return source, page.number - 1
    try:
        with zipfile.ZipFile(io.BytesIO(source)) as archive:
            # Two of one name come one after the other, as pages and in the archive.
            first = min(each.number for each in document.pages if each.name == page.name)
            named = [entry for entry in archive.infolist() if entry.filename == page.name]
            return archive.read(named[page.number - first]), 0
    except (zipfile.BadZipFile, IndexError, RuntimeError) as error:
        raise ImageError("archive_damaged", "The archive is damaged.", "Download it again.") from error
