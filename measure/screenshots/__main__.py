"""`npm run screenshots`: takes pictures of the page in every state, to be looked at; with `--readme` that of README."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright

from measure.headless.chromium_launch import plan_launch
from measure.screenshots.look import LOOKS
from measure.screenshots.readme_picture import take_readme_picture
from measure.screenshots.site import Site
from measure.screenshots.tour import Tour
from tools.progress import format_seconds
from tools.project import this_project

DESCRIPTION = (
    "Go through every state of the page, on a desktop and a phone, in light, dark and forced colours, in English, "
    "German and Arabic, and take a picture of each. A state that does not come is an error."
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line."""
    options = _parser().parse_args(arguments)
    project = this_project()
    launch = plan_launch(project, "wasm")
    with sync_playwright() as playwright, Site(project) as site:
        browser = playwright.chromium.launch(
            executable_path=launch.executable, args=launch.arguments, chromium_sandbox=launch.sandbox
        )
        if options.readme:
            take_readme_picture(browser, site, project.root / "docs" / "page.png")
        for look in LOOKS if not options.readme else ():
            if options.only and look.name not in options.only:
                continue
            started = time.monotonic()
            with look.open(browser) as context:
                taken = Tour(context, site, look, options.out).go()
            print(f"{look.name}: {taken} pictures in {format_seconds(time.monotonic() - started)}", flush=True)
        browser.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="npm run screenshots --", description=DESCRIPTION)
    parser.add_argument("--out", type=Path, metavar="FOLDER", default=Path("screenshots"), help="default: %(default)s")
    names = [look.name for look in LOOKS]
    parser.add_argument("--only", nargs="+", choices=names, metavar="LOOK", help=f"of {', '.join(names)}")
    parser.add_argument("--readme", action="store_true", help="take the picture of README (docs/page.png) instead")
    return parser


if __name__ == "__main__":
    main()
