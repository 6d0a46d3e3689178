"""The SGEMM kernels: every edge size, both modes, rows apart, against NumPy; and against the stock kernels."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from kernels.patches import RELAXED_SIMD, SIMD, VARIANTS, bodies
from kernels.standalone import stock_bodies
from tests.unit.kernels.node_module import Answer, Call, Floats, run_calls

STOCK_FILE: Final = (
    Path(__file__).parents[3] / "node_modules" / "onnxruntime-web" / "dist" / "ort-wasm-simd-threaded.wasm"
)
PANEL: Final = 16
UNTOUCHED: Final = np.float32(-777)
NAMES: Final = ("sgemm", "sgemm_add")


@dataclass(frozen=True, slots=True)
class Size:
    """Of a product; `gap` floats lie between the rows of A and of C."""

    m: int
    n: int
    k: int
    gap: int = 0
    alpha: float = 1.0


class Case:
    """A product laid out in memory: A, the panels of B, C with what is in it before, and a margin behind it."""

    def __init__(self, size: Size) -> None:
        self.size = size
        random = np.random.default_rng([size.m, size.n, size.k, size.gap])
        self.a = random.uniform(-1, 1, (size.m, size.k)).astype(np.float32)
        self.b = random.uniform(-1, 1, (size.k, size.n)).astype(np.float32)
        self.c = random.uniform(-1, 1, (size.m, size.n)).astype(np.float32)
        self._rows_a = np.pad(self.a, ((0, 0), (0, size.gap)), constant_values=UNTOUCHED)
        self._rows_c = np.pad(self.c, ((0, 1), (0, size.gap)), constant_values=UNTOUCHED)

    def call(self, name: str) -> Call:
        """Return the call of a kernel on it."""
        size = self.size
        at_b = 4 * self._rows_a.size
        at_c = at_b + 4 * self._panels().size
        self._first_of_c = at_c // 4
        arguments = (0, at_b, at_c, size.k, size.m, size.n, size.k + size.gap, size.n + size.gap, size.alpha)
        memory = np.concatenate([self._rows_a.ravel(), self._panels(), self._rows_c.ravel()])
        return Call(name, arguments, memory)

    def _panels(self) -> Floats:
        """Return B as MLAS packs it."""
        size = self.size
        filled = np.pad(self.b, ((0, 0), (0, -size.n % PANEL)))
        panels: Floats = filled.reshape(size.k, filled.shape[1] // PANEL, PANEL).transpose(1, 0, 2).ravel()
        return panels

    def check(self, name: str, answer: Answer) -> None:
        """Assert that the first rows of C are right, and that nothing else has changed."""
        before, rows = self.call(name).memory, answer.value
        assert rows == next(count for count in (4, 2, 1) if count <= self.size.m)
        expected = self._rows_c.copy()
        wanted = self.size.alpha * (self.a[:rows].astype(np.float64) @ self.b)
        if name == "sgemm_add":
            wanted += self.c[:rows]
        expected[:rows, : self.size.n] = wanted
        actual = answer.memory[self._first_of_c :].reshape(expected.shape)
        # float32 rounds each of k steps of numbers below 1 + k / 3 or so.
        limit = 2e-7 * (self.size.k + 2)
        np.testing.assert_allclose(actual, expected, rtol=0, atol=limit, err_msg=f"{name} {self.size}")
        np.testing.assert_array_equal(answer.memory[: self._first_of_c], before[: self._first_of_c])
        untouched = expected == UNTOUCHED
        assert untouched.any()
        np.testing.assert_array_equal(actual[untouched], UNTOUCHED)


# Every remainder of the rows, of the columns by 32, and of steps by 4; and the sizes of the blocks that MLAS makes.
EDGES: Final = [
    *(Size(m, n, k) for m, n, k in product(range(1, 8), range(1, 34), (0, 1, 2, 3, 5))),
    *(Size(m, n, 7, gap=3, alpha=-1.5) for m, n in product(range(1, 6), range(1, 34))),
    *(Size(m, n, k, gap=5) for m, n, k in ((4, 128, 128), (3, 100, 129), (2, 64, 256), (1, 127, 255))),
]


@pytest.mark.parametrize("variant", VARIANTS)
def test_kernels_multiply_and_touch_nothing_else(variant: str) -> None:
    cases = [(name, Case(size)) for name in NAMES for size in EDGES]
    answers = run_calls(bodies(variant), [case.call(name) for name, case in cases])
    assert len(answers) == 2 * len(EDGES) > 2000
    for (name, case), answer in zip(cases, answers, strict=True):
        case.check(name, answer)


@pytest.mark.parametrize("variant", VARIANTS)
def test_kernels_hand_on_what_is_not_a_number(variant: str) -> None:
    case = Case(Size(4, 20, 3))
    case.b[1, 17] = np.nan
    case.b[1, 3] = np.inf
    [answer] = run_calls(bodies(variant), [case.call("sgemm")])
    c = answer.memory[-(5 * 20) : -20].reshape(4, 20)
    assert np.isnan(c[:, 17]).all()
    assert np.isinf(c[:, 3]).all()
    assert np.isfinite(np.delete(c, [3, 17], axis=1)).all()


def test_without_fusing_every_bit_is_as_the_stock_kernel_gives_it() -> None:
    stock = {f"{name}_stock": body for name, body in stock_bodies(STOCK_FILE).items()}
    cases = [Case(size) for size in EDGES if size.m in (2, 4) and size.k]
    for name in NAMES:
        ours = run_calls(bodies(SIMD), [case.call(name) for case in cases])
        theirs = run_calls(stock, [case.call(f"{name}_stock") for case in cases])
        assert len(ours) > 300
        for case, our, their in zip(cases, ours, theirs, strict=True):
            # Ours does up to four rows in a call, the stock kernel two.
            done, width = their.value, case.size.n + case.size.gap
            assert done in (1, 2)
            count = case.call(name).memory.size - (case.size.m + 1) * width + done * width
            np.testing.assert_array_equal(our.memory[:count].view(np.uint32), their.memory[:count].view(np.uint32))


def test_fusing_is_what_the_variants_differ_in() -> None:
    relaxed_madd = bytes([0xFD, 0x85, 0x02])
    assert all(relaxed_madd in body for body in bodies(RELAXED_SIMD).values())
    assert not any(relaxed_madd in body for body in bodies(SIMD).values())
