"""The page's queue: the browser, or the tab with the page in it, is killed while it reads; the visitor comes back."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

from playwright.async_api import BrowserContext, Page
from playwright.async_api import Error as PlaywrightError

from measure.headless.chromium_launch import plan_launch
from measure.headless.driver import launch_profile
from measure.headless.site_server import SiteServer
from measure.kills.scenario import SIGNALS, Killed
from measure.kills.victims import end, processes_with, until
from tools.errors import SetupError
from tools.project import Project

NAMES: Final = ("note.png", "word.png", "note.jpg", "blank.png", "note.webp")
PAGE: Final = "?backend=wasm&profile=fast&line-workers=0&words=en"
WHOLE_S: Final = 120.0
HERE_S: Final = 15.0
ELSEWHERE: Final = "assets.json"
"""A file of the same origin: whoever opens it sees what is kept, and no program of the page changes it."""
LOOK_S: Final = 0.02
GONE_S: Final = 15.0
AT_DONE_SHARE: Final = 0.5
"""So many of the kills come at the worst moment for what was shown as done."""

Rows = Mapping[str, tuple[str, str]]
"""Of each row, by its name: its state, and the text that was read."""

LOOK: Final = """() => [...document.querySelectorAll("#queue li")].map((row, at) => {
  const reader = document.querySelectorAll("#reader py-ocr")[at];
  const name = row.querySelector(".item-name").title;
  return [name, row.dataset.state ?? "", reader?.text ?? "", "kept" in row.dataset];
})"""
"""Of each row: its name, its state, its text, and whether it is on the disk."""

ARE_DONE: Final = f"""(count) => new Promise((resolve) => {{
  const look = () => {{
    const rows = ({LOOK})();
    if (rows.filter(([, state]) => state === "done").length >= count) resolve(rows);
  }};
  new MutationObserver(look).observe(document.querySelector("#queue"), {{ subtree: true, attributes: true }});
  look();
}})"""
"""Resolves with the rows at the moment at which so many are shown as done."""

KEPT: Final = """() => new Promise((resolve, reject) => {
  const opening = indexedDB.open("py-ocr");
  // Nothing was ever kept: there shall be no database either.
  opening.onupgradeneeded = () => opening.transaction.abort();
  opening.onerror = () => opening.error.name === "AbortError" ? resolve([]) : reject(opening.error);
  opening.onsuccess = () => {
    const database = opening.result;
    const asking = database.transaction("items").objectStore("items").getAll();
    asking.onerror = () => reject(asking.error);
    asking.onsuccess = () => {
      database.close();
      resolve(asking.result.map(({ name, pages }) => [name, pages[0]?.text ?? null]));
    };
  };
})"""
"""What the browser keeps, by its name: the text, or null where there is none yet."""


class PageQueue:
    """Reads some fixtures in the page, with a profile that the browser keeps."""

    def __init__(self, project: Project) -> None:
        self._launch = plan_launch(project, "wasm")
        self._fixtures = project.root / "tests" / "fixtures"
        self._server = SiteServer(project.root / "web" / "dist")
        self._stack = contextlib.ExitStack()
        self._runner = asyncio.Runner()
        self._expected: Rows = {}
        self._took_s = 0.0

    def __enter__(self) -> Self:
        self._stack.enter_context(self._runner)
        self._stack.enter_context(self._server)
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="py-ocr-kills-")))
        self._runner.run(self._measure())
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    def kill(self, chance: random.Random) -> Killed:
        """Kill the browser by either signal, or the processes that draw its tabs, and open the page again."""
        whom, number = chance.choice(("browser", "tab")), chance.choice(SIGNALS)
        moment = chance.uniform(0, self._took_s)
        done = chance.randint(1, len(NAMES)) if chance.random() < AT_DONE_SHARE else None
        return self._runner.run(self._kill(whom, number, moment, done))

    async def _measure(self) -> None:
        """Warm the profile that every kill gets a copy of, and see what comes of the images."""
        async with contextlib.AsyncExitStack() as stack:
            page = await self._open(stack, self._folder / "warm")
            await self._add(page)
            if not await _is_done(page):
                raise SetupError("The images are not read even when nobody kills anything.", f"{await _look(page)}")
        async with contextlib.AsyncExitStack() as stack:
            page = await self._open(stack, self._folder / "warm")
            await _forget(page)
            started = time.monotonic()
            await self._add(page)
            await _is_done(page)
            self._took_s = time.monotonic() - started
            self._expected = await _look(page)
            await _forget(page)

    async def _kill(self, whom: str, number: signal.Signals, delay_s: float, at_done: int | None) -> Killed:
        """Kill it after so long, or at the moment at which so many rows are shown as done."""
        profile = Path(tempfile.mkdtemp(prefix="profile-", dir=self._folder))
        shutil.copytree(self._folder / "warm", profile, dirs_exist_ok=True, symlinks=True)
        complaints: list[str] = []
        async with contextlib.AsyncExitStack() as stack:
            page = await self._open(stack, profile)
            pids = processes_with(f"--user-data-dir={profile}")
            started = time.monotonic()
            await self._add(page)
            if at_done is None:
                shown = await self._watch(page, started + delay_s)
            else:
                shown = _kept(await page.evaluate(ARE_DONE, at_done))
            after_s = time.monotonic() - started
            _strike(pids, whom, number)
            with contextlib.suppress(PlaywrightError):
                await page.context.close()
        if not until(lambda: not processes_with(f"--user-data-dir={profile}"), GONE_S):
            complaints.append("processes of the browser run on")
            end(processes_with(f"--user-data-dir={profile}"))
        async with contextlib.AsyncExitStack() as stack:
            page = await self._launched(stack, profile)
            complaints += await self._lost(page, shown)
            await self._visit(page)
            complaints += await self._after(page, shown)
        shutil.rmtree(profile, ignore_errors=True)
        done = sum(state == "done" for state, _ in shown.values())
        moment = "at some moment" if at_done is None else "as a row is done"
        return Killed(
            f"{number.name} of the {whom}, {moment}", after_s, f"{done} of {len(shown)} kept rows done", complaints
        )

    async def _watch(self, page: Page, until_s: float) -> Rows:
        """Look at the list until then; return what of it was kept when it was seen last."""
        shown = _kept(await page.evaluate(LOOK))
        while time.monotonic() < until_s:
            shown = _kept(await page.evaluate(LOOK))
            await asyncio.sleep(LOOK_S)
        return shown

    async def _lost(self, page: Page, shown: Rows) -> list[str]:
        """Return what had been shown as done and is not kept."""
        await page.goto(self._server.url + ELSEWHERE)
        kept: dict[str, str | None] = dict(await page.evaluate(KEPT))
        done = {name: text for name, (state, text) in shown.items() if state == "done"}
        return [f"{name} was done and is lost" for name, text in done.items() if kept.get(name) != text]

    async def _after(self, page: Page, shown: Rows) -> list[str]:
        """Return what of the list does not hold: every row that was kept is there, and gets the text that it should."""
        await _until(page, f"({LOOK})().length >= {len(shown)}", HERE_S)
        rows = await _look(page)
        found = [f"{name} is gone" for name in shown if name not in rows]
        if not await _is_done(page):
            found.append("it does not read on")
        for name, (state, text) in (await _look(page)).items():
            if (state, text) != self._expected.get(name):
                found.append(f"{name} has {state}, {text!r}")
        # The next image is read as well.
        await _forget(page)
        await self._add(page)
        if not await _is_done(page) or await _look(page) != self._expected:
            found.append("the next images are not read")
        return found

    async def _open(self, stack: contextlib.AsyncExitStack, profile: Path) -> Page:
        page = await self._launched(stack, profile)
        await self._visit(page)
        return page

    async def _launched(self, stack: contextlib.AsyncExitStack, profile: Path) -> Page:
        context: BrowserContext = await launch_profile(stack, self._launch, profile)
        return context.pages[0] if context.pages else await context.new_page()

    async def _visit(self, page: Page) -> None:
        await page.goto(self._server.url + PAGE)
        await _until(page, "document.querySelector('#choose').textContent.trim() !== ''", HERE_S)

    async def _add(self, page: Page) -> None:
        async with page.expect_file_chooser() as chooser:
            await page.locator("#choose:visible, #add:visible").first.click()
        await (await chooser.value).set_files([self._fixtures / name for name in NAMES])
        await _until(page, f"({LOOK})().length >= {len(NAMES)}", HERE_S)


def _strike(pids: list[int], whom: str, number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(OSError):
            words = Path(f"/proc/{pid}/cmdline").read_bytes()
            is_browser = b"--type=" not in words
            if is_browser if whom == "browser" else b"--type=renderer" in words:
                os.kill(pid, number)


async def _look(page: Page) -> Rows:
    return _rows(await page.evaluate(LOOK))


def _rows(rows: Any) -> Rows:
    return {name: (state, text) for name, state, text, _ in rows}


def _kept(rows: Any) -> Rows:
    """Leave out what waits and is not on the disk yet: it is not promised to anybody. What is done must be kept."""
    return _rows(row for row in rows if row[1] == "done" or row[3])


async def _is_done(page: Page) -> bool:
    return await _until(page, f"({LOOK})().every(([, state]) => state === 'done')", WHOLE_S)


async def _forget(page: Page) -> None:
    await page.evaluate("document.querySelector('#forget').click()")
    await _until(page, "document.querySelector('#forgotten').textContent !== ''", HERE_S)


async def _until(page: Page, expression: str, seconds: float) -> bool:
    """Wait until something is so in the page. Playwright's own way to wait is against the site's policy."""
    deadline = time.monotonic() + seconds
    while not await page.evaluate(expression):
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(LOOK_S)
    return True
