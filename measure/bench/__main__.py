"""`npm run bench`: measures and prints tables; those of a whole run replace docs/benchmarks.md."""

import argparse
import datetime
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import Image

from measure.bench.command_line import PROFILES, Amount, amount_of, bench_parser, is_whole, parts_of
from measure.bench.contender import ContenderError
from measure.bench.figures import Figures
from measure.bench.journal import Journal
from measure.bench.kinds import KINDS, BenchImage, choose_images, chosen_images, one_of_each_kind
from measure.bench.line_up import LineUp, Wanted, default_threads
from measure.bench.measure import Bench
from measure.bench.names import BALANCED
from measure.bench.report import to_markdown
from measure.headless.chromium_launch import plan_launch
from measure.machine import describe_machine, describe_versions
from measure.peers.packages import peer_versions
from py_ocr.errors import OcrError
from tools.ending import end_on_signals, exit_status
from tools.errors import SetupError
from tools.progress import say_status
from tools.project import Project, this_project
from tools.store import sha256_file

MEMORY_PAGES = 50
PEERS_SHOWN = ("ppu-paddle-ocr", "@paddleocr/paddleocr-js", "tesseract.js")


def main() -> int:
    """Run the benchmark and return the exit status."""
    end_on_signals()
    project = this_project()
    options = bench_parser().parse_args()
    try:
        figures = _run(project, options)
    except (ContenderError, OcrError, SetupError) as error:
        print(f"\nerror: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt as interruption:
        print("\nInterrupted. Run the command again: it goes on where it stopped.", file=sys.stderr)
        return exit_status(interruption)
    report = to_markdown(figures)
    print(report, end="")
    if options.json:
        options.json.write_text(json.dumps(figures.to_dict(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    document = project.root / "docs" / "benchmarks.md" if figures.whole else project.build / "bench" / "report.md"
    document.write_text(report, encoding="utf-8")
    return 0


def _run(project: Project, options: argparse.Namespace) -> Figures:
    site: Path = options.site or project.root / "web" / "dist"
    amount = amount_of(options)
    wanted = Wanted(parts_of(options), options.threads or default_threads(), options.profiles or PROFILES, options.only)
    images = (
        chosen_images(options.images)
        if options.images
        else choose_images(project, options.data, options.kinds or tuple(KINDS), amount.per_kind)
    )
    figures = _figures(project, images, amount, whole=is_whole(options))
    line_up = LineUp(project, site, wanted)
    figures.missing = line_up.missing
    identity = [vars(wanted), vars(amount), [str(image.path) for image in images], _hash(site), figures.versions]
    journal = Journal(project.build / "bench" / "journal.jsonl", identity, fresh=options.fresh)
    if len(journal):
        print(f"Going on with a run that was interrupted: {len(journal)} of its figures are kept.")
    bench = Bench(journal, figures.missing, say_status)
    if "cold" in wanted.parts:
        figures.visits = bench.starts(
            line_up.starters(), project.root / "web" / "samples" / "receipt.jpg", amount.starts
        )
    for group in line_up.groups(images, amount.rounds, quick=options.quick):
        figures.groups[group.key] = bench.group(group)
    if "memory" in wanted.parts and wanted.takes(BALANCED):
        pages = [image.path for image in one_of_each_kind(images)]
        figures.growth = bench.growth(line_up.balanced(), pages, MEMORY_PAGES)
    journal.finish()
    return figures


def _figures(project: Project, images: Sequence[BenchImage], amount: Amount, *, whole: bool) -> Figures:
    return Figures(
        date=datetime.datetime.now(datetime.UTC).date().isoformat(),
        machine=describe_machine(),
        versions=_versions(project),
        images={image.label: _size(image.path) for image in images},
        rounds=amount.rounds,
        starts=amount.starts,
        whole=whole,
    )


def _versions(project: Project) -> Mapping[str, str]:
    peers = peer_versions()
    ours = describe_versions(project, plan_launch(project, "wasm").executable)
    return ours | {name: peers[name] for name in PEERS_SHOWN}


def _hash(site: Path) -> str:
    """Return what tells one build of the site from another. Raises `SetupError` where there is none."""
    try:
        return sha256_file(site / "assets.json")
    except FileNotFoundError:
        raise SetupError(f"{site} is not a built site.", "Run `npm start` first.") from None


def _size(image: Path) -> str:
    with Image.open(image) as opened:
        return f"{opened.width} × {opened.height}"


if __name__ == "__main__":
    sys.exit(main())
