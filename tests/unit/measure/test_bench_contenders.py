"""Pages and processes as the benchmark drives them, in a real Chromium: our own, and one made here for the others."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from measure.bench import browser
from measure.bench.browser import BrowserContender, SitePage
from measure.bench.contender import ContenderError
from measure.bench.process import ProcessContender
from measure.headless.chromium_launch import plan_launch
from tools.project import this_project

ROOT = this_project().root
NOTE = ROOT / "tests" / "fixtures" / "note.png"
SITE = ROOT / "web" / "dist"

Open = Callable[..., BrowserContender]

pytestmark = pytest.mark.skipif(
    not (SITE / "assets.json").is_file() or not this_project().chromium_record.is_file(),
    reason="the site or Chromium is not set up: `python3 -m tools setup`",
)

PAGE = """<!doctype html><script type="module">
const input = document.createElement("input");
input.type = "file";
let started;
globalThis.contender = {
  input,
  async start(options) {
    if (options.fails) throw new Error("no such model");
    started = options;
    await fetch("before.bin");
  },
  async read(file, onFirstLines) {
    if (started.hangs) await new Promise(() => undefined);
    const turns = { frame: () => new Promise((resolve) => setTimeout(resolve, 60)) };
    await turns.frame();
    onFirstLines();
    await turns.frame();
    onFirstLines();
    await fetch("after.bin");
    return { text: file.name, lines: [file.name, String(globalThis.crossOriginIsolated)], stages_ms: {} };
  },
};
</script>"""


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Open]:
    """Make contenders of a page that gives its first lines half-way; they are closed at the end."""
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "before.bin").write_bytes(os.urandom(5000))
    (tmp_path / "after.bin").write_bytes(os.urandom(900_000))
    opened: list[BrowserContender] = []

    def make(**options: bool) -> BrowserContender:
        launch = plan_launch(this_project(), "wasm")
        opened.append(BrowserContender("made up", SitePage(tmp_path, "page.html"), launch, options))
        return opened[-1]

    yield make
    for contender in opened:
        contender.close()


def test_a_reading_has_the_time_of_its_first_lines(page: Open) -> None:
    contender = page()
    contender.start()
    reading = contender.read(NOTE)
    assert 50 < reading.first_ms < reading.whole_ms - 50
    assert reading.lines == 2
    assert reading.inference_ms is None


def test_a_visit_counts_what_was_asked_for_until_the_first_lines(page: Open) -> None:
    first, second = page().visit(NOTE)
    raw = len(PAGE.encode()) + 5000
    assert first.raw_bytes == raw
    assert first.brotli_bytes is not None
    assert 5000 <= first.brotli_bytes < raw
    assert first.first_ms < first.whole_ms
    assert second.raw_bytes == 0


def test_an_engine_that_does_not_start_is_a_contender_that_fails(page: Open) -> None:
    contender = page(fails=True)
    with pytest.raises(ContenderError, match=r"made up: .*no such model"):
        contender.start()
    contender.close()
    with pytest.raises(ContenderError, match="no such model"):
        contender.visit(NOTE)


def test_an_engine_that_hangs_is_given_up(page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    contender = page(hangs=True)
    contender.start()
    monkeypatch.setattr(browser, "LIMIT_S", 1.0)
    with pytest.raises(ContenderError, match="not finished"):
        contender.read(NOTE)


def test_our_own_page_keeps_the_contract_of_the_others() -> None:
    launch = plan_launch(this_project(), "wasm")
    options = {"backend": "wasm", "threads": 1, "profile": "fast"}
    contender = BrowserContender("py-ocr fast", SitePage(SITE, "headless.html", ours=True), launch, options)
    try:
        contender.start()
        reading = contender.read(NOTE)
        memory = contender.memory()
    finally:
        contender.close()
    assert reading.lines == 2
    assert 0 < reading.first_ms <= reading.whole_ms
    assert {"detect", "recognize"} <= reading.stages_ms.keys()
    assert memory is None or memory.peak_mb > 50


def test_a_process_reads_and_says_how_it_ended() -> None:
    contender = ProcessContender("py-ocr native", ("native", "1", "fast"))
    contender.start()
    reading = contender.read(NOTE)
    assert reading.lines == 2
    assert reading.inference_ms is not None
    assert 0 < reading.inference_ms < reading.whole_ms
    contender.close()
    contender.close()
    with pytest.raises(ContenderError, match="ended with status"):
        ProcessContender("py-ocr native", ("native", "1", "no such profile")).start()
