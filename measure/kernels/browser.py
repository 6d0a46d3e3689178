"""The parts that run in Chromium: kernels by themselves, recorded calls, and whole readings."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Page

from measure.headless.chromium_launch import plan_launch
from measure.headless.driver import EngineChoice, launch_browser, open_engine
from measure.headless.site_server import SiteServer, engine_folder
from measure.kernels.calls import ModelCall
from py_ocr.engine import OcrOptions
from tools.process import output
from tools.progress import say_status
from tools.project import Project

SETS: Final = ("stock", "simd", "relaxed-simd")
HERE: Final = Path(__file__).parent

_IN_WORKER: Final = """([script, request]) => new Promise((resolve, reject) => {
  const worker = new Worker(script, { type: "module" });
  worker.onerror = ({ message }) => reject(new Error(message));
  worker.onmessage = ({ data }) => {
    if (data.error) reject(new Error(data.error));
    else if (data.progress) globalThis.reportProgress("calls", ...data.progress);
    else { worker.terminate(); resolve(data.done); }
  };
  worker.postMessage(request);
})"""

_SPEED_WORKER: Final = """import { measureSpeed } from "./kernel_speed.mjs";
onmessage = async ({ data }) => {
  const response = await fetch(data);
  postMessage({ done: await measureSpeed(new Uint8Array(await response.arrayBuffer())) });
};
"""


async def measure_speed(project: Project, folder: Path, module: bytes) -> dict[str, Any]:
    """Return what kernel_speed.mjs finds in Chromium for a module of kernels."""
    site = _site_with(project, folder)
    (site / "measured" / "kernels.wasm").write_bytes(module)
    (site / "measured" / "kernel_speed.mjs").write_bytes((HERE / "kernel_speed.mjs").read_bytes())
    (site / "measured" / "speed.js").write_text(_SPEED_WORKER, encoding="utf-8")
    async with _page(project, site) as page:
        answer: dict[str, Any] = await page.evaluate(_IN_WORKER, ["/measured/speed.js", "/measured/kernels.wasm"])
        return answer


async def run_calls(
    project: Project, folder: Path, calls: Sequence[ModelCall], threads: int, rounds: int
) -> list[dict[str, Any]]:
    """Make the calls with every set of kernels in turns; return times and differences for each call."""
    site = _site_with(project, folder)
    bundle = site / "measured" / "run_calls.js"
    command: list[str | Path] = ["npx", "--no-install", "esbuild", HERE / "run_calls.js", "--bundle", "--format=esm"]
    bundle.write_text(output([*command, "--external:*.mjs"], cwd=project.root), encoding="utf-8")
    async with _page(project, site) as page:
        request = {
            "site": f"{page.url.removesuffix('headless.html')}{engine_folder(site)}/",
            "calls": [_stored(call, index, site) for index, call in enumerate(calls)],
            "sets": SETS,
            "threads": threads,
            "rounds": rounds,
        }
        answer: list[dict[str, Any]] = await page.evaluate(_IN_WORKER, ["/measured/run_calls.js", request])
        return answer


async def read_images(project: Project, images: Sequence[Path], threads: int, rounds: int) -> list[dict[str, Any]]:
    """Read images with an engine for stock and one for ours, in turns; return the best time of each, and the texts."""
    sets = ("stock", "auto")
    async with contextlib.AsyncExitStack() as stack:
        url = stack.enter_context(SiteServer(project.root / "web" / "dist")).url
        browser = await launch_browser(stack, plan_launch(project, "wasm"))
        engines = {}
        for kernels in sets:
            engines[kernels] = await open_engine(browser, url)
            await engines[kernels].start(EngineChoice("wasm", threads=threads, kernels=kernels), _ignore)
        used = {kernels: engine.info["kernels"] for kernels, engine in engines.items()}
        results = []
        for image in images:
            best: dict[str, float] = {}
            texts: dict[str, str] = {}
            for turn in range(rounds):
                for kernels in sets if turn % 2 == 0 else sets[::-1]:
                    started = time.perf_counter()
                    page = await engines[kernels].read(image, OcrOptions(), _ignore)
                    elapsed_ms = (time.perf_counter() - started) * 1000
                    best[kernels] = min(best.get(kernels, elapsed_ms), elapsed_ms)
                    texts[kernels] = page["text"]
            say_status(f"{image.name}: {best['stock'] / best['auto']:.2f}")
            same = texts["stock"] == texts["auto"]
            results.append({"image": image.name, "used": used["auto"], "best_ms": best, "same_text": same})
        return results


def _ignore(_stage: str, _done: int, _total: int) -> None:
    pass


def _stored(call: ModelCall, index: int, site: Path) -> Mapping[str, Any]:
    """Write the inputs of a call into the site and return what the worker needs to know of it."""
    feeds = []
    for name, array in call.feeds.items():
        path = f"measured/{index}-{name}.bin"
        (site / path).write_bytes(array.tobytes())
        feeds.append({"name": name, "dtype": array.dtype.name, "dims": list(array.shape), "path": path})
    return {"image": call.image, "role": call.role, "file": call.file, "feeds": feeds}


def _site_with(project: Project, folder: Path) -> Path:
    """Return a folder that is the built site, with a folder `measured` beside."""
    site = folder / "site"
    if not site.exists():
        (site / "measured").mkdir(parents=True)
        for entry in (project.root / "web" / "dist").iterdir():
            (site / entry.name).symlink_to(entry)
    return site


@contextlib.asynccontextmanager
async def _page(project: Project, site: Path) -> AsyncIterator[Page]:
    async with contextlib.AsyncExitStack() as stack:
        url = stack.enter_context(SiteServer(site)).url
        browser = await launch_browser(stack, plan_launch(project, "wasm"))
        page = await browser.new_page()
        page.set_default_timeout(0)
        await page.expose_function(
            "reportProgress", lambda stage, done, total: say_status(f"{stage} {done} of {total}")
        )
        await page.goto(f"{url}headless.html")
        yield page


def in_node(folder: Path, module: bytes) -> dict[str, Any]:
    """Return what kernel_speed.mjs finds in Node."""
    path = folder / "kernels.wasm"
    path.write_bytes(module)
    found: dict[str, Any] = json.loads(output(["node", HERE / "kernel_speed.mjs", path]))
    return found
