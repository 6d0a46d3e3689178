"""The page offers exactly the languages that the engine knows."""

import re
from pathlib import Path

from py_ocr.languages import LANGUAGES

SOURCE = Path(__file__).parents[3] / "web" / "src" / "page" / "languages.ts"


def test_the_page_lists_the_languages_of_the_engine() -> None:
    declaration = re.search(r"const LANGUAGES = \[(.*?)\]", SOURCE.read_text(encoding="utf-8"), re.DOTALL)
    assert declaration is not None
    listed = " ".join(re.findall(r'"([^"]*)"', declaration[1])).split()
    assert sorted(listed) == sorted(LANGUAGES)
