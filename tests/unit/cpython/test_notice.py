"""Every third-party asset of the site is named in NOTICE."""

import json
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
OWN = (
    "assets.json",
    "assets/*",
    "samples/*",
    "favicon.svg",
    "icon-*.png",
    "manifest.webmanifest",
    "sbom.cdx.json",
    "models/manifest.json",
    "models/golden.json",
    "wheels/py_ocr-*",
    "late-wheels/py_ocr-*",
    "*.html",
)


def test_every_asset_that_is_served_is_ours_or_in_the_notice() -> None:
    listing = ROOT / "web/dist/assets.json"
    if not listing.exists():
        pytest.fail("The site is not built: run `python3 -m tools setup` first.")
    index = json.loads(listing.read_text("utf-8"))
    assets = [path.removeprefix(f"{index['engine']}/") for path in index["files"]]
    patterns = [line for line in (ROOT / "NOTICE").read_text("utf-8").splitlines() if line.endswith("*")]
    assert assets
    assert patterns
    unnamed = [path for path in assets if not any(fnmatch(path, pattern) for pattern in (*OWN, *patterns))]
    assert unnamed == []
