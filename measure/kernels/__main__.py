"""`python -m measure.kernels [speed] [calls] [text]`: measures these parts, all of them if none is named.

Figures are kept in measure/figures/kernels.json, a part at a time, and docs/kernels.md is made from them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from kernels.patches import VARIANTS, bodies
from kernels.standalone import standalone_module, stock_bodies
from measure.headless.chromium_launch import plan_launch
from measure.kernels.browser import in_node, measure_speed, read_images, run_calls
from measure.kernels.calls import record_calls
from measure.kernels.pages import write_pages
from measure.kernels.report import to_markdown
from measure.machine import describe_machine, describe_versions
from py_ocr.errors import OcrError
from tools.errors import SetupError
from tools.progress import say_status
from tools.project import Project, this_project

PARTS: Final = ("speed", "calls", "text")
THREADS: Final = (1, 2)


def main() -> int:
    """Measure and return the exit status."""
    project = this_project()
    parser = argparse.ArgumentParser(prog="python -m measure.kernels", description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--rounds", type=int, default=5, help="times that each call is made; default: %(default)s")
    parser.add_argument("--images", nargs="+", type=Path, help="other images than the samples and the drawn ones")
    parser.add_argument("--threads", nargs="+", type=int, default=THREADS, help="default: %(default)s")
    options = parser.parse_args()
    kept = project.root / "measure" / "figures" / "kernels.json"
    figures: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            images = options.images or write_pages(folder)
            for part in options.parts or PARTS:
                say_status(f"measuring: {part}")
                figures[part] = {
                    "machine": describe_machine(),
                    "versions": describe_versions(project, Path(plan_launch(project, "wasm").executable)),
                    **_measure(part, project, folder, images, options),
                }
                kept.parent.mkdir(exist_ok=True)
                kept.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    except (OcrError, SetupError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if all(part in figures for part in PARTS):
        (project.root / "docs" / "kernels.md").write_text(to_markdown(figures), encoding="utf-8")
    return 0


def _measure(
    part: str, project: Project, folder: Path, images: list[Path], options: argparse.Namespace
) -> dict[str, Any]:
    if part == "speed":
        module = _all_kernels(project)
        return {"node": in_node(folder, module), "chromium": asyncio.run(measure_speed(project, folder, module))}
    if part == "text":
        rounds = max(2, options.rounds // 2)
        return {"by_threads": {f"{n}": asyncio.run(read_images(project, images, n, rounds)) for n in options.threads}}
    calls = record_calls(images)
    found = {f"{n}": asyncio.run(run_calls(project, folder, calls, n, options.rounds)) for n in options.threads}
    return {"by_threads": found}


def _all_kernels(project: Project) -> bytes:
    """Return a module with the stock kernels and ours, named sgemm_<set> and erf_<set>."""
    runtime = project.root / "node_modules" / "onnxruntime-web" / "dist" / "ort-wasm-simd-threaded.wasm"
    sets = {"stock": stock_bodies(runtime), **{variant: bodies(variant) for variant in VARIANTS}}
    return standalone_module(
        {f"{name}_{variant}": found[name] for variant, found in sets.items() for name in ("sgemm", "erf")}
    )


if __name__ == "__main__":
    sys.exit(main())
