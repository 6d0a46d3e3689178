"""Fetching a file of known sha256 over HTTP(S) into the store; an interrupted download goes on where it stopped."""

import contextlib
import hashlib
import http.client
import urllib.error
import urllib.request
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from tools.errors import SetupError
from tools.process import redact
from tools.progress import StepProgress, format_bytes
from tools.store import ContentStore, sha256_file

CHUNK_BYTES = 1 << 16
TIMEOUT_S = 8.0

MOST_BYTES = 1 << 30
"""No file of the project is near this: an answer that goes on is cut off here."""


class UnreachableError(SetupError):
    """The address did not answer, or not with the file."""


def fetch(url: str, sha256: str, store: ContentStore, step: StepProgress) -> None:
    """Make sure that the content with this sha256 is in the store, from `url` if need be.

    Raises `UnreachableError`, or `SetupError` if what arrives is something else.
    """
    with store.lock(sha256):
        if store.find(sha256) is None:
            with _downloaded(url, store.partial(sha256), step) as partial:
                store.add(partial, sha256)


def fetch_accepted(url: str, accepted: Collection[str], store: ContentStore, step: StepProgress) -> str:
    """Put what is at `url` into the store and return its sha256, which must be one of `accepted`.

    Raises `UnreachableError`, or `SetupError` if what arrives is something else.
    """
    key = hashlib.sha256(url.encode()).hexdigest()
    with store.lock(key), _downloaded(url, store.partial(key), step) as partial:
        sha256 = sha256_file(partial)
        if sha256 not in accepted:
            raise SetupError(
                f"What {redact(url)} gives has sha256 {sha256}, which is not pinned.",
                "Correct what is there, or do without it.",
            )
        return store.add(partial, sha256)


@contextlib.contextmanager
def _downloaded(url: str, partial: Path, step: StepProgress) -> Iterator[Path]:
    """Complete the file `partial`; it is deleted afterwards, whether it was right or not."""
    partial.parent.mkdir(parents=True, exist_ok=True)
    try:
        _resume(url, partial, step)
    except (OSError, http.client.HTTPException) as error:
        raise _unreachable(url, error) from error
    try:
        yield partial
    finally:
        partial.unlink(missing_ok=True)


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
        with _written(partial, "ab" if resumed else "wb") as write:
            while chunk := response.read(CHUNK_BYTES):
                have += len(chunk)
                if have > MOST_BYTES:
                    raise SetupError(
                        f"{redact(url)} gives more than {format_bytes(MOST_BYTES)}, which no file of ours has.",
                        "Correct what is there, or do without it.",
                    )
                write(chunk)
                step.item(name, have, total, in_bytes=True)
    if have < total:
        raise http.client.IncompleteRead(b"", total - have)


@contextlib.contextmanager
def _written(path: Path, mode: str) -> Iterator[Callable[[bytes], object]]:
    """Give what writes to a file. Raises `SetupError` where that fails, which is no fault of the network."""

    def write(chunk: bytes) -> None:
        try:
            stream.write(chunk)
        except OSError as error:
            raise _unwritable(path, error) from error

    try:
        stream = path.open(mode, buffering=0)
    except OSError as error:
        raise _unwritable(path, error) from error
    with stream:
        yield write


def _unwritable(path: Path, error: OSError) -> SetupError:
    return SetupError(
        f"{path} cannot be written: {error.strerror}.",
        "Make room and see that the folder may be written, then run the command again: it goes on where it stopped.",
    )


def _unreachable(url: str, error: Exception) -> UnreachableError:
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    return UnreachableError(
        f"{redact(url)} could not be fetched: {reason}.",
        "Check the network connection and the address, then run the command again: it goes on where it stopped.",
    )
