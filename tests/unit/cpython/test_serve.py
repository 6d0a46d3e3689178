"""`py-ocr serve` as other programs use it: a process of its own, by lines of JSON and by HTTP."""

import base64
import http.client
import io
import json
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from pathlib import Path
from typing import Any, cast

import jsonschema
import pytest

from py_ocr.api.page import ReadPage
from py_ocr.api.warm import WarmEngine
from py_ocr.engine import OcrOptions
from py_ocr.serve.stdio import Answers, answer_lines

ROOT = Path(__file__).resolve().parents[3]
FIXTURES = ROOT / "tests" / "fixtures"
NOTE = "Hello world\nInvoice 2026"
COMMAND = [sys.executable, "-m", "py_ocr", "serve", "--profile", "fast"]
SCHEMA = json.loads((ROOT / "docs" / "serve.schema.json").read_text(encoding="utf-8"))


def checked(message: dict[str, Any]) -> dict[str, Any]:
    jsonschema.validate(message, SCHEMA)
    return message


def ask(*requests: dict[str, Any] | bytes, options: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Return the answers to all requests, after which the input ends."""
    lines = [each if isinstance(each, bytes) else json.dumps(checked(each)).encode() for each in requests]
    done = subprocess.run(
        [*COMMAND, "--stdio", *options], input=b"\n".join(lines), capture_output=True, cwd=ROOT, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    ready, *answers = [checked(json.loads(line)) for line in done.stdout.splitlines()]
    assert ready["ready"]["backend"]["used"] == "native"
    return answers


def test_images_and_errors_are_answered_and_the_end_is_clean() -> None:
    note = FIXTURES / "note.png"
    answers = ask(
        {"id": 1, "path": str(note)},
        {"id": "two", "data": base64.b64encode(note.read_bytes()).decode(), "languages": ["en"], "stream": True},
        {"id": 3, "path": "no-such.png"},
        {"id": 4, "path": str(note), "languages": ["klingon"]},
        b"rubbish",
        b'{"id": 5, "path": "a", "data": ""}',
        b'{"id": 6, "path": "a", "colour": "red"}',
        b'{"id": 7, "data": "!"}',
    )
    pages = {answer["id"]: answer["page"]["text"] for answer in answers if "page" in answer}
    assert pages == {1: NOTE, "two": NOTE}
    assert "Hello world" in [line["text"] for each in answers if "lines" in each for line in each["lines"]["lines"]]
    codes = {answer["id"]: answer["error"]["code"] for answer in answers if "error" in answer}
    assert codes == {
        3: "image_unreadable",
        4: "language_unknown",
        None: "request_invalid",
        5: "request_invalid",
        6: "request_invalid",
        7: "request_invalid",
    }


def test_a_reading_can_be_cancelled() -> None:
    path = str(FIXTURES / "letter.png")
    answers = ask({"id": 1, "path": path}, {"id": 2, "path": path}, {"cancel": 2}, {"cancel": 99})
    assert {answer["id"]: answer.get("error", {}).get("code") for answer in answers} == {1: None, 2: "cancelled"}


def test_a_line_that_is_too_long_is_an_error_and_not_the_end() -> None:
    request = {"id": 2, "path": str(FIXTURES / "note.png")}
    first, second = ask({"id": 1, "data": "A" * 5000}, request, options=("--max-bytes", "1000"))
    assert (first["id"], first["error"]["code"]) == (None, "request_invalid")
    assert second["page"]["text"] == NOTE


def test_a_wrong_start_is_told_in_both_forms() -> None:
    command = [*COMMAND, "--stdio", "--models", "no-such-folder"]
    done = subprocess.run(command, input="", capture_output=True, cwd=ROOT, text=True, check=False)
    assert done.returncode == 1
    assert checked(json.loads(done.stdout))["error"]["code"] == "model_missing"
    assert "Traceback" not in done.stderr


class Server:
    """A server of HTTP, and one connection for each question."""

    def __init__(self, *options: str) -> None:
        command = [*COMMAND, "--http", "127.0.0.1:0", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
        assert self.process.stdout is not None
        self.url = checked(json.loads(self.process.stdout.readline()))["ready"]["url"]
        self.port = int(self.url.rstrip("/").rpartition(":")[2])

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, http.client.HTTPMessage, list[dict[str, Any]]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            return response.status, response.headers, [json.loads(line) for line in response.read().splitlines()]
        finally:
            connection.close()

    def read(self, **values: Any) -> tuple[int, dict[str, Any]]:
        status, _, (answer,) = self.ask("POST", "/read", json.dumps(values).encode(), Content_Type="application/json")
        return status, checked(answer)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server("--max-bytes", "200000", "--allow-origin", "https://friend.example")
    yield server
    server.process.send_signal(signal.SIGTERM)
    out, err = server.process.communicate(timeout=30)
    assert (server.process.returncode, out, err) == (0, b"", b"")


PNG = (FIXTURES / "note.png").read_bytes()


def test_http_reads_what_json_holds(server: Server) -> None:
    status, answer = server.read(id=7, data=base64.b64encode(PNG).decode())
    assert (status, answer["id"], answer["page"]["text"]) == (200, 7, NOTE)


def test_http_reads_an_image_as_it_is(server: Server) -> None:
    status, _, (answer,) = server.ask("POST", "/read?languages=en,de&indent=true", PNG, Content_Type="image/png")
    assert (status, answer["page"]["text"].split()) == (200, NOTE.split())


def test_http_tells_lines_as_they_are_read(server: Server) -> None:
    body = json.dumps({"data": base64.b64encode(PNG).decode(), "stream": True}).encode()
    status, headers, answers = server.ask("POST", "/read", body, Content_Type="application/json")
    assert (status, headers.get_content_type()) == (200, "application/x-ndjson")
    assert ["lines" in answer for answer in answers] == [True] * (len(answers) - 1) + [False]
    assert checked(answers[-1])["page"]["text"] == NOTE


def test_http_says_that_it_is_well(server: Server) -> None:
    status, _, (answer,) = server.ask("GET", "/health")
    assert (status, answer["status"], answer["backend"]["used"]) == (200, "ok", "native")


@pytest.mark.parametrize(
    ("status", "values"),
    [
        (422, {"data": base64.b64encode(b"no image").decode()}),
        (400, {"data": base64.b64encode(PNG).decode(), "languages": ["klingon"]}),
        (400, {"data": "!"}),
        (400, {"path": str(FIXTURES / "note.png")}),
    ],
)
def test_http_answers_errors_with_a_status(server: Server, status: int, values: dict[str, Any]) -> None:
    got, answer = server.read(**values)
    assert got == status
    assert answer["error"]["remedy"]


def test_http_refuses_names_that_are_not_its_own(server: Server) -> None:
    status, _, (answer,) = server.ask("POST", "/read", PNG, Content_Type="image/png", Host="evil.example")
    assert (status, "evil.example" in answer["error"]["cause"]) == (421, True)


def test_http_refuses_pages_of_other_sites_unless_they_are_allowed(server: Server) -> None:
    status, headers, _ = server.ask("GET", "/health", Origin="https://evil.example")
    assert (status, headers["Access-Control-Allow-Origin"]) == (403, None)
    status, headers, _ = server.ask("OPTIONS", "/read", Origin="https://friend.example")
    assert (status, headers["Access-Control-Allow-Origin"]) == (204, "https://friend.example")
    assert server.ask("GET", "/health")[1]["Access-Control-Allow-Origin"] is None


def test_http_refuses_forms_and_what_is_too_large(server: Server) -> None:
    assert server.ask("POST", "/read", b"{}", Content_Type="text/plain")[0] == 400
    assert server.ask("POST", "/read", b"0" * 200_001, Content_Type="image/png")[0] == 413
    assert server.ask("GET", "/etc/passwd")[0] == 404


def test_a_port_that_is_taken_is_told_in_a_sentence(server: Server) -> None:
    command = [*COMMAND, "--http", f"127.0.0.1:{server.port}"]
    done = subprocess.run(command, capture_output=True, cwd=ROOT, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "cannot be listened at" in done.stderr


class SlowEngine:
    """Takes readings in, and ends them when it is told to."""

    options = OcrOptions()

    def __init__(self) -> None:
        self.taken: queue.Queue[Future[ReadPage]] = queue.Queue()

    def submit(self, *_: object) -> Future[ReadPage]:
        reading: Future[ReadPage] = Future()
        self.taken.put(reading)
        return reading


def test_what_is_too_much_waits_in_the_pipe() -> None:
    engine = SlowEngine()
    requests = io.BytesIO(b"\n".join(json.dumps({"id": number, "path": "a.png"}).encode() for number in range(3)))
    told = io.BytesIO()
    arguments = (cast(WarmEngine, engine), requests, Answers(told), 1000, 2)
    program = threading.Thread(target=answer_lines, args=arguments, daemon=True)
    program.start()
    first, second = engine.taken.get(timeout=10), engine.taken.get(timeout=10)
    with pytest.raises(queue.Empty):
        engine.taken.get(timeout=0.2)
    first.set_exception(CancelledError())
    for reading in (second, engine.taken.get(timeout=10)):
        reading.set_exception(CancelledError())
    program.join(timeout=10)
    assert not program.is_alive()
    answers = [json.loads(line) for line in told.getvalue().splitlines()]
    assert sorted((answer["id"], answer["error"]["code"]) for answer in answers) == [
        (number, "cancelled") for number in range(3)
    ]
