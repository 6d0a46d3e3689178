"""The files of the report: `report.html`, and `report/<system>/<set>.html` with the images of a set, worst first.

A page whose readings are unchanged is kept: making one means decoding and encoding all its images.
"""

import hashlib
import html
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from measure.accuracy.calibration import Calibration
from measure.accuracy.dataset import LabelledImage
from measure.accuracy.parity import Parity
from measure.accuracy.readings import Reading
from measure.accuracy.report.section import section
from measure.accuracy.report.style import html_page
from measure.accuracy.results import SetResult, SystemResult
from measure.accuracy.scoring import Scorer
from tools.store import atomic_file, write_json

OURS = ("native", "wasm")
WORST_SHOWN = 150
BOX_FIGURES = {"e2e", "det"}

Ranked = Sequence[tuple[float | None, LabelledImage, Reading]]


def write_report(
    folder: Path,
    results: Sequence[SystemResult],
    scorer: Scorer,
    calibrations: Sequence[tuple[str, Calibration]],
    parity: Parity | None,
) -> Path:
    """Write the report of our systems, or of all where none of ours was run; return its first page."""
    chosen = [result for result in results if result.name in OURS] or list(results)
    parts = []
    for result in chosen:
        worst: list[tuple[float, str]] = []
        rows = []
        for set_name, in_set in result.sets.items():
            if not in_set.readings:
                continue
            ranked = _ranked(in_set, scorer)
            page = folder / "report" / result.name / f"{set_name}.html"
            _write_set_page(page, f"{set_name}, read by {result.name}", set_name, ranked, scorer)
            link = page.relative_to(folder).as_posix()
            rows.append(_set_row(set_name, in_set, link))
            worst += [
                (
                    figure,
                    f'<a href="{link}#{html.escape(image.name, quote=True)}">{set_name}/{html.escape(image.name)}</a>',
                )
                for figure, image, _ in ranked
                if figure is not None and figure < 1
            ]
        listed = "".join(f"<li>{figure:.3f} {link}" for figure, link in sorted(worst)[:WORST_SHOWN])
        parts.append(
            f"<h2>{result.name}</h2><table><tr><th>Set<th>Figures<th>Images<th>Failed</tr>{''.join(rows)}</table>"
            f"<h3>Worst images</h3><ol>{listed}</ol>"
        )
    parts += [_calibration(name, calibration) for name, calibration in calibrations]
    parts.append(_parity(parity))
    report = folder / "report.html"
    _write(report, html_page("Accuracy: what to fix", "".join(parts)))
    return report


def _ranked(in_set: SetResult, scorer: Scorer) -> Ranked:
    scored = []
    for image, reading in in_set.readings:
        figures = scorer.score([(image, reading)])
        scored.append((next(iter(figures.values()), None), image, reading))
    return sorted(scored, key=lambda item: (2.0 if item[0] is None else item[0], item[1].name))


def _write_set_page(page: Path, title: str, set_name: str, ranked: Ranked, scorer: Scorer) -> None:
    content = [(figure, image.sha256, asdict(reading)) for figure, image, reading in ranked]
    code = [source.read_text(encoding="utf-8") for source in sorted(Path(__file__).parent.glob("*.py"))]
    fingerprint = hashlib.sha256(json.dumps([code, title, content], ensure_ascii=False).encode()).hexdigest()
    stamp = page.with_suffix(".json")
    if page.is_file() and stamp.is_file() and json.loads(stamp.read_text(encoding="utf-8")) == fingerprint:
        return

    def normal(text: str) -> str:
        return scorer.normal(text, set_name)

    legend = "<p>Green: labelled. Red, dashed: read. Hover over a box for its text.</p>"
    boxes_count = bool(BOX_FIGURES.intersection(scorer.figures_of(set_name)))
    body = legend + "".join(
        section(image, reading, figure, normal, boxes_count=boxes_count) for figure, image, reading in ranked
    )
    _write(page, html_page(title, body))
    write_json(stamp, fingerprint)


def _set_row(set_name: str, in_set: SetResult, link: str) -> str:
    figures = ", ".join(f"{name} {value:.3f}" for name, value in in_set.figures.items())
    read = f"{len(in_set.readings)} of {in_set.image_count}"
    return (
        f'<tr><td><a href="{link}">{set_name}</a><td>{figures}<td class="number">{read}<td>{in_set.errors or ""}</tr>'
    )


def _calibration(name: str, calibration: Calibration) -> str:
    side = 320
    points = " ".join(f"{b.mean_confidence * side:.1f},{side - b.exact_rate * side:.1f}" for b in calibration.bins)
    dots = "".join(
        f'<circle cx="{b.mean_confidence * side:.1f}" cy="{side - b.exact_rate * side:.1f}" r="4">'
        f"<title>{b.count} {calibration.unit}: confidence {b.mean_confidence:.3f}, exact {b.exact_rate:.3f}</title>"
        "</circle>"
        for b in calibration.bins
    )
    return (
        f"<h2>Confidence of {name} against {calibration.unit} read exactly</h2>"
        f'<svg viewBox="-8 -8 {side + 16} {side + 16}" width="{side}" stroke="currentColor" fill="none">'
        f'<path d="M0 0V{side}H{side}M0 {side}L{side} 0" stroke-opacity=".4"/><polyline points="{points}"/>'
        f'<g fill="currentColor">{dots}</g></svg>'
        f"<p>{calibration.count} {calibration.unit}, expected calibration error {calibration.expected_error:.3f}.</p>"
    )


def _parity(parity: Parity | None) -> str:
    if parity is None:
        return ""
    rows = "".join(
        f"<tr><td>{html.escape(d.image)}<td><pre>{html.escape(d.left)}</pre><td><pre>{html.escape(d.right)}</pre></tr>"
        for d in parity.differences
    )
    heading = f"<h2>{parity.left} against {parity.right}: {len(parity.differences)} of {parity.compared} differ</h2>"
    return heading + (f"<table><tr><th>Image<th>{parity.left}<th>{parity.right}</tr>{rows}</table>" if rows else "")


def _write(path: Path, text: str) -> None:
    with atomic_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
