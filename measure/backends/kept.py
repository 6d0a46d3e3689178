"""The figures that stay in the repository, and the page that is made from them."""

import json
from pathlib import Path

from measure.backends.figures import Figures
from measure.backends.report import to_markdown
from tools.project import Project

MACHINES = "machines"
"""The folder with the figures of machines that have what others lack, such as a GPU."""


class KeptFigures:
    """`measure/figures` of a checkout, and its `docs/backends.md`."""

    def __init__(self, project: Project) -> None:
        figures = project.root / "measure" / "figures"
        self._own = figures / "backends.json"
        self._machines = figures / MACHINES
        self._page = project.root / "docs" / "backends.md"

    def of_this_machine(self) -> Figures:
        """Return the figures of the last whole run."""
        return read_figures(self._own)

    def page(self, figures: Figures) -> str:
        """Return the page of a run, with the other machines' figures in it."""
        return to_markdown(figures, self._other_machines())

    def write_page(self, figures: Figures) -> None:
        """Write the document."""
        self._page.write_text(self.page(figures), encoding="utf-8")

    def keep(self, figures: Figures) -> None:
        """Keep the figures of a whole run, and write the document from them."""
        write_figures(self._own, figures)
        self.write_page(figures)

    def keep_machine(self, name: str, figures: Figures) -> None:
        """Keep the figures of another machine: over those of an earlier run, whose other backends stay."""
        earlier = self._other_machines().get(name)
        write_figures(self._machines / f"{name}.json", figures.over(earlier) if earlier else figures)

    def _other_machines(self) -> dict[str, Figures]:
        return {file.stem: read_figures(file) for file in sorted(self._machines.glob("*.json"))}


def read_figures(path: Path) -> Figures:
    """Return the figures of a file."""
    return Figures.from_dict(json.loads(path.read_text(encoding="utf-8")))


def write_figures(path: Path, figures: Figures) -> None:
    """Write figures as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures.to_dict(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
