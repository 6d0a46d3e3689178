"""The options of `npm run bench`."""

import argparse
from pathlib import Path

DESCRIPTION = (
    "Measure time, transfer and memory. Writes docs/benchmarks.md, unless images, contenders or the site were chosen: "
    "then the tables are printed only."
)
MEMORY_PAGES = 50


def bench_parser() -> argparse.ArgumentParser:
    """Return the parser."""
    parser = argparse.ArgumentParser(prog="npm run bench --", description=DESCRIPTION)
    parser.add_argument("images", nargs="*", type=Path, metavar="IMAGE", help="instead of the sample images")
    parser.add_argument("--rounds", type=int, default=5, help="measured rounds; default: %(default)s")
    parser.add_argument("--cold", type=int, default=3, help="cold starts of each contender; default: %(default)s")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="only contenders whose names begin like this")
    parser.add_argument(
        "--memory", action="store_true", help=f"also read {MEMORY_PAGES} pages in one worker, as a whole run does"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures as JSON")
    parser.add_argument("--site", type=Path, metavar="DIR", help="folder of the built site; default: web/dist")
    return parser


def is_whole(options: argparse.Namespace) -> bool:
    """Whether everything is measured, so that the tables may replace the document."""
    return not (options.images or options.only or options.site)
