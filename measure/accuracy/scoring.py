"""The scorer: the file given by --scorer, loaded as a module, so that every system is judged by the same code.

It must offer `PLAN` (set -> (figures, normalisation level)), `score_set(name, data, results, split, figures, level)`,
`normal(text, level)` and `similarity(a, b)`.
"""

import importlib.util
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType

from measure.accuracy.dataset import SPLIT, LabelledImage
from measure.accuracy.readings import Reading
from tools.errors import SetupError

Figures = Mapping[str, float]
"""Figure -> value in [0, 1], higher is better; the first one is the set's first figure."""


class Scorer:
    """Scores readings against the truth of any part of a set."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise SetupError(f"There is no scorer at {path}.", "Name one with --scorer.")
        self._module = _load(path)
        try:
            self._plan: dict[str, tuple[list[str], str]] = dict(self._module.PLAN)
        except AttributeError:
            raise SetupError(f"{path} has no PLAN.", "Name a scorer that says which figures a set has.") from None

    @property
    def sets(self) -> Sequence[str]:
        """The sets that can be scored, in the order of the tables."""
        return list(self._plan)

    def figures_of(self, set_name: str) -> Sequence[str]:
        """Return the names of the figures of a set, the first one first."""
        return self._plan[set_name][0]

    def normal(self, text: str, set_name: str) -> str:
        """Return `text` as it is compared in a set."""
        normalised: str = self._module.normal(text, self._plan[set_name][1])
        return normalised

    def similarity(self, truth: str, text: str, set_name: str) -> float:
        """Return how alike two texts are in a set, in [0, 1]: 1 less the normalised edit distance."""
        return float(self._module.similarity(self.normal(truth, set_name), self.normal(text, set_name)))

    def score(self, readings: Sequence[tuple[LabelledImage, Reading]]) -> Figures:
        """Return the figures over these images of one set; an image without a page counts as an empty page."""
        set_name = readings[0][0].set_name
        figures, level = self._plan[set_name]
        with tempfile.TemporaryDirectory() as folder:
            truth, results = Path(folder, "data", set_name, SPLIT), Path(folder, "results", set_name)
            truth.mkdir(parents=True)
            results.mkdir(parents=True)
            entries = [image.truth for image, _ in readings]
            Path(truth, "gt.json").write_text(json.dumps(entries), encoding="utf-8")
            for image, reading in readings:
                if reading.page is not None:
                    Path(results, f"{image.name}.json").write_text(json.dumps(reading.page), encoding="utf-8")
            scored, _count, _missing = self._module.score_set(
                set_name, Path(folder, "data"), Path(folder, "results"), SPLIT, figures, level
            )
        return {name: scored[name] for name in figures if name in scored}


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("accuracy_scorer", path)
    if spec is None or spec.loader is None:
        raise SetupError(f"{path} is not a Python file.", "Name one with --scorer.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def mean_of_firsts(figures_of_sets: Sequence[Figures]) -> float | None:
    """Return the mean over sets of the first figure, or None if one of the sets has no figure."""
    if not figures_of_sets or not all(figures_of_sets):
        return None
    return sum(next(iter(figures.values())) for figures in figures_of_sets) / len(figures_of_sets)
