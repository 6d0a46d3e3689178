"""Takes the picture of the page in the README (docs/page.png): `python -m measure.screenshot`, once the site is built.

The real page reads both samples in headless Chromium; the picture shows the receipt with a line picked out.
"""

from __future__ import annotations

import io
import re

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from measure.headless.chromium_launch import plan_launch
from measure.headless.site_server import SiteServer
from tools.project import this_project

VIEWPORT_PX = (1120, 700)
COLOURS = 256
READING_LIMIT_MS = 180_000
READ = re.compile(r"^\d+ lines")


def main() -> None:
    """Take the picture and write it, with a palette to be small."""
    project = this_project()
    target = project.root / "docs" / "page.png"
    launch = plan_launch(project, "wasm")
    with SiteServer(project.root / "web" / "dist") as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=launch.executable, args=launch.arguments, chromium_sandbox=launch.sandbox
        )
        width, height = VIEWPORT_PX
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="light")
        page.goto(f"{server.url}?backend=wasm")
        picture = _picture_of(page)
        browser.close()
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    target.parent.mkdir(exist_ok=True)
    image.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(target, optimize=True)
    print(f"{target}: {target.stat().st_size / 1000:.0f} kB")


def _picture_of(page: Page) -> bytes:
    """Read both samples, then return the picture as PNG."""
    page.click("[data-sample*=receipt]")
    statuses = page.locator(".item-status")
    expect(statuses).to_have_text([READ], timeout=READING_LIMIT_MS)
    with page.expect_file_chooser() as chooser:
        page.click("#add")
    chooser.value.set_files("web/samples/sign.jpg")
    expect(statuses).to_have_text([READ, READ], timeout=READING_LIMIT_MS)
    page.locator(".item").first.click()
    page.locator("py-ocr .line", has_text=re.compile("Almond")).hover()
    return page.screenshot()


if __name__ == "__main__":
    main()
