"""The server of `npm start`, run as users run it: whatever is asked of it, it answers, and goes on."""

import http.client
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tools.project import this_project

ROOT = this_project().root
POLICY = "Content-Security-Policy"

pytestmark = pytest.mark.skipif(
    not (ROOT / "node_modules" / "serve-static").is_dir(), reason="the site's server is not installed: `npm ci`"
)


@contextmanager
def serving(site: Path, *options: str) -> Iterator[str]:
    """Serve a folder, and give the address that the server says."""
    command = ["node", "web/serve.mjs", "--root", str(site), *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            yield urlsplit(process.stdout.readline().strip()).netloc
        finally:
            process.terminate()


def ask(netloc: str, path: str, method: str = "GET", **headers: str) -> tuple[int, bytes, str | None]:
    """Send the path as it is, and return the status, the body and the policy."""
    connection = http.client.HTTPConnection(netloc, timeout=10)
    try:
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        return response.status, response.read(), response.getheader(POLICY)
    finally:
        connection.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    secret = folder / "secret.txt"
    secret.write_text("not for visitors", encoding="utf-8")
    root = folder / "site"
    (root / "folder").mkdir(parents=True)
    (root / "index.html").write_text("<!doctype html>", encoding="utf-8")
    (root / "digits.txt").write_text("0123456789", encoding="utf-8")
    (root / ".hidden").write_text("hidden", encoding="utf-8")
    (root / "out").symlink_to(secret)
    (root / "within.txt").symlink_to("digits.txt")
    return root


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with serving(site, "--port", "0") as netloc:
        yield netloc


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("bytes=5-2", 416),
        ("bytes=50-60", 416),
        ("bytes=2-4", 206),
        ("bytes=-3", 206),
        ("lines=1-2", 200),
        ("bytes=a-b", 200),
    ],
)
def test_no_range_ends_the_server(address: str, asked: str, status: int) -> None:
    assert ask(address, "/digits.txt", Range=asked)[0] == status
    assert ask(address, "/digits.txt")[:2] == (200, b"0123456789")


@pytest.mark.parametrize(
    "path", ["/out", "/.hidden", "/no-such-file", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/%00"]
)
def test_nothing_but_the_site_is_given_and_always_with_the_policy(address: str, path: str) -> None:
    status, body, policy = ask(address, path)
    assert 400 <= status < 500
    assert b"visitors" not in body
    assert policy is not None
    assert "frame-ancestors 'self'" in policy


def test_a_link_within_the_site_is_followed(address: str) -> None:
    assert ask(address, "/within.txt")[:2] == (200, b"0123456789")


def test_a_folder_is_not_listed(address: str) -> None:
    status, body, _ = ask(address, "/folder/")
    assert status == 404
    assert b"folder" not in body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE"])
def test_files_are_only_read(address: str, method: str) -> None:
    assert ask(address, "/digits.txt", method)[:2] == (405, b"")


def test_a_file_that_cannot_be_opened_ends_its_request_only(site: Path, address: str) -> None:
    locked = site / "locked.txt"
    locked.symlink_to(locked.name)  # a link to itself: even root cannot open it
    try:
        assert ask(address, "/locked.txt")[0] >= 400
    finally:
        locked.unlink()
    assert ask(address, "/digits.txt")[0] == 200


def test_a_busy_port_leads_to_the_next(site: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        with serving(site, "--port", str(port)) as netloc:
            assert int(netloc.rpartition(":")[2]) > port
            assert ask(netloc, "/digits.txt")[0] == 200


@pytest.mark.parametrize("port", ["99999", "-1", "http", "80.5"])
def test_a_port_that_cannot_be_is_one_sentence(site: Path, port: str) -> None:
    command = ["node", "web/serve.mjs", "--root", str(site), f"--port={port}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 1
    assert (
        done.stderr
        == f"error: the site cannot be served: --port is {port}, and must be a whole number from 0 to 65535.\n"
    )
