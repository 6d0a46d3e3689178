"""The look of the report."""

import html

STYLE = """
:root { color-scheme: light dark; --good: #188038; --bad: #d93025; --line: #8884; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1200px; padding: 0 1rem; }
section { border-top: 1px solid var(--line); margin-top: 2rem; }
h2 { font-size: 1.1rem; }
.figure { background: #8883; border-radius: 4px; padding: 0 .4em; font-variant-numeric: tabular-nums; }
.picture { position: relative; display: inline-block; max-width: 100%; }
.picture img { display: block; max-width: 100%; }
.picture svg { position: absolute; inset: 0; width: 100%; height: 100%; }
polygon { fill: transparent; stroke-width: 2; vector-effect: non-scaling-stroke; }
polygon.truth { stroke: var(--good); }
polygon.read { stroke: var(--bad); stroke-dasharray: 4 2; }
polygon.ignored { stroke: #888; stroke-dasharray: 1 3; }
polygon:hover { fill: #ff08; }
table { border-collapse: collapse; margin: .5rem 0; }
th, td { border: 1px solid var(--line); padding: .2rem .5rem; text-align: left; vertical-align: middle; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
del { color: var(--bad); background: #d9302522; text-decoration: none; }
ins { color: var(--good); background: #18803822; text-decoration: none; }
pre { white-space: pre-wrap; font: inherit; margin: 0; }
.texts { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; }
.error { color: var(--bad); white-space: pre-wrap; }
"""


def html_page(title: str, body: str) -> str:
    """Return a complete HTML page."""
    return (
        '<!doctype html>\n<html lang="en"><meta charset="utf-8">'
        f"<title>{html.escape(title)}</title><style>{STYLE}</style><h1>{html.escape(title)}</h1>{body}</html>\n"
    )
