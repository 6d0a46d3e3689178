"""@paddleocr/paddleocr-js in worker mode, in the same Chromium, with the same weights and as many threads as ours."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import FilePayload, Page

from measure.accuracy.dataset import LabelledImage
from measure.accuracy.readings import Settings
from measure.accuracy.systems.decoding import as_png
from measure.accuracy.systems.system import Page as PageJson
from measure.accuracy.systems.system import Reader
from measure.accuracy.systems.wasm import THREADS, chromium_version
from measure.headless.chromium_launch import plan_launch
from measure.headless.driver import launch_browser
from measure.headless.site_server import SiteServer
from measure.peers.packages import peer_versions
from measure.peers.site import build_site
from tools.progress import Progress
from tools.project import Project

DECODED_BY_CHROMIUM = {".avif", ".bmp", ".gif", ".jpeg", ".jpg", ".png", ".webp"}
LIMIT_S = 300.0
PACKAGE = "@paddleocr/paddleocr-js"
READ = "contender.read(contender.input.files[0]).then(({ lines }) => lines)"


@dataclass(frozen=True)
class PaddleOcrJsSystem:
    """The official SDK for browsers."""

    project: Project
    name: str = "paddleocr-js"
    about: str = (
        "@paddleocr/paddleocr-js in Chromium, worker mode, PP-OCRv6 small, wasm, its own defaults; formats that "
        "Chromium does not decode (TIFF, JPEG 2000) are handed over as PNG"
    )

    def settings(self, _image: LabelledImage) -> Settings:
        """Return the versions that its results depend on."""
        return self._settings

    @cached_property
    def _settings(self) -> Settings:
        versions = peer_versions()
        return {
            PACKAGE: versions[PACKAGE],
            "chromium": chromium_version(self.project),
            "onnxruntime-web": versions["onnxruntime-web-of-paddleocr-js"],
            "threads": str(THREADS),
        }

    @contextmanager
    def open(self) -> Iterator[Reader]:
        """Make the site, start Chromium and load the models; they are loaded again after a page was lost."""
        with Progress(sys.stdout).step(f"{self.name}: site") as step:
            site = build_site(self.project, step)
        with asyncio.Runner() as runner:
            peer = _Peer(self.project)
            try:
                runner.run(peer.start(SiteServer(site, policy=False)))
                yield lambda image: runner.run(peer.read(image))
            finally:
                runner.run(peer.close())


class _Peer:
    """A page with a started PaddleOCR."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._stack = AsyncExitStack()
        self._page: Page | None = None

    async def start(self, server: SiteServer) -> None:
        self._url = self._stack.enter_context(server).url
        self._browser = await launch_browser(self._stack, plan_launch(self._project, "wasm"))

    async def close(self) -> None:
        await self._stack.aclose()

    async def read(self, image: LabelledImage) -> PageJson:
        page = self._page or await self._open_page()
        try:
            async with asyncio.timeout(LIMIT_S):
                handle = (await page.evaluate_handle("contender.input")).as_element()
                assert handle is not None
                await handle.set_input_files(_upload(image))
                lines = await page.evaluate(READ)
        except TimeoutError:
            await self._leave_page()
            raise TimeoutError(f"not finished after {LIMIT_S:.0f} s") from None
        except PlaywrightError:
            await self._leave_page()
            raise
        return _page_json(lines)

    async def _open_page(self) -> Page:
        page = await (await self._browser.new_context()).new_page()
        await page.goto(f"{self._url}paddleocr-js.html")
        await page.wait_for_function("globalThis.contender")
        await page.evaluate("threads => contender.start({ threads })", THREADS)
        self._page = page
        return page

    async def _leave_page(self) -> None:
        """Start afresh with the next image: after a failure its worker may be busy or broken."""
        page, self._page = self._page, None
        if page is not None and not page.is_closed():
            await page.context.close()


def _upload(image: LabelledImage) -> FilePayload | str:
    if image.path.suffix.lower() in DECODED_BY_CHROMIUM:
        return str(image.path)
    return {"name": f"{image.path.stem}.png", "mimeType": "image/png", "buffer": as_png(image.path)}


def _page_json(items: list[dict[str, Any]]) -> PageJson:
    lines = [{"text": item["text"], "confidence": item["score"], "quad": item["quad"]} for item in items]
    return {"lines": lines, "text": "\n".join(item["text"] for item in items)}
