"""Starts of the engine in headless Chromium: how long until the first text, and what the self-check adds to that."""

import asyncio
import contextlib
import statistics
from collections.abc import Mapping
from pathlib import Path

from measure.backends.browser import told
from measure.backends.figures import Start
from measure.headless.chromium_launch import Launch
from measure.headless.driver import PAGE_TIMEOUT_MS, launch_browser, open_page
from measure.headless.site_server import SiteServer

ROUNDS = 3
SAMPLE = "samples/receipt.jpg"

READ = """async ([options, sample]) => {
    const image = await (await fetch(sample)).blob();
    const began = performance.now();
    const client = new globalThis.pyOcr.OcrClient(options);
    const { timings_ms } = await client.start();
    const ready = performance.now() - began;
    await client.recognize(image);
    const text = performance.now() - began;
    client.dispose();
    return [ready, text, timings_ms.self_check ?? 0];
}"""

# The verdicts of the self-check are kept like web/src/worker/verdict-store.ts does it.
VERDICTS = """async () => {
    const cache = await caches.open("py-ocr-verdicts");
    const entries = (await cache.keys()).map(async ({ url }) =>
        [new URL(url).pathname, await (await cache.match(url)).text()]);
    return Object.fromEntries(await Promise.all(entries));
}"""

KNOW = """async (verdicts) => {
    const cache = await caches.open("py-ocr-verdicts");
    for (const [path, text] of Object.entries(verdicts)) await cache.put(path, new Response(text));
}"""


def measure_starts(site: Path, launch: Launch, backend: str, threads: int) -> dict[str, Start]:
    """Return medians of a first and a second visit and, for a backend that checks itself, of a first one without it.

    Each first visit has a new browser with an empty profile. Without the self-check means that its verdicts are known
    already, everything else is not. Raises `SetupError`.
    """
    options = {"backend": backend, "threads": threads}
    first, second, unchecked = [], [], []
    for _ in range(ROUNDS):
        visits, verdicts = asyncio.run(_visits(site, launch, options, {}, count=2))
        first.append(visits[0])
        second.append(visits[1])
        if verdicts:
            visits, _verdicts = asyncio.run(_visits(site, launch, options, verdicts, count=1))
            unchecked += visits
    starts = {f"{backend}, first visit": _median(first), f"{backend}, second visit": _median(second)}
    return {**starts, f"{backend}, first visit, not checked": _median(unchecked)} if unchecked else starts


async def _visits(
    site: Path, launch: Launch, options: Mapping[str, object], verdicts: Mapping[str, str], count: int
) -> tuple[list[Start], dict[str, str]]:
    """Return `count` visits in a new browser that knows `verdicts`, and the verdicts that it knows at the end."""
    visits = []
    async with contextlib.AsyncExitStack() as stack:
        server = stack.enter_context(SiteServer(site))
        browser = await launch_browser(stack, launch)
        with told("the start"):
            page = await open_page(browser, server.url)
            await page.evaluate(KNOW, verdicts)
            for _ in range(count):
                before = len(server.transfers)
                ready_ms, text_ms, self_check_ms = await page.evaluate(READ, [options, SAMPLE])
                sent = {one.path for one in server.transfers[before:] if one.status == 200 and one.path != SAMPLE}
                sent_mb = sum((site / path).stat().st_size for path in sent) / 1e6
                visits.append(Start(ready_ms, text_ms, sent_mb, self_check_ms))
                await page.reload()
                await page.wait_for_function("globalThis.pyOcr", timeout=PAGE_TIMEOUT_MS)
            return visits, await page.evaluate(VERDICTS)


def _median(starts: list[Start]) -> Start:
    return Start(
        statistics.median(start.ready_ms for start in starts),
        statistics.median(start.text_ms for start in starts),
        starts[0].sent_mb,
        statistics.median(start.self_check_ms for start in starts),
    )
