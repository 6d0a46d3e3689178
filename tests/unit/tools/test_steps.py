"""Steps run when their inputs or products changed, and only then; an interrupted one never counts as done."""

import io
import json
import threading
from pathlib import Path

import pytest

from tools.errors import SetupError
from tools.progress import Progress, StepProgress
from tools.project import Project, cache_folder
from tools.stamps import Stamp, files_below, fingerprint
from tools.steps.python import incomplete_packages, python_step
from tools.steps.site import site_files
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


class Lane:
    """Steps that record when they begin and end."""

    def __init__(self, root: Path) -> None:
        self.project = Project(root, root / "cache")
        self.events: list[str] = []

    def step(self, name: str, needs: tuple[str, ...] = (), *, meets: threading.Barrier | None = None) -> Step:
        product = self.project.root / name

        def make(_step: StepProgress) -> None:
            self.events.append(f"{name} begins")
            if meets is not None:
                meets.wait(timeout=10)
            product.write_text(name)
            self.events.append(f"{name} ends")

        return Step(name, name, lambda: "always the same", lambda: [product], make, needs)

    def failing(self, name: str) -> Step:
        def make(_step: StepProgress) -> None:
            raise SetupError("it broke", "mend it")

        return Step(name, name, lambda: "", lambda: [], make)

    def run(self, *steps: Step) -> int:
        return run_steps(self.project, Progress(io.StringIO()), steps)


@pytest.fixture
def lane(tmp_path: Path) -> Lane:
    return Lane(tmp_path)


def test_steps_run_side_by_side_unless_one_needs_the_other(lane: Lane) -> None:
    both_run = threading.Barrier(2)
    assert lane.run(lane.step("a", meets=both_run), lane.step("b", meets=both_run), lane.step("c", ("a", "b"))) == 3
    assert lane.events.index("c begins") > max(lane.events.index("a ends"), lane.events.index("b ends"))


def test_a_run_that_had_nothing_to_do_says_so(lane: Lane) -> None:
    steps = [lane.step("a"), lane.step("b", ("a",))]
    assert [lane.run(*steps), lane.run(*steps)] == [2, 0]


def test_where_a_step_fails_those_that_need_it_never_begin_and_its_own_error_is_told(lane: Lane) -> None:
    with pytest.raises(SetupError, match="it broke"):
        lane.run(lane.failing("a"), lane.step("b", ("a",)))
    assert lane.events == []


def test_steps_in_an_order_that_could_never_end_are_refused(lane: Lane) -> None:
    with pytest.raises(ValueError, match="b needs a"):
        lane.run(lane.step("b", ("a",)), lane.step("a"))


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


def test_a_site_that_lacks_a_file_or_has_another_one_is_built_again(tmp_path: Path) -> None:
    site = tmp_path / "dist"
    (site / "models").mkdir(parents=True)
    (site / "index.html").write_text("page")
    (site / "models" / "model.onnx").write_bytes(b"weights")
    (site / "assets.json").write_text(json.dumps({"files": {"models/model.onnx": {"bytes": 7}}}))
    stamp = Stamp(tmp_path / "site.json")
    stamp.write("inputs", site_files(site))
    assert stamp.is_current("inputs", site_files(site))

    (site / "models" / "model.onnx").write_bytes(b"weigh")
    assert not stamp.is_current("inputs", site_files(site))
    (site / "models" / "model.onnx").unlink()
    assert not stamp.is_current("inputs", site_files(site))
    (site / "assets.json").write_text("{")
    assert not stamp.is_current("inputs", site_files(site))


def test_an_environment_whose_packages_lack_files_is_filled_again(tmp_path: Path) -> None:
    project = Project(tmp_path, tmp_path / "cache")
    packages = project.venv / "lib" / "python3.14" / "site-packages"
    information = packages / "engine-1.0.dist-info"
    information.mkdir(parents=True)
    (packages / "engine").mkdir()
    (packages / "engine" / "__init__.py").write_text("")
    (packages / "engine" / "core.so").write_bytes(b"code")
    (project.venv / "pyvenv.cfg").write_text("")
    listed = ("engine/__init__.py", "engine/core.so", "engine-1.0.dist-info/RECORD")
    (information / "RECORD").write_text("".join(f'"{name}",sha256=0,1\n' for name in listed))
    step, stamp = python_step(project), Stamp(tmp_path / "python.json")
    stamp.write("inputs", step.products())
    assert stamp.is_current("inputs", step.products())
    assert incomplete_packages(project.venv) == {}

    (packages / "engine" / "core.so").unlink()
    assert not stamp.is_current("inputs", step.products())
    assert incomplete_packages(project.venv) == {information: [packages / "engine" / "core.so"]}
