"""The in-process server: what a browser needs of it, and the count of what it sent."""

import urllib.error
import urllib.request
from email.message import Message
from pathlib import Path

import pytest

from measure.headless.site_server import SiteServer


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text("<!doctype html>", encoding="utf-8")
    (tmp_path / "a.wasm").write_bytes(b"\0asm")
    (tmp_path / "b.mjs").write_text("export {};", encoding="utf-8")
    return tmp_path


def headers_of(url: str) -> Message:
    with urllib.request.urlopen(url) as response:
        response.read()
        headers: Message = response.headers
    return headers


@pytest.mark.parametrize(("path", "mime"), [("a.wasm", "application/wasm"), ("b.mjs", "text/javascript")])
def test_files_have_the_types_that_browsers_insist_on(site: Path, path: str, mime: str) -> None:
    with SiteServer(site) as server:
        assert headers_of(server.url + path)["Content-Type"] == mime


@pytest.mark.parametrize("isolated", [True, False])
def test_pages_are_isolated_when_asked(site: Path, isolated: bool) -> None:
    with SiteServer(site, isolated=isolated) as server:
        headers = headers_of(server.url)
    assert (headers["Cross-Origin-Opener-Policy"] == "same-origin") is isolated
    assert (headers["Cross-Origin-Embedder-Policy"] == "require-corp") is isolated


def test_every_response_is_counted(site: Path) -> None:
    with SiteServer(site) as server:
        headers_of(f"{server.url}a.wasm?version=2")
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(f"{server.url}no-such-file")
        caught.value.close()
        assert [(sent.path, sent.status) for sent in server.transfers] == [("a.wasm", 200), ("no-such-file", 404)]
