"""The py_ocr wheel: pure Python, built reproducibly, so that the same sources give the same bytes."""

import tomllib
from pathlib import Path

from tools.process import Word, run
from tools.progress import StepProgress
from tools.project import Project
from tools.stamps import files_below, fingerprint
from tools.steps.step import Step


def engine_wheel(project: Project) -> Path:
    """Return the path of the py_ocr wheel."""
    with (project.root / "pyproject.toml").open("rb") as stream:
        version = tomllib.load(stream)["project"]["version"]
    return project.build / f"py_ocr-{version}-py3-none-any.whl"


def engine_step(project: Project) -> Step:
    """Return the step that packs `py_ocr` into a wheel."""
    names = ["pyproject.toml", "README.md", "LICENSE", "NOTICE"]

    def make(step: StepProgress) -> None:
        for old in project.build.glob("py_ocr-*.whl"):
            old.unlink()
        step.item(engine_wheel(project).name)
        command: list[Word] = [project.venv_python, "-m", "hatchling", "build", "-t", "wheel", "-d", project.build]
        run(command, step, project.logs / "engine.log", cwd=project.root)

    return Step(
        name="engine",
        title="py_ocr wheel",
        inputs=lambda: fingerprint(
            project.root, [*files_below(project.root / "py_ocr"), *(project.root / name for name in names)]
        ),
        products=lambda: [engine_wheel(project)],
        make=make,
        needs=("python",),
    )
