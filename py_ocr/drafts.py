"""Drafts: what is told of a page's lines while the page is still being read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from py_ocr.attempts import LineReading, ReadingStep
from py_ocr.first_look import match_quads
from py_ocr.lines import LineAssembler
from py_ocr.rejection import RejectionParams, required_confidence
from py_ocr.types import LineDraft, LinesRead, Quad, TextLine

OnLines = Callable[[LinesRead], None]
"""Called whenever there is something new about the lines of a page."""

Report = Callable[[Sequence[TextLine]], Sequence[TextLine]]
"""Gives lines, in their order, the confidences that are reported."""


class DraftTeller:
    """Tells of the lines of one page as they are read, under ids that stay.

    A line is told once it reads so surely that it is text without a look at its neighbours: a page on its head, of
    which the first lines are read before that is known, would give nonsense otherwise.
    """

    def __init__(
        self, assembler: LineAssembler, rejection: RejectionParams, on_lines: OnLines, report: Report = list
    ) -> None:
        """`report` makes of lines with scores what is told of them."""
        self._assembler = assembler
        self._rejection = rejection
        self._on_lines = on_lines
        self._report = report
        self._told: set[int] = set()
        self._first: tuple[LineReading, ...] = ()
        self._ids: dict[int, int] = {}

    def tell_first(self, readings: tuple[LineReading, ...]) -> None:
        """Tell of lines that were seen before all were found; they are read again with those."""
        self._first = readings
        drafts = self._drafts(dict(enumerate(readings)), frozenset(range(len(readings))))
        self._told = {draft.id for draft in drafts}
        if drafts:
            self._on_lines(LinesRead(drafts))

    def found(self, quads: Sequence[Quad]) -> None:
        """Take up where all lines are. Those told already keep their ids, and what is no line is withdrawn."""
        matched = match_quads([reading.crop.quad for reading in self._first], quads)
        ids = {index: first for first, index in matched.items()}
        self._ids = {index: ids.get(index, len(self._first) + index) for index in range(len(quads))}
        withdrawn = tuple(sorted(self._told - matched.keys()))
        self._told -= set(withdrawn)
        if withdrawn:
            self._on_lines(LinesRead(withdrawn=withdrawn))

    def tell(self, step: ReadingStep) -> None:
        """Tell what a batch of lines brought."""
        readings = {self._ids[index]: reading for index, reading in step.readings.items()}
        drafts = self._drafts(readings, frozenset(self._ids[index] for index in step.provisional))
        shown = {draft.id for draft in drafts}
        withdrawn = tuple(sorted(self._told.intersection(readings) - shown))
        self._told = (self._told | shown) - set(withdrawn)
        if drafts or withdrawn:
            self._on_lines(LinesRead(drafts, withdrawn))

    def _drafts(self, readings: Mapping[int, LineReading], provisional: frozenset[int]) -> tuple[LineDraft, ...]:
        """Return the lines, by their ids, that can be shown."""
        assembled = self._assembler.assemble(tuple(readings.values()))
        return tuple(
            LineDraft(line_id, reported, line_id in provisional)
            for line_id, line, reported in zip(readings, assembled, self._report(assembled), strict=True)
            if line.text and line.confidence >= required_confidence(line.text, self._rejection)
        )
