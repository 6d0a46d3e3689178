"""What the tables are made of: for each system and set, the figures and how much of the set was read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from measure.accuracy.dataset import LabelledImage, LabelledSet
from measure.accuracy.readings import Reading, ReadingStore, Settings
from measure.accuracy.scoring import Figures, Scorer, mean_of_firsts
from measure.accuracy.systems.system import System
from tools.errors import SetupError


@dataclass(frozen=True)
class SetResult:
    """One system on one set. `figures` is empty where nothing was read."""

    figures: Figures
    readings: Sequence[tuple[LabelledImage, Reading]]
    image_count: int

    @property
    def errors(self) -> int:
        """How many images the system failed on; they count as empty pages."""
        return sum(reading.page is None for _, reading in self.readings)

    @property
    def is_complete(self) -> bool:
        """Whether every image of the set was read."""
        return len(self.readings) == self.image_count


@dataclass(frozen=True)
class SystemResult:
    """One system on every set; `settings` are those that its readings share."""

    name: str
    about: str
    settings: Settings
    sets: Mapping[str, SetResult] = field(default_factory=dict)

    @property
    def mean(self) -> float | None:
        """The mean over sets of the first figure, or None while a set has none."""
        return mean_of_firsts([result.figures for result in self.sets.values()])

    @property
    def is_complete(self) -> bool:
        """Whether every image of every set was read."""
        return all(result.is_complete for result in self.sets.values())

    def to_dict(self) -> dict[str, Any]:
        """Return the figures for JSON, without the readings."""
        return {
            "about": self.about,
            "settings": dict(self.settings),
            "mean_of_firsts": None if self.mean is None else round(self.mean, 4),
            "sets": {
                name: {
                    "figures": dict(result.figures),
                    "images": result.image_count,
                    "read": len(result.readings),
                    "errors": result.errors,
                }
                for name, result in self.sets.items()
            },
        }


def collect(
    systems: Sequence[System], labelled_sets: Sequence[LabelledSet], store: ReadingStore, scorer: Scorer
) -> list[SystemResult]:
    """Return what is known of each system, from the store alone; those of which nothing is known are left out."""
    results = []
    for system in systems:
        try:
            sets = {labelled.name: _set_result(system, labelled, store, scorer) for labelled in labelled_sets}
        except SetupError:
            # It is not installed here, so none of its stored readings can be said to be its own.
            continue
        if any(result.readings for result in sets.values()):
            results.append(SystemResult(system.name, system.about, _shared_settings(system, labelled_sets), sets))
    return results


def _set_result(system: System, labelled: LabelledSet, store: ReadingStore, scorer: Scorer) -> SetResult:
    found = [(image, store.find(system.name, system.settings(image), image.sha256)) for image in labelled.images]
    readings = [(image, reading) for image, reading in found if reading is not None]
    figures = scorer.score(readings) if readings else {}
    return SetResult(figures, readings, len(labelled.images))


def _shared_settings(system: System, labelled_sets: Sequence[LabelledSet]) -> Settings:
    """Return the settings that all images have in common: the others vary with the image by a rule in `about`."""
    images = [image for labelled in labelled_sets for image in labelled.images]
    common = dict(system.settings(images[0]))
    for image in images[1:]:
        common = dict(common.items() & system.settings(image).items())
    return dict(sorted(common.items()))
