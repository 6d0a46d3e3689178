"""The options of `npm run accuracy`; they are there before the packages that the harness needs."""

import argparse
from pathlib import Path

from tools.project import Project

SYSTEMS = ("native", "wasm", "rapidocr", "paddleocr-js", "tesseract")
DESCRIPTION = "Read the labelled images with every system, score them alike, write the tables and the report."


def accuracy_parser(project: Project) -> argparse.ArgumentParser:
    """Return the parser."""
    shared = project.root.parent / "shared"
    parser = argparse.ArgumentParser(prog="npm run accuracy --", description=DESCRIPTION)
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
