"""`npm run backends`: measures every backend of this machine, and writes docs/backends.md and its figures."""

import argparse
import datetime
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from measure.backends.browser import BrowserJob, measure_in_browser
from measure.backends.figures import Figures, Measured, Start, best_of
from measure.backends.native_process import NativeJob, measure_native
from measure.backends.report import to_markdown
from measure.backends.starts import measure_starts
from measure.backends.storage import compare_variants, write_variants
from measure.headless.chromium_launch import plan_launch
from measure.machine import describe_machine, describe_versions
from tools.errors import SetupError
from tools.progress import say_status
from tools.project import Project, this_project

THREADS = 2
ROUNDS = 2
OTHER_FAMILY = "ppocr-v4-mobile"
MACHINES = "machines"
"""The folder of measure/figures/ with the figures of machines that have what this one may lack, such as a GPU."""

Job = TypeVar("Job", BrowserJob, NativeJob)


def main() -> int:
    """Run the command and return the exit status."""
    project = this_project()
    options = _parser().parse_args()
    docs, kept = project.root / "docs", project.root / "measure" / "figures"
    if options.report_only:
        figures = Figures.from_dict(json.loads((kept / "backends.json").read_text(encoding="utf-8")))
        (docs / "backends.md").write_text(to_markdown(figures, _other_machines(kept / MACHINES)), encoding="utf-8")
        return 0
    figures = Figures(
        date=datetime.datetime.now(datetime.UTC).date().isoformat(),
        machine=describe_machine(),
        versions=describe_versions(project, plan_launch(project, "wasm").executable),
    )
    try:
        _measure_backends(project, figures, options.only)
        if options.machine or not options.only:
            figures.starts = _starts(project)
        if not (options.machine or options.only):
            _measure_options(project, figures)
    except SetupError as error:
        print(f"\nerror: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return 130
    page = to_markdown(figures, _other_machines(kept / MACHINES))
    print(page, end="")
    if options.machine:
        (kept / MACHINES).mkdir(exist_ok=True)
        known = _other_machines(kept / MACHINES).get(options.machine)
        _write_json(kept / MACHINES / f"{options.machine}.json", figures.over(known) if known else figures)
    elif not options.only:
        (docs / "backends.md").write_text(page, encoding="utf-8")
        _write_json(kept / "backends.json", figures)
    if options.json:
        _write_json(options.json, figures)
    return 1 if any(one.verdict.startswith("**wrong") for one in figures.backends) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="npm run backends --", description="Measure and compare the backends.")
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", help="only backends whose names begin like this; the page is printed only"
    )
    parser.add_argument(
        "--machine",
        metavar="NAME",
        help=f"measure backends and starts only, and keep them as measure/figures/{MACHINES}/NAME.json; the page shows them "
        "beside its own machine; with --only, what is there of the other backends stays",
    )
    parser.add_argument(
        "--report-only",
        action="store_true",
        help="measure nothing: write the page from the figures that are kept",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON here, too")
    return parser


def _measure_backends(project: Project, figures: Figures, only: list[str] | None) -> None:
    site = project.root / "web" / "dist"
    wasm, webgpu = plan_launch(project, "wasm"), plan_launch(project, "webgpu")
    gpu = "webgpu, software" if webgpu.software_gpu else "webgpu"
    jobs: list[BrowserJob | NativeJob] = [
        BrowserJob(gpu, "webgpu", webgpu),
        BrowserJob("wasm, 2 threads", "wasm", wasm, threads=THREADS),
        BrowserJob("wasm, 1 thread", "wasm", wasm, threads=1),
        BrowserJob("webnn", "webnn", wasm),
        NativeJob("native, 2 threads", threads=THREADS),
        NativeJob("native-cuda", backend="native-cuda"),
    ]
    chosen = [job for job in jobs if only is None or job.name.startswith(tuple(only))]
    if not chosen:
        raise SetupError("No backend has such a name.", f"Choose from: {', '.join(job.name for job in jobs)}.")
    for job in chosen:
        say_status(job.name)
        figures.backends.append(measure_native(job) if isinstance(job, NativeJob) else _in_browser(site, job))


def _in_browser(site: Path, job: BrowserJob) -> Measured:
    def on_step(what: str, done: int, total: int) -> None:
        if total and what:
            say_status(f"{job.name}: {what}, step {done + 1} of {total}")

    return measure_in_browser(site, job, on_step)


def _measure_options(project: Project, figures: Figures) -> None:
    site = project.root / "web" / "dist"
    wasm = plan_launch(project, "wasm")
    say_status("storing the weights as fp32 and int8")
    with tempfile.TemporaryDirectory() as temporary:
        folders = write_variants(Path(temporary))
        jobs = [
            *(NativeJob(name, threads=THREADS, folder=str(folder)) for name, folder in folders.items()),
            NativeJob("native, 1 thread", threads=1),
            NativeJob(OTHER_FAMILY, family=OTHER_FAMILY, threads=THREADS),
        ]
        native = _in_turn([replace(job, largest=False) for job in jobs], measure_native)
        figures.storage = compare_variants(folders, native)
    fp16 = native["fp16"]
    figures.families = [replace(fp16, name=fp16.result["family"]), native[OTHER_FAMILY]]
    pair = [
        BrowserJob("wasm, 1 thread", "wasm", wasm, threads=1),
        BrowserJob("wasm, 2 threads", "wasm", wasm, threads=THREADS),
    ]
    browser = _in_turn(pair, lambda job: _in_browser(site, job))
    figures.threads = [*browser.values(), native["native, 1 thread"], replace(fp16, name="native, 2 threads")]


def _starts(project: Project) -> dict[str, Start]:
    """Measure starts on wasm and, where there is a GPU, on it: on the processor, WebGPU's take very long."""
    say_status("starts with an empty cache and on a second visit")
    site = project.root / "web" / "dist"
    starts = measure_starts(site, plan_launch(project, "wasm"), "wasm", THREADS)
    webgpu = plan_launch(project, "webgpu")
    return starts if webgpu.software_gpu else {**starts, **measure_starts(site, webgpu, "webgpu", THREADS)}


def _other_machines(folder: Path) -> dict[str, Figures]:
    files = sorted(folder.glob("*.json"))
    return {file.stem: Figures.from_dict(json.loads(file.read_text(encoding="utf-8"))) for file in files}


def _in_turn(jobs: Sequence[Job], measure: Callable[[Job], Measured]) -> dict[str, Measured]:
    """Measure jobs that are compared with each other in turns, so that other work disturbs them alike."""
    rounds: dict[str, list[Measured]] = {job.name: [] for job in jobs}
    for number in range(ROUNDS):
        for job in jobs:
            say_status(f"{job.name}, round {number + 1} of {ROUNDS}")
            rounds[job.name].append(measure(job))
    return {name: best_of(measured) for name, measured in rounds.items()}


def _write_json(path: Path, figures: Figures) -> None:
    path.write_text(json.dumps(figures.to_dict(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
