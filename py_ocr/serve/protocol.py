"""What is asked and answered: objects of JSON, the same on a pipe and by HTTP. docs/serve.schema.json has it all."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from py_ocr.engine import OcrOptions
from py_ocr.errors import OcrError, OptionError
from py_ocr.types import FURIGANA_STYLES, TextOptions

PROTOCOL: Final = 1
"""Goes up when an old client could no longer be served."""

Id = str | int

_FIELDS: Final = {"id", "path", "data", "languages", "alternatives", "indent", "furigana", "stream"}
MOST_AT_ONCE: Final = 64
"""So many readings are held, each perhaps with an image of some megabytes; what is more has to wait where it is."""

_READ: Final = 'Send {"id": 1, "path": "a.png"}, or "data" with the file in base64.'


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """One image to be read: a path or the bytes of a file. `stream`: lines are told as they are read."""

    id: Id | None
    source: str | bytes
    options: OcrOptions
    stream: bool = False


@dataclass(frozen=True, slots=True)
class CancelRequest:
    """End the reading that was asked for with this id."""

    id: Id


def parse_line(line: bytes, defaults: OcrOptions) -> ReadRequest | CancelRequest:
    """Return what a line asks for. Raises InvalidRequest."""
    try:
        request = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InvalidRequest(None, f"The request is not JSON: {error}.", _READ) from error
    if not isinstance(request, dict):
        raise InvalidRequest(None, "The request is no object.", _READ)
    if set(request) == {"cancel"}:
        return CancelRequest(_id(request["cancel"], request))
    return parse_read(request, defaults)


def parse_read(request: Mapping[str, Any], defaults: OcrOptions) -> ReadRequest:
    """Return which image is to be read, and how; what is not said is as in `defaults`. Raises InvalidRequest."""
    name = request.get("id")
    number = None if name is None else _id(name, request)
    if unknown := sorted(set(request) - _FIELDS):
        raise InvalidRequest(number, f"A request has no {unknown[0]!r}.", f"Choose from: {', '.join(sorted(_FIELDS))}.")
    if ("path" in request) == ("data" in request):
        raise InvalidRequest(number, "A request has either a path or data.", _READ)
    source = _text(request, "path", number) if "path" in request else _bytes(_text(request, "data", number), number)
    return ReadRequest(number, source, _options(request, defaults, number), _flag(request, "stream", False, number))


def read_options(values: Mapping[str, Any], defaults: OcrOptions, number: Id | None = None) -> OcrOptions:
    """Return the options among `values`. Raises InvalidRequest."""
    return _options(values, defaults, number)


class InvalidRequest(Exception):  # noqa: N818  # it is what was sent, not only that something went wrong
    """A request that cannot be understood, with the id that it had, and the error to answer with."""

    def __init__(self, number: Id | None, cause: str, remedy: str) -> None:
        self.error = OptionError("request_invalid", cause, remedy)
        super().__init__(str(self.error))
        self.id = number


def failure(number: Id | None, error: OcrError) -> dict[str, Any]:
    """Return the answer that a request has failed."""
    return {"id": number, "error": error.to_dict()}


def cancelled(number: Id | None) -> dict[str, Any]:
    """Return the answer to a request that was cancelled."""
    return failure(
        number, OptionError("cancelled", "The reading was cancelled.", "Ask again if it is wanted after all.")
    )


def _options(request: Mapping[str, Any], defaults: OcrOptions, number: Id | None) -> OcrOptions:
    languages = request.get("languages", defaults.languages)
    if not (isinstance(languages, list | tuple) and all(isinstance(code, str) for code in languages)):
        raise InvalidRequest(number, "languages is no list of texts.", 'Send BCP 47 tags, such as ["en", "de"].')
    furigana = request.get("furigana", defaults.text.furigana)
    if furigana not in FURIGANA_STYLES:
        raise InvalidRequest(number, f"furigana cannot be {furigana!r}.", f"Choose from: {', '.join(FURIGANA_STYLES)}.")
    text = TextOptions(_flag(request, "indent", defaults.text.indent, number), furigana)
    alternatives = _flag(request, "alternatives", defaults.alternatives, number)
    return replace(defaults, languages=tuple(languages), text=text, alternatives=alternatives)


def _flag(request: Mapping[str, Any], name: str, default: bool, number: Id | None) -> bool:
    value = request.get(name, default)
    if not isinstance(value, bool):
        raise InvalidRequest(number, f"{name} cannot be {value!r}.", "It is true or false.")
    return value


def _text(request: Mapping[str, Any], name: str, number: Id | None) -> str:
    value = request[name]
    if not isinstance(value, str):
        raise InvalidRequest(number, f"{name} is no text.", _READ)
    return value


def _bytes(text: str, number: Id | None) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise InvalidRequest(number, f"data is no base64: {error}.", _READ) from error


def _id(value: Any, request: Mapping[str, Any]) -> Id:
    if isinstance(value, bool) or not isinstance(value, str | int):
        name = "cancel" if "cancel" in request else "id"
        raise InvalidRequest(None, f"{name} cannot be {value!r}.", "It is a text or a whole number.")
    return value
