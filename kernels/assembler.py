"""An assembler for one WebAssembly function body: expressions over locals, structured control flow, nothing else.

Instructions come out in the order in which they are written here, operands before their operator. That order is the
point: it decides how many values are alive at once, and so whether the browser's compiler can keep them in registers.
Opcodes are those of the WebAssembly core specification 3.0, section 5.4, which holds SIMD and relaxed SIMD as well.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from typing import Final


class ValueType(IntEnum):
    """The types of values, as they are encoded."""

    I32 = 0x7F
    F32 = 0x7D
    V128 = 0x7B


@dataclass(frozen=True, slots=True)
class Local:
    """A parameter or a variable: the `number`-th of its kind. Its index is known once all of them are."""

    type: ValueType
    number: int
    is_parameter: bool = False


@dataclass(frozen=True, slots=True)
class _Access:
    """local.get or local.set of a local whose index is not known yet."""

    opcode: int
    local: Local


_Code = tuple["bytes | _Access", ...]


@dataclass(frozen=True, slots=True)
class Expression:
    """Instructions that leave one value on the stack."""

    code: _Code


Value = Expression | Local | int
"""What an instruction takes: an expression, a local, or an i32 constant."""


def unsigned_leb128(value: int) -> bytes:
    """Return a non-negative integer in the variable-length form of the binary format."""
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def signed_leb128(value: int) -> bytes:
    """Return an integer in the variable-length form whose sixth bit is the sign."""
    encoded = bytearray()
    while not -0x40 <= value < 0x40:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value & 0x7F)
    return bytes(encoded)


def _code_of(value: Value) -> _Code:
    if isinstance(value, int):
        return (b"\x41" + signed_leb128(value),)
    if isinstance(value, Local):
        return (_Access(0x20, value),)
    return value.code


def _apply(instruction: bytes, *operands: Value) -> Expression:
    return Expression((*(part for operand in operands for part in _code_of(operand)), instruction))


def _simd(opcode: int, immediate: bytes = b"") -> bytes:
    return b"\xfd" + unsigned_leb128(opcode) + immediate


def _memory(offset: int) -> bytes:
    """Return the immediate of a load or store that promises no alignment: MLAS promises none."""
    return unsigned_leb128(0) + unsigned_leb128(offset)


def i32_add(left: Value, right: Value) -> Expression:
    """Return left + right."""
    return _apply(b"\x6a", left, right)


def i32_sub(left: Value, right: Value) -> Expression:
    """Return left - right."""
    return _apply(b"\x6b", left, right)


def i32_mul(left: Value, right: Value) -> Expression:
    """Return left * right."""
    return _apply(b"\x6c", left, right)


def i32_and(left: Value, right: Value) -> Expression:
    """Return left & right."""
    return _apply(b"\x71", left, right)


def i32_shl(value: Value, bits: int) -> Expression:
    """Return value << bits."""
    return _apply(b"\x74", value, bits)


def i32_shr_u(value: Value, bits: int) -> Expression:
    """Return value >> bits, unsigned."""
    return _apply(b"\x76", value, bits)


def i32_lt_u(left: Value, right: Value) -> Expression:
    """Return 1 if left < right, unsigned, else 0."""
    return _apply(b"\x49", left, right)


def i32_ge_u(left: Value, right: Value) -> Expression:
    """Return 1 if left >= right, unsigned, else 0."""
    return _apply(b"\x4f", left, right)


def f32x4_const(value: float) -> Expression:
    """Return four times the same number, rounded to float32."""
    return _apply(_simd(0x0C, struct.pack("<f", value) * 4))


def f32x4_splat(value: Value) -> Expression:
    """Return four times an f32."""
    return _apply(_simd(0x13), value)


def f32x4_min(left: Value, right: Value) -> Expression:
    """Return the smaller of each lane; NaN where one of them is NaN."""
    return _apply(_simd(0xE8), left, right)


def f32x4_max(left: Value, right: Value) -> Expression:
    """Return the larger of each lane; NaN where one of them is NaN."""
    return _apply(_simd(0xE9), left, right)


def f32x4_add(left: Value, right: Value) -> Expression:
    """Return left + right."""
    return _apply(_simd(0xE4), left, right)


def f32x4_mul(left: Value, right: Value) -> Expression:
    """Return left * right."""
    return _apply(_simd(0xE6), left, right)


def f32x4_div(left: Value, right: Value) -> Expression:
    """Return left / right."""
    return _apply(_simd(0xE7), left, right)


def f32x4_relaxed_madd(left: Value, right: Value, addend: Value) -> Expression:
    """Return left * right + addend, rounded once or twice as the processor does it faster. Relaxed SIMD."""
    return _apply(_simd(0x105), left, right, addend)


def high_half(value: Value) -> Expression:
    """Return lanes 2 and 3 of `value` as lanes 0 and 1."""
    return _apply(_simd(0x0D, bytes([*range(8, 16), *range(8, 16)])), value, value)


def v128_load(address: Value, offset: int = 0) -> Expression:
    """Return the four floats at `address` + `offset`."""
    return _apply(_simd(0x00, _memory(offset)), address)


def v128_load_splat(address: Value, offset: int = 0) -> Expression:
    """Return four times the float at `address` + `offset`."""
    return _apply(_simd(0x09, _memory(offset)), address)


def v128_load_low(address: Value, floats: int) -> Expression:
    """Return the first `floats` (4, 2 or 1) floats at `address` in the first lanes, and zeros."""
    return _apply(_simd({4: 0x00, 2: 0x5D, 1: 0x5C}[floats], _memory(0)), address)


class Function:
    """A function that is being written. `body` returns its bytes."""

    def __init__(self, *parameters: ValueType) -> None:
        """Start a function with parameters of these types."""
        self.parameters: Final = [Local(type, i, is_parameter=True) for i, type in enumerate(parameters)]
        self._counts = {ValueType.I32: 0, ValueType.V128: 0}
        self._code: list[bytes | _Access] = []
        self._depth = 0

    def i32(self) -> Local:
        """Return a new i32 variable, 0 at first."""
        return self._local(ValueType.I32)

    def v128(self) -> Local:
        """Return a new v128 variable, zeros at first."""
        return self._local(ValueType.V128)

    def set(self, local: Local, value: Value) -> None:
        """Write: local = value."""
        self._code += (*_code_of(value), _Access(0x21, local))

    def store(self, address: Value, value: Value, *, offset: int = 0, floats: int = 4) -> None:
        """Write the first `floats` (4, 2 or 1) lanes of a v128 to memory."""
        opcode, lane = {4: (0x0B, b""), 2: (0x5B, b"\0"), 1: (0x5A, b"\0")}[floats]
        self._code += (*_code_of(address), *_code_of(value), _simd(opcode, _memory(offset) + lane))

    def finish(self, value: Value) -> None:
        """Write: return value."""
        self._code += (*_code_of(value), b"\x0f")

    @contextmanager
    def when(self, condition: Value) -> Iterator[None]:
        """Write what follows so that it runs if `condition` is not 0."""
        self._code += (*_code_of(condition), b"\x04\x40")
        with self._nested():
            yield

    @contextmanager
    def when_not(self, condition: Value) -> Iterator[None]:
        """Write what follows so that it runs if `condition` is 0."""
        self._code += (*_code_of(condition), b"\x45\x04\x40")
        with self._nested():
            yield

    @contextmanager
    def repeat(self) -> Iterator[int]:
        """Write a loop, and give the label that `again_if` takes. Without that it runs once."""
        self._code.append(b"\x03\x40")
        with self._nested():
            yield self._depth

    def again_if(self, condition: Value, label: int) -> None:
        """Write: go back to the start of that loop if `condition` is not 0."""
        self._code += (*_code_of(condition), b"\x0d" + unsigned_leb128(self._depth - label))

    def body(self) -> bytes:
        """Return the body as the code section holds it, without its size: locals, instructions, end."""
        variables = {type: count for type, count in self._counts.items() if count}
        firsts, index = {}, len(self.parameters)
        for type, count in variables.items():
            firsts[type] = index
            index += count

        def encode(part: bytes | _Access) -> bytes:
            if isinstance(part, bytes):
                return part
            local = part.local
            first = 0 if local.is_parameter else firsts[local.type]
            return bytes([part.opcode]) + unsigned_leb128(first + local.number)

        groups = [unsigned_leb128(count) + bytes([type]) for type, count in variables.items()]
        return _vector(groups) + b"".join(map(encode, self._code)) + b"\x0b"

    def _local(self, type: ValueType) -> Local:
        self._counts[type] += 1
        return Local(type, self._counts[type] - 1)

    @contextmanager
    def _nested(self) -> Iterator[None]:
        self._depth += 1
        yield
        self._depth -= 1
        self._code.append(b"\x0b")


def _vector(items: Sequence[bytes]) -> bytes:
    return unsigned_leb128(len(items)) + b"".join(items)
