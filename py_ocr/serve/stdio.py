"""Lines of JSON in, lines of JSON out, from one warm engine: for a program that starts another."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from concurrent.futures import CancelledError, Future, wait
from functools import partial
from typing import Any, BinaryIO, Final

from py_ocr.api.page import ReadPage
from py_ocr.api.warm import WarmEngine
from py_ocr.drafts import OnLines
from py_ocr.errors import BackendError, OcrError
from py_ocr.export.json import lines_read_to_dict
from py_ocr.serve.protocol import (
    MOST_AT_ONCE,
    CancelRequest,
    Id,
    InvalidRequest,
    ReadRequest,
    cancelled,
    failure,
    parse_line,
)
from py_ocr.types import LinesRead

_TOO_LONG: Final = "Send the path of the file, or a smaller one; --max-bytes sets the limit."


def answer_lines(
    engine: WarmEngine, requests: BinaryIO, answers: Answers, max_bytes: int, most_at_once: int = MOST_AT_ONCE
) -> None:
    """Answer each line until there are no more, and then what is still under way.

    No more than `most_at_once` readings are taken in: what comes after waits in the pipe, and so does who writes it.
    """
    under_way: dict[Id | None, Future[ReadPage]] = {}
    turns = threading.BoundedSemaphore(most_at_once)
    for line in _lines(requests, max_bytes, answers):
        try:
            request = parse_line(line, engine.options)
        except InvalidRequest as invalid:
            answers.send(failure(invalid.id, invalid.error))
            continue
        if isinstance(request, CancelRequest):
            # One that is done, or was never asked for, needs no answer: the reading itself had, or has, one.
            if reading := under_way.get(request.id):
                reading.cancel()
            continue
        turns.acquire()
        reading = engine.submit(request.source, request.options, None, teller(answers, request))
        under_way = {number: one for number, one in under_way.items() if not one.done()}
        under_way[request.id] = reading
        reading.add_done_callback(partial(_answer, answers, request.id))
        reading.add_done_callback(lambda _: turns.release())
        if answers.are_unheard:
            return
    wait(under_way.values())


class Answers:
    """Where answers go, a line each, from whichever thread has one."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self.are_unheard = False
        """Whether whoever asks is gone."""

    def send(self, answer: dict[str, Any]) -> None:
        """Write one line whole."""
        line = json.dumps(answer, ensure_ascii=False).encode("utf-8") + b"\n"
        with self._lock:
            try:
                self._stream.write(line)
                self._stream.flush()
            except (BrokenPipeError, ValueError):
                self.are_unheard = True


def outcome(number: Id | None, reading: Future[ReadPage]) -> dict[str, Any]:
    """Return the answer that a reading, which is done, has come to."""
    try:
        return {"id": number, "page": reading.result().to_dict()}
    except CancelledError:
        return cancelled(number)
    except OcrError as error:
        return failure(number, error)
    except Exception as error:
        cause = f"Something unexpected happened: {type(error).__name__}: {error}."
        return failure(number, BackendError("internal", cause, "Please report it.", stage="recognize"))


def _answer(answers: Answers, number: Id | None, reading: Future[ReadPage]) -> None:
    answers.send(outcome(number, reading))


def teller(answers: Answers, request: ReadRequest) -> OnLines | None:
    """Return what tells of lines as they are read, where that was asked for."""

    def tell(lines: LinesRead) -> None:
        answers.send({"id": request.id, "lines": lines_read_to_dict(lines)})

    return tell if request.stream else None


def _lines(requests: BinaryIO, max_bytes: int, answers: Answers) -> Iterable[bytes]:
    """Yield each line that is not empty; one that is too long is answered with an error, and left out."""
    while line := requests.readline(max_bytes + 1):
        if len(line) <= max_bytes:
            if line.strip():
                yield line
            continue
        while line and not line.endswith(b"\n"):
            line = requests.readline(max_bytes)
        answers.send(failure(None, InvalidRequest(None, f"A line is longer than {max_bytes} bytes.", _TOO_LONG).error))
