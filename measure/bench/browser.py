"""A page in a Chromium of its own: ours, or one of the others'. All keep the contract of peers/pages/offer.js."""

import asyncio
import contextlib
import tempfile
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from playwright.async_api import Browser, Page, Worker
from playwright.async_api import Error as PlaywrightError

from measure.bench.contender import ContenderError, Reading, Visit
from measure.bench.transfer import measure_transfer
from measure.headless.chromium_launch import Launch
from measure.headless.driver import launch_browser, launch_profile
from measure.headless.site_server import SiteServer
from measure.memory import Memory, renderer_memory

CLOCK = Path(__file__).with_name("clock.js")
OUR_PAGE = Path(__file__).with_name("our_page.js")
TIMER = Path(__file__).with_name("inference_timer.js")
WORKER = "/assets/worker.js"
LIMIT_S = 600.0
VISITS = 2

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class SitePage:
    """A page that can be driven. `ours`: it is our site's, with our policy, and learns the contract when it is open."""

    site: Path
    name: str
    ours: bool = False


class BrowserContender:
    """A page and the options that its engine starts with. `isolated`: whether threads work in it."""

    def __init__(
        self, name: str, page: SitePage, launch: Launch, options: Mapping[str, Any], *, isolated: bool = True
    ) -> None:
        self.name = name
        self._site_page = page
        self._launch = launch
        self._options = dict(options)
        self._isolated = isolated
        self._runner = asyncio.Runner()
        self._stack = contextlib.AsyncExitStack()
        self._timer: Worker | None = None
        self._peak_mb = 0.0

    def start(self) -> None:
        """Start Chromium with an empty profile, open the page, start its engine."""
        self._run(self._start())

    def read(self, image: Path) -> Reading:
        """Read an image file, which Chromium takes from the disk."""
        return self._run(self._read(image))

    def memory(self) -> Memory | None:
        """Return the memory of the renderer, which holds the page, its workers and their WebAssembly memories.

        Chromium resets the system's own record of the peak now and then, so the highest one seen is kept.
        """
        return self._run(self._memory())

    def close(self) -> None:
        """End Chromium and the server."""
        with contextlib.suppress(PlaywrightError):
            self._runner.run(self._stack.aclose())
        self._runner.close()
        self._runner = asyncio.Runner()

    def visit(self, image: Path) -> list[Visit]:
        """Visit the page with an empty profile and read; leave it, and do so again with what the profile then has."""
        return self._run(self._visit(image))

    def _run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        try:
            return self._runner.run(asyncio.wait_for(work, LIMIT_S))
        except TimeoutError:
            raise ContenderError(f"{self.name}: not finished after {LIMIT_S:.0f} s") from None
        except PlaywrightError as error:
            raise ContenderError(f"{self.name}: {error.message.splitlines()[0]}") from error

    def _server(self) -> SiteServer:
        return SiteServer(self._site_page.site, isolated=self._isolated, policy=self._site_page.ours)

    async def _open(self, page: Page, url: str) -> None:
        """Go to the page; its scripts are modules, which have run when its content is there."""
        await page.goto(f"{url}{self._site_page.name}", wait_until="domcontentloaded")
        # Evaluated: our site's policy lets no inline script in.
        if self._site_page.ours:
            await page.evaluate(OUR_PAGE.read_text(encoding="utf-8"))
        await page.evaluate(CLOCK.read_text(encoding="utf-8"))

    async def _start(self) -> None:
        server = self._stack.enter_context(self._server())
        self._browser: Browser = await launch_browser(self._stack, self._launch)
        self._page = await self._browser.new_page()
        await self._open(self._page, server.url)
        info = await self._page.evaluate("options => contender.start(options)", self._options)
        # Workers that read lines run models of their own, beside what the engine's worker does: no share is known then.
        if self._site_page.ours and not info.get("line_workers"):
            [runtime] = {sent.path for sent in server.transfers if "/ort/ort." in sent.path}
            [self._timer] = [worker for worker in self._page.workers if worker.url.endswith(WORKER)]
            await self._timer.evaluate(TIMER.read_text(encoding="utf-8"), server.url + runtime)

    async def _read(self, image: Path) -> Reading:
        await _choose(self._page, image)
        if self._timer is not None:
            await self._timer.evaluate("globalThis.inferenceMs = 0")
        answer = await self._page.evaluate("clock.read()")
        inference_ms = None if self._timer is None else await self._timer.evaluate("globalThis.inferenceMs")
        await self._memory()
        return Reading(**answer, inference_ms=inference_ms)

    async def _memory(self) -> Memory | None:
        memory = await renderer_memory(self._browser)
        if memory is None:
            return None
        self._peak_mb = max(self._peak_mb, memory.peak_mb)
        return Memory(memory.now_mb, self._peak_mb)

    async def _visit(self, image: Path) -> list[Visit]:
        async with contextlib.AsyncExitStack() as stack:
            server = stack.enter_context(self._server())
            profile = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
            context = await launch_profile(stack, self._launch, Path(profile))
            visits = []
            for _ in range(VISITS):
                already = len(server.transfers)
                page = await context.new_page()
                await self._open(page, server.url)
                await _choose(page, image)
                answer = await page.evaluate("options => clock.visit(options)", self._options)
                first_at = (answer["origin_ms"] + answer["first_ms"]) / 1000
                sent = server.transfers[already:]
                paths = sorted({one.path for one in sent if one.status == 200 and one.at <= first_at})
                visits.append(self._visited(answer, paths))
                await page.close()
            return visits

    def _visited(self, answer: Mapping[str, float], paths: Sequence[str]) -> Visit:
        sent = measure_transfer(self._site_page.site, paths)
        return Visit(answer["first_ms"], answer["whole_ms"], sent.raw_bytes, sent.brotli_bytes)


async def _choose(page: Page, image: Path) -> None:
    handle = (await page.evaluate_handle("contender.input")).as_element()
    assert handle is not None
    await handle.set_input_files(image)
