"""Measurements of backends in headless Chromium, by the routine that the page's Backends panel runs."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Error as PlaywrightError

from measure.backends.figures import Measured
from measure.headless.chromium_launch import Launch
from measure.headless.driver import launch_browser, open_page
from measure.headless.site_server import SiteServer
from measure.memory import renderer_memory
from tools.errors import SetupError

MEASURE = """async ([backend, options]) => {
    const answer = await globalThis.pyOcr.measureBackend(backend, {
        ...options,
        onStep: ({ what, done, total }) => void globalThis.reportStep(what, done, total),
    });
    return JSON.stringify(answer);
}"""

OnStep = Callable[[str, int, int], None]


@dataclass(frozen=True)
class BrowserJob:
    """What to measure, and how Chromium is started for it."""

    name: str
    backend: str
    launch: Launch
    threads: int | None = None
    profile: str | None = None
    thorough: bool = True
    isolated: bool = True

    def options(self) -> dict[str, Any]:
        """Return the options of `measureBackend`."""
        values = {"threads": self.threads, "profile": self.profile, "thorough": self.thorough}
        return {name: value for name, value in values.items() if value is not None}


def measure_in_browser(site: Path, job: BrowserJob, on_step: OnStep) -> Measured:
    """Measure in a Chromium of its own. Raises `SetupError` when the page fails."""
    return asyncio.run(_measure(site, job, on_step))


async def _measure(site: Path, job: BrowserJob, on_step: OnStep) -> Measured:
    async with contextlib.AsyncExitStack() as stack:
        server = stack.enter_context(SiteServer(site, isolated=job.isolated))
        browser = await launch_browser(stack, job.launch)
        with told(job.name):
            page = await open_page(browser, server.url)
            peaks_mb: list[float] = []

            async def step(what: str, done: int, total: int) -> None:
                on_step(what, done, total)
                # Chromium resets the system's own record of the peak now and then, so the highest one counts.
                if memory := await renderer_memory(browser):
                    peaks_mb.append(memory.peak_mb)

            await page.expose_function("reportStep", step)
            answer = json.loads(await page.evaluate(MEASURE, [job.backend, job.options()]))
        return Measured(
            job.name,
            answer,
            memory_mb=max(peaks_mb, default=None),
            threads=job.threads,
            software=job.launch.software_gpu,
        )


@contextlib.contextmanager
def told(what: str) -> Any:
    """Turn an error of the browser into a `SetupError` that says what was measured."""
    try:
        yield
    except PlaywrightError as error:
        remedy = "Run the command again; with --only, without this one."
        raise SetupError(f"Measuring {what} failed: {error.message.splitlines()[0]}", remedy) from error
