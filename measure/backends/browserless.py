"""`python -m measure.backends.browserless`: what `npm run backends` measures, for CPython only and without a browser.

A rented machine with a GPU often has neither Node nor Chromium. The figures are kept with those of that machine.
"""

import argparse
import datetime
import sys
from pathlib import Path

from measure.backends.figures import Figures, Verdict
from measure.backends.kept import KeptFigures
from measure.backends.native_process import NATIVE_JOBS, measure_native
from measure.backends.pages import default_jobs, measure_pages, public_images
from measure.machine import describe_machine, python_versions
from tools.errors import SetupError
from tools.progress import say_status
from tools.project import this_project


def main() -> int:
    """Run the command and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m measure.backends.browserless", description="Measure the native backends of this machine."
    )
    parser.add_argument("--machine", required=True, metavar="NAME", help="keep the figures under this name")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="a folder of sets of public images")
    options = parser.parse_args()
    figures = Figures(
        date=datetime.datetime.now(datetime.UTC).date().isoformat(),
        machine=describe_machine(),
        versions=python_versions(),
    )
    try:
        for job in NATIVE_JOBS:
            say_status(job.name)
            figures.backends.append(measure_native(job))
        figures.pages = measure_pages(default_jobs(), public_images(options.data))
    except SetupError as error:
        print(f"\nerror: {error}", file=sys.stderr)
        return 1
    KeptFigures(this_project()).keep_machine(options.machine, figures)
    return 1 if any(one.verdict is Verdict.WRONG for one in figures.backends) else 0


if __name__ == "__main__":
    sys.exit(main())
