"""MLAS's erf kernel: the error function of many floats, as one division of two polynomials."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kernels.assembler import (
    Expression,
    Function,
    Local,
    Value,
    ValueType,
    f32x4_add,
    f32x4_const,
    f32x4_div,
    f32x4_max,
    f32x4_min,
    f32x4_mul,
    f32x4_relaxed_madd,
    i32_add,
    i32_ge_u,
    i32_sub,
    v128_load_low,
)

FLOAT: Final = 4
"""Bytes of a float."""

LIMIT: Final = 3.97
"""What lies beyond is computed as this. erf(3.97) is 1 - 2e-8, which float32 rounds to 1. The quotient is 1 there,
too; at most numbers near by it is a little off."""

NUMERATOR: Final = (1.12837899, 0.196223065, 0.0534635223, 0.00400237693, 0.000287987816, 1.97471604e-06)
DENOMINATOR: Final = (1.0, 0.507229328, 0.116465233, 0.015441916, 0.00121600414, 3.74768351e-05)
"""erf(x) ≈ x·P(x²)/Q(x²): the coefficients from the constant on, as `python -m kernels.erf_fit` finds them."""


def erf_body(*, fused: bool) -> bytes:
    """Return the body of (input, output, count): output[i] = erf(input[i]) for `count` floats.

    At most 4.5e-7 off; NaN gives NaN, ±0 gives ±0, ±infinity gives ±1. Input and output may be the same memory.
    """
    f = Function(ValueType.I32, ValueType.I32, ValueType.I32)
    writer = _ErfWriter(f, fused)
    writer.write(4)
    writer.write(1)
    return f.body()


class _ErfWriter:
    """Writes loops over the floats that are left."""

    def __init__(self, f: Function, fused: bool) -> None:
        self._f = f
        self._fused = fused
        self._input, self._output, self._count = f.parameters
        self._x, self._square, self._numerator, self._denominator = f.v128(), f.v128(), f.v128(), f.v128()

    def write(self, floats: int) -> None:
        """Write: as long as there are `floats` (4 or 1) left, compute so many."""
        f = self._f
        enough = i32_ge_u(self._count, floats)
        with f.when(enough), f.repeat() as again:
            x = v128_load_low(self._input, floats)
            f.set(self._x, f32x4_min(f32x4_max(x, f32x4_const(-LIMIT)), f32x4_const(LIMIT)))
            f.set(self._square, f32x4_mul(self._x, self._x))
            # Two chains that do not wait for each other.
            self._write_polynomial(self._numerator, NUMERATOR)
            self._write_polynomial(self._denominator, DENOMINATOR)
            # Not held between -1 and 1: two more constants than there are registers would double the time.
            quotient = f32x4_div(f32x4_mul(self._x, self._numerator), self._denominator)
            f.store(self._output, quotient, floats=floats)
            f.set(self._input, i32_add(self._input, floats * FLOAT))
            f.set(self._output, i32_add(self._output, floats * FLOAT))
            f.set(self._count, i32_sub(self._count, floats))
            f.again_if(enough, again)

    def _write_polynomial(self, result: Local, coefficients: Sequence[float]) -> None:
        """Write: result = the polynomial at x², by Horner's rule."""
        *lower, highest = coefficients
        self._f.set(result, f32x4_const(highest))
        for coefficient in reversed(lower):
            self._f.set(result, self._multiply_add(result, self._square, f32x4_const(coefficient)))

    def _multiply_add(self, left: Value, right: Value, addend: Value) -> Expression:
        if self._fused:
            return f32x4_relaxed_madd(left, right, addend)
        return f32x4_add(f32x4_mul(left, right), addend)
