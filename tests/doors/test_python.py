"""`pip install`, and then Python and the command read, without a checkout."""

import json
import zipfile
from pathlib import Path

from tests.doors.conftest import Run

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
NOTE = "Hello world\nInvoice 2026"


def test_a_script_reads_an_image(installed: Run) -> None:
    script = f"import py_ocr; print(py_ocr.read({str(FIXTURES / 'note.png')!r}).text)"
    done = installed("python", "-W", "error", "-c", script)
    assert (done.returncode, done.stdout.replace("\r\n", "\n"), done.stderr) == (0, NOTE + "\n", "")


def test_every_profile_can_be_had(installed: Run) -> None:
    script = (
        "import py_ocr\n"
        "for profile in ('fast', 'balanced', 'best'):\n"
        f"    with py_ocr.Reader(profile) as reader: print(reader.read({str(FIXTURES / 'note.png')!r}).text)"
    )
    done = installed("python", "-c", script)
    assert (done.returncode, done.stdout.splitlines()) == (0, NOTE.splitlines() * 3), done.stderr


def test_the_command_reads_an_image(installed: Run) -> None:
    done = installed("py-ocr", FIXTURES / "note.png", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["text"] == NOTE


def test_without_the_extra_one_sentence_names_it(installed_bare: Run) -> None:
    script = f"import py_ocr; py_ocr.read({str(FIXTURES / 'note.png')!r})"
    told = installed_bare("python", "-c", script)
    assert told.returncode == 1
    assert "pip install 'py-ocr[native]'" in told.stderr.splitlines()[-1]
    command = installed_bare("py-ocr", FIXTURES / "note.png")
    assert command.returncode == 1
    assert "pip install 'py-ocr[native]'" in command.stderr
    assert "Traceback" not in command.stderr
    assert installed_bare("py-ocr", "--help").returncode == 0


def test_the_wheel_that_pages_get_has_no_models(packages: Path) -> None:
    (engine,) = packages.glob("py_ocr-*.whl")
    (models,) = packages.glob("py_ocr_models-*.whl")
    names = zipfile.ZipFile(engine).namelist()
    assert not [name for name in names if not name.endswith((".py", "py.typed")) and ".dist-info/" not in name]
    assert engine.stat().st_size < 300_000
    assert any(name.endswith(".onnx") for name in zipfile.ZipFile(models).namelist())
