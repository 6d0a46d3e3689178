"""Export: what is new in a PDF, written behind the bytes that it had (ISO 32000-1, 7.5.6).

pypdf writes such increments, too, but leaves the entry of its own cross-reference stream out, of which qpdf warns.
"""

from __future__ import annotations

import io
import zlib
from typing import Final

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject

_KEPT: Final = ("/Root", "/Info", "/ID")
_IN_USE: Final = 1


def written_behind(source: bytes, reader: PdfReader, writer: PdfWriter) -> bytes:
    """Return `source` with the new and the changed objects of an incremental `writer` behind it."""
    file = io.BytesIO(source)
    file.seek(0, io.SEEK_END)
    if source[-1:] not in (b"\n", b"\r"):
        file.write(b"\n")
    offsets: dict[int, int] = {}
    for reference in writer.list_objects_in_increment():
        changed = reference.get_object()
        assert changed is not None
        offsets[reference.idnum] = file.tell()
        file.write(b"%d 0 obj\n" % reference.idnum)
        changed.write_to_stream(file)
        file.write(b"\nendobj\n")
    trailer = DictionaryObject({NameObject(key): reader.trailer.raw_get(key) for key in _KEPT if key in reader.trailer})
    trailer[NameObject("/Prev")] = NumberObject(reader._startxref)
    start = file.tell()
    if source[reader._startxref :].lstrip()[:4] == b"xref":
        trailer[NameObject("/Size")] = NumberObject(_size(reader, offsets))
        _write_table(file, offsets, trailer)
    else:
        own = _size(reader, offsets)
        offsets[own] = start
        trailer[NameObject("/Size")] = NumberObject(own + 1)
        _write_stream(file, own, offsets, trailer)
    file.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return file.getvalue()


def _size(reader: PdfReader, offsets: dict[int, int]) -> int:
    """Return the lowest number that no object has."""
    known = reader.trailer.get("/Size", 0)
    return max(int(known) if isinstance(known, int) else 0, max(offsets) + 1)


def _runs(numbers: list[int]) -> list[list[int]]:
    """Return numbers in runs of consecutive ones."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _write_table(file: io.BytesIO, offsets: dict[int, int], trailer: DictionaryObject) -> None:
    file.write(b"xref\n")
    for run in _runs(sorted(offsets)):
        file.write(b"%d %d\n" % (run[0], len(run)))
        file.writelines(b"%010d 00000 n \n" % offsets[number] for number in run)
    file.write(b"trailer\n")
    trailer.write_to_stream(file)
    file.write(b"\n")


def _write_stream(file: io.BytesIO, own: int, offsets: dict[int, int], trailer: DictionaryObject) -> None:
    runs = _runs(sorted(offsets))
    stream = StreamObject()
    stream.update(trailer)
    stream[NameObject("/Type")] = NameObject("/XRef")
    stream[NameObject("/Filter")] = NameObject("/FlateDecode")
    stream[NameObject("/W")] = ArrayObject(map(NumberObject, (1, 5, 2)))
    stream[NameObject("/Index")] = ArrayObject(NumberObject(value) for run in runs for value in (run[0], len(run)))
    entries = (bytes([_IN_USE]) + offsets[number].to_bytes(5, "big") + b"\0\0" for run in runs for number in run)
    stream._data = zlib.compress(b"".join(entries), 9)
    file.write(b"%d 0 obj\n" % own)
    stream.write_to_stream(file)
    file.write(b"\nendobj\n")
