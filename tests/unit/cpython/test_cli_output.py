"""The command line where its output fails: one sentence, whole files only, and the rest is read all the same."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from py_ocr.cli.arguments import common_parser, find_images
from py_ocr.cli.batch import OnStage, read_all, report_unreadable
from py_ocr.cli.output import Output, OutputError, PageJson


class Reader:
    """Gives the name of a file as its text, until it is interrupted."""

    def __init__(self, interrupted_at: str = "") -> None:
        self.read_names: list[str] = []
        self._interrupted_at = interrupted_at

    def read(self, image: Path, on_stage: OnStage) -> PageJson:
        on_stage("recognize", 1, 1)
        if image.name == self._interrupted_at:
            raise KeyboardInterrupt
        self.read_names.append(image.name)
        return {"schema": 1, "text": image.name, "lines": [], "notices": []}


IMAGES = [Path(name) for name in ("a.png", "b.png", "c.png")]
FULL = Path("/dev/full")


def test_a_result_that_cannot_be_written_leaves_the_others_alone(tmp_path: Path) -> None:
    (tmp_path / "b.png.txt").mkdir()  # a folder in the way
    reader, messages = Reader(), io.StringIO()
    assert read_all(reader, IMAGES, Output("text", tmp_path, io.StringIO()), messages) == 1
    assert reader.read_names == ["a.png", "b.png", "c.png"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png.txt", "b.png.txt", "c.png.txt"]
    told = messages.getvalue()
    assert told.startswith("No result for 1 of 3 images:")
    assert f"b.png: {tmp_path / 'b.png.txt'} cannot be written: Is a directory." in told


@pytest.mark.parametrize("name", ["file", "file/below"])
def test_a_folder_that_cannot_be_made_is_told_before_anything_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="cannot be written") as raised:
        Output("text", tmp_path / name, io.StringIO()).check()
    assert raised.value.is_for_all


def test_a_checked_folder_is_empty(tmp_path: Path) -> None:
    Output("text", tmp_path / "new" / "out", io.StringIO()).check()
    assert list((tmp_path / "new" / "out").iterdir()) == []


@pytest.mark.skipif(not FULL.exists(), reason="there is no device that is always full")
def test_a_full_disk_ends_printing_in_one_sentence() -> None:
    messages = io.StringIO()
    reader = Reader()
    with FULL.open("w") as full:
        assert read_all(reader, IMAGES, Output("text", None, full), messages) == 1
    assert messages.getvalue().startswith("error: The results cannot be printed: No space left on device.\n")
    assert reader.read_names == ["a.png"], "nothing more can be printed, so nothing more is read"


def test_who_reads_enough_of_it_ends_it_quietly() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    messages, reader = io.StringIO(), Reader()
    with os.fdopen(write_end, "w") as closed:
        assert read_all(reader, IMAGES, Output("text", None, closed), messages) == 0
    assert (messages.getvalue(), reader.read_names) == ("", ["a.png"])


def test_an_interruption_tells_of_the_failures_so_far(tmp_path: Path) -> None:
    (tmp_path / "a.png.txt").mkdir()
    messages = io.StringIO()
    with pytest.raises(KeyboardInterrupt):
        read_all(Reader(interrupted_at="c.png"), IMAGES, Output("text", tmp_path, io.StringIO()), messages)
    assert "a.png.txt cannot be written" in messages.getvalue()
    assert (tmp_path / "b.png.txt").read_text() == "b.png\n"


def test_work_goes_on_where_it_stopped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parser = common_parser("ocr", "Reads.")
    options = parser.parse_args([*map(str, IMAGES), "--out", str(tmp_path), "--skip-existing"])
    output = Output("json", tmp_path, io.StringIO())
    (tmp_path / "b.png.json").write_text("{}")
    assert find_images(parser, options, output) == [IMAGES[0], IMAGES[2]]
    read_all(Reader(), IMAGES, output, io.StringIO())
    with pytest.raises(SystemExit) as ended:
        find_images(parser, options, output)
    assert ended.value.code == 0
    assert "Every result is in" in capsys.readouterr().err


def test_skipping_without_a_folder_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    parser = common_parser("ocr", "Reads.")
    with pytest.raises(SystemExit):
        find_images(parser, parser.parse_args(["a.png", "--skip-existing"]), Output("text", None, io.StringIO()))
    assert "--skip-existing needs --out" in capsys.readouterr().err


def test_failures_are_objects_where_results_are(tmp_path: Path) -> None:
    stream = io.StringIO()
    missing = tmp_path / "no-such.png"
    assert report_unreadable([missing], Output("json", None, stream), io.StringIO()) == 1
    answer = json.loads(stream.getvalue())
    assert answer["image"] == str(missing)
    assert answer["error"]["code"] == "image_unreadable"


def test_one_file_that_is_there_is_a_matter_for_the_engine(tmp_path: Path) -> None:
    there = tmp_path / "there.png"
    there.write_bytes(b"?")
    stream = io.StringIO()
    assert report_unreadable([tmp_path / "no-such.png", there], Output("json", None, stream), io.StringIO()) is None
    assert stream.getvalue() == ""


@pytest.fixture
def run() -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "py_ocr", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    return run


def test_the_command_says_that_a_file_is_missing_without_an_engine(
    run: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    done = run("no-such.png", "--models", "/no/such/folder")
    assert done.returncode == 1
    assert "no-such.png: The file cannot be read: No such file or directory. [image_unreadable]" in done.stderr
    assert "models" not in done.stderr


def test_the_command_says_its_version(run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    assert run("--version").stdout.startswith("python -m py_ocr 0.")
