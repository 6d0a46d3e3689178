"""What is measured, in which order, and what is made of the samples: medians and ratios."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from measure.bench.contenders import Contender, Reading
from measure.memory import Memory

Say = Callable[[str], None]

WARM_UP_PAGES = 5
"""Pages after which memory should not grow any more."""


@dataclass(frozen=True)
class Warm:
    """Medians over the rounds of one contender on one image."""

    wall_ms: float
    inference_ms: float
    stages_ms: Mapping[str, float]

    @property
    def outside_inference(self) -> float:
        """Share of the wall time that was not spent in ONNX Runtime: decoding, Python, crossing, driving."""
        return 1 - self.inference_ms / self.wall_ms

    @property
    def python_share(self) -> float | None:
        """Share of the wall time that Python's stages took outside ONNX Runtime; None where stages are not known.

        Decoding is left out: in the browser, the browser does it.
        """
        if not self.stages_ms:
            return None
        stages = sum(value for stage, value in self.stages_ms.items() if stage != "decode")
        return max(0.0, stages - self.inference_ms) / self.wall_ms


def measure_cold(contender: Contender, image: Path, repeats: int, say: Say) -> list[float]:
    """Return the milliseconds from nothing to the first text, each time with a new process. Leaves it running."""
    samples = []
    for repeat in range(repeats):
        if repeat:
            contender.close()
        say(f"{contender.name}: cold start {repeat + 1} of {repeats}")
        began = contender.start()
        contender.read(image)
        samples.append((time.perf_counter() - began) * 1000)
    return samples


def measure_warm(
    contenders: Sequence[Contender], images: Mapping[str, Path], rounds: int, say: Say
) -> dict[str, dict[str, Warm]]:
    """Return medians by label of the image and name of the contender; one unmeasured round comes first."""
    readings: dict[str, dict[str, list[Reading]]] = {
        label: {contender.name: [] for contender in contenders} for label in images
    }
    for number in range(rounds + 1):
        for label, image in images.items():
            say(f"round {number} of {rounds}: {label}")
            for contender in contenders:
                readings[label][contender.name].append(contender.read(image))
    return {
        label: {name: _median(samples[1:]) for name, samples in by_name.items()} for label, by_name in readings.items()
    }


def measure_growth(contender: Contender, images: Sequence[Path], pages: int, say: Say) -> list[Memory]:
    """Return the memory after each of `pages` pages, the images in turn."""
    samples = []
    for number in range(pages):
        contender.read(images[number % len(images)])
        memory = contender.memory()
        if memory is None:
            return []
        samples.append(memory)
        say(f"memory: page {number + 1} of {pages}, {memory.now_mb:.0f} MB")
    return samples


def growth_after_warm_up(samples: Sequence[Memory]) -> float:
    """Return by which share the memory grew from the fifth page to the end (median of the last five)."""
    end = statistics.median(memory.now_mb for memory in samples[-WARM_UP_PAGES:])
    return end / samples[WARM_UP_PAGES - 1].now_mb - 1


def ratio(warm: Mapping[str, Mapping[str, Warm]], labels: Sequence[str], name: str, baseline: str) -> float | None:
    """Return the median over images of time against `baseline`; None when either was not measured."""
    ratios = [
        warm[label][name].wall_ms / warm[label][baseline].wall_ms
        for label in labels
        if name in warm[label] and baseline in warm[label]
    ]
    return statistics.median(ratios) if ratios else None


def _median(samples: Sequence[Reading]) -> Warm:
    stages = {stage: statistics.median(one.stages_ms[stage] for one in samples) for stage in samples[0].stages_ms}
    return Warm(
        wall_ms=statistics.median(one.wall_ms for one in samples),
        inference_ms=statistics.median(one.inference_ms for one in samples),
        stages_ms=stages,
    )
