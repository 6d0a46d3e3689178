"""The command line: which images it reads, what it writes, what it says of failures, and its exit status."""

import argparse
import io
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from py_ocr.cli.arguments import common_parser, find_images
from py_ocr.cli.batch import OnStage, read_all, read_all_at_once
from py_ocr.cli.output import Output, PageJson
from py_ocr.cli.progress import ProgressBar
from py_ocr.decode import check_readable
from py_ocr.errors import ImageError, OcrError


class FakeReader:
    """Reads a file's text as that of the image; a file that says "bad" cannot be decoded."""

    def read(self, image: Path, on_stage: OnStage) -> PageJson:
        check_readable(image)
        on_stage("recognize", 1, 2)
        text = image.read_text(encoding="utf-8")
        if text == "bad":
            raise ImageError("image_undecodable", "The file is no image.", "Choose another one.")
        notices = (
            [{"code": "script_unknown", "message": "Not read.", "quads": [[]] * text.count("?")}] if "?" in text else []
        )
        return {"schema": 1, "text": text, "lines": [], "notices": notices}


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def parser() -> argparse.ArgumentParser:
    return common_parser("ocr", "Reads.")


def read(images: list[Path], form: str = "text", folder: Path | None = None) -> tuple[int, str, str]:
    """Run the batch and return exit status, output and messages."""
    stream, messages = io.StringIO(), io.StringIO()
    output = Output(form, folder, stream)
    output.check()
    status = read_all(FakeReader(), images, output, messages)
    return status, stream.getvalue(), messages.getvalue()


def found(parser: argparse.ArgumentParser, *arguments: str | Path) -> list[Path]:
    """Return the images that a command line names."""
    options = parser.parse_args([str(argument) for argument in arguments])
    return find_images(parser, options, Output(options.format, options.out, io.StringIO()))


class FakeReaders:
    """Reads many files as FakeReader does one."""

    def read_many(self, images: Sequence[Path]) -> Iterator[PageJson | OcrError]:
        for image in images:
            try:
                yield FakeReader().read(image, lambda _stage, _done, _total: None)
            except OcrError as error:
                yield error


def test_pages_that_are_read_at_once_are_written_as_those_read_in_turn(write: Callable[[str, str], Path]) -> None:
    images = [write("a.png", "one"), write("b.png", "bad"), write("c.png", "three")]
    stream, messages = io.StringIO(), io.StringIO()
    status = read_all_at_once(FakeReaders(), images, Output("text", None, stream), messages)
    assert (status, stream.getvalue(), messages.getvalue()) == read(images)
    assert status == 1


def test_one_text_is_printed_as_it_is(write: Callable[[str, str], Path]) -> None:
    assert read([write("a.png", "Grüße 你好")]) == (0, "Grüße 你好\n", "")


def test_several_texts_are_told_apart(write: Callable[[str, str], Path]) -> None:
    first, second = write("a.png", "one"), write("b.png", "two")
    assert read([first, second]) == (0, f"==> {first} <==\none\n\n==> {second} <==\ntwo\n\n", "")


def test_json_is_printed_an_object_a_line_with_the_path(write: Callable[[str, str], Path]) -> None:
    images = [write("a.png", "one"), write("b.png", "two")]
    status, printed, _ = read(images, "json")
    assert status == 0
    assert [(page["image"], page["text"]) for page in map(json.loads, printed.splitlines())] == [
        (str(images[0]), "one"),
        (str(images[1]), "two"),
    ]


def test_a_folder_gets_a_file_for_each_image(write: Callable[[str, str], Path], tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    status, printed, _ = read([write("a.png", "one"), write("b.jpg", "two")], "json", out)
    assert (status, printed) == (0, "")
    assert sorted(path.name for path in out.iterdir()) == ["a.png.json", "b.jpg.json"]
    assert json.loads((out / "a.png.json").read_text(encoding="utf-8")) == {
        "schema": 1,
        "text": "one",
        "lines": [],
        "notices": [],
    }


def test_text_files_hold_the_text(write: Callable[[str, str], Path], tmp_path: Path) -> None:
    read([write("a.png", "Grüße")], "text", tmp_path)
    assert (tmp_path / "a.png.txt").read_bytes() == "Grüße\n".encode()


def test_a_failed_image_is_reported_at_the_end_and_the_others_are_written(
    write: Callable[[str, str], Path], tmp_path: Path
) -> None:
    bad, missing = write("b.png", "bad"), tmp_path / "no-such.png"
    status, printed, messages = read([write("a.png", "one"), bad, missing, write("c.png", "three")])
    assert status == 1
    assert "one" in printed
    assert "three" in printed
    assert messages.splitlines()[0] == "No result for 2 of 4 images:"
    assert f"{bad}: The file is no image. [image_undecodable]\n    Choose another one." in messages
    assert f"{missing}: The file cannot be read: No such file or directory. [image_unreadable]" in messages


def test_a_folder_stands_for_its_images_by_name(
    parser: argparse.ArgumentParser, write: Callable[[str, str], Path]
) -> None:
    second, first = write("in/b.JPG", ""), write("in/a.tiff", "")
    write("in/notes.txt", "")
    single = write("z.bin", "")
    assert found(parser, single, first.parent) == [single, first, second]
    deep = write("in/deep/c.png", "")
    assert found(parser, first.parent) == [first, second]
    assert found(parser, first.parent, "--recursive") == [first, second, deep]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["a.png", "--backend", "quantum"],
        ["a.png", "--format", "docx"],
        ["a.png", "--threads", "0"],
        ["a.png", "--param", "detection.long_side_px"],
        ["a.png", "--no-such-option"],
    ],
)
def test_wrong_usage_ends_with_status_2(
    parser: argparse.ArgumentParser, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parser.parse_args(arguments)
    assert ended.value.code == 2
    assert "error:" in capsys.readouterr().err


def test_results_that_would_overwrite_each_other_are_refused(
    parser: argparse.ArgumentParser, write: Callable[[str, str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    images = [write("one/a.png", ""), write("two/a.png", "")]
    assert found(parser, *images) == images
    with pytest.raises(SystemExit) as ended:
        found(parser, *images, "--out", "out")
    assert ended.value.code == 2
    assert "2 images are called a.png" in capsys.readouterr().err


def test_a_folder_without_images_is_wrong_usage(
    parser: argparse.ArgumentParser, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        found(parser, tmp_path)
    assert "holds no image" in capsys.readouterr().err


def test_parameters_add_up(parser: argparse.ArgumentParser) -> None:
    named = ["--param", "detection.long_side_px=960", "--param", "detection.max_enlargement=1.5"]
    assert parser.parse_args(["a.png", *named]).params == {"detection": {"long_side_px": 960, "max_enlargement": 1.5}}
    assert parser.parse_args(["a.png"]).params == {}


def test_languages_are_codes_with_commas(parser: argparse.ArgumentParser) -> None:
    assert parser.parse_args(["a.png", "--languages", "en,de"]).languages == ("en", "de")


def test_the_bar_shows_how_far_it_is() -> None:
    stream = Terminal()
    bar = ProgressBar(stream, total=4, clock=iter((0.0, 7.0)).__next__)
    bar.show(2, "a.png")
    assert stream.getvalue().endswith(f"[{'#' * 12}{'.' * 12}] 2/4 a.png (7 s)")


@pytest.mark.parametrize(("stream", "total"), [(io.StringIO(), 4), (Terminal(), 1)], ids=["pipe", "one image"])
def test_the_bar_stays_away_from_pipes_and_single_images(stream: io.StringIO, total: int) -> None:
    bar = ProgressBar(stream, total)
    bar.show(0, "a.png", "recognize")
    bar.clear()
    assert stream.getvalue() == ""


def test_what_a_page_lacks_is_told_beside_its_text(write: Callable[[str, str], Path]) -> None:
    one, two, whole = write("one.png", "a ?"), write("two.png", "??"), write("whole.png", "all")
    status, printed, messages = read([one, two, whole])
    assert status == 0
    assert "note" not in printed
    assert [line for line in messages.splitlines() if "note" in line] == [
        f"note: {one}: Not read.",
        f"note: {two}: Not read. (2 lines)",
    ]
