"""`npm run package`: everything that would be published, into dist/."""

import argparse
import shutil
import sys
import tomllib
from pathlib import Path

from tools.model_package import lay_out
from tools.process import Word, run
from tools.progress import Progress, StepProgress, format_bytes
from tools.project import Project
from tools.steps.plan import prepare_site


def package(project: Project, options: argparse.Namespace) -> int:
    """Build the packages and list them; return 0."""
    prepare_site(project)
    out: Path = options.out or project.root / "dist"
    out.mkdir(parents=True, exist_ok=True)
    for old in (*out.glob("*.whl"), *out.glob("*.tgz")):
        old.unlink()
    with Progress(sys.stderr).step("Packages") as step:
        _wheels(project, out.absolute(), step)
        step.item("npm")
        run(["node", "web/npm/build.mjs", out.absolute()], step, project.logs / "package.log", cwd=project.root)
    for built in sorted(out.iterdir()):
        print(f"{format_bytes(built.stat().st_size):>8}  {built}")
    return 0


def _wheels(project: Project, out: Path, step: StepProgress) -> None:
    with (project.root / "pyproject.toml").open("rb") as stream:
        version = tomllib.load(stream)["project"]["version"]
    models = project.build / "py-ocr-models"
    lay_out(project, models, version)
    command: list[Word] = [project.venv_python, "-m", "hatchling", "build", "-t", "wheel", "-d", out]
    for name, source in (("py_ocr", project.root), ("py_ocr_models", models)):
        step.item(name)
        run(command, step, project.logs / "package.log", cwd=source)
    shutil.rmtree(models)
