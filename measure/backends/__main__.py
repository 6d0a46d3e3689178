"""`npm run backends`: measures every backend of this machine, and writes docs/backends.md and its figures."""

import argparse
import sys
from pathlib import Path

from measure.backends.figures import Verdict
from measure.backends.kept import MACHINES, KeptFigures, write_figures
from measure.backends.run import Parts, measure_parts
from tools.errors import SetupError
from tools.project import this_project

INTERRUPTED = 130


def main() -> int:
    """Run the command and return the exit status."""
    project = this_project()
    options = _parser().parse_args()
    kept = KeptFigures(project)
    if options.report_only:
        kept.write_page(kept.of_this_machine())
        return 0
    try:
        figures = measure_parts(project, _parts(options), options.only)
    except SetupError as error:
        print(f"\nerror: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return INTERRUPTED
    print(kept.page(figures), end="")
    if options.machine:
        kept.keep_machine(options.machine, figures)
    elif not options.only:
        kept.keep(figures)
    if options.json:
        write_figures(options.json, figures)
    return 1 if any(one.verdict is Verdict.WRONG for one in figures.backends) else 0


def _parts(options: argparse.Namespace) -> Parts:
    if options.machine:
        return Parts.BACKENDS_AND_STARTS
    return Parts.BACKENDS if options.only else Parts.ALL


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="npm run backends --", description="Measure and compare the backends.")
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", help="only backends whose names begin like this; the page is printed only"
    )
    parser.add_argument(
        "--machine",
        metavar="NAME",
        help=f"measure backends and starts only, and keep them as measure/figures/{MACHINES}/NAME.json, which the page "
        "then shows beside its own machine; with --only, what is there of the other backends stays",
    )
    parser.add_argument(
        "--report-only", action="store_true", help="measure nothing: write the page from the figures that are kept"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON here, too")
    return parser


if __name__ == "__main__":
    sys.exit(main())
