"""Serves the built site on a free loopback port, from a thread of this process, and counts what was fetched.

The headers are those of web/serve.mjs: both read web/headers.json. In-process, because it must end with the command
however that ends, and because the benchmark counts transfers where they leave.
"""

import functools
import json
import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

MIME_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
}
HEADERS = Path(__file__).parents[2] / "web" / "headers.json"
POLICY = "Content-Security-Policy"


KEPT = re.compile(r"/(?:engine-[0-9a-f]+/|part-[^/]+$)")
"""What a name with a hash in it has: browsers may keep it for good."""


def engine_folder(site: Path) -> str:
    """Return the name of the folder, in a built site, with the worker, the runtimes and the models."""
    name: str = json.loads((site / "assets.json").read_text(encoding="utf-8"))["engine"]
    return name


@dataclass(frozen=True)
class Transfer:
    """A response that was sent: the path asked for, without its leading slash, the status, and when it began.

    `at` is in seconds since 1970.
    """

    path: str
    status: int
    at: float


class SiteServer:
    """A running server; a context manager.

    `isolated`: whether pages are cross-origin isolated (threads work). `policy`: whether they get our content security
    policy, under which the pages of others need not work.
    """

    def __init__(self, site: Path, *, isolated: bool = True, policy: bool = True) -> None:
        self._transfers: list[Transfer] = []
        kinds: dict[str, dict[str, str]] = json.loads(HEADERS.read_text(encoding="utf-8"))
        headers = kinds["common"] | (kinds["isolation"] if isolated else {})
        if not policy:
            del headers[POLICY]
        handler = functools.partial(
            _Handler, headers=headers, kept=kinds["kept"], transfers=self._transfers, directory=str(site)
        )
        self._server = _Server(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, name="site server", daemon=True)

    @property
    def url(self) -> str:
        """The address of the site, with a slash at its end."""
        return f"http://127.0.0.1:{self._server.server_port}/"

    @property
    def transfers(self) -> Sequence[Transfer]:
        """Every response so far, in order."""
        return tuple(self._transfers)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    """Does not wait for connections that the browser keeps open."""

    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a browser that ends closes its connections in the middle of a response."""


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    extensions_map = SimpleHTTPRequestHandler.extensions_map | MIME_TYPES

    def __init__(
        self, *args: Any, headers: dict[str, str], kept: dict[str, str], transfers: list[Transfer], **kwargs: Any
    ) -> None:
        self._headers = headers
        self._kept = kept
        self._status = 0
        self._transfers = transfers
        super().__init__(*args, **kwargs)

    def end_headers(self) -> None:
        is_kept = self._status == HTTPStatus.OK and KEPT.search(self.path.partition("?")[0])
        kept = self._kept if is_kept else {}
        for name, value in (self._headers | kept).items():
            self.send_header(name, value)
        super().end_headers()

    def list_directory(self, path: Any) -> None:  # noqa: ARG002  # the base's signature
        """Refuse, as the site's own server does: a folder is no file."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:  # noqa: ARG002  # the base's signature
        self._status = int(code)
        self._transfers.append(Transfer(self.path.partition("?")[0].lstrip("/"), int(code), time.time()))

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: what cannot be served is reported by who asked for it."""
