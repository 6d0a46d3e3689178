"""Whether line confidence means something: how often lines of a given confidence are read exactly.

Lines are matched to labelled lines as the scorer does it: one to one, best overlap first, at IoU >= .5. Lines
without a match are counted, and not judged: their text may be right and their box wrong.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from measure.accuracy.matching import match_lines
from measure.accuracy.results import SystemResult

BIN_EDGES = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.975, 0.99, 1.0)


@dataclass(frozen=True)
class Bin:
    """Lines with a confidence in [low, high); the last bin includes its upper edge."""

    low: float
    high: float
    lines: int
    mean_confidence: float
    exact_rate: float


@dataclass(frozen=True)
class Calibration:
    """The reliability of a system's confidence over the sets whose truth is lines."""

    bins: Sequence[Bin]
    lines: int
    unmatched: int

    @property
    def expected_error(self) -> float:
        """Expected calibration error: the mean distance of confidence and exact rate, weighted by lines."""
        return sum(b.lines * abs(b.mean_confidence - b.exact_rate) for b in self.bins) / self.lines

    def to_dict(self) -> dict[str, Any]:
        """Return the table for JSON."""
        return {
            "lines": self.lines,
            "unmatched": self.unmatched,
            "expected_calibration_error": round(self.expected_error, 4),
            "bins": [asdict(b) for b in self.bins],
        }


def calibrate(system: SystemResult, line_sets: Sequence[str], normal: Callable[[str, str], str]) -> Calibration | None:
    """Return the reliability table over `line_sets`, or None if the system gives no confidence for any line.

    `normal(text, set name)` gives the form in which texts are compared.
    """
    judged: list[tuple[float, bool]] = []
    unmatched = 0
    for set_name in line_sets:
        for image, reading in system.sets[set_name].readings:
            if reading.page is None or not image.truth.get("lines"):
                continue
            lines = [line for line in reading.page["lines"] if "confidence" in line]
            matches = match_lines(image.truth["lines"], lines)
            unmatched += len(lines) - len(matches)
            for truth, line in matches:
                same = normal(truth["text"], set_name) == normal(line["text"], set_name)
                judged.append((float(line["confidence"]), same))
    return Calibration(bin_confidences(judged), len(judged), unmatched) if judged else None


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
            lines=len(content),
            mean_confidence=round(sum(confidence for confidence, _ in content) / len(content), 4),
            exact_rate=round(sum(exact for _, exact in content) / len(content), 4),
        )
        for index, content in members.items()
        if content
    ]
