"""The bill of materials names all that is served, and the audit asks for every package."""

import json
import threading
from argparse import Namespace
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tools.bill_of_materials import bill_of_materials
from tools.commands import audit as auditing
from tools.commands.audit import ADDRESS_VARIABLE, ask, audit
from tools.project import this_project

VULNERABLE = "pkg:npm/onnxruntime-web@1.30.0"
ASKED: list[str] = []


class Database(BaseHTTPRequestHandler):
    """Knows of one vulnerable package."""

    def do_POST(self) -> None:
        queries = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        purls = [query["package"]["purl"] for query in queries]
        ASKED.extend(purls)
        results = [{"vulns": [{"id": "OSV-1"}]} if purl == VULNERABLE else {} for purl in purls]
        body = json.dumps({"results": results}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    ASKED.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Database) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_every_package_is_asked_for_in_parts(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auditing, "MOST_QUERIES", 2)
    packages = ["pkg:pypi/a@1", "pkg:pypi/b@2", VULNERABLE]
    assert ask(packages, address) == {VULNERABLE: ["OSV-1"]}
    assert packages == ASKED


@pytest.fixture
def nothing_is_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auditing, "prepare_site", lambda _project: None)


@pytest.mark.usefixtures("nothing_is_set_up")
def test_a_known_vulnerability_fails_the_audit(
    address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(ADDRESS_VARIABLE, address)
    assert audit(this_project(), Namespace()) == 1
    assert f"{VULNERABLE}: OSV-1" in capsys.readouterr().out
    for purl in ("pkg:pypi/numpy@2.4.6", "pkg:npm/pyodide@314.0.7", "pkg:npm/%40playwright/test@1.65.1"):
        assert purl in ASKED


@pytest.mark.usefixtures("nothing_is_set_up")
def test_who_is_offline_is_told_that_nothing_was_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(ADDRESS_VARIABLE, "http://127.0.0.1:9")
    assert audit(this_project(), Namespace()) == 0
    assert "Nothing was asked" in capsys.readouterr().out


def test_the_bill_names_packages_wheels_their_libraries_and_models() -> None:
    bill = bill_of_materials(this_project())
    components = {component["name"]: component for component in bill["components"]}
    assert {"pyodide", "onnxruntime-web", "numpy", "pillow", "pyclipper", "ppocr-v6-small-rec"} <= components.keys()
    assert components["numpy"]["hashes"][0]["content"] in json.dumps(
        json.loads((this_project().wheels / "provenance.json").read_text(encoding="utf-8"))
    )
    assert components["ppocr-v6-small-rec"]["type"] == "machine-learning-model"
    assert bill == bill_of_materials(this_project()), "equal sites have equal bills"
    references = [component["bom-ref"] for component in bill["components"]]
    assert len(references) == len(set(references))


def test_the_site_serves_its_bill() -> None:
    served = this_project().root / "web" / "dist" / "sbom.cdx.json"
    assert json.loads(served.read_text(encoding="utf-8"))["bomFormat"] == "CycloneDX"
