"""The site: `node web/build.mjs` puts the page, the widget and every asset into web/dist."""

import json
import sys
from pathlib import Path

from tools import bill_of_materials as bill
from tools.late_packages import pack_late_packages
from tools.process import Word, run
from tools.progress import StepProgress
from tools.project import Project
from tools.stamps import files_below, fingerprint
from tools.steps.engine import engine_wheel
from tools.steps.step import Step
from tools.store import write_json


def site_files(site: Path) -> list[Path]:
    """Return what must be there for a built site to be whole: its page, its list of files, and all that it lists."""
    listing = site / "assets.json"
    try:
        listed = json.loads(listing.read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError):
        listed = {}  # the list itself proves that something is amiss
    return [listing, site / "index.html", *(site / path for path in listed)]


def site_step(project: Project) -> Step:
    """Return the step that builds `web/dist`."""
    root = project.root

    def inputs() -> str:
        files = [
            *files_below(root / "web"),
            *files_below(project.wheels),
            *files_below(root / "models" / "prepared"),
            *files_below(root / "kernels", ".py"),
            project.wheels / "provenance.json",
            root / "tools" / "bill_of_materials.py",
            root / "tools" / "late_packages.py",
            root / "requirements" / "dev.txt",
            root / "models" / "manifest.json",
            root / "package-lock.json",
            engine_wheel(project),
        ]
        return fingerprint(root, files)

    def make(step: StepProgress) -> None:
        kernels: list[Word] = [sys.executable, "-m", "kernels.build", project.build / "kernels"]
        run(kernels, step, project.logs / "kernels.log", cwd=root)
        pack_late_packages(project)
        write_json(project.build / bill.FILE_NAME, bill.bill_of_materials(project))
        log = project.logs / "site.log"
        run(
            ["node", "web/build.mjs"],
            step,
            log,
            cwd=root,
            on_line=lambda line: step.item(line.strip().replace(f"{root}/", "")[:100]),
        )

    return Step(
        name="site",
        title="Site",
        inputs=inputs,
        products=lambda: site_files(root / "web" / "dist"),
        make=make,
        needs=("node", "python", "wheels", "models", "engine"),
    )
