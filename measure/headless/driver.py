"""The built page's own worker in headless Chromium, driven from Python: what `npm run ocr` reads images with.

An image reaches the page as a file chosen in an <input>, so Chromium reads it from the disk itself.
"""

import asyncio
import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from playwright.async_api import Error as PlaywrightError

from measure.headless.chromium_launch import Launch
from measure.headless.site_server import SiteServer
from py_ocr.cli.batch import OnStage
from py_ocr.cli.output import PageJson
from py_ocr.decode import check_readable
from py_ocr.documents.page_source import DocumentOptions
from py_ocr.engine import OcrOptions
from py_ocr.errors import BackendError, OcrError
from py_ocr.tuning import Overrides
from tools.errors import SetupError

DRIVER = Path(__file__).with_name("page_driver.js")
PAGE_TIMEOUT_MS = 30_000


@dataclass(frozen=True)
class EngineChoice:
    """Which engine the page starts; None leaves a choice to it."""

    backend: str = "auto"
    profile: str | None = None
    threads: int | None = None
    params: Overrides | None = None
    kernels: str | None = None
    line_workers: int | None = None
    max_megapixels: int | None = None

    def options(self) -> dict[str, Any]:
        """Return the options of OcrClient."""
        values = {
            "backend": self.backend,
            "profile": self.profile,
            "threads": self.threads,
            "params": self.params,
            "kernels": self.kernels,
            "lineWorkers": self.line_workers,
            "maxMegapixels": self.max_megapixels,
        }
        return {name: value for name, value in values.items() if value is not None}


class HeadlessEngine:
    """A page with a started OcrClient. Get one from `open_engine`."""

    def __init__(self, page: Page, progress: "_Progress") -> None:
        self.page = page
        self._progress = progress
        self.info: Mapping[str, Any] = {}

    async def start(self, choice: EngineChoice, on_stage: OnStage) -> None:
        """Load the engine; `info` then is its EngineInfo. Raises OcrError."""
        self._progress.listener = on_stage
        self.info = await self._call("start", choice.options())

    async def read(
        self, image: Path, options: OcrOptions, on_stage: OnStage, documents: DocumentOptions = DocumentOptions()
    ) -> PageJson:
        """Read an image file. Raises OcrError; `browser_failed` when the page is gone."""
        check_readable(image)
        self._progress.listener = on_stage
        try:
            handle = (await self.page.evaluate_handle("headless.input")).as_element()
            assert handle is not None
            await handle.set_input_files(image)
        except PlaywrightError as error:
            raise _browser_failed(error) from error
        return await self._call("read", {**_recognize_options(options), **_document_options(documents)})

    async def _call(self, method: str, options: Mapping[str, Any]) -> dict[str, Any]:
        try:
            answer = json.loads(await self.page.evaluate(f"options => headless.{method}(options)", options))
        except PlaywrightError as failed:
            raise _browser_failed(failed) from failed
        if failure := answer.get("error"):
            error = OcrError(failure["code"], failure["cause"], failure["remedy"], stage=failure["stage"])
            if "traceback" in failure:
                error.add_note(failure["traceback"])
            raise error
        value: dict[str, Any] = answer["value"]
        return value


class _Progress:
    """Passes progress events of the page on to whoever listens now."""

    listener: OnStage | None = None

    def report(self, stage: str, done: int, total: int) -> None:
        if self.listener is not None:
            self.listener(stage, done, total)


async def launch_profile(stack: contextlib.AsyncExitStack, launch: Launch, folder: Path) -> BrowserContext:
    """Start Chromium with a profile that it keeps in `folder`, as a person's browser does; it ends with `stack`.

    Raises `SetupError` when it does not start.
    """
    playwright = await stack.enter_async_context(async_playwright())
    try:
        context = await playwright.chromium.launch_persistent_context(folder, **_start_options(launch))
    except PlaywrightError as error:
        raise _not_started(launch, error) from error
    stack.push_async_callback(context.close)
    return context


async def launch_browser(stack: contextlib.AsyncExitStack, launch: Launch) -> Browser:
    """Start Chromium; it ends with `stack`. Raises `SetupError` when it does not start."""
    playwright = await stack.enter_async_context(async_playwright())
    try:
        browser = await playwright.chromium.launch(**_start_options(launch))
    except PlaywrightError as error:
        raise _not_started(launch, error) from error
    stack.push_async_callback(browser.close)
    return browser


def _start_options(launch: Launch) -> dict[str, Any]:
    return {
        "executable_path": launch.executable,
        "args": launch.arguments,
        "chromium_sandbox": launch.sandbox,
        # Whoever interrupts this program ends the browser, through the stack of exits.
        "handle_sigint": False,
        "handle_sigterm": False,
        "handle_sighup": False,
    }


def _not_started(launch: Launch, error: PlaywrightError) -> SetupError:
    return SetupError(
        f"{launch.executable} does not start: {error.message.splitlines()[0]}",
        "Run it by hand with --headless to see why, or name another one with PY_OCR_CHROMIUM.",
    )


async def open_page(browser: Browser, url: str) -> Page:
    """Open the site's page for automation in a new profile. Raises Playwright's errors."""
    page = await browser.new_page()
    await page.goto(f"{url}headless.html", timeout=PAGE_TIMEOUT_MS)
    await page.wait_for_function("globalThis.pyOcr", timeout=PAGE_TIMEOUT_MS)
    return page


async def open_engine(browser: Browser, url: str) -> HeadlessEngine:
    """Open the site's page for automation in a new profile. Raises OcrError when it does not load."""
    progress = _Progress()
    try:
        page = await open_page(browser, url)
        await page.expose_function("reportProgress", progress.report)
        # Evaluated: the site's policy lets no inline script in.
        await page.evaluate(DRIVER.read_text(encoding="utf-8"))
    except PlaywrightError as error:
        raise _browser_failed(error) from error
    return HeadlessEngine(page, progress)


class HeadlessReader:
    """One warm worker in a browser of its own, as a PageReader. Use it as a context manager.

    When the page crashes, the image in hand fails, and the next one is read in a new page.
    """

    def __init__(
        self,
        site: Path,
        launch: Launch,
        choice: EngineChoice,
        options: OcrOptions,
        on_start: OnStage,
        *,
        documents: DocumentOptions = DocumentOptions(),
    ) -> None:
        self._site = site
        self._launch = launch
        self._choice = choice
        self._options = options
        self._documents = documents
        self._on_start = on_start
        self._runner = asyncio.Runner()
        self._stack = contextlib.AsyncExitStack()
        self._engine: HeadlessEngine | None = None

    def read(self, image: Path, on_stage: OnStage) -> PageJson:
        """Read an image file; see PageReader.read."""
        return self._runner.run(self._read(image, on_stage))

    def __enter__(self) -> Self:
        try:
            self._runner.run(self._open())
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exception: object) -> None:
        try:
            self._runner.run(self._stack.aclose())
        finally:
            self._runner.close()

    async def _open(self) -> None:
        self._url = self._stack.enter_context(SiteServer(self._site)).url
        self._browser = await launch_browser(self._stack, self._launch)
        self._engine = await self._start()

    async def _start(self) -> HeadlessEngine:
        engine = await open_engine(self._browser, self._url)
        await engine.start(self._choice, self._on_start)
        return engine

    async def _read(self, image: Path, on_stage: OnStage) -> PageJson:
        if self._engine is None:
            self._engine = await self._start()
        try:
            return await self._engine.read(image, self._options, on_stage, self._documents)
        except BackendError as error:
            if error.code == "browser_failed":
                await self._leave_page()
            raise

    async def _leave_page(self) -> None:
        if self._engine is not None:
            with contextlib.suppress(PlaywrightError):  # it is gone already
                await self._engine.page.context.close()
        self._engine = None


def _recognize_options(options: OcrOptions) -> dict[str, Any]:
    """Return the options of OcrClient.recognize."""
    languages = {"languages": list(options.languages)} if options.languages else {}
    text = {"indent": options.text.indent, "furigana": options.text.furigana}
    return {**languages, **text, "alternatives": options.alternatives}


def _document_options(options: DocumentOptions) -> dict[str, Any]:
    """Return the options of OcrClient.recognizeDocument that those of recognize lack."""
    chosen = {"pages": options.pages, "password": options.password, "pdfText": options.pdf_text}
    return {name: value for name, value in chosen.items() if value is not None}


def _browser_failed(error: PlaywrightError) -> BackendError:
    return BackendError(
        "browser_failed",
        f"The page in Chromium failed: {error.message.splitlines()[0]}",
        "Try again with this image alone; if it is very large, scale it down.",
        stage="recognize",
    )
