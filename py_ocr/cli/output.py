"""Where results go: to whole files of a folder, or to a stream. What cannot be written is said in a sentence."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from py_ocr.cli.standard_input import STANDARD_INPUT
from py_ocr.errors import OcrError
from py_ocr.export.formats import SUFFIXES, ExportOptions, export_document
from py_ocr.export.parse import document_from_dict

PageJson = Mapping[str, Any]
"""A page in the form of `py_ocr.export.json.to_dict`."""


class OutputError(Exception):
    """A result that cannot be written. `is_for_all`: nothing else can be written there, either."""

    def __init__(self, cause: str, remedy: str, *, is_for_all: bool = False) -> None:
        super().__init__(f"{cause} {remedy}")
        self.cause = cause
        self.remedy = remedy
        self.is_for_all = is_for_all


class ReaderGoneError(OutputError):
    """Whoever read what is printed, such as `head`, has had enough of it. That is no failure."""

    def __init__(self) -> None:
        super().__init__("Nobody reads what is printed.", "", is_for_all=True)


@dataclass(frozen=True, slots=True)
class Output:
    """Where results go, and in which form: to the files of `folder`, or to `stream` when it is None."""

    format: str
    folder: Path | None
    stream: TextIO
    options: ExportOptions = ExportOptions()

    def check(self) -> None:
        """Make the folder, and see that files can be written there. Raises OutputError."""
        if self.folder is None:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder):
                pass
        except OSError as error:
            raise _unwritable(self.folder, error, is_for_all=True) from error

    def holds(self, image: Path) -> bool:
        """Return whether the result of an image is there already."""
        return self.folder is not None and self._target(self.folder, image).is_file()

    def write(self, page: PageJson, image: Path, *, with_name: bool) -> None:
        """Print the page, or write its file whole or not at all: a reader must never find half a result.

        Raises OutputError.
        """
        if self.folder is None:
            self._print(self._printed(page, image, with_name=with_name))
            return
        target = self._target(self.folder, image)
        partial = target.with_name(target.name + ".partial")
        try:
            partial.write_bytes(self._file_content(page, image))
            partial.replace(target)
        except OSError as error:
            raise _unwritable(target, error) from error
        finally:
            _remove(partial)

    def _exported(self, page: PageJson, image: Path) -> bytes:
        sources = [image.read_bytes()] if self.format == "pdf" else []
        try:
            return export_document(document_from_dict(page), self.format, sources, self.options)
        except OcrError as error:
            raise OutputError(error.cause, error.remedy) from error

    def _is_as_read(self) -> bool:
        return self.format == "json" or (self.format == "text" and not self.options.layout)

    def _file_content(self, page: PageJson, image: Path) -> bytes:
        if not self._is_as_read():
            return self._exported(page, image)
        text = page["text"] if self.format == "text" else json.dumps(page, ensure_ascii=False, indent=1)
        return f"{text}\n".encode()

    def _printed(self, page: PageJson, image: Path, *, with_name: bool) -> str:
        """JSON: one object a line, with the image's path in it. All else: under a heading when there are several."""
        if self.format == "json":
            return json.dumps({"image": str(image), **page}, ensure_ascii=False) + "\n"
        heading = f"==> {image} <==\n" if with_name else ""
        text = page["text"] + "\n" if self._is_as_read() else self._exported(page, image).decode("utf-8")
        return f"{heading}{text}" + ("\n" if with_name else "")

    def write_failure(self, failure: Mapping[str, str], image: Path) -> None:
        """Print why an image has no result, where results are printed as JSON. Raises OutputError."""
        if self.folder is None and self.format == "json":
            self._print(json.dumps({"image": str(image), "error": failure}, ensure_ascii=False) + "\n")

    def _target(self, folder: Path, image: Path) -> Path:
        name = "stdin" if image == STANDARD_INPUT else image.name
        return folder / (name + SUFFIXES[self.format])

    def _print(self, text: str) -> None:
        try:
            self.stream.write(text)
            self.stream.flush()
        except BrokenPipeError as error:
            _silence(self.stream)
            raise ReaderGoneError from error
        except OSError as error:
            _silence(self.stream)
            raise OutputError(
                f"The results cannot be printed: {error.strerror}.",
                "Make room where they go, or write files with --out.",
                is_for_all=True,
            ) from error


def _unwritable(path: Path, error: OSError, *, is_for_all: bool = False) -> OutputError:
    return OutputError(
        f"{path} cannot be written: {error.strerror}.",
        "Make room and see that the folder may be written, or choose another with --out.",
        is_for_all=is_for_all,
    )


def _remove(partial: Path) -> None:
    """Remove what is left of a file that did not become whole, where that is possible."""
    try:
        partial.unlink(missing_ok=True)
    except OSError:
        return  # the folder is gone, or may not be written any more: there is nothing to remove, or no way to


def _silence(stream: TextIO) -> None:
    """Let what is still in the buffer go nowhere, or Python complains of it once more at its end."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):  # not a stream of the system
        return
