"""The picture of the page in README: the real page has read both samples, and a line of the receipt is picked out."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from measure.screenshots.site import Site

VIEWPORT_PX: Final = (1120, 700)
COLOURS: Final = 256
READING_LIMIT_MS: Final = 180_000
READ: Final = re.compile(r"^\d+ lines")


def take_readme_picture(browser: Browser, site: Site, target: Path) -> None:
    """Take the picture and write it, with a palette to be small."""
    width, height = VIEWPORT_PX
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="light", locale="en")
    page.goto(f"{site.url}?backend=wasm")
    picture = _picture_of(page, site.root / "web/samples/sign.jpg")
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(target, optimize=True)
    print(f"{target}: {target.stat().st_size / 1000:.0f} kB")


def _picture_of(page: Page, other: Path) -> bytes:
    """Read both samples, then return the picture as PNG."""
    page.click("[data-sample*=receipt]")
    statuses = page.locator(".item-status")
    expect(statuses).to_have_text([READ], timeout=READING_LIMIT_MS)
    with page.expect_file_chooser() as chooser:
        page.click("#add")
    chooser.value.set_files(other)
    expect(statuses).to_have_text([READ, READ], timeout=READING_LIMIT_MS)
    page.locator(".item").first.click()
    page.locator("py-ocr .line", has_text=re.compile("Almond")).hover()
    return page.screenshot()
