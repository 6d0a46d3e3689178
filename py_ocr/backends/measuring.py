"""What a backend gives on this machine: whether it is right, and how long sessions and runs take.

The same routine measures every backend, in a browser and in CPython, because it knows them by their protocol only.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import prod
from typing import Any, Final

from py_ocr.backends.backend import Backend
from py_ocr.backends.operators import check_operators
from py_ocr.errors import BackendError
from py_ocr.golden import GoldenCase, first_difference, golden_feeds
from py_ocr.model_spec import ModelSpec, ProfileSpec
from py_ocr.parameters import Params, number
from py_ocr.session import InferenceSession, Role

Shape = tuple[int, int, int, int]
"""(N, H, W, 3) of the input image."""

OnStep = Callable[[str, int, int], None]
"""Called with what comes next, how many steps are done, and how many there are."""

SIZES: Final[Mapping[Role, tuple[Shape, ...]]] = {
    "detector": ((1, 320, 320, 3), (1, 640, 640, 3), (1, 960, 960, 3)),
    "recognizer": ((1, 48, 320, 3), (8, 48, 320, 3)),
    "classifier": ((8, 48, 192, 3),),
    "sure_recognizer": ((1, 48, 320, 3), (8, 48, 320, 3)),
}
"""What each role is timed on, the cheapest first: pages scaled to these sides, and batches of lines."""


@dataclass(frozen=True, slots=True)
class MeasureParams(Params):
    """How much measuring may cost."""

    runs: int = number(3, least=1)
    """Warm runs of each size, of which the median counts; fewer once they have taken `budget_s`."""

    budget_s: float = number(5.0)
    """A size is left out when one run of it, to judge by the runs before and the number of pixels, takes longer."""

    largest_budget_s: float = number(15.0)
    """The same for the largest golden case: a right result is worth more time than one more size."""

    sizes: int = number(3, least=1)
    """At most so many sizes of each model."""

    largest: bool = True
    """Whether the largest golden case is run at all."""


QUICK: Final = MeasureParams(runs=2, sizes=1, largest=False)
"""Enough to compare backends by: one size of each model."""


@dataclass(frozen=True, slots=True)
class RunTimes:
    """One input size: its first run, on some backends slower because shaders are compiled, and `runs` after it.

    `warm_ms` is the median of those; `best_ms` is what other work on the machine disturbs least.
    """

    shape: Shape
    first_ms: float
    warm_ms: float
    best_ms: float
    runs: int


@dataclass(frozen=True, slots=True)
class ModelMeasurement:
    """One model. `difference` says what its outputs have wrong, None that they equal those of the golden `cases`."""

    model: str
    role: Role
    difference: str | None
    cases: tuple[str, ...]
    times: tuple[RunTimes, ...]
    left_out: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class BackendMeasurement:
    """One backend with the models of one profile. With an `error` (see OcrError.to_dict) it cannot be used here."""

    backend: str
    profile: str
    detail: str = ""
    host_operators: tuple[str, ...] = ()
    sessions_ms: float | None = None
    models: tuple[ModelMeasurement, ...] = ()
    error: Mapping[str, Any] | None = field(default=None)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


async def measure_backend(
    backend: Backend,
    profile: ProfileSpec,
    references: Mapping[str, Sequence[GoldenCase]],
    on_step: OnStep,
    *,
    params: MeasureParams = MeasureParams(),
    clock: Callable[[], float] = time.perf_counter,
) -> BackendMeasurement:
    """Open the backend, measure each model, close it again. What the backend cannot do is part of the result.

    `references` are those of `load_golden`. Sessions are created once, after the backend was asked for its device.
    """
    plans = [_Plan.of(role, profile.of(role), references[profile.of(role).id], params) for role in profile.roles]
    total = 1 + sum(plan.steps for plan in plans)
    measured: list[ModelMeasurement] = []
    detail, sessions_ms = "", None
    host_operators: tuple[str, ...] = ()
    error: BackendError | None = None
    try:
        on_step("sessions", 0, total)
        host_operators = check_operators(backend.name, profile.models)
        device = await backend.probe()
        detail = device.detail
        started = clock()
        opened = await backend.open(device)
        sessions_ms = 1000 * (clock() - started)
        done = 1
        for plan in plans:
            steps = _Steps(plan.model_id, on_step, done, total)
            measured.append(await _measure_model(plan, await opened.sessions.of(plan.role), steps.next, params, clock))
            done += plan.steps
        on_step("", total, total)
    except BackendError as failure:
        error = failure
    finally:
        await backend.close()
    return BackendMeasurement(
        backend=backend.name,
        profile=profile.name,
        detail=detail,
        host_operators=host_operators,
        sessions_ms=sessions_ms,
        models=tuple(measured),
        error=None if error is None else error.to_dict(),
    )


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is done with one model, the cheapest first: its golden cases, and the sizes that it is timed on."""

    model_id: str
    role: Role
    small: GoldenCase
    larger: tuple[GoldenCase, ...]
    sizes: tuple[Shape, ...]

    @classmethod
    def of(cls, role: Role, model: ModelSpec, cases: Sequence[GoldenCase], params: MeasureParams) -> _Plan:
        small, *larger = cases
        return cls(model.id, role, small, tuple(larger) if params.largest else (), SIZES[role][: params.sizes])

    @property
    def steps(self) -> int:
        return 1 + len(self.larger) + len(self.sizes)


async def _measure_model(
    plan: _Plan,
    session: InferenceSession,
    on_step: Callable[[], None],
    params: MeasureParams,
    clock: Callable[[], float],
) -> ModelMeasurement:
    """Check a model on its golden cases and time it on the sizes, leaving out what would take too long."""
    times: list[RunTimes] = []
    left_out: list[Shape] = []
    cases: list[str] = []
    difference: str | None = None

    async def run(shape: Shape, budget_s: float) -> None:
        case = GoldenCase(plan.model_id, "", shape, plan.small.classes, {})
        times.append(await _time(session, case, budget_s, params.runs, clock))

    def affordable(shape: Shape, budget_s: float) -> bool:
        last = times[-1]
        return last.warm_ms / 1000 * prod(shape) / prod(last.shape) <= budget_s

    on_step()
    await run(plan.small.shape, params.budget_s)
    for shape in plan.sizes:
        on_step()
        if affordable(shape, params.budget_s):
            await run(shape, params.budget_s)
        else:
            left_out.append(shape)
    for case in (plan.small, *plan.larger):
        if case is not plan.small:
            on_step()
            if not affordable(case.shape, params.largest_budget_s):
                break
        difference = await first_difference(session, [case])
        cases.append(case.name)
        if difference is not None:
            break
    return ModelMeasurement(plan.model_id, plan.role, difference, tuple(cases), tuple(times), tuple(left_out))


async def _time(
    session: InferenceSession, case: GoldenCase, budget_s: float, runs: int, clock: Callable[[], float]
) -> RunTimes:
    feeds = golden_feeds(case)

    async def once() -> float:
        started = clock()
        await session.run(feeds)
        return 1000 * (clock() - started)

    first = await once()
    warm: list[float] = []
    while len(warm) < runs and (not warm or sum(warm) < 1000 * budget_s):
        warm.append(await once())
    return RunTimes(case.shape, first, statistics.median(warm), min(warm), len(warm))


class _Steps:
    """Counts the steps of one model."""

    def __init__(self, model_id: str, on_step: OnStep, done: int, total: int) -> None:
        self._model_id = model_id
        self._on_step = on_step
        self._done = done
        self._total = total

    def next(self) -> None:
        """Say that the next step begins."""
        self._on_step(self._model_id, self._done, self._total)
        self._done += 1
