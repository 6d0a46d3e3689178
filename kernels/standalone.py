"""Bodies in a WebAssembly module of their own, to be tested and measured; and the stock ones out of their file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from kernels.assembler import ValueType, unsigned_leb128
from kernels.patches import STOCK

_HEADER: Final = b"\0asm\1\0\0\0"
_TYPES, _FUNCTIONS, _MEMORIES, _EXPORTS, _CODE = 1, 3, 5, 7, 10


def standalone_module(bodies: Mapping[str, bytes], pages: int = 256) -> bytes:
    """Return a module that exports the bodies by their names, and as `memory` that many pages of 64 KiB.

    A name that begins with "erf" has erf's type, any other that of SGEMM.
    """
    i32, f32 = bytes([ValueType.I32]), bytes([ValueType.F32])
    sgemm_type = b"\x60" + _vector([i32] * 8 + [f32]) + _vector([i32])
    erf_type = b"\x60" + _vector([i32] * 3) + _vector([])
    types = [unsigned_leb128(int(name.startswith("erf"))) for name in bodies]
    exports = [_text(name) + b"\0" + unsigned_leb128(i) for i, name in enumerate(bodies)]
    return _HEADER + b"".join(
        (
            _section(_TYPES, _vector([sgemm_type, erf_type])),
            _section(_FUNCTIONS, _vector(types)),
            _section(_MEMORIES, _vector([b"\0" + unsigned_leb128(pages)])),
            _section(_EXPORTS, _vector([*exports, _text("memory") + b"\2\0"])),
            _section(_CODE, _vector([unsigned_leb128(len(body)) + body for body in bodies.values()])),
        )
    )


def stock_bodies(wasm: Path) -> dict[str, bytes]:
    """Return the bodies in a file of ONNX Runtime that are known as stock kernels, by name."""
    names = {stock.sha256: name for name, stock in STOCK.items()}
    sizes = {stock.size_bytes for stock in STOCK.values()}
    found = {}
    for body in _function_bodies(wasm.read_bytes()):
        if len(body) in sizes and (name := names.get(hashlib.sha256(body).hexdigest())):
            found[name] = body
    return found


def _function_bodies(module: bytes) -> Iterator[bytes]:
    at = len(_HEADER)
    while at < len(module):
        section = module[at]
        size, at = _read_leb128(module, at + 1)
        end = at + size
        if section == _CODE:
            count, at = _read_leb128(module, at)
            for _ in range(count):
                size, at = _read_leb128(module, at)
                yield module[at : at + size]
                at += size
        at = end


def _read_leb128(data: bytes, at: int) -> tuple[int, int]:
    """Return the number at `at`, and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def _section(number: int, content: bytes) -> bytes:
    return bytes([number]) + unsigned_leb128(len(content)) + content


def _vector(items: list[bytes]) -> bytes:
    return unsigned_leb128(len(items)) + b"".join(items)


def _text(name: str) -> bytes:
    return unsigned_leb128(len(name)) + name.encode("ascii")
