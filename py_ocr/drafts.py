"""Drafts: what is told of a page's lines while the page is still being read."""

from __future__ import annotations

from collections.abc import Callable

from py_ocr.lines import LineAssembler
from py_ocr.reading import ReadingStep
from py_ocr.rejection import RejectionParams, required_confidence
from py_ocr.types import LineDraft, LinesRead

OnLines = Callable[[LinesRead], None]
"""Called whenever there is something new about the lines of a page."""


class DraftTeller:
    """Tells of the lines of one page as they are read, under ids that stay.

    A line is told once it reads so surely that it is text without a look at its neighbours: a page on its head, of
    which the first lines are read before that is known, would give nonsense otherwise.
    """

    def __init__(self, assembler: LineAssembler, rejection: RejectionParams, on_lines: OnLines) -> None:
        self._assembler = assembler
        self._rejection = rejection
        self._on_lines = on_lines
        self._told: set[int] = set()

    def tell(self, step: ReadingStep) -> None:
        """Tell what a batch of lines brought."""
        assembled = self._assembler.assemble(tuple(step.readings.values()))
        drafts = tuple(
            LineDraft(index, line, index in step.provisional)
            for index, line in zip(step.readings, assembled, strict=True)
            if line.text and line.confidence >= required_confidence(line.text, self._rejection)
        )
        shown = {draft.id for draft in drafts}
        withdrawn = tuple(sorted(self._told.intersection(step.readings) - shown))
        self._told = (self._told | shown) - set(withdrawn)
        if drafts or withdrawn:
            self._on_lines(LinesRead(drafts, withdrawn))
