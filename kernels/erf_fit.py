"""Finds the coefficients of kernels/erf.py: `python -m kernels.erf_fit` prints them.

The best x·P(x²)/Q(x²) has its largest error as small as it can be. It is approached by weighted least squares, where
each round divides by the last denominator (so that the problem is linear) and gives more weight to the points that were
worst in the last round (Lawson's algorithm). Computed in decimals, as the powers of x² are nearly dependent.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from decimal import Decimal, localcontext
from typing import Final

INTERVAL: Final = 4.0
"""The fit is for 0 to this, a little more than the kernel's LIMIT."""

DEGREE: Final = 5
"""Of P and Q in x². With 5 the error is 2e-8, less than float32 shows; with 4 it would be 2e-6."""

_POINTS: Final = 120
_ROUNDS: Final = 40
_DIGITS: Final = 40
_LEAST_WEIGHT: Final = Decimal("0.001")
"""Added to each point's share of the error, so that a point which is exact in one round is not lost for the others."""

Coefficients = tuple[float, ...]


def fitted() -> tuple[Coefficients, Coefficients]:
    """Return the coefficients of P and Q, from the constant on, rounded to float32; that of Q is 1."""
    with localcontext(prec=_DIGITS):
        # Points that lie closer together towards the limit, as the extremes of the error do.
        points = [Decimal(INTERVAL * math.sin(math.pi / 2 * i / _POINTS)) for i in range(1, _POINTS + 1)]
        wanted = [Decimal(math.erf(x)) for x in points]
        # Powers of (x / INTERVAL)² stay below 1, which keeps the equations well scaled.
        powers = [[(x / Decimal(INTERVAL)) ** (2 * i) for i in range(DEGREE + 1)] for x in points]
        rows = [
            [*(x * power for power in own), *(-y * power for power in own[1:])]
            for x, y, own in zip(points, wanted, powers, strict=True)
        ]
        weights = [Decimal(1)] * _POINTS
        divisors = [Decimal(1)] * _POINTS
        best = (Decimal("Infinity"), [Decimal(0)])
        for _ in range(_ROUNDS):
            scales = [weight / divisor**2 for weight, divisor in zip(weights, divisors, strict=True)]
            solution = _least_squares(rows, wanted, scales)
            p, q = solution[: DEGREE + 1], [Decimal(1), *solution[DEGREE + 1 :]]
            divisors = [_dot(q, own) for own in powers]
            errors = [
                abs(x * _dot(p, own) / divisor - y)
                for x, y, own, divisor in zip(points, wanted, powers, divisors, strict=True)
            ]
            worst = max(errors)
            best = min(best, (worst, solution))
            weights = [w * (error / worst + _LEAST_WEIGHT) for w, error in zip(weights, errors, strict=True)]
            total = sum(weights)
            weights = [weight / total for weight in weights]
        solution = best[1]
        unscaled = [Decimal(INTERVAL) ** (-2 * i) for i in range(DEGREE + 1)]
        numerator = [a * b for a, b in zip(solution, unscaled, strict=False)]
        denominator = [a * b for a, b in zip([Decimal(1), *solution[DEGREE + 1 :]], unscaled, strict=True)]
    return tuple(map(_float32, numerator)), tuple(map(_float32, denominator))


def _least_squares(
    rows: Sequence[Sequence[Decimal]], wanted: Sequence[Decimal], scales: Sequence[Decimal]
) -> list[Decimal]:
    """Return what makes the scaled sum of squares least: the normal equations, solved by Gauss's elimination."""
    size = len(rows[0])
    scaled = [[scale * value for value in row] for scale, row in zip(scales, rows, strict=True)]
    columns, scaled_columns = list(zip(*rows, strict=True)), list(zip(*scaled, strict=True))
    system = [[_dot(column, other) for other in columns] + [_dot(column, wanted)] for column in scaled_columns]
    for i in range(size):
        pivot = max(range(i, size), key=lambda row: abs(system[row][i]))
        system[i], system[pivot] = system[pivot], system[i]
        for row in range(size):
            if row != i:
                factor = system[row][i] / system[i][i]
                system[row] = [a - factor * b for a, b in zip(system[row], system[i], strict=True)]
    return [system[i][size] / system[i][i] for i in range(size)]


def _dot(left: Sequence[Decimal], right: Sequence[Decimal]) -> Decimal:
    return sum((a * b for a, b in zip(left, right, strict=True)), Decimal(0))


def _float32(value: Decimal) -> float:
    rounded: float = struct.unpack("<f", struct.pack("<f", float(value)))[0]
    return rounded


if __name__ == "__main__":
    for name, coefficients in zip(("NUMERATOR", "DENOMINATOR"), fitted(), strict=True):
        print(f"{name}: Final = ({', '.join(f'{value:.9g}' for value in coefficients)})")
