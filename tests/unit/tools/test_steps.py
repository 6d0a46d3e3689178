"""Steps run when their inputs or products changed, and only then; an interrupted one never counts as done."""

import io
from pathlib import Path

import pytest

from tools.progress import Progress, StepProgress
from tools.project import Project, cache_folder
from tools.stamps import files_below, fingerprint
from tools.steps.step import Step, run_steps


class Copying:
    """A step that copies a file and counts how often it had to."""

    def __init__(self, root: Path) -> None:
        self.project = Project(root, root / "cache")
        self.source, self.product = root / "source", root / "product"
        self.source.write_text("one")
        self.runs = 0
        self.is_interrupted = False

    def make(self, _step: StepProgress) -> None:
        self.runs += 1
        self.product.write_text(self.source.read_text())
        if self.is_interrupted:
            raise KeyboardInterrupt

    def run(self) -> None:
        inputs = lambda: fingerprint(self.project.root, [self.source])  # noqa: E731 -- as the real steps do
        step = Step("copy", "Copy", inputs, lambda: [self.product], self.make)
        run_steps(self.project, Progress(io.StringIO()), [step])


@pytest.fixture
def copying(tmp_path: Path) -> Copying:
    return Copying(tmp_path)


def test_a_second_run_has_nothing_to_do(copying: Copying) -> None:
    copying.run()
    copying.run()
    assert copying.runs == 1


def test_touching_a_file_is_no_change_but_its_content_is(copying: Copying) -> None:
    copying.run()
    copying.source.touch()
    copying.run()
    assert copying.runs == 1
    copying.source.write_text("two")
    copying.run()
    assert copying.runs == 2
    assert copying.product.read_text() == "two"


def test_a_missing_or_damaged_product_is_made_again(copying: Copying) -> None:
    copying.run()
    copying.product.unlink()
    copying.run()
    copying.product.write_text("damaged")
    copying.run()
    assert copying.runs == 3
    assert copying.product.read_text() == "one"


def test_an_interrupted_step_runs_again_even_though_its_product_is_there(copying: Copying) -> None:
    copying.run()
    copying.source.write_text("two")
    copying.is_interrupted = True
    with pytest.raises(KeyboardInterrupt):
        copying.run()
    copying.is_interrupted = False
    copying.source.write_text("one")
    copying.run()
    assert copying.runs == 3


def test_a_stamp_that_cannot_be_read_counts_as_absent(copying: Copying) -> None:
    copying.run()
    (copying.project.stamps / "copy.json").write_text("{")
    copying.run()
    assert copying.runs == 2


def test_a_fingerprint_tells_names_contents_absence_and_facts_apart(tmp_path: Path) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    a.write_text("x")
    prints = [fingerprint(tmp_path, [a]), fingerprint(tmp_path, [a, b]), fingerprint(tmp_path, [a], ["3.11"])]
    b.write_text("")
    prints.append(fingerprint(tmp_path, [a, b]))
    a.write_text("y")
    prints.append(fingerprint(tmp_path, [a]))
    assert len(set(prints)) == len(prints)


def test_generated_folders_are_no_inputs(tmp_path: Path) -> None:
    for name in ("src/a.ts", "dist/a.js", "src/__pycache__/a.pyc", "src/b.css"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert files_below(tmp_path) == [tmp_path / "src/a.ts", tmp_path / "src/b.css"]
    assert files_below(tmp_path, ".css") == [tmp_path / "src/b.css"]


def test_the_cache_folder_follows_the_environment() -> None:
    home = Path("/home/me")
    assert cache_folder({}, home) == home / ".cache" / "py-ocr"
    assert cache_folder({"XDG_CACHE_HOME": "/x"}, home) == Path("/x/py-ocr")
    assert cache_folder({"XDG_CACHE_HOME": "/x", "PY_OCR_CACHE": "/own"}, home) == Path("/own")
