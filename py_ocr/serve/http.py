"""The same questions and answers by HTTP, on this machine's own address.

Whoever may ask is decided before anything is read: the name that was asked for must be this server's, or any site
could ask by a name that it lets point here, and an origin must have been allowed. Paths are not taken: a file that
this program may read is not everybody's.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection
from concurrent.futures import Future, wait
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from py_ocr import __version__
from py_ocr.api.page import ReadPage
from py_ocr.api.warm import WarmEngine
from py_ocr.export.json import use_to_dict
from py_ocr.serve.protocol import (
    MOST_AT_ONCE,
    PROTOCOL,
    InvalidRequest,
    ReadRequest,
    failure,
    parse_read,
    read_options,
)
from py_ocr.serve.stdio import Answers, outcome, teller

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_STATUS: Final = {"ImageError": HTTPStatus.UNPROCESSABLE_ENTITY, "OptionError": HTTPStatus.BAD_REQUEST}
_SLOW_S: Final = 30.0
"""So long may a client take to send its next byte."""


@dataclass(frozen=True, slots=True)
class Admission:
    """Who may ask, and how much: names of this server, origins of other sites' pages ("*" for all), bytes."""

    hosts: Collection[str]
    origins: Collection[str]
    max_bytes: int


class OcrServer(ThreadingHTTPServer):
    """Answers GET /health and POST /read with one warm engine, until it is shut down."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], engine: WarmEngine, admission: Admission) -> None:
        super().__init__(address, _Handler)
        self.engine = engine
        self.admission = admission
        self.turns = threading.BoundedSemaphore(MOST_AT_ONCE)

    @property
    def url(self) -> str:
        """The address of this server."""
        host = self.server_address[0]
        return f"http://{host if isinstance(host, str) else host.decode()}:{self.server_address[1]}/"


class _Handler(BaseHTTPRequestHandler):
    server: OcrServer
    protocol_version = "HTTP/1.1"
    server_version = f"py-ocr/{__version__}"
    sys_version = ""
    timeout = _SLOW_S

    def do_OPTIONS(self) -> None:
        """Answer a browser that asks whether a page of another site may ask."""
        if self._may_ask():
            self._send(HTTPStatus.NO_CONTENT, None)

    def do_GET(self) -> None:
        """Say whether this server is well."""
        if not self._may_ask():
            return
        if urlsplit(self.path).path != "/health":
            self._refuse(HTTPStatus.NOT_FOUND, f"There is no {self.path}.", "Ask for GET /health or POST /read.")
            return
        use = use_to_dict(self.server.engine.use)
        self._send(HTTPStatus.OK, {"status": "ok", "version": __version__, "protocol": PROTOCOL, "backend": use})

    def do_POST(self) -> None:
        """Read an image."""
        if not self._may_ask():
            return
        if urlsplit(self.path).path != "/read":
            self._refuse(HTTPStatus.NOT_FOUND, f"There is no {self.path}.", "Ask for GET /health or POST /read.")
            return
        body = self._body()
        if body is None:
            return
        try:
            request = self._request(body)
        except InvalidRequest as invalid:
            self._send(HTTPStatus.BAD_REQUEST, failure(invalid.id, invalid.error))
            return
        if not self.server.turns.acquire(blocking=False):
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "Too many readings are waiting.", "Ask again later.")
            return
        try:
            self._read(request)
        finally:
            self.server.turns.release()

    def _read(self, request: ReadRequest) -> None:
        engine = self.server.engine
        if not request.stream:
            reading = engine.submit(request.source, request.options)
            wait([reading])
            self._send(_status_of(reading), outcome(request.id, reading))
            return
        self.send_response(HTTPStatus.OK)
        self._common_headers("application/x-ndjson")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        answers = Answers(self.wfile)  # type: ignore[arg-type]  # it writes and flushes
        reading = engine.submit(request.source, request.options, None, teller(answers, request))
        wait([reading])
        answers.send(outcome(request.id, reading))

    def _request(self, body: bytes) -> ReadRequest:
        """Return what is asked: an object of JSON, or an image as it is with options in the address."""
        kind = self.headers.get_content_type()
        defaults = self.server.engine.options
        if kind.startswith("image/") or kind == "application/octet-stream":
            query = parse_qs(urlsplit(self.path).query)
            values: dict[str, Any] = {name: value[-1] for name, value in query.items()}
            values |= {name: values[name] == "true" for name in ("alternatives", "indent") if name in values}
            if "languages" in values:
                values["languages"] = [code for code in values["languages"].split(",") if code]
            return ReadRequest(None, body, read_options(values, defaults))
        if kind != "application/json":
            raise InvalidRequest(None, f"The request is {kind}.", "Send application/json, or an image as image/png.")
        try:
            request = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise InvalidRequest(None, f"The request is not JSON: {error}.", "Send an object.") from error
        if not isinstance(request, dict):
            raise InvalidRequest(None, "The request is no object.", 'Send {"data": "…"}.')
        parsed = parse_read(request, defaults)
        if isinstance(parsed.source, str):
            raise InvalidRequest(parsed.id, "Paths are not taken here.", 'Send "data", or ask by --stdio.')
        return parsed

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal():
            self._refuse(HTTPStatus.LENGTH_REQUIRED, "The request does not say its length.", "Send Content-Length.")
            return None
        if int(length) > (most := self.server.admission.max_bytes):
            self._refuse(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                f"The request is longer than {most} bytes.",
                "Send a smaller image; --max-bytes sets the limit.",
            )
            return None
        return self.rfile.read(int(length))

    def _may_ask(self) -> bool:
        host = urlsplit("//" + self.headers.get("Host", "")).hostname or ""
        if host not in self.server.admission.hosts:
            self._refuse(
                HTTPStatus.MISDIRECTED_REQUEST,
                f"This server is not called {host!r}.",
                "Ask by its address, or allow the name with --allow-host.",
            )
            return False
        if self.headers.get("Origin") is not None and self._allowed_origin() is None:
            self._refuse(
                HTTPStatus.FORBIDDEN,
                f"Pages of {self.headers['Origin']} may not ask here.",
                "Allow them with --allow-origin.",
            )
            return False
        return True

    def _allowed_origin(self) -> str | None:
        origin = self.headers.get("Origin")
        allowed = self.server.admission.origins
        return origin if origin is not None and (origin in allowed or "*" in allowed) else None

    def _refuse(self, status: HTTPStatus, cause: str, remedy: str) -> None:
        self.close_connection = True  # what follows may be the body, which was not read
        self._send(status, failure(None, InvalidRequest(None, cause, remedy).error))

    def _send(self, status: HTTPStatus, answer: dict[str, Any] | None) -> None:
        body = b"" if answer is None else json.dumps(answer, ensure_ascii=False).encode("utf-8") + b"\n"
        self.send_response(status)
        self._common_headers("application/json")
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def _common_headers(self, kind: str) -> None:
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        if (origin := self._allowed_origin()) is not None:
            self.send_header("Access-Control-Allow-Origin", origin)
            self.send_header("Access-Control-Allow-Methods", "GET, POST")
            self.send_header("Access-Control-Allow-Headers", "Content-Type")
            self.send_header("Vary", "Origin")

    def log_message(self, *_arguments: object) -> None:
        """Say nothing of requests: what is read here is nobody's business."""


def _status_of(reading: Future[ReadPage]) -> HTTPStatus:
    if reading.cancelled():
        return HTTPStatus.SERVICE_UNAVAILABLE
    error = reading.exception()
    if error is None:
        return HTTPStatus.OK
    return _STATUS.get(type(error).__name__, HTTPStatus.INTERNAL_SERVER_ERROR)
