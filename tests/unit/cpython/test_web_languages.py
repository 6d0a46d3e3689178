"""The page offers exactly the languages that the engine knows, and nobody counts others."""

import re
from pathlib import Path

from py_ocr.languages import LANGUAGES

ROOT = Path(__file__).parents[3]
SOURCE = ROOT / "web" / "src" / "page" / "languages.ts"


def test_the_page_lists_the_languages_of_the_engine() -> None:
    declaration = re.search(r"const LANGUAGES = \[(.*?)\]", SOURCE.read_text(encoding="utf-8"), re.DOTALL)
    assert declaration is not None
    listed = " ".join(re.findall(r'"([^"]*)"', declaration[1])).split()
    assert sorted(listed) == sorted(LANGUAGES)


def test_whoever_counts_the_languages_counts_those_of_the_engine() -> None:
    told = re.findall(r"(\d+) languages", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert told == [str(len(LANGUAGES))]
    for file in ("models/catalog.py", "models/manifest.json"):
        assert not re.search(r"\d+ languages", (ROOT / file).read_text(encoding="utf-8")), file
