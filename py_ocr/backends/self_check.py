"""The golden self-check of a backend, and the memory of its verdicts.

A model runs on its small golden case, and on the largest one where that is affordable. The verdict is kept under
what it depends on: the device with its driver and runtime, the model's file, and the references themselves.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from math import prod
from typing import Final, Protocol

from py_ocr.golden import GoldenCase, GoldenTolerance, first_difference
from py_ocr.json_fields import JsonFields
from py_ocr.parameters import Params, number
from py_ocr.session import InferenceSession

_SECONDS_PER_DAY: Final = 86_400
_SCHEMA: Final = 2
"""Version of what is kept: part of every key, so that another version never reads it."""


@dataclass(frozen=True, slots=True)
class SelfCheckParams(Params):
    """How exact a model must be, how much the check may cost, and how long its verdict is good."""

    tolerance: GoldenTolerance = GoldenTolerance()
    """How far the model may be from its references."""

    largest_within_s: float = number(5.0)
    """The largest case is run when it will take no longer, to judge by a small run and the number of pixels. That is
    an upper bound on a GPU, which small runs do not fill: on one the largest case takes a twentieth of a second, while
    WebGPU computed by a processor would need minutes."""

    failed_for_days: float = number(1.0)
    """A wrong result may have been an accident, so that verdict lapses; a right one lasts as long as what it depends
    on. Lower values check a broken GPU at every visit."""


class VerdictStore(Protocol):
    """Where verdicts are kept between visits. A store that cannot keep anything is a right one."""

    async def read(self, key: str) -> str | None:
        """Return what was written under `key`, 64 hexadecimal digits, or None."""

    async def write(self, key: str, verdict: str) -> None:
        """Keep `verdict`."""


class ForgetfulStore:
    """Keeps nothing: every start checks again."""

    async def read(self, key: str) -> str | None:  # noqa: ARG002  # the protocol's
        """Return None."""
        return None

    async def write(self, key: str, verdict: str) -> None:
        """Do nothing."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a self-check found: `difference` says what is wrong, None that all of `cases` were right."""

    difference: str | None
    cases: tuple[str, ...]
    checked_at: float


class VerdictMemory:
    """Reads and writes verdicts, and knows which of them still count."""

    def __init__(self, store: VerdictStore, params: SelfCheckParams, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._params = params
        self._now = now

    async def recall(self, key: str) -> Verdict | None:
        """Return the verdict kept under `key`, if it can be read and still counts."""
        text = await self._store.read(key)
        if text is None:
            return None
        verdict = _parse(text)
        if verdict is None:
            return None
        age_days = (self._now() - verdict.checked_at) / _SECONDS_PER_DAY
        return None if verdict.difference is not None and age_days > self._params.failed_for_days else verdict

    async def check(self, key: str, session: InferenceSession, cases: Sequence[GoldenCase]) -> Verdict:
        """Run the cases, the cheapest first, and keep the verdict under `key`."""
        difference, done = await run_cases(session, cases, self._params)
        verdict = Verdict(difference, done, self._now())
        await self._keep(key, verdict)
        return verdict

    async def recheck(self, key: str, session: InferenceSession, cases: Sequence[GoldenCase]) -> Verdict:
        """Run the cheapest case of a model that was right before; only a failure is kept."""
        small = cases[0]
        difference = await first_difference(session, [small], self._params.tolerance)
        verdict = Verdict(difference, (small.name,), self._now())
        if verdict.difference is not None:
            await self._keep(key, verdict)
        return verdict

    async def _keep(self, key: str, verdict: Verdict) -> None:
        await self._store.write(key, json.dumps(asdict(verdict)))


def verdict_key(*depends_on: str) -> str:
    """Return the key of a verdict that depends on these, in this order."""
    return hashlib.sha256(json.dumps([_SCHEMA, *depends_on]).encode()).hexdigest()


def _parse(text: str) -> Verdict | None:
    """Return the verdict that a store kept, or None where that is not one: what a store holds is not ours alone."""
    try:
        fields = JsonFields(json.loads(text), "verdict")
        difference = fields.text("difference") if fields.has("difference") else None
        return Verdict(difference, fields.texts("cases"), fields.number("checked_at"))
    except ValueError:
        return None


async def run_cases(
    session: InferenceSession,
    cases: Sequence[GoldenCase],
    params: SelfCheckParams,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[str | None, tuple[str, ...]]:
    """Run the affordable cases and return the first difference, if any, and the names of the cases that were run."""

    async def timed(case: GoldenCase) -> tuple[str | None, float]:
        started = clock()
        return await first_difference(session, [case], params.tolerance), clock() - started

    small, *larger = cases
    difference, elapsed_s = await timed(small)
    done = [small.name]
    warm = False
    for case in larger:
        if difference is not None:
            break
        scale = prod(case.shape) / prod(small.shape)
        if elapsed_s * scale > params.largest_within_s and not warm:
            # The first run compiled the shaders; the second tells what computing costs.
            difference, elapsed_s = await timed(small)
            warm = True
        if difference is not None or elapsed_s * scale > params.largest_within_s:
            break
        difference, _ = await timed(case)
        done.append(case.name)
    return difference, tuple(done)
