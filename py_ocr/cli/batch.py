"""Reading many images with one warm engine: what is printed or written, and what becomes of those that fail."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol, TextIO

from py_ocr.cli.progress import ProgressBar
from py_ocr.errors import OcrError

PageJson = Mapping[str, Any]
"""A page in the form of `py_ocr.export.json.to_dict`."""

OnStage = Callable[[str, int, int], None]
"""Called with the stage, how much of it is done, and how much there is."""

INTERRUPTED: Final = 128 + signal.SIGINT
_SUFFIXES: Final = {"text": ".txt", "json": ".json"}


class PageReader(Protocol):
    """A running engine, wherever it runs."""

    def read(self, image: Path, on_stage: OnStage) -> PageJson:
        """Read an image file. Raises OcrError, after which the next image can be read."""


class ManyPagesReader(Protocol):
    """Several running engines."""

    def read_many(self, images: Sequence[Path]) -> Iterator[PageJson | OcrError]:
        """Yield for each image, in their order, its page or why it has none."""


@dataclass(frozen=True, slots=True)
class Output:
    """Where results go, and in which form: to the files of `folder`, or to `stream` when it is None."""

    format: str
    folder: Path | None
    stream: TextIO


def read_all(reader: PageReader, images: Sequence[Path], output: Output, messages: TextIO) -> int:
    """Read every image, report the failed ones on `messages` at the end, and return the exit status."""
    bar = ProgressBar(messages, len(images))

    def outcomes() -> Iterator[PageJson | OcrError]:
        for done, image in enumerate(images):
            bar.show(done, image.name)
            try:
                yield reader.read(image, _shown_on(bar, done, image.name))
            except OcrError as error:
                yield error

    return _finish(outcomes(), images, output, bar, messages)


def read_all_at_once(reader: ManyPagesReader, images: Sequence[Path], output: Output, messages: TextIO) -> int:
    """Do as `read_all` with a reader of many pages at once: the results come in the same order."""
    bar = ProgressBar(messages, len(images))

    def outcomes() -> Iterator[PageJson | OcrError]:
        for done, (image, outcome) in enumerate(zip(images, reader.read_many(images), strict=True)):
            bar.show(done, image.name)
            yield outcome

    return _finish(outcomes(), images, output, bar, messages)


def _finish(
    outcomes: Iterator[PageJson | OcrError], images: Sequence[Path], output: Output, bar: ProgressBar, messages: TextIO
) -> int:
    failures: list[tuple[Path, OcrError]] = []
    for image, outcome in zip(images, outcomes, strict=True):
        if isinstance(outcome, OcrError):
            failures.append((image, outcome))
        else:
            bar.clear()
            _write(outcome, image, output, with_name=len(images) > 1)
    bar.clear()
    if failures:
        _report(failures, len(images), messages)
    return 1 if failures else 0


def explain(error: OcrError, messages: TextIO) -> None:
    """Say why the engine does not start."""
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


def _write(page: PageJson, image: Path, output: Output, *, with_name: bool) -> None:
    """Print the page, or write its file whole or not at all: a reader must never find half a result."""
    if output.folder is None:
        output.stream.write(_printed(page, image, output.format, with_name=with_name))
        output.stream.flush()
        return
    output.folder.mkdir(parents=True, exist_ok=True)
    target = output.folder / (image.name + _SUFFIXES[output.format])
    partial = target.with_name(target.name + ".partial")
    partial.write_text(_file_content(page, output.format), encoding="utf-8")
    partial.replace(target)


def _file_content(page: PageJson, form: str) -> str:
    return page["text"] + "\n" if form == "text" else json.dumps(page, ensure_ascii=False, indent=1) + "\n"


def _printed(page: PageJson, image: Path, form: str, *, with_name: bool) -> str:
    """JSON: one object a line, with the image's path in it. Text: under a heading when there are several."""
    if form == "json":
        return json.dumps({"image": str(image), **page}, ensure_ascii=False) + "\n"
    heading = f"==> {image} <==\n" if with_name else ""
    return f"{heading}{page['text']}\n" + ("\n" if with_name else "")


def _report(failures: Sequence[tuple[Path, OcrError]], total: int, messages: TextIO) -> None:
    print(f"{len(failures)} of {total} image{'s' if total > 1 else ''} could not be read:", file=messages)
    for image, error in failures:
        print(f"  {image}: {error.cause} [{error.code}]\n    {error.remedy}", file=messages)
        for note in getattr(error, "__notes__", ()):
            print(note, file=messages)
