"""The document: `docs/accuracy.md`, made from the results and from nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from measure.accuracy.calibration import Calibration
from measure.accuracy.ceiling import Ceiling
from measure.accuracy.dataset import LabelledSet
from measure.accuracy.parity import Parity
from measure.accuracy.results import SetResult, SystemResult
from measure.markdown_table import table

INTRODUCTION = """\
# Accuracy

Written by `npm run accuracy` on {day}. Do not edit: run the command again.

{images} real images in {sets} sets, read by every system and scored by the same scorer. Every figure is between 0
and 1, and higher is better. An image that a system fails on counts as an empty page. The images are not part of the
project.
"""

FIGURES = """\
| Figure   | What it measures                                                                          |
| -------- | ----------------------------------------------------------------------------------------- |
| `e2e`    | mean similarity (1 − normalised edit distance) of labelled and surplus lines, boxes matched |
| `merged` | like `e2e`, for labels that are words or fields: joined under the line that covers them    |
| `det`    | harmonic mean of the precision and recall of line boxes at IoU ≥ 0.5                       |
| `cacc`   | 1 − character error rate of the page's text in reading order                              |
| `words`  | F1 of the page's words, order ignored                                                     |
| `phrase` | share of the strings that must occur which do occur                                       |
| `exact`  | share of the images whose label was read without an error                                 |
| `empty`  | share of the images without text on which nothing was read                                |
"""

CEILINGS = """\
## What the weights allow

_Labelled boxes, read_: mean similarity of what the recogniser makes of perfect boxes, in the best direction.
_Found at_: share of the labelled lines that a detected box matches (IoU ≥ 0.5) when the detector looks at the page at
that size; _at any_: at one of these sizes at least, which only who knows the truth could choose. `e2e` cannot be above
it.

"""

MISSING = "–"


@dataclass(frozen=True)
class Findings:
    """What was found out beside the figures."""

    calibrations: Sequence[tuple[str, Calibration]]
    parity: Parity | None
    ceilings: Sequence[Ceiling]


def document(
    results: Sequence[SystemResult], labelled_sets: Sequence[LabelledSet], findings: Findings, day: date
) -> str:
    """Return the whole document."""
    images = sum(len(labelled.images) for labelled in labelled_sets)
    parts = [
        INTRODUCTION.format(day=day.isoformat(), images=images, sets=len(labelled_sets)),
        "## First figures\n\nThe best of a row is bold.\n",
        _first_figures(results, labelled_sets),
        "## Every figure\n",
        _every_figure(results, labelled_sets),
        _figure_key(),
        _failures(results),
        _ceilings(findings.ceilings),
        *(_calibration(name, calibration) for name, calibration in findings.calibrations),
        _parity(findings.parity),
        "## Systems\n",
        _systems(results),
    ]
    return "\n".join(part for part in parts if part)


def _first_figures(results: Sequence[SystemResult], labelled_sets: Sequence[LabelledSet]) -> str:
    rows = []
    for labelled in labelled_sets:
        of_systems = [result.sets[labelled.name] for result in results]
        figure = next((next(iter(r.figures)) for r in of_systems if r.figures), MISSING)
        values = [next(iter(r.figures.values()), None) for r in of_systems]
        rows.append([labelled.name, figure, str(len(labelled.images)), *_cells(values, of_systems)])
    shown = [MISSING if result.mean is None else f"{result.mean:.4f}" for result in results]
    partial = [cell + ("" if result.is_complete else " (part)") for cell, result in zip(shown, results, strict=True)]
    rows.append(["mean", "", str(sum(len(labelled.images) for labelled in labelled_sets)), *partial])
    return table(["Set", "Figure", "Images", *(result.name for result in results)], rows, left_columns=2) + "\n"


def _cells(values: Sequence[float | None], of_systems: Sequence[SetResult]) -> list[str]:
    best = max((value for value in values if value is not None), default=None)
    cells = []
    for value, result in zip(values, of_systems, strict=True):
        if value is None:
            cells.append(MISSING)
            continue
        shown = f"**{value:.3f}**" if best is not None and value >= best else f"{value:.3f}"
        cells.append(shown if result.is_complete else f"{shown} ({len(result.readings)} read)")
    return cells


def _every_figure(results: Sequence[SystemResult], labelled_sets: Sequence[LabelledSet]) -> str:
    rows = []
    for labelled in labelled_sets:
        of_systems = [result.sets[labelled.name] for result in results]
        for figure in dict.fromkeys(name for r in of_systems for name in r.figures):
            values = [r.figures.get(figure) for r in of_systems]
            rows.append([labelled.name, figure, *_cells(values, of_systems)])
    return table(["Set", "Figure", *(result.name for result in results)], rows, left_columns=2) + "\n"


def _figure_key() -> str:
    body = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in FIGURES.splitlines()]
    return table(body[0], body[2:], left_columns=2) + "\n"


def _failures(results: Sequence[SystemResult]) -> str:
    rows = [
        [result.name, set_name, str(in_set.errors)]
        for result in results
        for set_name, in_set in result.sets.items()
        if in_set.errors
    ]
    return f"## Failures\n\n{table(['System', 'Set', 'Images'], rows, left_columns=2)}\n" if rows else ""


def _ceilings(ceilings: Sequence[Ceiling]) -> str:
    if not ceilings:
        return ""
    scales = list(dict.fromkeys(scale for ceiling in ceilings for scale in ceiling.found))
    rows = [
        [
            ceiling.set_name,
            str(ceiling.lines),
            f"{ceiling.read:.3f}",
            *(f"{ceiling.found[scale]:.3f}" if scale in ceiling.found else MISSING for scale in scales),
            f"{ceiling.found_at_any:.3f}",
        ]
        for ceiling in ceilings
    ]
    head = ["Set", "Lines", "Labelled boxes, read", *(f"Found at {scale}" for scale in scales), "at any"]
    return f"{CEILINGS}{table(head, rows)}\n"


def _calibration(name: str, calibration: Calibration) -> str:
    percent: Callable[[float], str] = "{:.1%}".format
    rows = [
        [
            f"{b.low:.3f} to {b.high:.3f}",
            str(b.count),
            percent(b.mean_confidence),
            percent(b.exact_rate),
        ]
        for b in calibration.bins
    ]
    unit, others = calibration.unit, calibration.unmatched_lines
    return (
        f"## What confidence means: {unit}, {name}\n\n"
        f"{calibration.count} {unit} of what matches a labelled line ({others} other lines match none), by their "
        f"confidence; expected calibration error {percent(calibration.expected_error)}.\n\n"
        + table(["Confidence", unit.capitalize(), "Mean confidence", "Read exactly"], rows)
        + "\n"
    )


def _parity(parity: Parity | None) -> str:
    if parity is None:
        return ""
    heading = f"## Parity of {parity.left} and {parity.right}\n\n"
    if not parity.same_engine:
        heading += "The two were read with different versions of the engine: run the command again.\n\n"
    if not parity.differences:
        return heading + f"The same text in all {parity.compared} images.\n"
    images = "\n".join(f"- `{difference.image}`" for difference in parity.differences)
    return heading + f"Different text in {len(parity.differences)} of {parity.compared} images:\n\n{images}\n"


def _systems(results: Sequence[SystemResult]) -> str:
    paragraphs = []
    for result in results:
        settings = "\n".join(f"- {name}: `{value}`" for name, value in result.settings.items())
        paragraphs.append(f"### {result.name}\n\n{result.about[0].upper()}{result.about[1:]}.\n\n{settings}\n")
    return "\n".join(paragraphs)
