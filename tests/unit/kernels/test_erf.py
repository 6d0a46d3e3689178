"""The erf kernels: all ranges, the special numbers, every remainder, in place; and where the coefficients come from."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import pytest

from kernels.erf import DENOMINATOR, NUMERATOR
from kernels.erf_fit import fitted
from kernels.patches import VARIANTS, bodies
from tests.unit.kernels.node_module import Call, Floats, run_calls

MOST_OFF: Final = 4.5e-7
UNTOUCHED: Final = np.float32(-777)


def computed(variant: str, x: Floats) -> Floats:
    """Return what the kernel makes of `x`, as an array of its own behind it."""
    memory = np.concatenate([x, np.full(x.size + 8, UNTOUCHED, np.float32)])
    [answer] = run_calls(bodies(variant), [Call("erf", (0, 4 * x.size, x.size), memory)])
    np.testing.assert_array_equal(answer.memory[: x.size], x)
    np.testing.assert_array_equal(answer.memory[2 * x.size :], UNTOUCHED)
    return answer.memory[x.size : 2 * x.size]


def exact(x: Floats) -> Floats:
    values: Floats = np.array([math.erf(value) for value in x.tolist()], np.float32)
    return values


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_range_is_right(variant: str) -> None:
    positive = np.concatenate(
        [np.linspace(0, 5, 60_001), np.logspace(-37, 0, 4000), np.logspace(0.7, 38, 500), [np.finfo(np.float32).max]]
    ).astype(np.float32)
    x = np.concatenate([positive, -positive])
    y = computed(variant, x)
    np.testing.assert_allclose(y, exact(x), rtol=0, atol=MOST_OFF)
    # Odd in every bit, as the polynomials are of x².
    np.testing.assert_array_equal(y[: positive.size], -y[positive.size :])


@pytest.mark.parametrize("variant", VARIANTS)
def test_small_numbers_keep_their_precision(variant: str) -> None:
    x = np.logspace(-36, -1, 3000).astype(np.float32)
    np.testing.assert_allclose(computed(variant, x), exact(x), rtol=5e-7)


@pytest.mark.parametrize("variant", VARIANTS)
def test_special_numbers(variant: str) -> None:
    denormal = np.float32(1e-41)
    x = np.array([0, -0.0, np.inf, -np.inf, np.nan, denormal, -denormal, 4.0, -4.0, 1e30], np.float32)
    y = computed(variant, x)
    assert (y[:2] == 0).all()
    assert np.signbit(y[:2]).tolist() == [False, True]
    assert y[2:4].tolist() == [1, -1]
    assert np.isnan(y[4])
    np.testing.assert_allclose(y[5:7], exact(x[5:7]), rtol=1e-3)
    assert y[7:].tolist() == [1, -1, 1]


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_count_also_in_place(variant: str) -> None:
    x = np.linspace(-3, 3, 40, dtype=np.float32)
    apart = [Call("erf", (0, 4 * 48, count), np.concatenate([x, np.full(56, UNTOUCHED)])) for count in range(33)]
    in_place = [Call("erf", (0, 0, count), x) for count in range(33)]
    answers = run_calls(bodies(variant), [*apart, *in_place])
    assert len(answers) == 66
    for count in range(33):
        out, over = answers[count].memory[48:], answers[33 + count].memory
        np.testing.assert_allclose(out[:count], exact(x[:count]), rtol=0, atol=MOST_OFF)
        np.testing.assert_array_equal(out[count:], UNTOUCHED)
        np.testing.assert_array_equal(over[:count], out[:count])
        np.testing.assert_array_equal(over[count:], x[count:])


def test_the_coefficients_are_those_that_the_fit_finds() -> None:
    # Not compared bit by bit: math.erf is the platform's.
    for stored, found in zip((NUMERATOR, DENOMINATOR), fitted(), strict=True):
        np.testing.assert_allclose(stored, found, rtol=1e-6)
