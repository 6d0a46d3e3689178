"""docs/kernels.md, made from the kept figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

SETS: Final = ("stock", "simd", "relaxed-simd")
OURS: Final = SETS[1:]
ROLES: Final = ("detector", "recognizer", "classifier")

Calls = Sequence[Mapping[str, Any]]


def to_markdown(figures: Mapping[str, Any]) -> str:
    """Return the page."""
    return "\n".join(
        [
            "# Kernels",
            "",
            "What the kernels of [kernels/](../kernels/README.md) gain over those in ONNX Runtime's WASM file. Written",
            "by `.venv/bin/python -m measure.kernels`; all sets were timed in turns in one process, and the best times",
            "of each are compared. `simd` needs plain SIMD, `relaxed-simd` the multiply-add of relaxed SIMD.",
            "",
            *_machine(figures),
            "## By themselves",
            "",
            *_speed(figures["speed"]),
            "## Every call of a model that reading five pages makes",
            "",
            *_calls(figures["calls"]["by_threads"]),
            "## From page to text",
            "",
            "The whole engine in Chromium, an engine with our kernels and one with the stock ones side by side.",
            "",
            *_text(figures["text"]["by_threads"]),
        ]
    )


def _machine(figures: Mapping[str, Any]) -> list[str]:
    speed = figures["speed"]
    facts = [f"{name}: {value}" for name, value in speed["machine"].items() if not name.startswith("load")]
    versions = [f"{name} {speed['versions'][name]}" for name in ("onnxruntime-web", "chromium")]
    loads = ", ".join(f"{part} {figures[part]['machine'].get('load before the run', '?')}" for part in figures)
    return [
        f"- {'; '.join([*facts, *versions])}.",
        f"- Load before each part: {loads}. Other work ran beside: trust ratios more than times.",
        "- Nothing was measured on Intel, ARM or Apple processors.",
        "",
    ]


def _speed(speed: Mapping[str, Any]) -> list[str]:
    lines = []
    for place, title in (("chromium", "Chromium"), ("node", "Node 20, an older V8")):
        rows = [
            [" × ".join(map(str, row["size"])), *(f"{row['by_kernel'][f'sgemm_{name}']:.1f}" for name in SETS)]
            for row in speed[place]["gflops"]
        ]
        erf = ["erf, ns a float", *(f"{speed[place]['erf_ns'][f'erf_{name}']:.2f}" for name in SETS)]
        lines += [f"GFLOP/s of SGEMM by M × N × K in {title}:", "", *_table([title, *SETS], [*rows, erf]), ""]
    return lines


def _calls(by_threads: Mapping[str, Calls]) -> list[str]:
    lines = []
    for threads, calls in by_threads.items():
        rows = []
        groups: list[tuple[str, Callable[[Mapping[str, Any]], bool]]] = [
            *((role, lambda call, role=role: call["role"] == role) for role in ROLES),
            *((name, lambda call, name=name: call["image"] == name) for name in dict.fromkeys(_images(calls))),
            ("all", lambda _call: True),
        ]
        for title, belongs in groups:
            chosen = [call for call in calls if belongs(call)]
            times = {name: sum(call["best_ms"][name] for call in chosen) for name in SETS}
            if not chosen:
                continue
            gains = [f"{times['stock'] / times[name]:.2f} ×" for name in OURS]
            rows.append([title, str(len(chosen)), *(f"{times[name]:.0f}" for name in SETS), *gains])
        head = [f"{threads} thread{'s' * (threads != '1')}", "calls", *(f"{name}, ms" for name in SETS)]
        lines += [*_table([*head, *(f"gain, {name}" for name in OURS)], rows), ""]
    for name in OURS:
        all_calls = [call["differences"][name] for calls in by_threads.values() for call in calls]
        sums = {key: sum(found[key] for found in all_calls) for key in all_calls[0]}
        largest = max(found["largest"] for found in all_calls)
        lines.append(
            f"- `{name}` against `stock`: {sums['labels_changed']} of {sums['labels']:,} labels changed; largest "
            f"difference of any score or of the text map {largest:.1e}; {sums['sides_changed']} of "
            f"{sums['map_values']:,} pixels of text maps on the other side of 0.3."
        )
    return [*lines, ""]


def _text(by_threads: Mapping[str, Calls]) -> list[str]:
    lines = []
    for threads, results in by_threads.items():
        rows = []
        for result in results:
            stock, ours = result["best_ms"]["stock"], result["best_ms"]["auto"]
            same = "same" if result["same_text"] else "differs"
            rows.append([result["image"], f"{stock:.0f}", f"{ours:.0f}", f"{stock / ours:.2f} ×", same])
        total = [sum(result["best_ms"][name] for result in results) for name in ("stock", "auto")]
        rows.append(["all", *(f"{value:.0f}" for value in total), f"{total[0] / total[1]:.2f} ×", ""])
        head = [f"{threads} thread{'s' * (threads != '1')}", "stock, ms", f"{results[0]['used']}, ms", "gain", "text"]
        lines += [*_table(head, rows), ""]
    return lines


def _images(calls: Calls) -> Iterable[str]:
    return (call["image"] for call in calls)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a Markdown table, padded as Prettier does."""
    widths = [max(3, *(len(row[column]) for row in [head, *rows])) for column in range(len(head))]

    def line(row: Sequence[str]) -> str:
        first, *others = row
        cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))]
        return f"| {' | '.join(cells)} |"

    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return [line(head), f"| {' | '.join(rule)} |", *map(line, rows)]
