"""One run: which backends are measured, in which variations, and in which order."""

import datetime
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import TypeVar

from measure.backends.browser import BrowserJob, measure_in_browser
from measure.backends.figures import Figures, Measured, PagesRead, Start, best_of
from measure.backends.native_process import NATIVE_JOBS, THREADS, NativeJob, measure_native
from measure.backends.pages import default_jobs, measure_pages, public_images
from measure.backends.starts import measure_starts
from measure.backends.storage import compare_variants, write_variants
from measure.headless.chromium_launch import plan_launch
from measure.machine import describe_machine, describe_versions
from tools.errors import SetupError
from tools.progress import say_status
from tools.project import Project

ROUNDS = 2
# Of whose models every option is measured: one recogniser reads everything.
PROFILE = "best"
OTHER_PROFILES = ("fast", "ppocr-v4-mobile")

Job = TypeVar("Job", BrowserJob, NativeJob)


class Parts(Enum):
    """What a run measures."""

    BACKENDS = "backends"
    BACKENDS_AND_STARTS = "backends and starts"
    ALL = "all"


def measure_parts(project: Project, parts: Parts, only: Sequence[str] | None) -> Figures:
    """Return the figures of these parts; `only` chooses backends by the beginning of their names.

    Raises `SetupError`.
    """
    figures = Figures(
        date=datetime.datetime.now(datetime.UTC).date().isoformat(),
        machine=describe_machine(),
        versions=describe_versions(project, plan_launch(project, "wasm").executable),
        backends=_backends(project, only),
    )
    if parts is not Parts.BACKENDS:
        figures.starts = _starts(project)
        figures.pages = _pages(project, only)
    if parts is Parts.ALL:
        _measure_options(project, figures)
    return figures


def _backends(project: Project, only: Sequence[str] | None) -> list[Measured]:
    wasm, webgpu = plan_launch(project, "wasm"), plan_launch(project, "webgpu")
    gpu = "webgpu, software" if webgpu.software_gpu else "webgpu"
    jobs: list[BrowserJob | NativeJob] = [
        BrowserJob(gpu, "webgpu", webgpu),
        BrowserJob("wasm, 2 threads", "wasm", wasm, profile=PROFILE, threads=THREADS),
        BrowserJob("wasm, 1 thread", "wasm", wasm, profile=PROFILE, threads=1),
        BrowserJob("webnn", "webnn", wasm),
        *NATIVE_JOBS,
    ]
    chosen = [job for job in jobs if only is None or job.name.startswith(tuple(only))]
    if not chosen:
        raise SetupError("No backend has such a name.", f"Choose from: {', '.join(job.name for job in jobs)}.")
    measured = []
    for job in chosen:
        say_status(job.name)
        measured.append(measure_native(job) if isinstance(job, NativeJob) else _in_browser(_site(project), job))
    return measured


def _pages(project: Project, only: Sequence[str] | None) -> list[PagesRead]:
    """Measure whole pages a second, where the public images are."""
    data = project.root.parent / "shared" / "data"
    if not data.is_dir():
        return []
    jobs = [job for job in default_jobs() if only is None or job.backend.startswith(tuple(only))]
    return measure_pages(jobs, public_images(data))


def _starts(project: Project) -> dict[str, Start]:
    """Measure starts on wasm and, where there is a GPU, on it: on the processor, WebGPU's take very long."""
    say_status("starts with an empty cache and on a second visit")
    site = _site(project)
    starts = measure_starts(site, plan_launch(project, "wasm"), "wasm", THREADS)
    webgpu = plan_launch(project, "webgpu")
    return starts if webgpu.software_gpu else {**starts, **measure_starts(site, webgpu, "webgpu", THREADS)}


def _measure_options(project: Project, figures: Figures) -> None:
    """Measure what else makes a difference: how weights are stored, the profile, threads."""
    say_status("storing the weights as fp32 and int8")
    with tempfile.TemporaryDirectory() as temporary:
        folders = write_variants(Path(temporary))
        jobs = [
            *(
                NativeJob(name, profile=PROFILE, threads=THREADS, folder=str(folder))
                for name, folder in folders.items()
            ),
            NativeJob("native, 1 thread", profile=PROFILE, threads=1),
            *(NativeJob(name, profile=name, threads=THREADS) for name in OTHER_PROFILES),
        ]
        native = _in_turn([replace(job, largest=False) for job in jobs], measure_native)
        figures.storage = compare_variants(folders, native)
    fp16 = native["fp16"]
    figures.profiles = [replace(fp16, name=fp16.result["profile"]), *(native[name] for name in OTHER_PROFILES)]
    wasm = plan_launch(project, "wasm")
    pair = [
        BrowserJob("wasm, 1 thread", "wasm", wasm, profile=PROFILE, threads=1),
        BrowserJob("wasm, 2 threads", "wasm", wasm, profile=PROFILE, threads=THREADS),
    ]
    browser = _in_turn(pair, lambda job: _in_browser(_site(project), job))
    figures.threads = [*browser.values(), native["native, 1 thread"], replace(fp16, name="native, 2 threads")]


def _site(project: Project) -> Path:
    return project.root / "web" / "dist"


def _in_browser(site: Path, job: BrowserJob) -> Measured:
    def on_step(what: str, done: int, total: int) -> None:
        if total and what:
            say_status(f"{job.name}: {what}, step {done + 1} of {total}")

    return measure_in_browser(site, job, on_step)


def _in_turn(jobs: Sequence[Job], measure: Callable[[Job], Measured]) -> dict[str, Measured]:
    """Measure jobs that are compared with each other in turns, so that other work disturbs them alike."""
    rounds: dict[str, list[Measured]] = {job.name: [] for job in jobs}
    for number in range(ROUNDS):
        for job in jobs:
            say_status(f"{job.name}, round {number + 1} of {ROUNDS}")
            rounds[job.name].append(measure(job))
    return {name: best_of(measured) for name, measured in rounds.items()}
