"""The result of a run as Markdown (what is printed, and docs/benchmarks.md) and as JSON."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from measure.bench.measure import Warm, growth_after_warm_up, ratio
from measure.bench.transfer import Transferred
from measure.markdown_table import table
from measure.memory import Memory

RIVAL = "RapidOCR"
MAIN = "wasm, 2 threads"
PLAIN = "wasm, plain pass"
NATIVE = "native"
STAGES = ("decode", "detect", "crop", "orient", "recognize", "layout")
MAX_RATIO = 2.0
MAX_ADDED = 1.25
MAX_PYTHON_SHARE = 0.15
MAX_BROTLI_MB = 30.0
MAX_GROWTH = 0.10

Row = Sequence[str]


@dataclass
class Figures:
    """Everything that one run measured. `receipts`: labels of the images for which the time limit holds."""

    date: str
    machine: Mapping[str, str]
    versions: Mapping[str, str]
    rounds: int
    contenders: Sequence[str]
    images: Mapping[str, str]
    receipts: Sequence[str]
    cold_ms: dict[str, list[float]] = field(default_factory=dict)
    transfer: dict[str, Transferred] = field(default_factory=dict)
    warm: dict[str, dict[str, Warm]] = field(default_factory=dict)
    memory: dict[str, Memory] = field(default_factory=dict)
    growth: list[Memory] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


def to_markdown(figures: Figures) -> str:
    """Return the report."""
    parts = [
        _paragraph(figures),
        table(("goal", "limit", "measured", ""), _goals(figures)),
        "## From nothing to the first text\n\nA new process and an empty profile each time; the browser itself is "
        "running already. Brotli at quality 5. Peak memory is the most that was ever resident of the process that "
        "reads: the renderer, which holds the worker, or the Python process.",
        table(("", "first text, ms", "transferred, MB", "brotli, MB", "peak memory, MB"), _starts(figures)),
        f"## Warm\n\nMilliseconds for an image, decoding included: medians of {figures.rounds} rounds, in which the "
        f"contenders took turns on every image. _{PLAIN}_: two threads, detection, cropping and recognition only.",
        table(("image", "size", *figures.contenders), _warm(figures)),
        *_kernels(figures),
        f"## Where the time goes: {MAIN}\n\nMilliseconds by stage; _Python_ is the share of the whole that its stages "
        "take outside ONNX Runtime, _outside_ everything outside ONNX Runtime, decoding and automation included.",
        table(("image", *STAGES, "ONNX Runtime", "whole", "Python", "outside"), _stages(figures)),
    ]
    if figures.growth:
        parts += [
            f"## Memory over {len(figures.growth)} pages in one worker",
            table(("after page", "resident, MB", "peak, MB"), _growth(figures.growth)),
        ]
    return "\n\n".join(parts) + "\n"


def _paragraph(figures: Figures) -> str:
    facts = ", ".join(f"{name} {value}" for name, value in {**figures.machine, **figures.versions}.items())
    return (
        f"# Benchmarks\n\nMeasured on {figures.date} by `npm run bench`: {facts}. Trust the ratios more than the "
        "milliseconds: other work on the machine slows all contenders alike."
    )


def _goals(figures: Figures) -> list[Row]:
    rows = []
    times = ratio(figures.warm, figures.receipts, MAIN, RIVAL)
    rows.append(_goal(f"warm receipts, {MAIN}, against {RIVAL}", times, MAX_RATIO, lambda value: f"{value:.2f} ×"))
    added = ratio(figures.warm, list(figures.warm), MAIN, PLAIN)
    rows.append(_goal(f"{MAIN}, against a plain pass", added, MAX_ADDED, lambda value: f"{value:.2f} ×"))
    shares = [by_name[MAIN].python_share for by_name in figures.warm.values() if MAIN in by_name]
    known = [share for share in shares if share is not None]
    share = max(known, default=None)
    rows.append(_goal("Python's share of the warm time, worst image", share, MAX_PYTHON_SHARE, _percent))
    sent = figures.transfer.get(MAIN)
    brotli = sent.brotli_bytes / 1e6 if sent else None
    rows.append(_goal("cold start transfers", brotli, MAX_BROTLI_MB, lambda value: f"{value:.1f} MB brotli"))
    growth = growth_after_warm_up(figures.growth) if figures.growth else None
    rows.append(_goal("memory growth after the fifth page", growth, MAX_GROWTH, _percent))
    return rows


def _goal(name: str, value: float | None, limit: float, shown: Any) -> Row:
    if value is None:
        return (name, shown(limit), "not measured", "")
    return (name, shown(limit), shown(value), "met" if value <= limit else "**missed**")


def _starts(figures: Figures) -> list[Row]:
    rows: list[Row] = []
    for name in figures.cold_ms:
        sent, memory = figures.transfer.get(name), figures.memory.get(name)
        rows.append(
            (
                name,
                f"{statistics.median(figures.cold_ms[name]):.0f}",
                f"{sent.raw_bytes / 1e6:.1f}" if sent else "–",
                f"{sent.brotli_bytes / 1e6:.1f}" if sent else "–",
                f"{memory.peak_mb:.0f}" if memory else "–",
            )
        )
    return rows


def _warm(figures: Figures) -> list[Row]:
    rows: list[Row] = []
    for label, by_name in figures.warm.items():
        times = [f"{by_name[name].wall_ms:.0f}" for name in figures.contenders]
        rows.append((label, figures.images[label], *times))
    if RIVAL in figures.contenders:
        ratios = [ratio(figures.warm, list(figures.warm), name, RIVAL) for name in figures.contenders]
        rows.append((f"against {RIVAL}, median", "", *(f"{value:.2f} ×" if value else "–" for value in ratios)))
    return rows


def _kernels(figures: Figures) -> list[str]:
    """Say what of the distance to native is ONNX Runtime's: both run the same models on the same inputs."""
    ratios = [
        by_name[MAIN].inference_ms / by_name[NATIVE].inference_ms
        for by_name in figures.warm.values()
        if MAIN in by_name and NATIVE in by_name
    ]
    if not ratios:
        return []
    return [
        f"ONNX Runtime alone takes {statistics.median(ratios):.2f} × as long in _{MAIN}_ as in _{NATIVE}_ (median), "
        "for the same runs of the same models on the same pixels: WebAssembly has vectors of 128 bits and no fused "
        "multiply-add. No pre- or post-processing can make up for that part."
    ]


def _stages(figures: Figures) -> list[Row]:
    rows: list[Row] = []
    for label, by_name in figures.warm.items():
        if (warm := by_name.get(MAIN)) is None:
            continue
        stages = (f"{warm.stages_ms.get(stage, 0):.0f}" for stage in STAGES)
        shares = (_percent(warm.python_share or 0), _percent(warm.outside_inference))
        rows.append((label, *stages, f"{warm.inference_ms:.0f}", f"{warm.wall_ms:.0f}", *shares))
    return rows


def _growth(samples: Sequence[Memory]) -> list[Row]:
    pages = sorted({1, 5, *range(10, len(samples) + 1, 10), len(samples)})
    return [(str(page), f"{samples[page - 1].now_mb:.0f}", f"{samples[page - 1].peak_mb:.0f}") for page in pages]


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
