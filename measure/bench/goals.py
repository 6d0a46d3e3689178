"""The goals, and which of them a run reached."""

from collections.abc import Callable
from dataclasses import dataclass

from measure.bench.figures import Figures, GroupFigures, Spread, growth_after_warm_up
from measure.bench.names import (
    ALONE,
    BALANCED,
    FAST,
    ISOLATED,
    ISOLATION,
    PLAIN,
    PLAIN_PASS,
    PPU,
    RAPIDOCR,
    TESSERACT,
    WARM,
    WEBGPU,
)

NATIVE_KINDS = ("receipts", "forms", "pages")
ALL_KINDS = (*NATIVE_KINDS, "scenes", "ui")
NO_GPU = "no GPU here; see backends.md"
UNMEASURED = GroupFigures("", (), ())


@dataclass(frozen=True)
class Goal:
    """A limit, and the figure that is to keep it. `spread`: its least and greatest; `absent`: why there is none."""

    text: str
    limit: float
    value: float | None
    show: Callable[[float], str]
    spread: tuple[float, float] | None = None
    absent: str = "not measured"

    def row(self) -> tuple[str, str, str, str]:
        """Return the goal as a row of the table."""
        limit = f"≤ {self.show(self.limit)}"
        if self.value is None:
            return (self.text, limit, self.absent, "")
        measured = self.show(self.value)
        if self.spread is not None:
            measured += f" ({self.show(self.spread[0])} to {self.show(self.spread[1])})"
        return (self.text, limit, measured, "met" if self.value <= self.limit else "**missed**")


def goals_of(figures: Figures) -> list[Goal]:
    """Return every goal with what was measured."""
    warm = figures.groups.get(WARM, UNMEASURED)
    isolation = figures.groups.get(ISOLATION, UNMEASURED)
    plain = figures.groups.get(PLAIN_PASS, UNMEASURED)
    return [
        *(
            _of(f"warm {kind}, balanced / {RAPIDOCR}", 1.0, warm.ratio(BALANCED, RAPIDOCR, kind))
            for kind in NATIVE_KINDS
        ),
        *(_of(f"warm {kind}, balanced / {PPU}", 0.5, warm.ratio(BALANCED, PPU, kind)) for kind in ALL_KINDS),
        _of("warm receipts, fast / tesseract.js", 1.5, warm.ratio(FAST, TESSERACT, "receipts")),
        _of("not isolated / isolated, balanced", 1.1, isolation.ratio(BALANCED, ISOLATED)),
        _first_lines(warm),
        _gpu(warm),
        _of("cold start to first text, balanced / ppu-paddle-ocr", 0.7, figures.visit_ratio(BALANCED, PPU)),
        _of("second visit to first text, balanced / tesseract.js", 1.5, figures.visit_ratio(BALANCED, TESSERACT, 1)),
        Goal("transferred until the first text, balanced", 20, _brotli_mb(figures, BALANCED), _megabytes_brotli),
        Goal("transferred until the first text, fast", 15, _brotli_mb(figures, FAST), _megabytes_brotli),
        Goal("peak memory, balanced", 600, _peak_mb(warm, BALANCED), _megabytes),
        _of("balanced / a plain pass without second tries", 1.25, plain.ratio(ALONE, PLAIN)),
        Goal("Python's share of the warm time, one worker, worst kind", 0.15, _python_share(plain), _percent),
        Goal(
            "growth of memory after the fifth page",
            0.10,
            growth_after_warm_up(figures.growth) if figures.growth else None,
            _percent,
        ),
    ]


def _of(text: str, limit: float, found: Spread | None) -> Goal:
    if found is None:
        return Goal(text, limit, None, _times)
    return Goal(text, limit, found.median, _times, (found.low, found.high))


def _first_lines(warm: GroupFigures) -> Goal:
    text = "first lines / whole, balanced, warm receipts, forms and pages, worst kind"
    found = [warm.first_share(BALANCED, kind) for kind in NATIVE_KINDS]
    worst = max((share for share in found if share is not None), key=lambda share: share.median, default=None)
    spread = (worst.low, worst.high) if worst else None
    return Goal(text, 0.35, worst.median if worst else None, lambda share: f"{share:.2f}", spread)


def _gpu(warm: GroupFigures) -> Goal:
    found = warm.whole_ms(WEBGPU, "receipts")
    return Goal("whole receipt on a GPU, warm", 60, found, lambda value: f"{value:.0f} ms", absent=NO_GPU)


def _brotli_mb(figures: Figures, name: str) -> float | None:
    sizes = [visits[0].brotli_bytes for visits in figures.visits.get(name, [])]
    known = [size for size in sizes if size is not None]
    return max(known) / 1e6 if known else None


def _peak_mb(warm: GroupFigures, name: str) -> float | None:
    memory = warm.memory.get(name)
    return memory.peak_mb if memory else None


def _python_share(plain: GroupFigures) -> float | None:
    shares = [plain.python_share(ALONE, kind) for kind in plain.kinds]
    return max((share for share in shares if share is not None), default=None)


def _times(value: float) -> str:
    return f"{value:.2f} ×"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _megabytes(value: float) -> str:
    return f"{value:.0f} MB"


def _megabytes_brotli(value: float) -> str:
    return f"{value:.1f} MB brotli"
