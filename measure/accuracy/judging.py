"""Which of the lines and words that were read are right, each with the confidence that it was reported with.

Lines are matched to labelled lines as the scorer does it: one to one, best overlap first, at IoU >= .5. Lines
without a match are counted, and not judged: their text may be right and their box wrong.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from math import prod

from measure.accuracy.matching import Item, match_lines


@dataclass(frozen=True)
class Judged:
    """A line or a word: how sure the system was (`words_confidence`: product of its words'), and was it right?"""

    confidence: float
    right: bool
    image: str
    recognizer: str
    words_confidence: float


@dataclass
class Judgement:
    """The lines and words that match a label, and how many lines match none."""

    lines: list[Judged] = field(default_factory=list)
    words: list[Judged] = field(default_factory=list)
    unmatched: int = 0

    def add_page(self, image: str, truths: Sequence[Item], lines: Sequence[Item], normal: Callable[[str], str]) -> None:
        """Judge the lines of an image, each with `confidence`. `normal` gives the form in which texts are compared."""
        matches = match_lines(truths, lines)
        self.unmatched += len(lines) - len(matches)
        for truth, line in matches:
            words, recognizer = line.get("words", ()), line.get("recognizer", "")
            right = normal(truth["text"]) == normal(line["text"])
            confidences = [float(word["confidence"]) for word in words]
            product = prod(confidences) if words else float(line["confidence"])
            self.lines.append(Judged(float(line["confidence"]), right, image, recognizer, product))
            verdicts = right_words(normal(truth["text"]), [normal(word["text"]) for word in words])
            self.words += [
                Judged(confidence, verdict, image, recognizer, confidence)
                for confidence, verdict in zip(confidences, verdicts, strict=True)
                if verdict is not None
            ]


def right_words(truth: str, words: Sequence[str]) -> list[bool | None]:
    """Tell of each word of a line whether its characters are those of the label, without any left out between them.

    Spaces are not judged, as the scorer does not; a word of which nothing is compared has no verdict.
    """
    text, expected = "".join(words), "".join(truth.split())
    operations = SequenceMatcher(None, text, expected, autojunk=False).get_opcodes()
    same = {index for kind, start, stop, *_ in operations if kind == "equal" for index in range(start, stop)}
    gaps = {start for kind, start, *_ in operations if kind == "insert"}
    verdicts: list[bool | None] = []
    start = 0
    for word in words:
        inside = range(start, start + len(word))
        right = same.issuperset(inside) and gaps.isdisjoint(inside[1:])
        verdicts.append(right if word else None)
        start = inside.stop
    return verdicts
