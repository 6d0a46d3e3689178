"""The package with models, `py-ocr-models`: what the extra `native` brings along, so that reading needs no checkout.

Its version is that of py-ocr. The wheel that pages get, which is py-ocr's own, has no models.
"""

import shutil
from pathlib import Path

from tools.project import Project
from tools.steps.models import prepared_files

_PYPROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "py-ocr-models"
version = "{version}"
description = "The models of py-ocr: PP-OCR, prepared for it"
license = "Apache-2.0"
license-files = ["LICENSE", "NOTICE"]
requires-python = ">=3.11"

[tool.hatch.build]
ignore-vcs = true

[tool.hatch.build.targets.wheel]
packages = ["py_ocr_models"]
"""

_INIT = '''\
"""The models of py-ocr, and the manifest that says what they are. It finds them here by itself."""
'''


def lay_out(project: Project, folder: Path, version: str) -> None:
    """Make the source of the package in `folder`, which is emptied."""
    shutil.rmtree(folder, ignore_errors=True)
    package = folder / "py_ocr_models"
    package.mkdir(parents=True)
    (folder / "pyproject.toml").write_text(_PYPROJECT.format(version=version), encoding="utf-8")
    (package / "__init__.py").write_text(_INIT, encoding="utf-8")
    for name in ("LICENSE", "NOTICE"):
        shutil.copyfile(project.root / name, folder / name)
    models = project.root / "models"
    for file in [models / "manifest.json", models / "golden.json", *prepared_files(models / "manifest.json")]:
        shutil.copyfile(file, package / file.name)
