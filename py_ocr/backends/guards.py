"""Guards on every run of a model: a time limit, and a look at the numbers that came back.

A GPU can hang, and it can be wrong without saying so (onnxruntime#29130: a detector's map of nothing but zeros above
some size). What is found becomes a BackendError, and so the page is read again on the next backend.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from py_ocr.errors import BackendError, Stage
from py_ocr.golden import golden_image
from py_ocr.parameters import Params, number
from py_ocr.session import InferenceSession, Tensor

Tensors = Mapping[str, Tensor]

Check = Callable[[Tensors], str | None]
"""Says what is wrong with a model's outputs, or None."""

_REMEDY = "Choose the backend auto, which goes on to another one by itself, or wasm."


@dataclass(frozen=True, slots=True)
class GuardParams(Params):
    """What a run may take and give."""

    limit_s: float = number(60.0)
    """Time that a run of any size has. A GPU needs a hundredth of it, WebGPU computed by a busy processor a fifth; too
    little would give up what only is slow."""

    limit_s_per_megapixel: float = number(120.0)
    """As much more for each megapixel of input."""

    min_contrast: int = number(32, most=255)
    """Levels between which the pixels of an image must range, or a map without text is believed at once. Lower values
    run a second time on blank pages that are slightly uneven; higher ones believe a blind detector on pale print."""

    max_flat_range: float = number(1e-7, most=1)
    """A map whose values lie within this is constant: that of a real image without text has been seen to range over
    more than a thousand times as much."""

    probability_slack: float = number(1e-3, most=1)
    """A probability may be this much below 0 or above 1: sums of a softmax in fp32 are not exact."""


class _Watched:
    """What the guards have in common: a session, the backend that it runs on, and the stage that it runs in."""

    def __init__(self, session: InferenceSession, backend: str, stage: Stage) -> None:
        self._session = session
        self._backend = backend
        self._stage: Stage = stage
        self.input_names = session.input_names
        self.output_names = session.output_names


class TimeLimitedSession(_Watched):
    """A session whose runs end with the error `backend_timeout` when they take unreasonably long."""

    def __init__(
        self, session: InferenceSession, backend: str, stage: Stage, params: GuardParams = GuardParams()
    ) -> None:
        super().__init__(session, backend, stage)
        self._params = params

    async def run(self, feeds: Tensors) -> Tensors:
        """Run the model once; see InferenceSession.run."""
        megapixels = feeds["image"].size / 3e6
        limit = self._params.limit_s + self._params.limit_s_per_megapixel * megapixels
        try:
            return await asyncio.wait_for(self._session.run(feeds), limit)
        except TimeoutError as error:
            cause = f"The backend {self._backend} did not answer within {limit:.0f} s."
            raise BackendError("backend_timeout", cause, _REMEDY, stage=self._stage) from error


class GuardedSession(_Watched):
    """A session whose outputs are looked at: what cannot be right is the error `output_wrong`."""

    def __init__(self, session: InferenceSession, backend: str, stage: Stage, check: Check) -> None:
        super().__init__(session, backend, stage)
        self._check = check

    async def run(self, feeds: Tensors) -> Tensors:
        """Run the model once; see InferenceSession.run."""
        outputs = await self._session.run(feeds)
        if difference := self._check(outputs):
            raise output_wrong(self._backend, difference, self._stage)
        return outputs


class BlindnessGuard(_Watched):
    """A detector that is not believed at once when it sees nothing at all in an image with contrast.

    A constant map can be right, so the detector is then shown text of the same size: one that is blind to that too
    is the error `output_wrong`.
    """

    def __init__(self, session: InferenceSession, backend: str, params: GuardParams = GuardParams()) -> None:
        super().__init__(session, backend, "detect")
        self._params = params

    async def run(self, feeds: Tensors) -> Tensors:
        """Run the model once; see InferenceSession.run."""
        outputs = await self._session.run(feeds)
        image, probability = feeds["image"], outputs["probability"]
        if not self._is_flat(probability) or int(image.max()) - int(image.min()) < self._params.min_contrast:
            return outputs
        count, height, width, channels = image.shape
        shown = await self._session.run({**feeds, "image": golden_image((count, height, width, channels))})
        if self._is_flat(shown["probability"]):
            value = float(probability.flat[0])
            difference = f"the text map of {width} × {height} pixels is {value:.3g} everywhere, whatever is shown"
            raise output_wrong(self._backend, difference, self._stage)
        return outputs

    def _is_flat(self, probability: Tensor) -> bool:
        return float(probability.max()) - float(probability.min()) <= self._params.max_flat_range


def output_wrong(backend: str, difference: str, stage: Stage) -> BackendError:
    """Return the error for outputs that cannot be right."""
    return BackendError("output_wrong", f"The backend {backend} computes wrongly: {difference}.", _REMEDY, stage=stage)


def check_probability(outputs: Tensors, params: GuardParams = GuardParams()) -> str | None:
    """Say what is wrong with the `probability` of a detector or a classifier."""
    return _not_probabilities("probability", outputs["probability"], params)


def check_reading(classes: int, params: GuardParams = GuardParams()) -> Check:
    """Return the check of a recogniser with so many classes."""

    def check(outputs: Tensors) -> str | None:
        labels = outputs["labels"]
        if labels.size and not 0 <= int(labels.min()) <= int(labels.max()) < classes:
            return f"labels lie between {labels.min()} and {labels.max()}, where there are {classes} classes"
        for name in ("scores", "space_scores"):
            if difference := _not_probabilities(name, outputs[name], params):
                return difference
        # The best of n classes has at least one n-th of the probability.
        if labels.size and not float(outputs["scores"].max()) > 0:
            return "scores are all zero"
        return None

    return check


def _not_probabilities(name: str, array: Tensor, params: GuardParams) -> str | None:
    if not array.size:
        return None
    # Both are NaN as soon as one value is, and NaN fails every comparison.
    lowest, highest = float(np.min(array)), float(np.max(array))
    if -params.probability_slack <= lowest <= highest <= 1 + params.probability_slack:
        return None
    return f"{name} lie between {lowest:.3g} and {highest:.3g}, where they are probabilities"
