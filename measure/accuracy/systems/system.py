"""What the harness asks of a system."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from measure.accuracy.dataset import LabelledImage
from measure.accuracy.readings import Settings

Page = dict[str, Any]
"""`lines` in reading order, each with `text`, `quad` and, where known, `confidence`; `text`, the whole page's."""

Reader = Callable[[LabelledImage], Page]
"""Reads an image; raises whatever the system raises when it cannot."""


class System(Protocol):
    """Something that reads images."""

    @property
    def name(self) -> str:
        """The name of its column and of its `--system` option."""
        ...

    @property
    def about(self) -> str:
        """One sentence for the report: how it is run."""
        ...

    def settings(self, image: LabelledImage) -> Settings:
        """Return everything that the reading of `image` depends on, besides the image.

        Raises `SetupError` if the system is not installed.
        """
        ...

    def open(self) -> AbstractContextManager[Reader]:
        """Start the system. Raises `SetupError` if it is not installed."""
        ...


def no_progress(_stage: str, _done: int, _total: int) -> None:
    """Show nothing of an image's progress: the harness shows images."""
