"""What is written of the long run: docs/soak.md."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from measure.markdown_table import table

Soak = Mapping[str, Any]
"""What tests/e2e/soak.spec.ts notes: `seed`, `pages`, `kinds` of steps, `looks`, `elapsed_s`, `version`, `left`."""

WINDOW_PAGES = 100
ALLOWED = 0.05
"""How far a window's median may be from that of the first window that counts."""

FAULTS = {
    "cancel": "readings cancelled at a random moment",
    "dead worker": "times that all workers died while one of them read",
    "failed request": "images that could not be fetched, each with an engine that could not start",
    "large image": "images of 48 megapixels, each of which let the worker grow so much that a fresh one took over",
    "lost device": "GPUs (SwiftShader) lost while they read",
}


def windows(soak: Soak) -> list[tuple[int, float, float]]:
    """Return last page, median resident MB and median MB in heaps of each hundred pages, the first hundred left out."""
    groups: dict[int, list[Mapping[str, Any]]] = {}
    for look in soak["looks"]:
        groups.setdefault(int(look["page"]) // WINDOW_PAGES, []).append(look)
    return [
        (
            (index + 1) * WINDOW_PAGES,
            median(one["rssMb"] for one in group),
            median(weighed),
        )
        for index, group in sorted(groups.items())
        # One that had only begun when the run ended has no median.
        if index > 0 and len(group) > 2 and (weighed := [one["heapsMb"] for one in group if one["heapsMb"] is not None])
    ]


def deviation(values: Sequence[float]) -> float:
    """Return how far the farthest of `values` is from the first, as a share of it."""
    return max((abs(value / values[0] - 1) for value in values), default=0.0)


def is_flat(soak: Soak) -> bool:
    """Return whether no window's memory is farther from the first one's than it may."""
    found = windows(soak)
    return all(deviation([window[column] for window in found]) <= ALLOWED for column in (1, 2))


def page(soak: Soak) -> str:
    """Return docs/soak.md."""
    kinds = soak["kinds"]
    counts = {kind: tally["count"] for kind, tally in kinds.items()}
    found = windows(soak)
    resident, heaps = (deviation([window[column] for window in found]) for column in (1, 2))
    rows = [[str(last), f"{rss:.0f}", f"{heap:.0f}"] for last, rss, heap in found]
    faults = [f"{counts.get(kind, 0)} {text}" for kind, text in FAULTS.items()]
    minutes = soak["elapsed_s"] / 60
    verdict = "stayed within" if is_flat(soak) else "DID NOT STAY within"
    parts = [
        "# The long run",
        f"Written by `npm run soak`: {soak['pages']} pages in one page of Chromium {soak['version']}, on WASM, by "
        f"an engine with the profile fast and one with balanced, in "
        f"{minutes:.0f} minutes, with the seed {soak['seed']}. Among them were {counts.get('document', 0)} documents, "
        "and between them:",
        "\n".join(f"- {fault}" for fault in faults),
        "Every text was the one that was read at first. Every call was answered or rejected, by an error of the type "
        f"that is documented. Once the clients were disposed, {soak['left'] or 'no'} workers were left.",
        "## Memory",
        f"Of each {WINDOW_PAGES} pages, after garbage collection and after a letter was read with either profile, in "
        "MB: the median of the looks at resident memory, one every 25 pages, and one look at the heaps. Resident is "
        "the process that has the page and its workers; heaps are those of JavaScript and of WASM.",
        table(["until page", "resident", "heaps"], rows, left_columns=0),
        f"After the first {WINDOW_PAGES} pages memory {verdict} {ALLOWED:.0%} of the first window: resident memory "
        f"by {resident:.1%}, heaps by {heaps:.1%}."
        if found
        else "So few pages tell nothing about memory.",
    ]
    return "\n\n".join(parts) + "\n"
