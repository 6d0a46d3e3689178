"""Reading many images with one warm engine, and what becomes of those that fail."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, Protocol, TextIO

from py_ocr.cli.output import Output, OutputError, PageJson, ReaderGoneError
from py_ocr.cli.progress import ProgressBar
from py_ocr.cli.standard_input import STANDARD_INPUT, Locate, in_place
from py_ocr.decode import check_readable
from py_ocr.errors import ImageError, OcrError

OnStage = Callable[[str, int, int], None]
"""Called with the stage, how much of it is done, and how much there is."""

INTERRUPTED: Final = 128 + signal.SIGINT


class PageReader(Protocol):
    """A running engine, wherever it runs."""

    def read(self, image: Path, on_stage: OnStage) -> PageJson:
        """Read an image file. Raises OcrError, after which the next image can be read."""


class ManyPagesReader(Protocol):
    """Several running engines."""

    def read_many(self, images: Sequence[Path]) -> Iterator[PageJson | OcrError]:
        """Yield for each image, in their order, its page or why it has none."""


def report_unreadable(images: Sequence[Path], output: Output, messages: TextIO) -> int | None:
    """Where not one file can be opened, tell why and return the exit status: that needs no engine. Else return None."""
    errors = [error for image in images if (error := _why_unreadable(image)) is not None]
    if len(errors) < len(images):
        return None
    return _finish(iter(errors), images, output, ProgressBar(messages, 0), messages)


def _why_unreadable(image: Path) -> ImageError | None:
    if image == STANDARD_INPUT:
        return None
    try:
        check_readable(image)
    except ImageError as error:
        return error
    return None


def read_all(
    reader: PageReader,
    images: Sequence[Path],
    output: Output,
    messages: TextIO,
    *,
    quiet: bool = False,
    locate: Locate = in_place,
) -> int:
    """Read every image, report the failed ones on `messages` at the end, and return the exit status.

    What was not read is reported, too, where the work is interrupted. Raises KeyboardInterrupt then.
    """
    bar = ProgressBar(messages, 0 if quiet else len(images))

    def outcomes() -> Iterator[PageJson | OcrError]:
        for done, image in enumerate(images):
            bar.show(done, image.name)
            try:
                yield reader.read(locate(image), _shown_on(bar, done, image.name))
            except OcrError as error:
                yield error

    return _finish(outcomes(), images, output, bar, messages)


def read_all_at_once(
    reader: ManyPagesReader,
    images: Sequence[Path],
    output: Output,
    messages: TextIO,
    *,
    quiet: bool = False,
    locate: Locate = in_place,
) -> int:
    """Do as `read_all` with a reader of many pages at once: the results come in the same order."""
    bar = ProgressBar(messages, 0 if quiet else len(images))

    def outcomes() -> Iterator[PageJson | OcrError]:
        found = [locate(image) for image in images]
        for done, (image, outcome) in enumerate(zip(images, reader.read_many(found), strict=True)):
            bar.show(done, image.name)
            yield outcome

    return _finish(outcomes(), images, output, bar, messages)


def _finish(
    outcomes: Iterator[PageJson | OcrError], images: Sequence[Path], output: Output, bar: ProgressBar, messages: TextIO
) -> int:
    failures: list[tuple[Path, OcrError | OutputError]] = []
    try:
        for image, outcome in zip(images, outcomes, strict=True):
            try:
                if isinstance(outcome, OcrError):
                    failures.append((image, outcome))
                    output.write_failure(outcome.to_dict(), image)
                else:
                    bar.clear()
                    output.write(outcome, image, with_name=len(images) > 1)
                    _tell_notices(outcome, image, messages)
            except OutputError as error:
                if error.is_for_all:
                    raise
                failures.append((image, error))
    except ReaderGoneError:
        return 0
    except OutputError as error:
        explain(error, messages)
        return 1
    finally:
        bar.clear()
        if failures:
            _report(failures, len(images), messages)
    return 1 if failures else 0


def explain(error: OcrError | OutputError, messages: TextIO) -> None:
    """Say why there is nothing to be had."""
    print(f"error: {error.cause}\n  {error.remedy}", file=messages)


def use_utf8(*streams: TextIO) -> None:
    """Make streams carry every script, whatever the locale says."""
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _shown_on(bar: ProgressBar, images_done: int, name: str) -> OnStage:
    def on_stage(stage: str, done: int, total: int) -> None:
        bar.show(images_done, name, f"{stage} {done}/{total}" if total > 1 else stage)

    return on_stage


def _tell_notices(page: PageJson, image: Path, messages: TextIO) -> None:
    """Say where a page is less than it could be."""
    for at in page.get("pages", ()):
        if at["page"] is not None:
            _tell_notices(at["page"], Path(f"{image}, page {at['number']}"), messages)
        else:
            print(f"note: {image}, page {at['number']}: {at['error']['message']}", file=messages)
    for notice in page.get("notices", ()):
        places = f" ({len(notice['quads'])} lines)" if len(notice["quads"]) > 1 else ""
        print(f"note: {image}: {notice['message']}{places}", file=messages)


def _report(failures: Sequence[tuple[Path, OcrError | OutputError]], total: int, messages: TextIO) -> None:
    print(f"No result for {len(failures)} of {total} image{'s' if total > 1 else ''}:", file=messages)
    for image, error in failures:
        code = f" [{error.code}]" if isinstance(error, OcrError) else ""
        print(f"  {image}: {error.cause}{code}\n    {error.remedy}", file=messages)
        for note in getattr(error, "__notes__", ()):
            print(note, file=messages)
