"""The harness as code: load, read what is missing, score everything, write tables and report."""

import datetime
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from measure.accuracy.calibration import Calibration, calibrate
from measure.accuracy.ceiling import Ceiling, CeilingStore, has_lines, measure_ceiling
from measure.accuracy.dataset import LabelledSet, load_dataset
from measure.accuracy.markdown import Findings, document
from measure.accuracy.parity import Parity, compare
from measure.accuracy.readings import ReadingStore
from measure.accuracy.report import write_report
from measure.accuracy.results import SetResult, SystemResult, collect
from measure.accuracy.running import read_missing
from measure.accuracy.scoring import Scorer
from measure.accuracy.systems.engine_identity import engine_hash, models_hash, source_modules
from measure.accuracy.systems.registry import all_systems
from tools.errors import SetupError
from tools.progress import Progress
from tools.project import Project
from tools.store import atomic_file, write_json

OURS = ("native", "wasm")
LINE_FIGURE = "e2e"


@dataclass(frozen=True)
class Request:
    """What to measure; see the options of `npm run accuracy`."""

    data: Path
    scorer: Path
    sets: tuple[str, ...]
    systems: tuple[str, ...]
    limit: int | None
    jobs: int
    retry_errors: bool
    ceilings: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether it covers every image, so that its tables may replace the document."""
        return not self.sets and self.limit is None


def measure(project: Project, request: Request) -> None:
    """Read what is missing, then write the tables and the report of all that was read."""
    folder = project.build / "accuracy"
    scorer = Scorer(request.scorer)
    labelled_sets = load_dataset(request.data, scorer.sets, request.sets, request.limit)
    images = [image for labelled in labelled_sets for image in labelled.images]
    store = ReadingStore(folder / "readings")
    systems = all_systems(project)
    progress = Progress(sys.stdout)
    for system in systems:
        if system.name in request.systems:
            read_missing(system, images, store, progress, jobs=request.jobs, retry_errors=request.retry_errors)

    ceilings = _ceilings(project, request.ceilings, labelled_sets, scorer, progress)
    with progress.step("scoring") as step:
        results = collect(systems, labelled_sets, store, scorer)
        calibrations = _calibrations(results, labelled_sets, scorer)
        parity = _parity(results)
        step.item("report")
        report = write_report(folder, results, scorer, calibrations, parity)
        findings = Findings(calibrations, parity, ceilings)
        text = document(results, labelled_sets, findings, datetime.datetime.now(datetime.UTC).date())
        tables = project.root / "docs" / "accuracy.md" if request.is_whole else folder / "accuracy.md"
        with atomic_file(tables) as temporary:
            temporary.write_text(text, encoding="utf-8")
        write_json(folder / "accuracy.json", _as_json(results, findings))
    _print_summary(results, labelled_sets)
    for path in (tables, folder / "accuracy.json", report):
        print(path.relative_to(project.root))


def _calibrations(
    results: list[SystemResult], labelled_sets: list[LabelledSet], scorer: Scorer
) -> list[tuple[str, Calibration]]:
    line_sets = [labelled.name for labelled in labelled_sets if LINE_FIGURE in scorer.figures_of(labelled.name)]
    ours = [result for result in results if result.name in OURS]
    return [(result.name, each) for result in ours for each in calibrate(result, line_sets, scorer.normal)]


def _ceilings(
    project: Project, wanted: Sequence[str], labelled_sets: Sequence[LabelledSet], scorer: Scorer, progress: Progress
) -> list[Ceiling]:
    """Measure the ceilings that are wanted and missing; return all that are there."""
    manifest = (project.root / "models" / "manifest.json").read_text(encoding="utf-8")
    depends_on = engine_hash(source_modules(project.root)) + models_hash(manifest)
    store = CeilingStore(project.build / "accuracy" / "ceilings", depends_on)
    for labelled in labelled_sets:
        if labelled.name in wanted and store.find(labelled.name) is None:
            if not has_lines(labelled.images):
                raise SetupError(f"The truth of {labelled.name} has no lines.", "Choose a set whose truth is lines.")
            with progress.step(f"ceiling of {labelled.name}"):
                store.add(measure_ceiling(labelled, scorer))
    return [ceiling for labelled in labelled_sets if (ceiling := store.find(labelled.name)) is not None]


def _parity(results: list[SystemResult]) -> Parity | None:
    ours = {result.name: result for result in results if result.name in OURS}
    return compare(ours["native"], ours["wasm"]) if len(ours) == len(OURS) else None


def _as_json(results: list[SystemResult], findings: Findings) -> dict[str, object]:
    return {
        "systems": {result.name: result.to_dict() for result in results},
        "calibration": [{"system": name, **calibration.to_dict()} for name, calibration in findings.calibrations],
        "parity": None if findings.parity is None else findings.parity.to_dict(),
        "ceilings": [ceiling.to_dict() for ceiling in findings.ceilings],
    }


def _print_summary(results: list[SystemResult], labelled_sets: list[LabelledSet]) -> None:
    """Print the first figures; a star marks a set of which a system has read only a part."""
    print(f"\n{'':18}" + "".join(f"{result.name:>14} " for result in results))
    for labelled in labelled_sets:
        cells = [_summary_cell(result.sets[labelled.name]) for result in results]
        print(f"{labelled.name:18}" + "".join(cells))
    means = ["–" if result.mean is None else f"{result.mean:.4f}" for result in results]
    print(f"{'mean':18}" + "".join(f"{mean:>14} " for mean in means) + "\n")


def _summary_cell(in_set: SetResult) -> str:
    first = next(iter(in_set.figures.values()), None)
    shown = "–" if first is None else f"{first:.3f}"
    return f"{shown:>14}{'*' if first is not None and not in_set.is_complete else ' '}"
