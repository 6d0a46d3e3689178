"""The page `docs/backends.md`, made from the figures of one run and the prose, and from nothing else."""

from collections.abc import Iterable, Mapping, Sequence

from measure.backends.figures import Figures, Measured, PagesRead, Start, Verdict
from measure.backends.prose import BACKENDS, INTRODUCTION, OPTIONS, PAGES
from measure.markdown_table import table
from py_ocr.backends.measuring import SIZES, Shape

Row = Sequence[str]

PAGE: Shape = (1, 640, 640, 3)
LINES: Shape = (8, 48, 320, 3)
LINE: Shape = (1, 48, 320, 3)
MISSING = "–"
SHOWN: Mapping[Verdict, str] = {
    Verdict.RIGHT: "right",
    Verdict.WRONG: "**wrong**",
    Verdict.ABSENT: "not here",
}


def to_markdown(figures: Figures, others: Mapping[str, Figures] | None = None) -> str:
    """Return the page; `others` are the figures of further machines by their names."""
    head = f"# Backends\n\nWritten by `npm run backends` on {figures.date}. Do not edit: run the command again."
    parts = [
        head,
        INTRODUCTION,
        f"Machine and versions: {_facts(figures)}.",
        "## Measured here",
        "Milliseconds of a warm run (median), unless the column says otherwise. _Page_: the detector on 640 × 640 "
        "pixels. _Line_, _8 lines_: the recogniser on lines 320 pixels wide. _Memory_: the most that was resident of "
        "the process that computes, in the browser with everything else of the page.",
        _overview(figures.backends),
        *filter(None, ["\n".join(_notes(figures.backends))]),
        *_pages(figures),
        *(part for name, other in (others or {}).items() for part in _other_machine(name, other)),
        "## Each backend",
        *(part for name in BACKENDS for part in _backend(name)),
        "## Every size",
        "First run and median of the warm runs, in milliseconds. A dash: it would have taken too long, or the backend "
        "is not here.",
        _sizes(figures.backends),
        "## What else makes a difference",
        *_options(figures),
    ]
    return "\n\n".join(parts) + "\n"


def _facts(figures: Figures) -> str:
    return ", ".join(f"{name} {value}" for name, value in {**figures.machine, **figures.versions}.items())


def _other_machine(name: str, figures: Figures) -> Iterable[str]:
    yield f"### Measured elsewhere: {name}"
    yield f"By the same command on {figures.date}: {_facts(figures)}."
    yield _overview(figures.backends)
    yield from _pages(figures)
    if figures.starts:
        yield _starts(figures.starts)


def _pages(figures: Figures) -> Iterable[str]:
    if figures.pages:
        yield PAGES
        yield pages_table(figures.pages)


def pages_table(measured: Iterable[PagesRead]) -> str:
    """Return the table of how many whole pages a second were read."""
    rows = [
        (
            f"{one.backend}, {one.jobs} × {one.threads}",
            str(one.pages),
            *(("not here", MISSING) if one.reason else (_rate(one, 0), _rate(one, -1))),
            MISSING if one.same_lines is None else f"{100 * one.same_lines:.1f} %",
        )
        for one in measured
    ]
    head = ("processes × threads", "pages", "pages a second, first pass", "again", "lines as native")
    return table(head, rows)


def _rate(one: PagesRead, run: int) -> str:
    return f"{one.pages / one.seconds[run]:.1f}"


def _starts(starts: Mapping[str, Start]) -> str:
    rows = [
        (
            name,
            f"{start.ready_ms:.0f}",
            f"{start.text_ms:.0f}",
            f"{start.sent_mb:.1f}",
            f"{start.self_check_ms:.0f}" if start.self_check_ms >= 1 else MISSING,
        )
        for name, start in starts.items()
    ]
    return table(("", "ready after, ms", "first text after, ms", "fetched, MB", "self-check, ms"), rows)


def _overview(measured: Iterable[Measured]) -> str:
    rows = [
        (
            one.name,
            SHOWN[one.verdict],
            _ms(one.result["sessions_ms"]),
            _ms(_first(one)),
            _ms(one.time_ms("detector", PAGE)),
            _ms(one.time_ms("recognizer", LINE)),
            _ms(one.time_ms("recognizer", LINES)),
            _mb(one.memory_mb if one.verdict is not Verdict.ABSENT else None),
            _ms(one.load if one.verdict is not Verdict.ABSENT else None),
        )
        for one in measured
    ]
    head = ("", "", "sessions", "first run", "page", "line", "8 lines", "memory, MB", "load")
    return table(head, rows)


def _notes(measured: Iterable[Measured]) -> Iterable[str]:
    for one in measured:
        if one.verdict is not Verdict.RIGHT:
            yield f"- {one.name}: {SHOWN[one.verdict]}: {one.reason}"
        elif one.software:
            yield f"- {one.name}: SwiftShader on the processor: it shows whether WebGPU is right, not how fast it is."


def _first(one: Measured) -> float | None:
    for model in one.result["models"]:
        return float(model["times"][0]["first_ms"])
    return None


def _backend(name: str) -> tuple[str, str]:
    prose = BACKENDS[name]
    return f"### {prose.title} (`{name}`)", table(("", ""), prose.rows(), left_columns=2)


def _sizes(measured: Sequence[Measured]) -> str:
    here = [one for one in measured if one.verdict is not Verdict.ABSENT]
    rows = [
        (role, _shape(shape), *(_pair(one, role, shape) for one in here))
        for role, shapes in SIZES.items()
        for shape in shapes
    ]
    return table(("", "input", *(one.name for one in here)), rows)


def _pair(one: Measured, role: str, shape: Shape) -> str:
    first, warm = one.time_ms(role, shape, "first_ms"), one.time_ms(role, shape)
    return MISSING if first is None else f"{_ms(first)}, {_ms(warm)}"


def _options(figures: Figures) -> Iterable[str]:
    if figures.storage:
        yield f"### Weights: fp32, fp16, int8\n\n{OPTIONS['weights']}"
        yield _storage(figures)
    if figures.backends:
        yield f"### Input resolution\n\n{OPTIONS['resolution']} Best run, milliseconds."
        yield _resolution(figures.backends)
    if figures.profiles:
        yield f"### Profiles\n\n{OPTIONS['profile']} Best run, milliseconds."
        yield _best(figures.profiles)
    if figures.starts:
        yield f"### Cache\n\n{OPTIONS['cache']}"
        yield _starts(figures.starts)
    if figures.threads:
        yield f"### Threads\n\n{OPTIONS['threads']} Best run, milliseconds."
        yield _best(figures.threads)


def _storage(figures: Figures) -> str:
    rows = [
        (
            name,
            f"{one.file_mb:.1f}",
            _ms(one.measured.result["sessions_ms"]),
            _ms(one.measured.time_ms("detector", PAGE, "best_ms")),
            _ms(one.measured.time_ms("recognizer", LINES, "best_ms")),
            _mb(one.measured.memory_mb),
            f"{100 * one.labels_changed:.2f} %",
            f"{one.lines_changed} of {one.lines}",
            f"{100 * one.map_changed:.2f} %",
            SHOWN[one.measured.verdict],
        )
        for name, one in figures.storage.items()
    ]
    head = (
        *("", "files, MB", "sessions, ms", "page, best ms", "8 lines, best ms", "memory, MB"),
        *("labels changed", "lines changed", "text map changed", "self-check"),
    )
    return table(head, rows)


def _resolution(measured: Sequence[Measured]) -> str:
    here = [one for one in measured if one.verdict is not Verdict.ABSENT]
    rows = [
        (_shape(shape), *(_ms(one.time_ms("detector", shape, "best_ms")) for one in here))
        for shape in SIZES["detector"]
    ]
    return table(("detector's input", *(one.name for one in here)), rows)


def _best(measured: Sequence[Measured]) -> str:
    rows = [
        (
            one.name,
            _ms(one.time_ms("detector", PAGE, "best_ms")),
            _ms(one.time_ms("recognizer", LINE, "best_ms")),
            _ms(one.time_ms("recognizer", LINES, "best_ms")),
            _mb(one.memory_mb),
            _ms(one.load),
        )
        for one in measured
    ]
    return table(("", "page", "line", "8 lines", "memory, MB", "load"), rows)


def _shape(shape: Shape) -> str:
    count, height, width, _ = shape
    return f"{count} × {width} × {height}" if count > 1 else f"{width} × {height}"


def _ms(value: float | None) -> str:
    if value is None:
        return MISSING
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def _mb(value: float | None) -> str:
    return MISSING if value is None else f"{value:.0f}"
