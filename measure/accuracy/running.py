"""Reading what was not read before, one image after the other or in several processes."""

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack

from measure.accuracy.dataset import LabelledImage
from measure.accuracy.readings import Reading, ReadingStore
from measure.accuracy.systems.system import Reader, System
from tools.progress import Progress


def read_missing(
    system: System,
    images: Sequence[LabelledImage],
    store: ReadingStore,
    progress: Progress,
    *,
    jobs: int = 1,
    retry_errors: bool = False,
) -> int:
    """Read with `system` the images that the store lacks, store each at once, and return how many were read."""
    missing = [image for image in images if _is_missing(system, image, store, retry_errors=retry_errors)]
    if not missing:
        return 0
    with progress.step(f"{system.name}: {len(missing)} of {len(images)} images") as step:
        readings = _read_here(system, missing) if jobs == 1 else _read_in_processes(system, missing, jobs)
        for done, (image, reading) in enumerate(zip(missing, readings, strict=True), start=1):
            store.add(system.name, system.settings(image), image.sha256, reading)
            step.item(f"{image.set_name}/{image.name}", done, len(missing))
            if reading.error is not None:
                step.note(f"{image.set_name}/{image.name}: {reading.error}")
    return len(missing)


def _is_missing(system: System, image: LabelledImage, store: ReadingStore, *, retry_errors: bool) -> bool:
    stored = store.find(system.name, system.settings(image), image.sha256)
    return stored is None or (retry_errors and stored.error is not None)


def _read_here(system: System, images: Sequence[LabelledImage]) -> Iterator[Reading]:
    with system.open() as reader:
        for image in images:
            yield read_one(reader, image)


def read_one(reader: Reader, image: LabelledImage) -> Reading:
    """Read an image; whatever the system raises becomes the reading's error, for the report to show."""
    started = time.perf_counter()
    try:
        page, error = reader(image), None
    # A system of someone else's may raise anything, and the other images are to be read all the same.
    except Exception as raised:
        page, error = None, f"{type(raised).__name__}: {raised}"
    return Reading(page, error, round((time.perf_counter() - started) * 1000, 1))


_process_lifetime = ExitStack()
_process_reader: list[Reader] = []


def _start_process(system: System) -> None:
    _process_reader.append(_process_lifetime.enter_context(system.open()))


def _read_in_process(image: LabelledImage) -> Reading:
    return read_one(_process_reader[0], image)


def _read_in_processes(system: System, images: Sequence[LabelledImage], jobs: int) -> Iterator[Reading]:
    # Spawned, since runtimes with threads of their own do not survive a fork.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, initializer=_start_process, initargs=(system,)) as pool:
        yield from pool.map(_read_in_process, images)
