"""The installed package in a notebook, in a pytest run, and behind a pipe."""

import json
from pathlib import Path

from tests.doors.conftest import Run, conftest_with_chromium

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
PAGES = FIXTURES.parent / "pages"
NOTE = "Hello world\nInvoice 2026"

NOTEBOOK = f"""
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name="python3")
shown = []

def hear(message):
    if message["msg_type"] in ("execute_result", "error"):
        shown.append(message["content"])

cell = "import py_ocr; py_ocr.read({str(FIXTURES / "note.png")!r}, profile='fast')"
client.execute_interactive(cell, timeout=120, output_hook=hear)
client.stop_channels()
manager.shutdown_kernel()
(content,) = shown
print(content["data"]["text/plain"])
print(content["data"]["text/html"].count("<polygon"))
"""

TEST_OF_A_PAGE = f"""
from playwright.sync_api import Page

def test_a_game(page: Page, ocr, expect_ocr):
    page.goto({(PAGES / "game.html").as_uri()!r})
    expect_ocr(page.locator("canvas")).to_contain_text("Score 1280")
    ocr.click(page, "Start game")
    expect_ocr(page).to_contain_text("Level one")

def test_that_fails(page: Page, expect_ocr):
    page.goto({(PAGES / "game.html").as_uri()!r})
    expect_ocr(page).to_contain_text("Game over", timeout=0)
"""


def test_a_notebook_shows_a_page(installed_with_others: Run) -> None:
    done = installed_with_others("python", "-c", NOTEBOOK)
    assert done.returncode == 0, done.stderr
    text, polygons = done.stdout.splitlines()
    assert "'Hello world Invoice 2026'" in text
    assert polygons == "2"


def test_pytest_finds_the_plugin(installed_with_others: Run, tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(conftest_with_chromium(), encoding="utf-8")
    (tmp_path / "test_page.py").write_text(TEST_OF_A_PAGE, encoding="utf-8")
    results = tmp_path / "results"
    done = installed_with_others("pytest", tmp_path, "--ocr-profile", "fast", "--output", results)
    assert done.returncode == 1, done.stdout
    assert "1 failed, 1 passed" in done.stdout
    assert "should contain 'Game over'" in done.stdout
    assert len(list(results.rglob("ocr-1.png"))) == 1


def test_a_program_asks_through_a_pipe(installed: Run) -> None:
    request = json.dumps({"id": 1, "path": str(FIXTURES / "note.png")}).encode()
    done = installed("py-ocr", "serve", "--stdio", "--profile", "fast", stdin=request)
    ready, answer = map(json.loads, done.stdout.splitlines())
    assert (done.returncode, answer["page"]["text"]) == (0, NOTE), done.stderr
    assert ready["ready"]["backend"]["used"] == "native"


def test_the_command_reads_standard_input_under_its_own_name(installed: Run) -> None:
    done = installed("py-ocr", "-", "--profile", "fast", stdin=(FIXTURES / "note.png").read_bytes())
    assert (done.returncode, done.stdout.split()) == (0, NOTE.split()), done.stderr
    assert installed("py-ocr", "--help").stdout.startswith("usage: py-ocr [-h]")
    assert "_shtab_py_ocr" in installed("py-ocr", "--print-completion", "bash").stdout
