"""`npm run accuracy`: read the labelled images with every system, score them alike, write the tables and the report.

What was read stays in `.build/accuracy/readings`, so a run only does what is missing; tables are always made from
everything that is there.
"""

import argparse
import importlib.util
import sys
from pathlib import Path

from tools.errors import SetupError
from tools.progress import Progress
from tools.project import Project, this_project
from tools.steps.python import install

MEASURING = ("rapidfuzz", "rapidocr", "shapely")
SYSTEMS = ("native", "wasm", "rapidocr", "paddleocr-js", "tesseract")


def main() -> int:
    """Run the command and return the exit status."""
    project = this_project()
    options = _parser(project).parse_args()
    try:
        _provide_packages(project)
        # Only now: what it imports may just have been installed.
        from tests.accuracy.harness import Request, measure  # noqa: PLC0415  # needs the packages

        request = Request(
            data=options.data,
            scorer=options.scorer,
            sets=tuple(options.set or ()),
            systems=() if options.report_only else tuple(options.system or SYSTEMS),
            limit=options.limit,
            jobs=options.jobs,
            retry_errors=options.retry_errors,
            ceilings=tuple(options.ceiling or ()),
        )
        measure(project, request)
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. Run the command again: it goes on where it stopped.", file=sys.stderr)
        return 130
    return 0


def _parser(project: Project) -> argparse.ArgumentParser:
    shared = project.root.parent / "shared"
    parser = argparse.ArgumentParser(prog="npm run accuracy --", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--data", type=Path, default=shared / "data", help="labelled images; default: ../shared/data")
    parser.add_argument(
        "--scorer", type=Path, default=shared / "accuracy" / "score.py", help="default: ../shared/accuracy/score.py"
    )
    parser.add_argument("--set", action="append", metavar="NAME", help="only this set; may be repeated")
    parser.add_argument("--system", action="append", choices=SYSTEMS, help="read with this only; may be repeated")
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N images of each set")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes that read; default: %(default)s")
    parser.add_argument("--report-only", action="store_true", help="read nothing: tables of what was read before")
    parser.add_argument(
        "--ceiling", action="append", metavar="SET", help="also measure what the weights allow on this set of lines"
    )
    parser.add_argument("--retry-errors", action="store_true", help="read again what a system failed on")
    return parser


def _provide_packages(project: Project) -> None:
    if all(importlib.util.find_spec(package) for package in MEASURING):
        return
    print("Scoring and the systems to compare with need a few more Python packages (requirements/measure.txt).")
    with Progress(sys.stdout).step("Python packages for measuring") as step:
        install(project, project.root / "requirements" / "measure.txt", step)


if __name__ == "__main__":
    sys.exit(main())
