"""`npm run bench`: measures and prints tables; those of a whole run replace docs/benchmarks.md."""

import argparse
import contextlib
import datetime
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import Image

from measure.bench.command_line import MEMORY_PAGES, bench_parser, is_whole
from measure.bench.contenders import BrowserContender, Contender, ContenderError
from measure.bench.line_up import choose_contenders, sample_images
from measure.bench.measure import measure_cold, measure_growth, measure_warm
from measure.bench.report import PLAIN, Figures, to_markdown
from measure.bench.transfer import measure_transfer
from measure.headless.chromium_launch import plan_launch
from measure.machine import describe_machine, describe_versions
from measure.packages import provide_packages
from py_ocr.errors import OcrError
from tools.errors import SetupError
from tools.progress import say_status
from tools.project import Project, this_project

MEMORY_IMAGES = 5
INTERRUPTED = 130


def main() -> int:
    """Run the benchmark and return the exit status."""
    project = this_project()
    options = bench_parser().parse_args()
    site: Path = options.site or project.root / "web" / "dist"
    try:
        if is_whole(options):
            provide_packages(project)
        contenders = choose_contenders(project, site, options.only)
        images = {path.name: path for path in options.images} if options.images else sample_images(project)
        figures = _figures(project, contenders, images, options.rounds)
        with contextlib.ExitStack() as stack:
            _measure(figures, contenders, images, options, stack)
    except (ContenderError, OcrError, SetupError) as error:
        print(f"\nerror: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return INTERRUPTED
    report = to_markdown(figures)
    print(report, end="")
    if options.json:
        options.json.write_text(json.dumps(figures.to_dict(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if is_whole(options):
        (project.root / "docs" / "benchmarks.md").write_text(report, encoding="utf-8")
    return 0


def _figures(project: Project, contenders: Sequence[Contender], images: Mapping[str, Path], rounds: int) -> Figures:
    return Figures(
        date=datetime.datetime.now(datetime.UTC).date().isoformat(),
        machine=describe_machine(),
        versions=describe_versions(project, plan_launch(project, "wasm").executable),
        rounds=rounds,
        contenders=[contender.name for contender in contenders],
        images={label: _size(path) for label, path in images.items()},
        receipts=[label for label in images if "receipt" in label.lower()],
    )


def _measure(
    figures: Figures,
    contenders: Sequence[Contender],
    images: Mapping[str, Path],
    options: argparse.Namespace,
    stack: contextlib.ExitStack,
) -> None:
    first = next(iter(images.values()))
    for contender in contenders:
        stack.callback(contender.close)
        if contender.name == PLAIN:
            # It starts as the other does; only its warm time tells something.
            contender.start()
            continue
        figures.cold_ms[contender.name] = measure_cold(contender, first, options.cold, say_status)
        if isinstance(contender, BrowserContender):
            figures.transfer[contender.name] = measure_transfer(contender.site, contender.start_transfers)
    figures.warm = measure_warm(contenders, images, options.rounds, say_status)
    for contender in contenders:
        if memory := contender.memory():
            figures.memory[contender.name] = memory
    if options.memory or is_whole(options):
        pages = list(images.values())[:MEMORY_IMAGES]
        figures.growth = measure_growth(contenders[0], pages, MEMORY_PAGES, say_status)


def _size(image: Path) -> str:
    with Image.open(image) as opened:
        return f"{opened.width} × {opened.height}"


if __name__ == "__main__":
    sys.exit(main())
