"""Fetching a file of known sha256 over HTTP(S) into the store; an interrupted download goes on where it stopped."""

import http.client
import urllib.error
import urllib.request
from pathlib import Path

from tools.errors import SetupError
from tools.process import redact
from tools.progress import StepProgress
from tools.store import ContentStore

CHUNK_BYTES = 1 << 16
TIMEOUT_S = 8.0


class UnreachableError(SetupError):
    """The address did not answer, or not with the file."""


def read_small(url: str) -> bytes | None:
    """Return the body at `url`, or None where the server says that there is none (404)."""
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as response:
            body: bytes = response.read()
            return body
    except urllib.error.HTTPError as error:
        if error.code == http.HTTPStatus.NOT_FOUND:
            return None
        raise _unreachable(url, error) from error
    except (OSError, http.client.HTTPException) as error:
        raise _unreachable(url, error) from error


def fetch(url: str, sha256: str, store: ContentStore, step: StepProgress) -> None:
    """Make sure that the content with this sha256 is in the store, from `url` if need be.

    Raises `UnreachableError`, or `SetupError` if what arrives is something else.
    """
    if store.find(sha256) is not None:
        return
    partial = store.partial(sha256)
    partial.parent.mkdir(parents=True, exist_ok=True)
    try:
        _resume(url, partial, step)
    except (OSError, http.client.HTTPException) as error:
        raise _unreachable(url, error) from error
    try:
        store.add(partial, sha256)
    finally:
        partial.unlink()


def fetch_local(source: Path, sha256: str, store: ContentStore) -> None:
    """Make sure that the content with this sha256 is in the store, from a local file if need be."""
    if store.find(sha256) is None:
        store.add(source, sha256)


def _resume(url: str, partial: Path, step: StepProgress) -> None:
    have = partial.stat().st_size if partial.exists() else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    name = url.rsplit("/", 1)[-1]
    try:
        response = urllib.request.urlopen(request, timeout=TIMEOUT_S)
    except urllib.error.HTTPError as error:
        if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return  # everything had arrived already; the sha256 decides
        raise
    with response:
        resumed = response.status == http.HTTPStatus.PARTIAL_CONTENT
        have = have if resumed else 0
        total = have + int(response.headers.get("Content-Length") or 0)
        with partial.open("ab" if resumed else "wb") as stream:
            while chunk := response.read(CHUNK_BYTES):
                stream.write(chunk)
                have += len(chunk)
                step.item(name, have, total, in_bytes=True)
    if have < total:
        raise http.client.IncompleteRead(b"", total - have)


def _unreachable(url: str, error: Exception) -> UnreachableError:
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    return UnreachableError(
        f"{redact(url)} could not be fetched: {reason}.",
        "Check the network connection and the address, then run the command again: it goes on where it stopped.",
    )
