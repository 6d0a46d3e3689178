"""A backend that is checked before it is used, and watched while it is: operators, golden self-check, guards."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from py_ocr.backends.backend import REFERENCES, Backend, Device, OpenSessions
from py_ocr.backends.guards import (
    BlindnessGuard,
    Check,
    GuardedSession,
    GuardParams,
    TimeLimitedSession,
    check_probability,
    check_reading,
)
from py_ocr.backends.operators import check_operators
from py_ocr.backends.self_check import SelfCheckParams, Verdict, VerdictMemory, VerdictStore, verdict_key
from py_ocr.errors import BackendError
from py_ocr.golden import GoldenCase, load_golden
from py_ocr.model_spec import ProfileSpec, RecognizerSpec
from py_ocr.parameters import Params
from py_ocr.session import STAGE_OF, InferenceSession, Role

LoadText = Callable[[], Awaitable[str]]

_REMEDY: Final = "Choose the backend auto or wasm; an update of the browser or of the GPU's driver may help."


@dataclass(frozen=True, slots=True)
class CheckParams(Params):
    """The parameters of the checks."""

    guards: GuardParams = GuardParams()
    self_check: SelfCheckParams = SelfCheckParams()


class CheckedBackend:
    """Wraps a backend for the models of one profile. `load_references` returns the text of models/golden.json.

    The reference backends need no self-check and cannot be blind: they are what the others are compared with. Only
    with kernels of ours they are checked, too.
    """

    def __init__(
        self,
        backend: Backend,
        profile: ProfileSpec,
        load_references: LoadText,
        store: VerdictStore,
        params: CheckParams = CheckParams(),
    ) -> None:
        self.name = backend.name
        self._backend = backend
        self._profile = profile
        self._load_references = load_references
        self._memory = VerdictMemory(store, params.self_check)
        self._params = params
        self._was_closed = False

    async def probe(self) -> Device:
        """Refuse models that need what the backend lacks, then probe it; see Backend.probe."""
        check_operators(self.name, self._profile.models)
        return await self._backend.probe()

    async def open(self, device: Device) -> OpenSessions:
        """Load the models and let them prove themselves; see Backend.open.

        Raises BackendError: `self_check_failed` when a model computes something else than it should.
        """
        plans = await self._plans(device)
        known = {plan.key: await self._memory.recall(plan.key) for plan in plans}
        for verdict in known.values():
            self._accept(verdict)
        started = time.perf_counter()
        opened = await self._backend.open(device)
        timings = {**opened.timings_ms, "sessions": _ms_since(started)}
        sessions = opened.sessions.wrapped(self._limited)
        started = time.perf_counter()
        for plan in plans:
            prove = partial(self._prove, plan, known[plan.key])
            if plan.role != "sure_recognizer":
                await prove(await sessions.of(plan.role))
            elif sessions.sure_recognizer is not None:
                sessions = replace(sessions, sure_recognizer=sessions.sure_recognizer.then(prove))
        if plans:
            timings["self_check"] = _ms_since(started)
        host_operators = check_operators(self.name, self._profile.models)
        return OpenSessions(sessions.wrapped(self._guarded), timings, host_operators, opened.device)

    async def close(self) -> None:
        """Close the backend; see Backend.close."""
        self._was_closed = True
        await self._backend.close()

    async def _plans(self, device: Device) -> list[_Plan]:
        if self.name in REFERENCES and not device.has_own_kernels:
            return []
        text = await self._load_references()
        references = load_golden(text)
        fingerprint = hashlib.sha256(text.encode()).hexdigest()
        plans = []
        for role in self._profile.roles:
            model = self._profile.of(role)
            if model.id not in references:
                raise self._refused(f"there are no references for {model.id}")
            key = verdict_key(self.name, device.identity, model.id, model.product.sha256, fingerprint)
            plans.append(_Plan(role, key, references[model.id]))
        return plans

    async def _prove(self, plan: _Plan, known: Verdict | None, session: InferenceSession) -> InferenceSession:
        """Return the session once its model has shown that it computes what it should."""
        if known is None:
            self._accept(await self._memory.check(plan.key, session, plan.cases))
        elif self._was_closed:
            # It failed since: it has to show that it is itself again, whatever is remembered of it.
            self._accept(await self._memory.recheck(plan.key, session, plan.cases))
        return session

    def _accept(self, verdict: Verdict | None) -> None:
        if verdict is not None and verdict.difference is not None:
            raise self._refused(verdict.difference)

    def _refused(self, difference: str) -> BackendError:
        cause = f"The backend {self.name} failed its self-check: {difference}."
        return BackendError("self_check_failed", cause, _REMEDY)

    def _limited(self, role: Role, session: InferenceSession) -> InferenceSession:
        return TimeLimitedSession(session, self.name, STAGE_OF[role], self._params.guards)

    def _guarded(self, role: Role, session: InferenceSession) -> InferenceSession:
        guards = self._params.guards
        check: Check = partial(check_probability, params=guards)
        model = self._profile.of(role)
        if isinstance(model, RecognizerSpec):
            check = check_reading(model.classes, guards)
        guarded: InferenceSession = GuardedSession(session, self.name, STAGE_OF[role], check)
        if role == "detector" and self.name not in REFERENCES:
            guarded = BlindnessGuard(guarded, self.name, guards)
        return guarded


@dataclass(frozen=True, slots=True)
class _Plan:
    """The self-check of one model."""

    role: Role
    key: str
    cases: Sequence[GoldenCase]


def _ms_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
