"""The Pyodide wheels: `.build/wheels` with their official file names, and where they came from."""

import os
from pathlib import Path

from tools.progress import StepProgress
from tools.project import Project
from tools.pyodide_wheels.pins import BUILDS, read_pins
from tools.pyodide_wheels.provision import SourceBuild, provision
from tools.pyodide_wheels.source_build.build import build_wheels
from tools.pyodide_wheels.source_build.recipe import recipe_digest
from tools.stamps import fingerprint
from tools.steps.step import Step
from tools.store import ContentStore

MIRROR_VARIABLE = "PY_OCR_MIRROR"


def wheels_step(project: Project, mirror: str | None) -> Step:
    """Return the step that provides numpy, Pillow and pyclipper for Pyodide."""
    lock = project.pyodide / "pyodide-lock.json"

    def products() -> list[Path]:
        names = [pin.file_name for pin in read_pins(project.pyodide).wheels] if lock.is_file() else []
        return [project.wheels / name for name in [*names, "provenance.json"]]

    def make(step: StepProgress) -> None:
        work = project.build / "wheels-work"
        provision(
            read_pins(project.pyodide),
            ContentStore(project.cache),
            project.wheels,
            step,
            SourceBuild(recipe_digest(project.pyodide), lambda shown: build_wheels(project.pyodide, work, shown)),
            mirror=mirror or os.environ.get(MIRROR_VARIABLE) or None,
        )

    return Step(
        name="wheels",
        title="Pyodide wheels",
        inputs=lambda: fingerprint(
            project.root, [lock, BUILDS], [recipe_digest(project.pyodide)] if lock.is_file() else []
        ),
        products=products,
        make=make,
        needs=("node", "venv"),
    )
