"""Downloads that fail on this side are not blamed on the network, and two at once do each other no harm."""

import io
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tools import download
from tools.download import UnreachableError, fetch
from tools.errors import SetupError
from tools.progress import StepProgress
from tools.store import ContentStore

CONTENT = b"0123456789" * 50_000
HASH = sha256(CONTENT).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """Gives CONTENT, or at `/endless` something that says nothing of its end."""

    def do_GET(self) -> None:
        self.send_response(200)
        if self.path != "/endless":
            self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def step() -> StepProgress:
    return StepProgress("Step", io.StringIO(), lambda: 0.0, on_terminal=False)


@pytest.fixture
def store(tmp_path: Path) -> ContentStore:
    return ContentStore(tmp_path / "cache")


def test_a_full_disk_is_said_to_be_full(
    address: str, store: ContentStore, step: StepProgress, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("there is no device that is always full")
    monkeypatch.setattr(store, "partial", lambda _key: full)
    monkeypatch.setattr(Path, "unlink", lambda *_args, **_options: pytest.fail("deleted what it could not write"))
    with pytest.raises(SetupError, match="No space left on device") as raised:
        fetch(f"{address}/file", HASH, store, step)
    assert not isinstance(raised.value, UnreachableError)
    assert "Make room" in raised.value.remedy


def test_a_folder_that_may_not_be_written_is_said(address: str, store: ContentStore, step: StepProgress) -> None:
    store.partial(HASH).mkdir(parents=True)
    with pytest.raises(SetupError, match="directory"):
        fetch(f"{address}/file", HASH, store, step)


def test_an_answer_without_an_end_is_cut_off(
    address: str, store: ContentStore, step: StepProgress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "MOST_BYTES", len(CONTENT) // 2)
    with pytest.raises(SetupError, match="gives more than 250 kB"):
        fetch(f"{address}/endless", HASH, store, step)


def test_what_is_downloaded_several_times_at_once_comes_whole(
    address: str, store: ContentStore, step: StepProgress
) -> None:
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(fetch, f"{address}/file", HASH, store, step) for _ in range(4)]:
            done.result()
    found = store.find(HASH)
    assert found is not None
    assert found.read_bytes() == CONTENT


def test_an_address_that_does_not_answer_is_unreachable(store: ContentStore, step: StepProgress) -> None:
    with pytest.raises(UnreachableError, match=r"could not be fetched.*refused"):
        fetch("http://127.0.0.1:9/file", HASH, store, step)
