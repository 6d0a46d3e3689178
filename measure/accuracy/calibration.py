"""Whether confidence means something: how often lines and words of a given confidence are right."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Literal

from measure.accuracy.judging import Judged, Judgement
from measure.accuracy.results import SystemResult

BIN_EDGES = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.975, 0.99, 1.0)


@dataclass(frozen=True)
class Bin:
    """Lines or words with a confidence in [low, high); the last bin includes its upper edge."""

    low: float
    high: float
    count: int
    mean_confidence: float
    exact_rate: float


@dataclass(frozen=True)
class Calibration:
    """The reliability of a system's confidence in its lines or its words (`unit`), over sets whose truth is lines."""

    unit: Literal["lines", "words"]
    bins: Sequence[Bin]
    count: int
    unmatched_lines: int

    @property
    def expected_error(self) -> float:
        """Expected calibration error: the mean distance of confidence and exact rate, each line or word counting."""
        return sum(b.count * abs(b.mean_confidence - b.exact_rate) for b in self.bins) / self.count

    def to_dict(self) -> dict[str, Any]:
        """Return the table for JSON."""
        return {
            "unit": self.unit,
            "count": self.count,
            "unmatched_lines": self.unmatched_lines,
            "expected_calibration_error": round(self.expected_error, 4),
            "bins": [asdict(b) for b in self.bins],
        }


def calibrate(
    system: SystemResult, line_sets: Sequence[str], normal: Callable[[str, str], str]
) -> tuple[Calibration, ...]:
    """Return the reliability tables over `line_sets`, of lines and of words, where the system gives confidences.

    `normal(text, set name)` gives the form in which texts are compared.
    """
    judgement = Judgement()
    for set_name in line_sets:
        for image, reading in system.sets[set_name].readings:
            if reading.page is not None and image.truth.get("lines"):
                lines = [line for line in reading.page["lines"] if "confidence" in line]
                in_set = partial(_in_set, normal, set_name)
                judgement.add_page(f"{set_name}/{image.name}", image.truth["lines"], lines, in_set)
    found = (_table("lines", judgement.lines, judgement), _table("words", judgement.words, judgement))
    return tuple(table for table in found if table.count)


def _table(unit: Literal["lines", "words"], judged: Sequence[Judged], judgement: Judgement) -> Calibration:
    bins = bin_confidences([(each.confidence, each.right) for each in judged])
    return Calibration(unit, bins, len(judged), judgement.unmatched)


def _in_set(normal: Callable[[str, str], str], set_name: str, text: str) -> str:
    return normal(text, set_name)


def bin_confidences(judged: Sequence[tuple[float, bool]], edges: Sequence[float] = BIN_EDGES) -> list[Bin]:
    """Return the non-empty bins of (confidence, read exactly); what lies outside the edges is an end bin's."""
    inner = edges[1:-1]
    members: Mapping[int, list[tuple[float, bool]]] = {index: [] for index in range(len(edges) - 1)}
    for confidence, exact in judged:
        members[sum(confidence >= edge for edge in inner)].append((confidence, exact))
    return [
        Bin(
            low=edges[index],
            high=edges[index + 1],
            count=len(content),
            mean_confidence=round(sum(confidence for confidence, _ in content) / len(content), 4),
            exact_rate=round(sum(exact for _, exact in content) / len(content), 4),
        )
        for index, content in members.items()
        if content
    ]
