"""Who is measured: the page's worker in Chromium, the native engine, RapidOCR. Each in processes of its own."""

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from playwright.async_api import Worker

from measure.headless.chromium_launch import Launch
from measure.headless.driver import EngineChoice, HeadlessEngine, launch_browser, open_engine
from measure.headless.site_server import SiteServer
from measure.memory import Memory, memory_of, renderer_memory

TIMER = Path(__file__).with_name("inference_timer.js")
WORKER = "/assets/worker.js"


class ContenderError(Exception):
    """A contender could not start or read an image."""


@dataclass(frozen=True)
class Reading:
    """One image, read: wall time, milliseconds by stage, how much of them was in ONNX Runtime, and the text."""

    wall_ms: float
    inference_ms: float
    stages_ms: Mapping[str, float]
    text: str


class Contender(Protocol):
    """Something that reads images. `close` ends all of its processes."""

    name: str

    def start(self) -> float:
        """Start, and return the `time.perf_counter()` from which a user would have waited."""

    def read(self, image: Path) -> Reading:
        """Read an image."""

    def memory(self) -> Memory | None:
        """Return the memory of the process that reads; None where the system does not tell."""

    def close(self) -> None:
        """End it."""


@dataclass
class BrowserContender:
    """The built page's worker in a Chromium of its own, with an empty profile."""

    name: str
    site: Path
    launch: Launch
    choice: EngineChoice
    isolated: bool = True
    start_transfers: Sequence[str] = ()
    _peak_mb: float = 0.0

    def start(self) -> float:
        """Start Chromium, which does not count, then load the page and its engine, which does."""
        self._runner = asyncio.Runner()
        self._stack = contextlib.AsyncExitStack()
        return self._runner.run(self._start())

    def read(self, image: Path) -> Reading:
        """Read an image file in the worker."""
        return self._runner.run(self._read(image))

    def memory(self) -> Memory | None:
        """Return the memory of the renderer, which holds the worker and its WebAssembly memories.

        Chromium resets the system's own record of the peak now and then, so the highest one seen is kept.
        """
        return self._runner.run(self._memory())

    def close(self) -> None:
        """End Chromium and the server."""
        self._runner.run(self._stack.aclose())
        self._runner.close()

    async def _start(self) -> float:
        server = self._stack.enter_context(SiteServer(self.site, isolated=self.isolated))
        self._browser = await launch_browser(self._stack, self.launch)
        began = time.perf_counter()
        self._engine: HeadlessEngine = await open_engine(self._browser, server.url)
        await self._engine.start(self.choice, lambda _stage, _done, _total: None)
        self.start_transfers = sorted({sent.path for sent in server.transfers if sent.status == 200})
        await self._worker.evaluate(TIMER.read_text(encoding="utf-8"), self._runtime_url(server.url))
        return began

    @property
    def _worker(self) -> Worker:
        """The engine's worker, among those that its runtime starts as threads."""
        [worker] = [worker for worker in self._engine.page.workers if worker.url.endswith(WORKER)]
        return worker

    def _runtime_url(self, base: str) -> str:
        [path] = [path for path in self.start_transfers if path.startswith("ort/ort.")]
        return base + path

    async def _read(self, image: Path) -> Reading:
        worker = self._worker
        await worker.evaluate("globalThis.inferenceMs = 0")
        began = time.perf_counter()
        page = await self._engine.read(image, (), lambda _stage, _done, _total: None)
        wall_ms = (time.perf_counter() - began) * 1000
        inference_ms = await worker.evaluate("globalThis.inferenceMs")
        await self._memory()
        return Reading(wall_ms, inference_ms, page["timings_ms"], page["text"])

    async def _memory(self) -> Memory | None:
        memory = await renderer_memory(self._browser)
        if memory is None:
            return None
        self._peak_mb = max(self._peak_mb, memory.peak_mb)
        return Memory(memory.now_mb, self._peak_mb)


@dataclass
class ProcessContender:
    """An engine in a Python process: `native` or `rapidocr` (see measure/bench/native_worker.py)."""

    name: str
    engine: str
    threads: int

    def start(self) -> float:
        """Start the process and wait until its engine is loaded."""
        began = time.perf_counter()
        command = [sys.executable, "-m", "measure.bench.native_worker", self.engine, str(self.threads)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._answer()
        return began

    def read(self, image: Path) -> Reading:
        """Read an image file in the process."""
        assert self._process.stdin is not None
        began = time.perf_counter()
        self._process.stdin.write(f"{image}\n")
        self._process.stdin.flush()
        answer = self._answer()
        return Reading((time.perf_counter() - began) * 1000, **answer)

    def memory(self) -> Memory | None:
        """Return the memory of the process."""
        return memory_of(self._process.pid)

    def close(self) -> None:
        """Let the process end, and make it if it does not."""
        try:
            self._process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise ContenderError(f"{self.name} ended with status {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer
