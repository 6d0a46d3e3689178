"""Where the numbers of an image file's structure are: sizes, lengths, counts, flags. Decodes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

Order = Literal["big", "little"]


@dataclass(frozen=True, slots=True)
class Field:
    """A number in a file: at which byte, of how many bytes, in which order."""

    at: int
    size: int
    order: Order = "big"


def fields_of(data: bytes) -> list[Field]:
    """Return the fields of a file of a known format, or none."""
    for matches, walk in _WALKERS:
        if any(data[at : at + len(magic)] == magic for at, magic in matches):
            return [field for field in walk(data) if field.at + field.size <= len(data)]
    return []


def _png(data: bytes) -> Iterator[Field]:
    at = 8
    while at + 8 <= len(data):
        yield Field(at, 4)
        yield Field(at + 4, 4)
        if data[at + 4 : at + 8] == b"IHDR":
            yield from (Field(at + 8, 4), Field(at + 12, 4), *(Field(at + offset, 1) for offset in range(16, 21)))
        else:
            yield from (Field(at + offset, 1) for offset in range(8, 12))
        at += 12 + int.from_bytes(data[at : at + 4], "big")


def _jpeg(data: bytes) -> Iterator[Field]:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        yield Field(at + 1, 1)
        yield Field(at + 2, 2)
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker & 0xF0 == 0xC0 and marker not in (0xC4, 0xC8, 0xCC):
            yield from (Field(at + 4, 1), Field(at + 5, 2), Field(at + 7, 2))
            yield from (Field(at + offset, 1) for offset in range(9, min(19, 2 + length)))
        else:
            yield from (Field(at + offset, 1) for offset in range(4, min(24, 2 + length)))
        if marker == 0xDA:
            return
        at += 2 + length


def _gif(data: bytes) -> Iterator[Field]:
    yield from (Field(6, 2, "little"), Field(8, 2, "little"), Field(10, 1), Field(11, 1))
    at = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    while at < len(data) and data[at] in (0x21, 0x2C):
        yield Field(at, 1)
        if data[at] == 0x2C:
            yield from (Field(at + offset, 2, "little") for offset in (1, 3, 5, 7))
            yield Field(at + 9, 1)
            at += 10 + (3 << (data[at + 9] & 7) + 1 if data[at + 9 : at + 10] and data[at + 9] & 0x80 else 0)
            yield Field(at, 1)
            at += 1
        else:
            at += 2
        while at < len(data):
            yield Field(at, 1)
            at += 1 + data[at]
            if data[at - 1 : at] == b"" or data[at - 1] == 0:
                break


def _bmp(_data: bytes) -> Iterator[Field]:
    yield from (Field(at, 4, "little") for at in (2, 10, 14, 18, 22, 30, 34, 38, 46, 50))
    yield from (Field(26, 2, "little"), Field(28, 2, "little"))


def _ico(data: bytes) -> Iterator[Field]:
    yield from (Field(2, 2, "little"), Field(4, 2, "little"))
    for at in range(6, 6 + 16 * min(8, int.from_bytes(data[4:6], "little")), 16):
        yield from (Field(at, 1), Field(at + 1, 1), Field(at + 2, 1), Field(at + 6, 2, "little"))
        yield from (Field(at + 8, 4, "little"), Field(at + 12, 4, "little"))


def _tiff(data: bytes) -> Iterator[Field]:
    order: Order = "little" if data[:2] == b"II" else "big"
    yield Field(4, 4, order)
    at, seen = int.from_bytes(data[4:8], order), set[int]()
    while 8 <= at < len(data) and at not in seen:
        seen.add(at)
        count = int.from_bytes(data[at : at + 2], order)
        yield Field(at, 2, order)
        for entry in range(at + 2, min(len(data), at + 2 + 12 * count), 12):
            yield from (Field(entry, 2, order), Field(entry + 2, 2, order), Field(entry + 4, 4, order))
            yield from (Field(entry + 8, 4, order), Field(entry + 8, 2, order))
        at += 2 + 12 * count
        yield Field(at, 4, order)
        at = int.from_bytes(data[at : at + 4], order)


def _riff(data: bytes) -> Iterator[Field]:
    yield Field(4, 4, "little")
    at = 12
    while at + 8 <= len(data):
        yield Field(at, 4)
        yield Field(at + 4, 4, "little")
        yield from (Field(at + offset, 2, "little") for offset in range(8, 20, 2))
        at += 8 + int.from_bytes(data[at + 4 : at + 8], "little")
        at += at % 2


_CONTAINERS: Final = (b"jp2h", b"meta", b"iprp", b"ipco")


def _boxes(data: bytes) -> Iterator[Field]:
    yield from _boxes_within(data, 0, len(data))
    codestream = data.find(b"\xff\x4f\xff\x51")
    if codestream >= 0:
        yield from _codestream(data, codestream)


def _boxes_within(data: bytes, at: int, end: int) -> Iterator[Field]:
    while at + 8 <= end:
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        yield Field(at, 4)
        yield Field(at + 4, 4)
        if kind in _CONTAINERS:
            yield from _boxes_within(data, at + (12 if kind == b"meta" else 8), min(end, at + length))
        else:
            yield from (Field(at + offset, 4) for offset in range(8, min(32, length), 4))
        if length < 8:
            return
        at += length


def _codestream(data: bytes, start: int) -> Iterator[Field]:
    yield from (Field(start + 6 + offset, 4) for offset in range(2, 34, 4))
    at = start + 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0x93:
        yield Field(at, 2)
        yield Field(at + 2, 2)
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        yield from (Field(at + offset, 1) for offset in range(4, min(16, 2 + length)))
        at += 2 + length


def _pnm(data: bytes) -> Iterator[Field]:
    yield Field(1, 1)
    yield from (Field(at, 1) for at in range(2, min(len(data), 20)))


_WALKERS: Final = (
    (((0, b"\x89PNG"),), _png),
    (((0, b"\xff\xd8"),), _jpeg),
    (((0, b"GIF8"),), _gif),
    (((0, b"BM"),), _bmp),
    (((0, b"\0\0\1\0"),), _ico),
    (((0, b"II"), (0, b"MM")), _tiff),
    (((0, b"RIFF"),), _riff),
    (((4, b"jP  "), (4, b"ftyp")), _boxes),
    (((0, b"\xff\x4f\xff\x51"),), lambda data: _codestream(data, 0)),
    (((0, b"P"),), _pnm),
)
