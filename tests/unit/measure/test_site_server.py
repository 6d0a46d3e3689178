"""The in-process server: what a browser needs of it, and the count of what it sent."""

import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path

import pytest

from measure.headless.site_server import HEADERS, POLICY, SiteServer
from tools.project import this_project


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


@contextmanager
def node_server(site: Path, *, isolated: bool) -> Iterator[str]:
    """Serve with web/serve.mjs, as users do, and give the address."""
    command = ["node", "web/serve.mjs", "--port", "0", "--root", str(site), *([] if isolated else ["--no-isolation"])]
    with subprocess.Popen(command, cwd=this_project().root, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


@pytest.mark.skipif(
    not (this_project().root / "node_modules" / "serve-static").is_dir(),
    reason="the site's server is not installed: `npm ci`",
)
@pytest.mark.parametrize("isolated", [True, False])
def test_pages_get_the_headers_that_users_get(site: Path, isolated: bool) -> None:
    with SiteServer(site, isolated=isolated) as ours, node_server(site, isolated=isolated) as theirs:
        here, there = headers_of(ours.url), headers_of(theirs)
    names = [name for kind in json.loads(HEADERS.read_text(encoding="utf-8")).values() for name in kind]
    assert POLICY in names
    assert [(name, here[name]) for name in names] == [(name, there[name]) for name in names]
    assert here["Cache-Control"] == "no-cache"
    assert (here["Cross-Origin-Embedder-Policy"] == "require-corp") is isolated
    assert "wasm-unsafe-eval" in here[POLICY]


@pytest.mark.skipif(
    not (this_project().root / "node_modules" / "serve-static").is_dir(),
    reason="the site's server is not installed: `npm ci`",
)
def test_only_what_has_a_hash_in_its_name_is_kept(site: Path) -> None:
    engine = site / "engine-0123456789ab"
    engine.mkdir()
    (engine / "worker.js").write_text("")
    with SiteServer(site) as ours, node_server(site, isolated=True) as theirs:
        for url in (ours.url, theirs):
            assert "immutable" in str(headers_of(f"{url}engine-0123456789ab/worker.js")["Cache-Control"])
            with pytest.raises(urllib.error.HTTPError) as missing:
                headers_of(f"{url}engine-0123456789ab/missing.js")
            assert missing.value.headers["Cache-Control"] == "no-cache"
            missing.value.close()


def test_a_page_of_others_is_isolated_without_our_policy(site: Path) -> None:
    with SiteServer(site, policy=False) as server:
        headers = headers_of(server.url)
    assert headers[POLICY] is None
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_every_response_is_counted(site: Path) -> None:
    with SiteServer(site) as server:
        headers_of(f"{server.url}a.wasm?version=2")
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(f"{server.url}no-such-file")
        caught.value.close()
        assert [(sent.path, sent.status) for sent in server.transfers] == [("a.wasm", 200), ("no-such-file", 404)]
