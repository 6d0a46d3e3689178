"""What a run measured, and what is made of it: medians, and ratios within a turn."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from measure.bench.contender import Reading, Visit
from measure.memory import Memory

WARM_UP_PAGES = 5
"""Pages after which memory should not grow any more."""


@dataclass(frozen=True)
class Turn:
    """An image, read by one contender after the other; who failed is not among the readings."""

    kind: str
    label: str
    readings: Mapping[str, Reading]


@dataclass(frozen=True)
class Spread:
    """The median of some values, the least and the greatest."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class GroupFigures:
    """The turns of one group, and the memory of its contenders after them."""

    title: str
    names: Sequence[str]
    turns: Sequence[Turn]
    memory: Mapping[str, Memory] = field(default_factory=dict)

    @property
    def kinds(self) -> list[str]:
        """The kinds of images, in the order in which they were read."""
        return list(dict.fromkeys(turn.kind for turn in self.turns))

    def whole_ms(self, name: str, kind: str) -> float | None:
        """Return the median time of a contender on a kind of image."""
        return self._median(name, kind, lambda reading: reading.whole_ms)

    def stage_ms(self, name: str, kind: str, stage: str) -> float | None:
        """Return the median time of a stage."""
        return self._median(name, kind, lambda reading: reading.stages_ms.get(stage, 0.0))

    def inference_ms(self, name: str, kind: str) -> float | None:
        """Return the median time in ONNX Runtime."""
        return self._median(name, kind, lambda reading: reading.inference_ms)

    def ratio(self, name: str, baseline: str, kind: str | None = None) -> Spread | None:
        """Return one contender's times by another's on the same image in the same turn; `kind` None takes all."""
        return spread(one.whole_ms / other.whole_ms for one, other in self._pairs(name, baseline, kind))

    def inference_ratio(self, name: str, baseline: str) -> Spread | None:
        """Return the same of the time in ONNX Runtime alone."""
        return spread(
            one.inference_ms / other.inference_ms
            for one, other in self._pairs(name, baseline, None)
            if one.inference_ms is not None and other.inference_ms is not None
        )

    def first_share(self, name: str, kind: str | None = None) -> Spread | None:
        """Return after which share of the whole time the first lines were there; 1 for who gives none before."""
        return spread(reading.first_ms / reading.whole_ms for reading in self._readings(name, kind))

    def python_share(self, name: str, kind: str) -> float | None:
        """Return the median share that our stages take outside ONNX Runtime; None where they are not known.

        Decoding is left out: in the browser, the browser does it.
        """
        shares = spread(
            max(0.0, _stages(reading) - reading.inference_ms) / reading.whole_ms
            for reading in self._readings(name, kind)
            if reading.stages_ms and reading.inference_ms is not None
        )
        return shares.median if shares else None

    def _turns(self, kind: str | None) -> Iterator[Turn]:
        return (turn for turn in self.turns if kind in (None, turn.kind))

    def _pairs(self, name: str, baseline: str, kind: str | None) -> Iterator[tuple[Reading, Reading]]:
        return (
            (turn.readings[name], turn.readings[baseline])
            for turn in self._turns(kind)
            if {name, baseline} <= turn.readings.keys()
        )

    def _readings(self, name: str, kind: str | None) -> Iterator[Reading]:
        return (turn.readings[name] for turn in self._turns(kind) if name in turn.readings)

    def _median(self, name: str, kind: str, value: Callable[[Reading], float | None]) -> float | None:
        values = [value(reading) for reading in self._readings(name, kind)]
        known = [one for one in values if one is not None]
        return statistics.median(known) if known else None


@dataclass
class Figures:
    """Everything that one run measured. `missing`: why a contender was not, or no longer, measured."""

    date: str
    machine: Mapping[str, str]
    versions: Mapping[str, str]
    images: Mapping[str, str]
    rounds: int
    starts: int
    whole: bool
    missing: dict[str, str] = field(default_factory=dict)
    groups: dict[str, GroupFigures] = field(default_factory=dict)
    visits: dict[str, list[list[Visit]]] = field(default_factory=dict)
    growth: list[Memory] = field(default_factory=list)

    def first_text_ms(self, name: str, visit: int = 0) -> float | None:
        """Return the median time to the first text of a first visit (0) or a second one (1)."""
        times = [visits[visit].first_ms for visits in self.visits.get(name, []) if len(visits) > visit]
        return statistics.median(times) if times else None

    def visit_ratio(self, name: str, baseline: str, visit: int = 0) -> Spread | None:
        """Return one contender's times to the first text by another's, start by start."""
        pairs = zip(self.visits.get(name, []), self.visits.get(baseline, []), strict=False)
        return spread(
            ours[visit].first_ms / theirs[visit].first_ms
            for ours, theirs in pairs
            if len(ours) > visit and len(theirs) > visit
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


def spread(values: Iterator[float]) -> Spread | None:
    """Return what is said of some values; None of none."""
    known = sorted(values)
    return Spread(statistics.median(known), known[0], known[-1]) if known else None


def growth_after_warm_up(samples: Sequence[Memory]) -> float:
    """Return by which share the memory grew from the fifth page to the end (median of the last five)."""
    end = statistics.median(memory.now_mb for memory in samples[-WARM_UP_PAGES:])
    return end / samples[WARM_UP_PAGES - 1].now_mb - 1


def _stages(reading: Reading) -> float:
    return sum(value for stage, value in reading.stages_ms.items() if stage != "decode")
