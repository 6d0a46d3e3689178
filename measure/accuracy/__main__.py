"""`npm run accuracy`: read the labelled images with every system, score them alike, write the tables and the report.

What was read stays in `.build/accuracy/readings`, so a run only does what is missing; tables are always made from
everything that is there.
"""

import importlib.util
import sys

from measure.accuracy.command_line import SYSTEMS, accuracy_parser
from tools.errors import SetupError
from tools.progress import Progress
from tools.project import Project, this_project
from tools.steps.python import install

MEASURING = ("rapidfuzz", "rapidocr", "shapely")


def main() -> int:
    """Run the command and return the exit status."""
    project = this_project()
    options = accuracy_parser(project).parse_args()
    try:
        _provide_packages(project)
        # Only now: what it imports may just have been installed.
        from measure.accuracy.harness import Request, measure  # noqa: PLC0415  # needs the packages

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


def _provide_packages(project: Project) -> None:
    if all(importlib.util.find_spec(package) for package in MEASURING):
        return
    print("Scoring and the systems to compare with need a few more Python packages (requirements/measure.txt).")
    with Progress(sys.stdout).step("Python packages for measuring") as step:
        install(project, project.root / "requirements" / "measure.txt", step)


if __name__ == "__main__":
    sys.exit(main())
