"""MLAS's SGEMM kernel for WebAssembly SIMD, ordered so that nothing has to leave the registers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kernels.assembler import (
    Expression,
    Function,
    Local,
    Value,
    ValueType,
    f32x4_add,
    f32x4_const,
    f32x4_mul,
    f32x4_relaxed_madd,
    f32x4_splat,
    high_half,
    i32_add,
    i32_and,
    i32_ge_u,
    i32_lt_u,
    i32_mul,
    i32_shr_u,
    i32_sub,
    v128_load,
    v128_load_low,
    v128_load_splat,
)

FLOAT: Final = 4
"""Bytes of a float."""

LANES: Final = 4
"""Floats of a vector."""

PANEL_COLUMNS: Final = 16
"""MLAS packs B in panels of so many columns, the last one filled up with zeros."""


@dataclass(frozen=True, slots=True)
class Tile:
    """The part of C that is summed up in registers: some rows of a panel, or of half a panel."""

    rows: int
    vectors: int

    @property
    def columns(self) -> int:
        """Width."""
        return self.vectors * LANES


TILES: Final = (Tile(4, 2), Tile(2, 4), Tile(1, 4))
"""The first that has no more rows than are left is taken. 8 sums, 2 vectors that stay for a step and 1 that changes
make 11 of the 15 registers that x64 leaves to a function, or 12 where a product needs one before it is added."""


@dataclass(frozen=True, slots=True)
class SgemmKernel:
    """Which kernel: one that `adds` to C, or overwrites it; a `fused` one takes relaxed SIMD's multiply-add."""

    adds: bool
    fused: bool

    def body(self) -> bytes:
        """Return the body of (A, B, C, CountK, CountM, CountN, lda, ldc, alpha) → rows done.

        It computes alpha·A·B for the first 4, 2 or 1 of CountM ≥ 1 rows. A has rows of CountK floats, lda floats
        apart; C has rows of CountN ≥ 1 floats, ldc floats apart; B lies in panels of CountK × 16 floats.
        """
        f = Function(*[ValueType.I32] * 8, ValueType.F32)
        rows_left = f.parameters[4]
        writer = _Writer(self, f)
        *larger, last = TILES
        for tile in larger:
            with f.when(i32_ge_u(rows_left, tile.rows)):
                writer.write_rows(tile)
        writer.write_rows(last)
        return f.body()


class _Writer:
    """Writes the computation with one tile after the other into a function. They share its variables."""

    def __init__(self, kernel: SgemmKernel, f: Function) -> None:
        self._kernel = kernel
        self._f = f
        self._a, self._b, self._c, self._count_k, _, self._count_n, lda, ldc, alpha = f.parameters
        self._lda_bytes, self._ldc_bytes, self._panel_bytes = f.i32(), f.i32(), f.i32()
        self._column, self._columns_left, self._steps_left = f.i32(), f.i32(), f.i32()
        self._a_rows = [f.i32() for _ in range(max(tile.rows for tile in TILES))]
        self._b_at, self._c_at, self._part_at = f.i32(), f.i32(), f.i32()
        self._alpha = f.v128()
        self._sums = [f.v128() for _ in range(max(tile.rows * tile.vectors for tile in TILES))]
        self._staying = [f.v128() for _ in range(max(min(tile.rows, tile.vectors) for tile in TILES))]
        self._changing = f.v128()

        f.set(self._alpha, f32x4_splat(alpha))
        f.set(self._lda_bytes, i32_mul(lda, FLOAT))
        f.set(self._ldc_bytes, i32_mul(ldc, FLOAT))
        f.set(self._panel_bytes, i32_mul(self._count_k, PANEL_COLUMNS * FLOAT))

    def write_rows(self, tile: Tile) -> None:
        """Write: compute all columns of as many rows as the tile has, and return their number."""
        f = self._f
        f.set(self._column, 0)
        with f.repeat() as next_tile:
            self._write_start(tile)
            with f.when(self._count_k), f.repeat() as next_step:
                self._write_step(tile)
                f.again_if(self._steps_left, next_step)
            self._write_results(tile)
            f.set(self._column, i32_add(self._column, tile.columns))
            f.again_if(i32_lt_u(self._column, self._count_n), next_tile)
        f.finish(tile.rows)

    def _sums_of(self, tile: Tile, row: int) -> list[Local]:
        return self._sums[row * tile.vectors : (row + 1) * tile.vectors]

    def _write_start(self, tile: Tile) -> None:
        """Write: point at the tile's rows of A and columns of B, and clear its sums."""
        f = self._f
        panel = i32_mul(i32_shr_u(self._column, 4), self._panel_bytes)
        in_panel = i32_mul(i32_and(self._column, PANEL_COLUMNS - 1), FLOAT)
        f.set(self._b_at, i32_add(i32_add(self._b, panel), in_panel))
        f.set(self._a_rows[0], self._a)
        for above, row in zip(self._a_rows, self._a_rows[1 : tile.rows], strict=False):
            f.set(row, i32_add(above, self._lda_bytes))
        for total in self._sums[: tile.rows * tile.vectors]:
            f.set(total, f32x4_const(0))
        f.set(self._steps_left, self._count_k)

    def _write_step(self, tile: Tile) -> None:
        """Write: add the products of one column of A and one row of B.

        Of the shorter side all values are loaded first and stay; those of the other follow one by one. Nothing is
        unrolled: loads that a compiler moves up to fill its pipeline need registers, too.
        """
        f = self._f
        rows = [v128_load_splat(row) for row in self._a_rows[: tile.rows]]
        vectors = [v128_load(self._b_at, i * LANES * FLOAT) for i in range(tile.vectors)]
        by_rows = tile.rows >= tile.vectors
        staying, changing = (vectors, rows) if by_rows else (rows, vectors)
        kept = self._staying[: len(staying)]
        for place, value in zip(kept, staying, strict=True):
            f.set(place, value)
        for outer, value in enumerate(changing):
            f.set(self._changing, value)
            for inner, stayed in enumerate(kept):
                row, vector = (outer, inner) if by_rows else (inner, outer)
                total = self._sums_of(tile, row)[vector]
                f.set(total, self._multiply_add(self._changing, stayed, total))
        f.set(self._b_at, i32_add(self._b_at, PANEL_COLUMNS * FLOAT))
        for a_row in self._a_rows[: tile.rows]:
            f.set(a_row, i32_add(a_row, FLOAT))
        f.set(self._steps_left, i32_sub(self._steps_left, 1))

    def _multiply_add(self, left: Value, right: Value, total: Value) -> Expression:
        if self._kernel.fused:
            return f32x4_relaxed_madd(left, right, total)
        return f32x4_add(total, f32x4_mul(left, right))

    def _write_results(self, tile: Tile) -> None:
        """Write: the sums, times alpha, go to C. Only the last tile of the rows can be narrower than its vectors."""
        f = self._f
        f.set(self._columns_left, i32_sub(self._count_n, self._column))
        f.set(self._c_at, i32_add(self._c, i32_mul(self._column, FLOAT)))
        for row in range(tile.rows):
            sums = self._sums_of(tile, row)
            for total in sums:
                f.set(total, f32x4_mul(total, self._alpha))
            whole = i32_ge_u(self._columns_left, tile.columns)
            with f.when(whole):
                self._write_vectors(self._c_at, sums)
            with f.when_not(whole):
                self._write_narrow_row(sums)
            f.set(self._c_at, i32_add(self._c_at, self._ldc_bytes))

    def _write_vectors(self, at: Local, results: list[Local]) -> None:
        for i, result in enumerate(results):
            offset = i * LANES * FLOAT
            sum_or_result = f32x4_add(v128_load(at, offset), result) if self._kernel.adds else result
            self._f.store(at, sum_or_result, offset=offset)

    def _write_narrow_row(self, results: list[Local]) -> None:
        """Write: so many floats as there are columns left, in parts of 8, 4, 2 and 1, one for each bit.

        After a part the results behind it move to its place.
        """
        f = self._f
        f.set(self._part_at, self._c_at)
        vectors = len(results) // 2
        while vectors:
            with f.when(i32_and(self._columns_left, vectors * LANES)):
                self._write_vectors(self._part_at, results[:vectors])
                for place, behind in zip(results, results[vectors:], strict=False):
                    f.set(place, behind)
                f.set(self._part_at, i32_add(self._part_at, vectors * LANES * FLOAT))
            vectors //= 2
        result = results[0]
        for floats in (2, 1):
            with f.when(i32_and(self._columns_left, floats)):
                old = v128_load_low(self._part_at, floats)
                f.store(self._part_at, f32x4_add(old, result) if self._kernel.adds else result, floats=floats)
                if floats == 2:
                    f.set(result, high_half(result))
                    f.set(self._part_at, i32_add(self._part_at, 2 * FLOAT))
