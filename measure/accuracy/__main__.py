"""`npm run accuracy`: read the labelled images with every system, score them alike, write the tables and the report.

What was read stays in `.build/accuracy/readings`, so a run only does what is missing; tables are always made from
everything that is there.
"""

import sys

from measure.accuracy.command_line import SYSTEMS, accuracy_parser
from measure.packages import provide_packages
from tools.errors import SetupError
from tools.project import this_project


def main() -> int:
    """Run the command and return the exit status."""
    project = this_project()
    options = accuracy_parser(project).parse_args()
    try:
        provide_packages(project)
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


if __name__ == "__main__":
    sys.exit(main())
