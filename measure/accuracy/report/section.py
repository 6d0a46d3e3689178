"""One image in the report: its figure, the picture with true and predicted boxes, and what was read wrongly."""

import html
from collections.abc import Callable, Sequence
from typing import Any

from PIL import Image

from measure.accuracy.dataset import LabelledImage
from measure.accuracy.matching import MIN_IOU, Comparison, compare_lines
from measure.accuracy.readings import Reading
from measure.accuracy.report.diff import marked_pair
from measure.accuracy.report.pictures import crop, open_upright, picture

MAX_ROWS = 60

Normal = Callable[[str], str]


def section(image: LabelledImage, reading: Reading, figure: float | None, normal: Normal, *, boxes_count: bool) -> str:
    """Return the HTML of one image.

    `normal` gives the form in which texts are compared; `boxes_count` says whether a right text in a wrong box is
    wrong.
    """
    source = open_upright(image.path)
    shown = "no figure" if figure is None else f"{figure:.3f}"
    anchor = html.escape(image.name, quote=True)
    if reading.page is None:
        body = f'<p class="error">{html.escape(reading.error or "no page")}</p>'
        lines: Sequence[dict[str, Any]] = []
    else:
        lines = reading.page["lines"]
        body = _comparison(image, reading, lines, normal, source, boxes_count=boxes_count)
    return (
        f'<section id="{anchor}"><h2><span class="figure">{shown}</span> {anchor}</h2>'
        f"{_picture(source, image.truth.get('lines') or [], lines)}{_missing_phrases(image, reading, normal)}{body}"
        "</section>"
    )


def _picture(source: Image.Image, truths: Sequence[Any], lines: Sequence[Any]) -> str:
    boxes = [_polygon(truth["poly"], "ignored" if truth.get("ignore") else "truth", truth["text"]) for truth in truths]
    boxes += [_polygon(line["quad"], "read", f"{number}. {line['text']}") for number, line in enumerate(lines, 1)]
    return (
        f'<div class="picture"><img src="{picture(source)}" alt="">'
        f'<svg viewBox="0 0 {source.width} {source.height}">{"".join(boxes)}</svg></div>'
    )


def _polygon(points: Sequence[Sequence[float]], kind: str, title: str) -> str:
    corners = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
    return f'<polygon class="{kind}" points="{corners}"><title>{html.escape(title)}</title></polygon>'


def _missing_phrases(image: LabelledImage, reading: Reading, normal: Normal) -> str:
    text = normal(reading.text)
    missing = [phrase for phrase in image.truth.get("contains") or [] if normal(phrase) not in text]
    return "".join(f"<p>Not found: <del>{html.escape(phrase)}</del></p>" for phrase in missing)


def _comparison(
    image: LabelledImage,
    reading: Reading,
    lines: Sequence[Any],
    normal: Normal,
    source: Image.Image,
    *,
    boxes_count: bool,
) -> str:
    truths = image.truth.get("lines")
    if truths and lines:
        return _line_table(compare_lines(truths, lines), normal, source, boxes_count=boxes_count)
    expected = image.truth.get("text")
    if expected is None and truths:
        expected = "\n".join(truth["text"] for truth in truths if not truth.get("ignore"))
    if expected is None:
        return f"<pre>{html.escape(reading.text)}</pre>"
    left, right = marked_pair(expected, reading.text)
    return f'<div class="texts"><pre>{left}</pre><pre>{right}</pre></div>'


def _line_table(compared: Sequence[Comparison], normal: Normal, source: Image.Image, *, boxes_count: bool) -> str:
    def is_wrong(item: Comparison) -> bool:
        if not item.truths or normal(item.truth_text) != normal(item.line_text):
            return True
        return boxes_count and (item.iou is None or item.iou < MIN_IOU)

    wrong = [item for item in compared if is_wrong(item)]
    rows = "".join(_row(item, source) for item in wrong[:MAX_ROWS])
    hidden = max(0, len(wrong) - MAX_ROWS)
    more = f", the first {MAX_ROWS} of them here" if hidden else ""
    summary = f"<p>{len(compared) - len(wrong)} lines right, {len(wrong)} not{more}.</p>"
    return summary + (
        f"<table><tr><th>Crop<th>Truth<th>Reading<th>Confidence<th>IoU</tr>{rows}</table>" if wrong else ""
    )


def _row(item: Comparison, source: Image.Image) -> str:
    truth, line = marked_pair(item.truth_text, item.line_text)
    if not item.truths:
        truth = "<i>no label here</i>"
    if item.line is None:
        line = "<i>not found</i>"
    confidence = item.line.get("confidence") if item.line else None
    numbers = "".join(f'<td class="number">{"" if n is None else f"{n:.2f}"}' for n in (confidence, item.iou))
    return f'<tr><td><img src="{crop(source, item.quad)}" alt=""><td>{truth}<td>{line}{numbers}</tr>'
