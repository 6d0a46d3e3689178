"""The tour: a visit that goes through every state of the page, and takes a picture of each."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from playwright.sync_api import BrowserContext, Locator, Route, expect

from measure.screenshots import files
from measure.screenshots.look import Look, dress
from measure.screenshots.site import Site

READING_MS: Final = 240_000
HELD: Final = "**/*det*.onnx"
"""What the engine cannot start without."""
TWO_FRAMES: Final = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""Colours that have just changed are painted."""
DRAG: Final = """(type) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File(["a"], "a.png"));
  document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true }));
}"""


class Tour:
    """One visit in one look."""

    def __init__(self, context: BrowserContext, site: Site, look: Look, out: Path) -> None:
        self._context = context
        self._site = site
        self._look = look
        self._out = out
        self._taken = 0
        self._states: list[str] = []
        self._page = context.new_page()

    def go(self) -> int:
        """Visit every state; return how many pictures were taken."""
        self._page.goto(f"{self._site.url}?backend=wasm&words={self._look.words}")
        self._first_visit()
        self._reading()
        self._correcting()
        self._finding()
        self._errors()
        self._document()
        self._batch()
        self._staying()
        return self._taken

    def _first_visit(self) -> None:
        page = self._page
        expect(page.locator("#choose")).to_be_visible()
        self._take("empty")
        self._open_settings()
        self._take("settings")
        page.click("details.advanced summary")
        self._take("settings-advanced")
        page.locator("#open-backends").scroll_into_view_if_needed()
        page.click("#open-backends")
        expect(page.locator("#backends")).to_be_visible()
        self._take("backends")
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        page.evaluate(DRAG, "dragenter")
        self._take("files-over-the-page")
        page.evaluate(DRAG, "dragleave")

    def _reading(self) -> None:
        page = self._page
        self._context.set_offline(True)
        self._choose(files.at(self._site.root / "web/samples/receipt.jpg"))
        expect(self._shown(".notice")).to_be_visible(timeout=READING_MS)
        self._take("error-offline")
        self._context.set_offline(False)
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        self._context.route(HELD, hold)
        self._shown(".notice .primary").click()
        expect(self._shown(".progress")).to_be_visible()
        while not held:
            page.wait_for_timeout(50)
        self._take("loading-the-engine")
        for route in held:
            route.continue_()
        self._context.unroute(HELD)
        expect(self._shown(".line").nth(4)).to_be_visible(timeout=READING_MS)
        self._take("lines-coming")
        self._done("receipt.jpg")
        self._take("done")
        line = self._shown(".line").nth(9)
        (line.click if self._look.is_phone else line.hover)()
        self._take("a-line-picked")
        self._shown(".result button[aria-haspopup]").click()
        self._take("export-menu")
        page.keyboard.press("Escape")
        page.evaluate("scrollTo(0, 9000)")
        self._take("end-of-the-text")
        page.evaluate("scrollTo(0, 0)")

    def _correcting(self) -> None:
        self._choose(files.doubtful())
        self._done("minutes 1987.png")
        self._take("doubtful-words")
        self._shown(".toolbar-end button").first.click()
        expect(self._shown(".word-input")).to_be_focused()
        expect(self._shown(".offer").first).to_be_visible(timeout=READING_MS)
        self._take("editing-a-word")
        self._page.keyboard.press("ArrowDown")
        self._page.keyboard.press("Enter")
        self._take("corrected")

    def _finding(self) -> None:
        self._choose(files.table())
        self._done("invoice.png")
        self._take("table")
        self._shown(".find-field").fill("en")
        self._take("search")
        self._shown(".find-field").fill("xyz")
        self._take("search-without-a-hit")
        self._choose(files.at(self._site.root / "tests/fixtures/blank.png"))
        self._done("blank.png")
        self._take("no-text")
        self._choose(files.at(self._site.root / "tests/fixtures/russian.png"))
        self._done("russian.png")
        self._take("unread-script")

    def _errors(self) -> None:
        for state, file in (
            ("error-damaged", files.damaged()),
            ("error-too-large", files.too_large()),
            ("error-no-image", files.no_image()),
        ):
            self._choose(file)
            expect(self._shown(".notice")).to_be_visible(timeout=READING_MS)
            self._take(state)
        self._choose(files.encrypted())
        expect(self._page.locator(".password input:visible")).to_be_visible(timeout=READING_MS)
        self._take("error-password")

    def _document(self) -> None:
        self._choose(files.document())
        expect(self._page.locator(".page[data-state=done]:visible").first).to_be_visible(timeout=READING_MS)
        self._take("document-being-read")
        self._done("annual report.pdf")
        self._page.locator(".page:visible").nth(1).click()
        expect(self._shown(".line").first).to_contain_text("page 2")
        self._take("document")

    def _batch(self) -> None:
        page = self._page
        page.locator("#steer button").last.click()
        names = ("letter.png", "note.png", "romanian.png", "bilingual.png", "japanese.png", "blank.png", "word.png")
        fixtures = [files.at(self._site.root / "tests/fixtures" / name) for name in names]
        self._choose(*fixtures, files.damaged(), files.at(self._site.root / "web/samples/sign.jpg"))
        expect(page.locator('.queue li[data-state="done"]')).to_have_count(2, timeout=READING_MS)
        self._take("batch-in-progress")
        expect(page.locator('.queue li[data-state="reading"]')).to_have_count(0, timeout=READING_MS)
        self._take("batch-done")
        page.locator("#all button[aria-haspopup]").click()
        self._take("batch-menu")
        page.keyboard.press("Escape")
        self._choose(files.at(self._site.root / "web/samples/receipt.jpg"))
        self._shown(".progress button").click()
        expect(self._shown(".notice")).to_be_visible()
        self._take("cancelled")

    def _staying(self) -> None:
        page = self._page
        self._site.renew()
        page.evaluate("navigator.serviceWorker.ready.then((registration) => registration.update())")
        expect(page.locator("#notice button:not(.tool)")).to_be_visible()
        self._take("update-available")
        with page.expect_navigation():
            page.click("#notice button:not(.tool)")
        expect(page.locator(".item").first).to_be_visible()
        session = self._context.new_cdp_session(page)
        features = [{"name": "display-mode", "value": "standalone"}]
        session.send("Emulation.setEmulatedMedia", {"features": features})
        page.locator(".item").first.click()
        expect(self._shown(".line").first).to_be_visible()
        self._take("installed", dressed=False)
        session.detach()
        self._open_settings()
        page.click("#forget")
        expect(page.locator("#forgotten")).not_to_be_empty()
        self._take("forget-everything")
        page.keyboard.press("Escape")
        self._take("forgotten")

    def _open_settings(self) -> None:
        self._page.click("#open-settings")
        # The languages come from the list of models.
        expect(self._page.locator("#languages option").nth(9)).to_be_attached()

    def _choose(self, *chosen: files.File) -> None:
        with self._page.expect_file_chooser() as chooser:
            self._page.locator("#choose:visible, #add:visible").click()
        payload = [{"name": file.name, "mimeType": "", "buffer": file.data} for file in chosen]
        chooser.value.set_files(payload)  # type: ignore[arg-type]  # a list of FilePayload
        row = self._row(chosen[0].name)
        expect(row).to_be_visible()
        if not row.get_attribute("aria-current"):
            row.click()

    def _done(self, name: str) -> None:
        """Wait until that file is read, all of it."""
        expect(self._page.locator('.queue li[data-state="done"]').filter(has=self._row(name))).to_be_visible(
            timeout=READING_MS
        )

    def _row(self, name: str) -> Locator:
        return self._page.locator(".item", has_text=re.compile(re.escape(name)))

    def _shown(self, part: str) -> Locator:
        return self._page.locator(f"py-ocr {part}").filter(visible=True)

    def _take(self, state: str, *, dressed: bool = True) -> None:
        """Take the state in every scheme."""
        self._states.append(state)
        for scheme in self._look.schemes if dressed else self._look.schemes[:1]:
            if dressed:
                dress(self._page, scheme)
                self._page.evaluate(TWO_FRAMES)
            target = self._out / f"{self._look.name}-{scheme}" / f"{len(self._states):02}-{state}.png"
            target.parent.mkdir(parents=True, exist_ok=True)
            self._page.screenshot(path=target)
            self._taken += 1
        if dressed:
            dress(self._page, self._look.schemes[0])
