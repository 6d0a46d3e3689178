"""What is written of the browsers: docs/browsers.md, and the table of README.md."""

from collections.abc import Mapping
from typing import Any

from measure.markdown_table import table

ENGINES = ("Chromium", "Firefox", "WebKit")
README_START = "<!-- Written by `npm run browsers`. -->"
README_END = "<!-- The end of what it writes. -->"

Run = Mapping[str, Mapping[str, Any]]
"""`facts` and `given` by engine, as tests/browsers/engines.spec.ts notes them."""

WEBGPU = {
    "adapter": "yes",
    "api": "in the browser, no adapter on this machine",
    "none": "no, as it is shipped for Linux",
}


def readme_table(run: Run) -> str:
    """Return the table of what each browser has; `run` is of all engines."""
    head = ["", *(run["facts"][engine]["version"] for engine in ENGINES)]
    return table(head, _rows(run), left_columns=len(head))


def _rows(run: Run) -> list[list[str]]:
    facts = [run["facts"][engine] for engine in ENGINES]
    formats = list(facts[0]["formats"])
    return [
        ["WebGPU", *(WEBGPU[one["webgpu"]] for one in facts)],
        ["WASM threads", *("yes, where the page is isolated" if one["isolated"] else "no" for one in facts)],
        ["relaxed SIMD", *("yes" if one["kernels"] == "relaxed-simd" else "no: plain SIMD" for one in facts)],
        ["JSPI", *("yes" if one["jspi"] else "no" for one in facts)],
        *(
            [name, *("yes" if one["formats"][name] else "no" for one in facts)]
            for name in formats
            if _differs(name, facts)
        ),
        ["other formats", *[", ".join(name for name in formats if not _differs(name, facts))] * len(facts)],
        ["kept for the next visit", *("yes" if one["lasts"] else "not in WebDriver's sessions" for one in facts)],
    ]


def _differs(name: str, facts: list[Mapping[str, Any]]) -> bool:
    return len({one["formats"][name] for one in facts}) > 1


def page(run: Run) -> str:
    """Return docs/browsers.md."""
    checks = list(run["given"][ENGINES[0]])
    facts = [run["facts"][engine] for engine in ENGINES]
    made = [[check, *("yes" if check in run["given"][engine] else "no" for engine in ENGINES)] for check in checks]
    cores = [
        [engine, str(one["claimedCores"]), str(one["threads"])] for engine, one in zip(ENGINES, facts, strict=True)
    ]
    lasting = [engine for engine, one in zip(ENGINES, facts, strict=True) if not one["lasts"]]
    parts = [
        "# Browsers",
        "Written by `npm run browsers`, which makes every check of `tests/browsers/` in three engines; `npm test` "
        "makes them, too. All of them passed, and what they gave was the same in all three, to the letter.",
        "## What each has",
        readme_table(run),
        "A format counts as read when the text of a small image in it is right.",
        "## What was checked",
        table(["check", *ENGINES], made, left_columns=1 + len(ENGINES)),
        "## Cores",
        "What the browser says of the machine that this was run on, and the threads that were used for it.",
        table(["", "cores", "threads"], cores),
        "WebKit says four on every machine with fewer than eight cores, so four count as two there.",
    ]
    if run["hung"]:
        parts += [
            "## Started anew",
            "A browser that hangs is started anew once. In this run:",
            "\n".join(f"- {what}" for what in run["hung"]),
        ]
    if lasting:
        parts += [
            "## Sessions that keep nothing",
            f"{' and '.join(lasting)} loses what Cache Storage holds in a session of WebDriver as soon as the page is "
            "left. Every visit then fetches all files again, and there is no reading without a network. So `cache` and "
            "`offline` are checked there in a session as people have it. Private windows were not tried.",
        ]
    return "\n\n".join(parts) + "\n"
