"""`npm run bench`: measures and prints tables; those of a whole run replace docs/benchmarks.md."""

import argparse
import contextlib
import datetime
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import Image

from measure.bench.contenders import BrowserContender, Contender, ContenderError, ProcessContender
from measure.bench.measure import measure_cold, measure_growth, measure_warm
from measure.bench.report import MAIN, NATIVE, PLAIN, RIVAL, Figures, to_markdown
from measure.bench.transfer import measure_transfer
from measure.headless.chromium_launch import plan_launch
from measure.headless.driver import EngineChoice
from measure.machine import describe_machine, describe_versions, is_installed
from measure.packages import provide_packages
from py_ocr.errors import OcrError
from tools.errors import SetupError
from tools.progress import say_status
from tools.project import Project, this_project

DESCRIPTION = (
    "Measure time, transfer and memory. Writes docs/benchmarks.md, unless images, contenders or the site were chosen: "
    "then the tables are printed only."
)
THREADS = 2
MEMORY_PAGES = 50
MEMORY_IMAGES = 5
RECEIPTS = "receipts_sroie"
RECEIPT_COUNT = 3
PLAIN_PASS = {
    "detection": {"small_text_px": 0.0, "blind_scale": 0.0},
    "orientation": {"asked": 0, "witnesses": 0, "well_read": 0.0, "badly_read": 0.0},
}
"""Detect, crop, recognize and nothing more: no closer look, no classifier, no second tries."""


def main() -> int:
    """Run the benchmark and return the exit status."""
    project = this_project()
    options = _parser().parse_args()
    site: Path = options.site or project.root / "web" / "dist"
    try:
        if _is_whole(options):
            provide_packages(project)
        contenders = _contenders(project, site, options.only)
        images = _named(options.images) if options.images else _sample_images(project)
        figures = _figures(project, contenders, images, options.rounds)
        with contextlib.ExitStack() as stack:
            _measure(figures, contenders, images, options, stack)
    except (ContenderError, OcrError, SetupError) as error:
        print(f"\nerror: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return 130
    report = to_markdown(figures)
    print(report, end="")
    if options.json:
        options.json.write_text(json.dumps(figures.to_dict(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if _is_whole(options):
        (project.root / "docs" / "benchmarks.md").write_text(report, encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
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


def _is_whole(options: argparse.Namespace) -> bool:
    """Whether everything is measured, so that the tables may replace the document."""
    return not (options.images or options.only or options.site)


def _contenders(project: Project, site: Path, only: Sequence[str] | None) -> list[Contender]:
    wasm = plan_launch(project, "wasm")
    contenders: list[Contender] = [
        BrowserContender(MAIN, site, wasm, EngineChoice("wasm", threads=THREADS)),
        BrowserContender(PLAIN, site, wasm, EngineChoice("wasm", threads=THREADS, params=PLAIN_PASS)),
        BrowserContender("wasm, 1 thread, not isolated", site, wasm, EngineChoice("wasm"), isolated=False),
    ]
    webgpu = plan_launch(project, "webgpu")
    if not webgpu.software_gpu:
        contenders.append(BrowserContender("webgpu", site, webgpu, EngineChoice("webgpu")))
    contenders.append(ProcessContender(NATIVE, "native", THREADS))
    if is_installed("rapidocr"):
        contenders.append(ProcessContender(RIVAL, "rapidocr", THREADS))
    chosen = [one for one in contenders if only is None or one.name.startswith(tuple(only))]
    if not chosen:
        raise SetupError("No contender has such a name.", f"Choose from: {', '.join(one.name for one in contenders)}.")
    return chosen


def _sample_images(project: Project) -> dict[str, Path]:
    """Return the project's own samples and, in a workplace that has the data for measuring, a few receipts."""
    images = {path.stem: path for path in sorted((project.root / "web" / "samples").iterdir())}
    receipts = project.root.parent / "shared" / "data" / RECEIPTS / "public" / "images"
    if receipts.is_dir():
        found = sorted(receipts.iterdir())
        for number, path in enumerate(found[:: len(found) // RECEIPT_COUNT][:RECEIPT_COUNT], start=1):
            images[f"SROIE receipt {number}"] = path
    return images


def _named(paths: Sequence[Path]) -> dict[str, Path]:
    return {path.name: path for path in paths}


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
    if options.memory or _is_whole(options):
        pages = list(images.values())[:MEMORY_IMAGES]
        figures.growth = measure_growth(contenders[0], pages, MEMORY_PAGES, say_status)


def _size(image: Path) -> str:
    with Image.open(image) as opened:
        return f"{opened.width} × {opened.height}"


if __name__ == "__main__":
    sys.exit(main())
