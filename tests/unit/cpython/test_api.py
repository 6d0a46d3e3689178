"""`py_ocr.read`, Reader and AsyncReader, with the real engine."""

import asyncio
import inspect
import io
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

import py_ocr
from py_ocr.api.page import ReadPage
from py_ocr.api.source import Source
from py_ocr.errors import ImageError, OcrError
from py_ocr.types import LinesRead, OcrPage

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
NOTE = "Hello world\nInvoice 2026"


@pytest.fixture(scope="module")
def reader() -> Iterator[py_ocr.Reader]:
    with py_ocr.Reader("fast") as reader:
        yield reader


def test_one_call_reads_an_image() -> None:
    page = py_ocr.read(FIXTURES / "note.png", profile="fast")
    assert page.text == NOTE
    assert [word.text for word in page.words] == ["Hello", "world", "Invoice", "2026"]
    assert page.source == str(FIXTURES / "note.png")


def test_a_page_is_what_the_commands_give(reader: py_ocr.Reader) -> None:
    page = reader.read(FIXTURES / "note.png")
    assert json.loads(page.to_json()) == json.loads(json.dumps(page.to_dict()))
    assert page.to_dict()["text"] == NOTE
    assert page.backend.used == "native"
    assert reader.use == page.backend


def test_a_notebook_shows_the_picture_and_the_text(reader: py_ocr.Reader) -> None:
    page = reader.read(Image.open(FIXTURES / "note.png"))
    shown = page._repr_html_()
    assert "data:image/jpeg;base64," in shown
    assert shown.count("<polygon") == len(page.lines) == 2
    assert "<title>Hello world</title>" in shown
    assert "230 x 200 px, 2 lines, 'Hello world Invoice 2026'" in repr(page)


def test_it_works_inside_a_running_event_loop(reader: py_ocr.Reader) -> None:
    async def notebook() -> str:
        return reader.read(FIXTURES / "note.png").text

    assert asyncio.run(notebook()) == NOTE


def test_lines_come_before_the_page(reader: py_ocr.Reader) -> None:
    *told, page = reader.stream(FIXTURES / "note.png")
    assert isinstance(page, ReadPage)
    assert page.text == NOTE
    assert [draft.line.text for each in told if isinstance(each, LinesRead) for draft in each.lines] == NOTE.split("\n")
    next(iter(reader.stream(FIXTURES / "note.png")))  # and is left
    assert reader.read(FIXTURES / "note.png").text == NOTE


def test_lines_come_before_the_page_that_is_awaited() -> None:
    async def read() -> list[LinesRead | OcrPage]:
        async with py_ocr.AsyncReader("fast") as reader:
            return [each async for each in reader.stream(FIXTURES / "note.png")]

    *told, page = asyncio.run(read())
    assert isinstance(page, ReadPage)
    assert page.text == NOTE
    assert [draft.line.text for each in told if isinstance(each, LinesRead) for draft in each.lines] == NOTE.split("\n")


def test_threads_take_turns(reader: py_ocr.Reader) -> None:
    texts: list[str] = []
    threads = [threading.Thread(target=lambda: texts.append(reader.read(FIXTURES / "note.png").text)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == [NOTE] * 3


def test_an_error_leaves_the_reader_well(reader: py_ocr.Reader) -> None:
    with pytest.raises(ImageError):
        reader.read(b"no image")
    with pytest.raises(OcrError, match="language"):
        reader.read(FIXTURES / "note.png", languages=["klingon"])
    assert reader.read(FIXTURES / "note.png").text == NOTE


def test_many_are_read_and_failures_told(reader: py_ocr.Reader) -> None:
    sources: list[Source] = [FIXTURES / "note.png", "no-such.png", FIXTURES / "note.jpg"]
    failed: list[tuple[object, str]] = []
    pages = list(reader.read_many(sources, on_error=lambda source, error: failed.append((source, error.code))))
    assert [page.text for page in pages] == [NOTE, NOTE]
    assert failed == [("no-such.png", "image_unreadable")]
    with pytest.raises(ImageError):
        list(reader.read_many(sources))


def test_many_are_read_at_once_and_come_as_they_are_done(reader: py_ocr.Reader) -> None:
    with (FIXTURES / "note.png").open("rb") as file, Image.open(FIXTURES / "note.webp") as picture:
        sources: list[Source] = [FIXTURES / "letter.png", file, picture, "no-such.png", b"no image"]
        failed: list[tuple[object, str]] = []
        pages = list(
            reader.read_many(sources, jobs=2, on_error=lambda source, error: failed.append((source, error.code)))
        )
    assert [page.text for page in pages if "note" in page.source] == [NOTE, NOTE]
    assert pages[0].source != str(FIXTURES / "letter.png"), "a long page holds up the others"
    assert sorted(page.source for page in pages) == [str(FIXTURES / n) for n in ("letter.png", "note.png", "note.webp")]
    assert sorted(failed, key=str) == [("no-such.png", "image_unreadable"), (b"no image", "image_undecodable")]
    with pytest.raises(ValueError, match="jobs"):
        next(reader.read_many(sources, jobs=-1))


def test_a_reader_says_how_text_is_written() -> None:
    with py_ocr.Reader("fast", text=py_ocr.TextOptions(furigana="drop")) as reader:
        page = reader.read(FIXTURES / "note.png")
    assert page.text_options.furigana == "drop"
    assert page.text == NOTE


def test_both_readers_take_the_same() -> None:
    for make in (py_ocr.Reader, py_ocr.AsyncReader):
        assert "ReaderOptions" in str(inspect.signature(make.__init__).parameters["options"].annotation)
    with pytest.raises(TypeError, match="no_such"):
        py_ocr.Reader("fast", no_such=1)  # type: ignore[call-arg]


def test_progress_is_told(reader: py_ocr.Reader) -> None:
    stages: list[str] = []
    reader.read(FIXTURES / "note.png", on_progress=lambda stage, _done, _total: stages.append(stage))
    assert {"detect", "recognize", "layout"} <= set(stages)


def test_a_closed_reader_says_so() -> None:
    reader = py_ocr.Reader("fast")
    reader.close()
    reader.close()
    with pytest.raises(RuntimeError, match="closed"):
        reader.read(FIXTURES / "note.png")


def test_a_wrong_choice_is_an_error_and_leaves_no_thread() -> None:
    before = set(threading.enumerate())
    with pytest.raises(OcrError, match="no-such"):
        py_ocr.Reader("no-such")
    with pytest.raises(OcrError, match="params has no stage"):
        py_ocr.Reader("fast", params={"no-such": {}})
    assert set(threading.enumerate()) <= before  # those of earlier tests may still be ending


def test_pages_are_awaited_while_the_loop_goes_on() -> None:
    async def main() -> tuple[list[str], int]:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                await asyncio.sleep(0.005)
                ticks += 1

        async with py_ocr.AsyncReader("fast") as reader:
            ticking = asyncio.create_task(tick())
            pages = [page async for page in reader.read_many([FIXTURES / "note.png", FIXTURES / "note.jpg"])]
            ticking.cancel()
        return [page.text for page in pages], ticks

    texts, ticks = asyncio.run(main())
    assert texts == [NOTE, NOTE]
    assert ticks > 2


def test_an_awaited_reading_can_be_cancelled() -> None:
    async def main() -> str:
        async with py_ocr.AsyncReader("fast") as reader:
            reading = asyncio.create_task(reader.read(FIXTURES / "letter.png"))
            await asyncio.sleep(0.01)
            reading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reading
            return (await reader.read(FIXTURES / "note.png")).text

    assert asyncio.run(main()) == NOTE


def test_images_of_a_hundred_megapixels_are_cancelled_within_a_second() -> None:
    async def cancelled(reader: py_ocr.AsyncReader, kind: str, moment_s: float) -> float:
        file = io.BytesIO()
        Image.new("L", (10_000, 10_000), 255).save(file, kind)  # white paper, which takes few bytes
        reading = asyncio.create_task(reader.read(file.getvalue()))
        await asyncio.sleep(moment_s)
        assert not reading.done()
        began = time.monotonic()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        return time.monotonic() - began

    async def main() -> None:
        async with py_ocr.AsyncReader("fast") as reader:
            assert (await reader.read(FIXTURES / "note.png")).text == NOTE
            # While it is decoded, and while text is looked for on it.
            for kind, moment_s in (("JPEG", 0.05), ("PNG", 1.0)):
                assert await cancelled(reader, kind, moment_s) < 1
                assert (await reader.read(FIXTURES / "note.png")).text == NOTE

    asyncio.run(main())


def test_an_async_reader_that_was_not_entered_says_so() -> None:
    with pytest.raises(RuntimeError, match="async with"):
        asyncio.run(py_ocr.AsyncReader().read(b""))


def test_the_import_alone_loads_no_runtime() -> None:
    program = (
        "import sys, py_ocr; print(sorted({'onnxruntime', 'py_ocr.native', 'asyncio.runners'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "onnxruntime" not in done.stdout
    assert "py_ocr.native" not in done.stdout
