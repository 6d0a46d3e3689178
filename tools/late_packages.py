"""Python packages that the site serves for when they are needed first, packed from `.venv`."""

import zipfile
from pathlib import Path

from tools.errors import SetupError
from tools.project import Project

PACKAGES = ("pypdf",)
"""Pure Python, and needing no other package."""

_EPOCH = (1980, 1, 1, 0, 0, 0)


def pack_late_packages(project: Project) -> list[Path]:
    """Write `.build/late-wheels/NAME-VERSION.zip` for each package; equal packages give equal bytes."""
    folder = project.build / "late-wheels"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.zip"):
        old.unlink()
    return [_pack(project, name, folder) for name in PACKAGES]


def _pack(project: Project, name: str, folder: Path) -> Path:
    described = sorted(project.venv.glob(f"[Ll]ib/**/site-packages/{name}-*.dist-info"))
    if len(described) != 1:
        raise SetupError(f"{name} is not installed.", "Delete .venv, and run the command again.")
    version = described[0].name.removesuffix(".dist-info").rpartition("-")[2]
    root = described[0].parent
    target = folder / f"{name}-{version}.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted((root / name).rglob("*.py")):
            archive.writestr(zipfile.ZipInfo(path.relative_to(root).as_posix(), _EPOCH), path.read_bytes())
    return target
