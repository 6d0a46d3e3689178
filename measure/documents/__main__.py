"""Reads a scanned document of many pages, natively and in the browser, by its client and as a visitor does, and tells
what that takes of memory.

`.venv/bin/python -m measure.documents --pages 200 --profile fast`; the site must be built (`npm start` does that).
Memory is to be level: what the last pages take must be what those after the first few took.
"""

import argparse
import asyncio
import contextlib
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import py_ocr
from measure.headless.chromium_launch import plan_launch
from measure.headless.driver import launch_browser, open_page
from measure.headless.site_server import SiteServer
from measure.markdown_table import table
from measure.memory import memory_of, renderer_memory
from measure.scans import scanned_pdf
from tools.project import this_project

READ = """
async ([backend, profile]) => {
  const client = new globalThis.pyOcr.OcrClient({ backend, ...(profile && { profile }) });
  const input = document.querySelector("input");
  let lines = 0;
  for await (const { number, page, error } of client.recognizeDocument(input.files[0])) {
    if (page === null) throw new Error(`page ${number}: ${error.message}`);
    lines += page.lines.length;
    await globalThis.reportPage(number);
  }
  client.dispose();
  return lines;
}
"""
_LOOK_S = 0.5
"""Seconds between two looks at the page."""

SHOWN = 10
"""Rows of the table."""


class Samples:
    """Megabytes after each page, and when it was read."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.mb: list[float] = []
        self.lines = 0
        self._started = time.monotonic()

    def take(self, mb: float, page: int, count: int) -> None:
        """Keep a figure, and show it on a terminal."""
        self.mb.append(mb)
        if sys.stderr.isatty():
            print(f"\r{self.title}: page {page} of {count}, {mb:.0f} MB ", end="", file=sys.stderr, flush=True)

    def told(self) -> str:
        """Return what the figures come to."""
        tenth = max(1, len(self.mb) // 10)
        early, late = statistics.median(self.mb[tenth : 2 * tenth]), statistics.median(self.mb[-tenth:])
        seconds = time.monotonic() - self._started
        return (
            f"{self.title}: {len(self.mb)} pages, {self.lines} lines in {seconds:.0f} s; {early:.0f} MB in the second "
            f"tenth, {late:.0f} MB in the last ({100 * (late - early) / early:+.1f} %), {max(self.mb):.0f} MB at most."
        )


def read_natively(scan: Path, count: int, profile: str | None) -> Samples:
    """Read the document with this process."""
    samples = Samples("native")
    with py_ocr.Reader(profile=profile) as reader:
        for page in reader.read_document(scan):
            if page.page is None:
                raise RuntimeError(f"page {page.number}: {page.error}")
            samples.lines += len(page.page.lines)
            memory = memory_of(os.getpid())
            samples.take(memory.now_mb if memory else 0.0, page.number, count)
    return samples


async def read_in_browser(scan: Path, count: int, profile: str | None) -> Samples:
    """Read the document in the page of the built site: the memory is that of the page's process."""
    project = this_project()
    samples = Samples("browser, wasm")
    async with contextlib.AsyncExitStack() as stack:
        server = stack.enter_context(SiteServer(project.root / "web" / "dist"))
        browser = await launch_browser(stack, plan_launch(project, "wasm"))
        page = await open_page(browser, server.url)

        async def report(number: int) -> None:
            memory = await renderer_memory(browser)
            samples.take(memory.now_mb if memory else 0.0, number, count)

        await page.expose_function("reportPage", report)
        await page.evaluate("document.body.append(Object.assign(document.createElement('input'), { type: 'file' }))")
        await page.set_input_files("input", scan)
        samples.lines = await page.evaluate(READ, ["wasm", profile])
    return samples


async def read_in_the_page(scan: Path, count: int, profile: str | None) -> Samples:
    """Read the document as a visitor does: dropped into the page, which keeps it, with its thumbnails and its text."""
    project = this_project()
    samples = Samples("the visitor's page, wasm")
    async with contextlib.AsyncExitStack() as stack:
        server = stack.enter_context(SiteServer(project.root / "web" / "dist"))
        browser = await launch_browser(stack, plan_launch(project, "wasm"))
        page = await browser.new_page()
        chosen = "" if profile is None else f"&profile={profile}"
        await page.goto(f"{server.url}?backend=wasm{chosen}")
        async with page.expect_file_chooser() as chooser:
            await page.get_by_role("button", name="Choose images").click()
        await (await chooser.value).set_files(scan)
        garbage = await page.context.new_cdp_session(page)
        read = 0
        while read < count:
            await asyncio.sleep(_LOOK_S)
            status = await page.locator(".item-status").first.inner_text()
            told = re.search(r"Page (\d+) of", status)
            is_done = told is None and re.search(r"\d", status) is not None and "%" not in status
            now = count if is_done else int(told[1]) - 1 if told else 0
            if now == read:
                continue
            # The page has what a visitor's has, and its garbage is collected when the browser finds time for it.
            await garbage.send("HeapProfiler.collectGarbage")
            memory = await renderer_memory(browser)
            for number in range(read + 1, now + 1):
                samples.take(memory.now_mb if memory else 0.0, number, count)
            read = max(read, now)
        told = re.search(r"([\d,]+) lines?", status)
        samples.lines = int(told[1].replace(",", "")) if told else 0
    return samples


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m measure.documents", description=__doc__)
    parser.add_argument("--pages", type=int, default=200, metavar="N", help="default: %(default)s")
    parser.add_argument("--profile", metavar="NAME", help="which models read; the default of each when left out")
    parser.add_argument("--only", choices=("native", "browser", "page"), help="measure this one alone")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        scan = Path(folder) / "scan.pdf"
        scan.write_bytes(scanned_pdf(options.pages))
        measured: list[Samples] = []
        if options.only in (None, "native"):
            measured.append(read_natively(scan, options.pages, options.profile))
        if options.only in (None, "browser"):
            measured.append(asyncio.run(read_in_browser(scan, options.pages, options.profile)))
        if options.only in (None, "page"):
            measured.append(asyncio.run(read_in_the_page(scan, options.pages, options.profile)))
        print(f"\n{options.pages} pages, {scan.stat().st_size / 1e6:.1f} MB.\n")
    numbers = sorted({1, *(round(options.pages * part / SHOWN) for part in range(1, SHOWN + 1))} - {0})
    rows = [[str(number), *(f"{samples.mb[number - 1]:.0f}" for samples in measured)] for number in numbers]
    print(table(["after page", *(f"{samples.title}, MB" for samples in measured)], rows))
    print("\n" + "\n".join(samples.told() for samples in measured))
    return 0


if __name__ == "__main__":
    sys.exit(main())
