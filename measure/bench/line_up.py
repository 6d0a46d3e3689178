"""Who is measured on which images, where nobody says otherwise."""

from collections.abc import Sequence
from pathlib import Path

from measure.bench.contenders import BrowserContender, Contender, ProcessContender
from measure.bench.report import MAIN, NATIVE, PLAIN, RIVAL
from measure.headless.chromium_launch import plan_launch
from measure.headless.driver import EngineChoice
from measure.machine import is_installed
from tools.errors import SetupError
from tools.project import Project

THREADS = 2
RECEIPTS = "receipts_sroie"
RECEIPT_COUNT = 3
PLAIN_PASS = {
    "detection": {"closer_below_px": 0.0, "closer_empty_scale": 0.0},
    "orientation": {"max_voters": 0, "probes": 0, "accept_confidence": 0.0, "accept_confidence_unseen": 0.0},
}
"""Detect, crop, recognize and nothing more: no closer look, no classifier, no second tries."""


def choose_contenders(project: Project, site: Path, only: Sequence[str] | None) -> list[Contender]:
    """Return what this machine can run; `only` chooses by the beginning of the names. Raises `SetupError`."""
    wasm = plan_launch(project, "wasm")
    contenders: list[Contender] = [
        BrowserContender(MAIN, site, wasm, EngineChoice("wasm", threads=THREADS)),
        BrowserContender(PLAIN, site, wasm, EngineChoice("wasm", threads=THREADS, params=PLAIN_PASS)),
        BrowserContender("wasm, 1 thread, not isolated", site, wasm, EngineChoice("wasm"), isolated=False),
    ]
    webgpu = plan_launch(project, "webgpu")
    if not webgpu.software_gpu:
        contenders.append(BrowserContender("webgpu", site, webgpu, EngineChoice("webgpu")))
    contenders.append(ProcessContender(NATIVE, "native", THREADS))
    if is_installed("rapidocr"):
        contenders.append(ProcessContender(RIVAL, "rapidocr", THREADS))
    chosen = [one for one in contenders if only is None or one.name.startswith(tuple(only))]
    if not chosen:
        raise SetupError("No contender has such a name.", f"Choose from: {', '.join(one.name for one in contenders)}.")
    return chosen


def sample_images(project: Project) -> dict[str, Path]:
    """Return the project's own samples and, in a workplace that has the data for measuring, a few receipts."""
    images = {path.stem: path for path in sorted((project.root / "web" / "samples").iterdir())}
    receipts = project.root.parent / "shared" / "data" / RECEIPTS / "public" / "images"
    if receipts.is_dir():
        found = sorted(receipts.iterdir())
        for number, path in enumerate(found[:: len(found) // RECEIPT_COUNT][:RECEIPT_COUNT], start=1):
            images[f"SROIE receipt {number}"] = path
    return images
