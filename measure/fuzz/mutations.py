"""Damaged copies of image files, each made from a seed: the same seed makes the same file."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Sequence
from typing import Final

from measure.fuzz.fields import Field, fields_of

_MOST_CHANGES: Final = 3


def mutate(data: bytes, seed: int) -> bytes:
    """Return a file that one to three changes were made to, most of them of numbers in its structure."""
    chance = random.Random(seed)
    for _ in range(chance.randint(1, _MOST_CHANGES)):
        data = chance.choices(_CHANGES, _WEIGHTS)[0](data, chance)
    # A checksum that is right lets a decoder look at what it covers.
    return with_right_checksums(data) if chance.random() < 0.8 else data


def with_right_checksums(data: bytes) -> bytes:
    """Return a PNG whose chunks have the CRC of what they hold; any other file as it is."""
    if data[:4] != b"\x89PNG":
        return data
    fixed = bytearray(data)
    at = 8
    while at + 12 <= len(fixed):
        end = at + 8 + int.from_bytes(fixed[at : at + 4], "big")
        if end + 4 > len(fixed):
            break
        fixed[end : end + 4] = zlib.crc32(fixed[at + 4 : end]).to_bytes(4, "big")
        at = end + 4
    return bytes(fixed)


def _change_field(data: bytes, chance: random.Random) -> bytes:
    fields = fields_of(data)
    if not fields:
        return _flip_bits(data, chance)
    field = chance.choice(fields)
    value = chance.choice(_values(data, field, chance))
    changed = (value % (1 << 8 * field.size)).to_bytes(field.size, field.order)
    return data[: field.at] + changed + data[field.at + field.size :]


def _values(data: bytes, field: Field, chance: random.Random) -> Sequence[int]:
    now, most = int.from_bytes(data[field.at : field.at + field.size], field.order), (1 << 8 * field.size) - 1
    near = (now - 1, now + 1, now * 2, now // 2, now + 256, now ^ 0x80)
    return (0, 1, most, most - 1, most // 2, most // 2 + 1, len(data), chance.randint(0, most), *near)


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randint(0, len(data))]


def _flip_bits(data: bytes, chance: random.Random) -> bytes:
    flipped = bytearray(data)
    for _ in range(chance.randint(1, 8) if data else 0):
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
    return bytes(flipped)


def _repeat(data: bytes, chance: random.Random) -> bytes:
    start, end = _span(data, chance)
    return data[:end] + data[start:end] + data[end:]


def _leave_out(data: bytes, chance: random.Random) -> bytes:
    start, end = _span(data, chance)
    return data[:start] + data[end:]


def _span(data: bytes, chance: random.Random) -> tuple[int, int]:
    """Return where a part begins and ends: between two fields, which chunks and frames begin with, or anywhere."""
    edges = [field.at for field in fields_of(data)]
    if len(edges) < 2 or chance.random() < 0.3:
        edges = [chance.randint(0, len(data)) for _ in range(2)]
    start, end = sorted(chance.choices(edges, k=2))
    return start, end


_CHANGES: Final[Sequence[Callable[[bytes, random.Random], bytes]]] = (
    _change_field,
    _cut,
    _flip_bits,
    _repeat,
    _leave_out,
)
_WEIGHTS: Final = (12, 1, 2, 2, 2)
