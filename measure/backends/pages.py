"""Whole pages a second: mixed real images read by several processes at once, as `python -m py_ocr --jobs` reads them.

Every engine has started before the first page is read.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from measure.backends.figures import PagesRead
from py_ocr.errors import OcrError
from py_ocr.native import NativeChoice
from py_ocr.parallel import ParallelReader
from tools.errors import SetupError
from tools.progress import say_status

REFERENCE: Final = "native"
"""The backend whose lines the others' are compared with."""

_KINDS: Final = ("forms", "pages", "receipts", "scene", "ui")
"""How the names of the sets of real images begin; the other sets hold parts of pages, or what must not be readable."""

_PASSES: Final = 2
"""In the second pass every size of page is known."""


@dataclass(frozen=True)
class PagesJob:
    """A backend, in so many processes with so many threads each."""

    backend: str
    jobs: int
    threads: int


def default_jobs(cores: int | None = None) -> tuple[PagesJob, ...]:
    """Return what is compared: one process with all cores, and as many as there are cores with one thread each."""
    cores = cores or os.cpu_count() or 1
    several = [jobs for jobs in sorted({cores // 4, cores // 2, cores}) if jobs > 1]
    return (
        PagesJob("native", 1, cores),
        *(PagesJob("native", jobs, 1) for jobs in several[-1:]),
        PagesJob("native-cuda", 1, cores),
        PagesJob("native-torch", 1, cores),
        *(PagesJob("native-torch", jobs, 1) for jobs in several),
    )


def public_images(folder: Path) -> list[Path]:
    """Return the real public images below a folder of sets, mixed, in the same order every time.

    Raises `SetupError` where there are none.
    """
    images = [image for kind in _KINDS for image in sorted(folder.glob(f"{kind}_*/public/images/*")) if image.is_file()]
    if not images:
        raise SetupError(f"{folder} holds no public images.", "Name their folder with --data.")
    random.Random(1).shuffle(images)
    return images


def measure_pages(jobs: Iterable[PagesJob], images: Sequence[Path]) -> list[PagesRead]:
    """Read all images with each job, one after the other; a backend that is not here says so in its figures."""
    measured = []
    texts: dict[str, Sequence[str | None]] = {}
    for job in jobs:
        say_status(f"{job.backend}, {job.jobs} processes: {len(images)} pages")
        read, texts_of_job = _measure(job, images, texts.get(REFERENCE))
        measured.append(read)
        texts.setdefault(job.backend, texts_of_job)
    return measured


def _measure(
    job: PagesJob, images: Sequence[Path], expected: Sequence[str | None] | None
) -> tuple[PagesRead, Sequence[str | None]]:
    choice = NativeChoice(backend=job.backend, threads=job.threads)
    seconds: list[float] = []
    texts: list[str | None] = []
    try:
        with ParallelReader(None, choice, jobs=job.jobs) as readers:
            for _ in range(_PASSES):
                started = time.perf_counter()
                texts = [_text(outcome) for outcome in readers.read_many(images)]
                seconds.append(time.perf_counter() - started)
    except OcrError as error:
        return PagesRead(job.backend, job.jobs, job.threads, len(images), reason=error.cause), []
    return PagesRead(
        job.backend,
        job.jobs,
        job.threads,
        len(images),
        seconds=seconds,
        unreadable=texts.count(None),
        same_lines=_same_lines(texts, expected) if expected else None,
    ), texts


def _same_lines(texts: Sequence[str | None], expected: Sequence[str | None]) -> float:
    """Return the share of the expected lines that were read, on the pages that they are on."""
    found = total = 0
    for text, other in zip(texts, expected, strict=True):
        lines = Counter((other or "").splitlines())
        total += lines.total()
        found += (lines & Counter((text or "").splitlines())).total()
    return found / max(1, total)


def _text(outcome: Mapping[str, str] | OcrError) -> str | None:
    return None if isinstance(outcome, OcrError) else outcome["text"]
