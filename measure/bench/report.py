"""The result of a run as Markdown: what is printed, and docs/benchmarks.md."""

from collections.abc import Sequence

from measure.bench.figures import Figures, GroupFigures, Spread
from measure.bench.goals import goals_of
from measure.bench.names import ALONE, ISOLATED, ISOLATION, NATIVE, OURS, PLAIN_PASS, RIVALS, WARM
from measure.markdown_table import table
from measure.memory import Memory

STAGES = ("decode", "detect", "crop", "orient", "recognize", "layout")
NOTHING = "–"

Row = Sequence[str]


def to_markdown(figures: Figures) -> str:
    """Return the report."""
    parts = [_paragraph(figures), *_missing(figures), table(("goal", "limit", "measured", ""), _goals(figures), 3)]
    if warm := figures.groups.get(WARM):
        parts += _warm(figures, warm)
    for key, group in figures.groups.items():
        if key != WARM:
            parts += _side(key, group)
    if figures.visits:
        parts += _starts(figures)
    for key, group in figures.groups.items():
        if key in (WARM, PLAIN_PASS):
            parts += _stages(group)
    if figures.growth:
        parts += [
            f"## Memory over {len(figures.growth)} pages in one worker",
            table(("after page", "resident, MB", "peak, MB"), _growth(figures.growth)),
        ]
    return "\n\n".join(parts) + "\n"


def _paragraph(figures: Figures) -> str:
    facts = ", ".join(f"{name} {value}" for name, value in {**figures.machine, **figures.versions}.items())
    part = "" if figures.whole else " Not a whole run: some of it was chosen."
    return (
        f"# Benchmarks\n\nMeasured on {figures.date} by `npm run bench`: {facts}.{part} Contenders are warm at the "
        "same time and take turns on every image, so that what else the machine does slows all of them alike: trust "
        "the ratios more than the milliseconds. In brackets: the least and the greatest. The others run with their own "
        "defaults and, where they take such models, with the weights of `best`; ppu-paddle-ocr in a worker and with "
        "its cache of results off, paddleocr-js in its worker, tesseract.js told that the text is English."
    )


def _missing(figures: Figures) -> list[str]:
    if not figures.missing:
        return []
    rows = "\n".join(f"- {name}: {' '.join(reason.split())}" for name, reason in figures.missing.items())
    return [f"What could not be measured here, or not to the end:\n\n{rows}"]


def _goals(figures: Figures) -> list[Row]:
    return [goal.row() for goal in goals_of(figures)]


def _warm(figures: Figures, warm: GroupFigures) -> list[str]:
    counts = ", ".join(f"{kind} {len({turn.label for turn in warm.turns if turn.kind == kind})}" for kind in warm.kinds)
    parts = [
        f"## Warm, {warm.title}\n\nMilliseconds from the file to all of its text: medians of "
        f"{_count(figures.rounds, 'round')}. Images: {counts}.",
        table(("", *warm.kinds), _times(warm)),
    ]
    parts += _ratios(warm)
    early = [name for name in warm.names if (share := warm.first_share(name)) and share.low < 1]
    if early:
        rows = [(name, *(_shown(warm.first_share(name, kind)) for kind in warm.kinds)) for name in early]
        parts += ["The first lines were there after this part of the whole time:", table(("", *warm.kinds), rows)]
    else:
        parts.append("None of them gave lines before the whole was done.")
    return parts


def _side(key: str, group: GroupFigures) -> list[str]:
    text = f"## Warm, {group.title}\n\nMilliseconds, one round on fewer images."
    if key == ISOLATION:
        text += " Not isolated, a page has no threads. The first row is there to compare with."
    return [text, table(("", *group.kinds), _times(group)), *_ratios(group)]


def _ratios(group: GroupFigures) -> list[str]:
    rows = [
        (f"{name} / {rival}", *(_shown(group.ratio(name, rival, kind)) for kind in group.kinds))
        for name in OURS
        for rival in (*RIVALS, ISOLATED)
        if name in group.names and rival in group.names
    ]
    return ["How many times as long we take:", table(("", *group.kinds), rows)] if rows else []


def _times(group: GroupFigures) -> list[Row]:
    return [(name, *(_ms(group.whole_ms(name, kind)) for kind in group.kinds)) for name in group.names]


def _starts(figures: Figures) -> list[str]:
    rows: list[Row] = []
    warm = figures.groups.get(WARM)
    for name, starts in figures.visits.items():
        first = starts[0][0]
        memory = warm.memory.get(name) if warm else None
        rows.append(
            (
                name,
                _ms(figures.first_text_ms(name)),
                _ms(figures.first_text_ms(name, 1)),
                NOTHING if first.raw_bytes is None else f"{first.raw_bytes / 1e6:.1f}",
                NOTHING if first.brotli_bytes is None else f"{first.brotli_bytes / 1e6:.1f}",
                f"{memory.peak_mb:.0f}" if memory else NOTHING,
            )
        )
    return [
        "## From nothing to the first text\n\nOf the receipt among the page's samples: with an empty profile, and in a "
        "second visit of the same browser, with what it kept. The browser itself is running already, and files take no "
        f"time to transfer. Medians of {_count(figures.starts, 'start')}. Transferred: what was asked for until the "
        "first text, each file once; brotli at quality 5. Peak memory is the most that was ever resident of the "
        "process that reads, the renderer or the Python process, in the warm rounds.",
        table(("", "first text, ms", "second visit, ms", "transferred, MB", "brotli, MB", "peak memory, MB"), rows),
    ]


def _stages(group: GroupFigures) -> list[str]:
    parts = []
    for name in (one for one in (*OURS, ALONE, NATIVE) if one in group.names):
        rows = [_stage_row(group, name, kind) for kind in group.kinds]
        parts += [f"### {name}", table(("", *STAGES, "ONNX Runtime", "whole", "Python"), rows)]
    if not parts:
        return []
    text = (
        f"## Where the time goes, {group.title}\n\nMilliseconds by stage; _Python_ is the share of the whole that our "
        "stages take outside ONNX Runtime. It is not known where several workers read lines at once."
    )
    if factor := group.inference_ratio(ALONE, NATIVE):
        text += (
            f" ONNX Runtime alone takes {_shown(factor)} × as long in _{ALONE}_ as in _{NATIVE}_, for the same runs of "
            "the same models."
        )
    return [text, *parts]


def _stage_row(warm: GroupFigures, name: str, kind: str) -> Row:
    stages = (_ms(warm.stage_ms(name, kind, stage)) for stage in STAGES)
    share = warm.python_share(name, kind)
    python = NOTHING if share is None else f"{100 * share:.1f} %"
    return (kind, *stages, _ms(warm.inference_ms(name, kind)), _ms(warm.whole_ms(name, kind)), python)


def _growth(samples: Sequence[Memory]) -> list[Row]:
    pages = sorted({1, 5, *range(10, len(samples) + 1, 10), len(samples)})
    return [(str(page), f"{samples[page - 1].now_mb:.0f}", f"{samples[page - 1].peak_mb:.0f}") for page in pages]


def _ms(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.0f}"


def _shown(found: Spread | None) -> str:
    return NOTHING if found is None else f"{found.median:.2f} ({found.low:.2f} to {found.high:.2f})"


def _count(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"
