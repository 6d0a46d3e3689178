"""`python -m py_ocr` as a user runs it: real models, real files, good and bad."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from py_ocr.__main__ import main
from py_ocr.native import MODELS_VARIABLE

SIGN = Path(__file__).parents[3] / "web" / "samples" / "sign.jpg"


@pytest.fixture
def small_sign(tmp_path: Path) -> Path:
    """The top of the sample sign, which is quick to read."""
    with Image.open(SIGN) as sign:
        sign.crop((0, 0, sign.width, sign.height // 2)).resize((sign.width // 2, sign.height // 4)).save(
            tmp_path / "sign.png"
        )
    return tmp_path / "sign.png"


def test_bad_files_between_good_ones_are_named_and_cost_nothing_else(
    small_sign: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = small_sign.parent
    (folder / "a-empty.png").write_bytes(b"")
    (folder / "b-text.png").write_text("not an image", encoding="utf-8")
    (folder / "c-cut.jpg").write_bytes(SIGN.read_bytes()[:20_000])
    out = tmp_path / "out"
    status = main([str(folder), "--format", "json", "--out", str(out), "--threads", "1"])
    messages = capsys.readouterr().err
    assert status == 1
    assert [path.name for path in out.iterdir()] == ["sign.png.json"]
    page = json.loads((out / "sign.png.json").read_text(encoding="utf-8"))
    assert "Wildflower meadow" in page["text"]
    assert page["backend"]["used"] == "native"
    assert {"decode", "detect", "recognize"} <= page["timings_ms"].keys()
    for name, code in (("a-empty.png", "image_empty"), ("b-text.png", "image_undecodable")):
        assert name in messages
        assert code in messages
    assert "c-cut.jpg" in messages
    assert "image_truncated" in messages


def test_an_unknown_profile_is_wrong_usage_that_names_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([str(SIGN), "--profile", "no-such-profile"])
    assert ended.value.code == 2
    assert "balanced" in capsys.readouterr().err


def test_a_missing_models_folder_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(MODELS_VARIABLE, str(tmp_path))
    assert main([str(SIGN)]) == 1
    messages = capsys.readouterr().err
    assert "manifest.json cannot be read" in messages
    assert "--models" in messages


WITHOUT_RUNTIME = """
import sys
sys.modules["onnxruntime"] = None
from py_ocr.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def test_without_onnxruntime_help_is_shown_and_reading_says_what_to_install() -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", WITHOUT_RUNTIME, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    helped = run("--help")
    assert helped.returncode == 0, helped.stderr
    assert "--backend" in helped.stdout
    refused = run(str(SIGN))
    assert refused.returncode == 1
    assert "pip install 'py-ocr[native]'" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_standard_input_is_read_beside_files(small_sign: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "py_ocr", "-", "no-such.png", "--format", "json", "--profile", "fast"]
    done = subprocess.run(command, input=small_sign.read_bytes(), capture_output=True, check=False)
    assert done.returncode == 1
    page, failure = map(json.loads, done.stdout.splitlines())
    assert (page["image"], "Wildflower" in page["text"]) == ("-", True)
    assert (failure["image"], failure["error"]["code"]) == ("no-such.png", "image_unreadable")
    written = subprocess.run(
        [*command[:4], "--out", str(tmp_path / "out")], input=small_sign.read_bytes(), capture_output=True, check=False
    )
    assert written.returncode == 0, written.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["stdin.txt"]


def test_wrong_choices_are_told_before_an_engine_is_loaded(capsys: pytest.CaptureFixture[str]) -> None:
    program = (
        "import sys; from py_ocr.__main__ import main\n"
        "status = main(sys.argv[1:])\n"
        "print(status, 'onnxruntime' in sys.modules)"
    )
    for wrong in (["no-such.png"], [str(SIGN), "--languages", "klingon"], [str(SIGN), "--param", "detection.x=1"]):
        done = subprocess.run([sys.executable, "-c", program, *wrong], capture_output=True, text=True, check=False)
        assert done.stdout == "1 False\n", done.stderr
    with pytest.raises(SystemExit):
        main([str(SIGN), "--threads", "abc"])
    assert "'abc' is no whole number from 1" in capsys.readouterr().err


def test_shells_are_told_what_there_is_to_complete(capsys: pytest.CaptureFixture[str]) -> None:
    for shell in ("bash", "zsh", "fish"):
        with pytest.raises(SystemExit) as ended:
            main(["--print-completion", shell])
        printed = capsys.readouterr().out
        assert ended.value.code == 0
        assert "furigana" in printed
        assert "brackets" in printed
    with pytest.raises(SystemExit) as ended:
        main(["--print-completion", "no-such-shell"])
    assert ended.value.code == 2
