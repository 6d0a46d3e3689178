"""The plugin of pytest on real pages in Chromium: text that is drawn is waited for, found and clicked in CSS pixels."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from measure.headless.chromium_launch import plan_launch
from py_ocr.testing import Ocr, OcrExpectation, Reading, expect_ocr
from tools.project import this_project

pytest_plugins = ["py_ocr.testing.plugin"]

PAGES = Path(__file__).resolve().parents[2] / "pages"
Open = Callable[..., Page]


# Not longer than this file: Playwright's loop counts as running for whatever comes after.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    launch = plan_launch(this_project(), "wasm")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=launch.executable, args=launch.arguments, chromium_sandbox=launch.sandbox
        )


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Open]:
    contexts = []

    def open_page(name: str, scale: float = 1) -> Page:
        context = chromium.new_context(device_scale_factor=scale, viewport={"width": 700, "height": 420})
        contexts.append(context)
        page = context.new_page()
        page.goto((PAGES / name).as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_a_text_of_a_chart_is_waited_for_and_found_at_any_scale(open_page: Open, ocr: Ocr, scale: int) -> None:
    canvas = open_page("chart.html", scale).locator("canvas")
    expect_ocr(canvas).to_contain_text("Total 12.00", timeout=20)
    box = ocr.locate(canvas, "Total 12.00").box
    # It is drawn from x 330, its foot at y 40, inside a border of 3 and a margin of 24.
    assert box.x == pytest.approx(330 + 27, abs=5)
    assert box.y + box.height == pytest.approx(40 + 27, abs=6)
    # How wide that is, the fonts of the machine decide.
    drawn = canvas.evaluate("(canvas) => canvas.getContext('2d').measureText('Total 12.00').width")
    assert box.width == pytest.approx(drawn, abs=10)


def test_the_button_of_a_game_is_clicked(open_page: Open, ocr: Ocr) -> None:
    page = open_page("game.html")
    expect_ocr(page).to_contain_text("Score 1280")
    ocr.click(page, "Start game")
    expect_ocr(page).to_contain_text("Level one")
    expect_ocr(page.locator("canvas")).not_to_contain_text("Ready")


def test_a_text_further_down_a_document_is_scrolled_to_and_clicked(open_page: Open, ocr: Ocr) -> None:
    page = open_page("viewer.html", 2)
    expect_ocr(page).to_contain_text(re.compile(r"Invoice \d+"))
    second = page.locator("canvas").nth(1)
    expect_ocr(second).to_contain_text("Terms of delivery")
    ocr.click(second, "Approve")
    clicked = re.fullmatch(r"clicked page 2 at (\d+), (\d+)", page.title())
    assert clicked
    assert int(clicked[1]) == pytest.approx(50 + 30, abs=12)
    assert int(clicked[2]) == pytest.approx(80 + 240 - 6, abs=8)


def test_a_remote_desktop_that_is_shown_smaller_is_operated(open_page: Open, ocr: Ocr) -> None:
    video = open_page("remote.html").locator("video")
    expect_ocr(video).to_contain_text("Connected", timeout=20)
    ocr.click(video, "Submit", exact=True)
    expect_ocr(video).to_contain_text("thank you", ignore_case=True, timeout=20)


def test_two_places_are_an_error_that_shows_both(open_page: Open, ocr: Ocr, tmp_path: Path) -> None:
    page = open_page("remote.html")
    expect_ocr(page).to_contain_text("Submit", timeout=20)
    with pytest.raises(AssertionError) as raised:
        ocr.locate(page, re.compile("Submit|Cancel"), timeout=0)
    message = str(raised.value)
    assert "2 places have /Submit|Cancel/" in message
    assert "1. 'Submit'" in message
    assert "2. 'Cancel'" in message
    (picture,) = re.findall(r"marked: (.*\.png)", message)
    with Image.open(picture) as marked:
        assert marked.size == (700, 420)
        assert (220, 0, 60) in {colour for _, colour in marked.convert("RGB").getcolors(1 << 20) or []}
    assert Path(picture).is_relative_to(tmp_path)


def test_a_failure_has_the_last_reading(open_page: Open, expect_ocr: Callable[..., OcrExpectation]) -> None:
    canvas = open_page("game.html").locator("canvas")
    with pytest.raises(AssertionError, match=r"(?s)should contain 'Game over'.*\| Score 1280.*marked: ") as raised:
        expect_ocr(canvas).to_contain_text("Game over", timeout=0)
    assert "Level" not in str(raised.value)


def test_words_and_lines_have_places(open_page: Open, ocr: Ocr) -> None:
    reading: Reading = ocr.read(open_page("viewer.html").locator("canvas").first)
    assert [word.text for word in reading.words][:2] == ["Invoice", "2026"]
    assert reading.lines[0].box.width > reading.words[0].box.width > 0
    with pytest.raises(ValueError, match="empty"):
        reading.find(" ")
    assert Image.open(io.BytesIO(reading.marked())).width == 520
