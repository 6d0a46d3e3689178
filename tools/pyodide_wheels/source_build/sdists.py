"""Build tools and source distributions from PyPI, every hash checked by pip."""

import shutil
import sys
from pathlib import Path

from tools.process import Word, run
from tools.pyodide_wheels.source_build.archives import extract
from tools.pyodide_wheels.source_build.recipe import SDISTS, build_tools
from tools.pyodide_wheels.source_build.workspace import Workspace

STUB = Path(__file__).parent / "metadata_stub"


def fetch_sdists(work: Workspace) -> None:
    """Make `work.venv` with the build tools and unpack the sdists into `work.sources`."""
    log = work.log("fetch")
    env = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    pip: list[Word] = [work.venv / "bin" / "python", "-m", "pip"]
    work.step.item("build tools")
    run([sys.executable, "-m", "venv", "--clear", work.venv], work.step, log)
    run(
        [*pip, "install", "--require-hashes", "--no-compile", "--only-binary=:all:", "-r", build_tools()],
        work.step,
        log,
        env=env,
    )
    folder = work.root / "sdists"
    folder.mkdir(exist_ok=True)
    for sdist in SDISTS:
        work.step.item(f"{sdist.folder}.tar.gz")
        pinned = folder / f"{sdist.name}.txt"
        pinned.write_text(f"{sdist.name}=={sdist.version} --hash=sha256:{sdist.sha256}\n")
        command: list[Word] = [
            *pip,
            "download",
            "--no-deps",
            "--no-build-isolation",
            "--no-binary=:all:",
            "--dest",
            folder,
        ]
        run([*command, "-r", pinned], work.step, log, env={**env, "PYTHONPATH": str(STUB)})
        shutil.rmtree(work.sources / sdist.folder, ignore_errors=True)
        extract(folder / f"{sdist.folder}.tar.gz", work.sources, strip=0)
