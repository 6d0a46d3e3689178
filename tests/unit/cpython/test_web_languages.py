"""Whoever tells the languages that are offered tells those whose letters the models can write."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from py_ocr.alphabets import LANGUAGES
from py_ocr.languages import writable_languages
from py_ocr.native import open_models

ROOT = Path(__file__).parents[3]
PROFILES = ("balanced", "fast", "best", "ppocr-v4-mobile")


def manifest() -> Mapping[str, Any]:
    models: Mapping[str, Any] = json.loads((ROOT / "models" / "manifest.json").read_text(encoding="utf-8"))
    return models


def offered(profile: str) -> tuple[str, ...]:
    """Return the languages that the characters of a profile's recognisers suffice for."""
    models = open_models(None)
    charsets = models.charsets(models.manifest.profile(profile)).values()
    return writable_languages({text for charset in charsets for text in charset})


@pytest.mark.parametrize("profile", PROFILES)
def test_the_manifest_which_the_page_reads_lists_what_each_profile_offers(profile: str) -> None:
    entry, models = manifest()["profiles"][profile], manifest()["models"]
    roles = [role for role in ("recognizer", "sure_recognizer") if role in entry]
    assert {code for role in roles for code in models[entry[role]]["charset"]["languages"]} == set(offered(profile))


def test_what_the_models_cannot_write_is_not_offered() -> None:
    assert set(LANGUAGES) - set(offered("balanced")) == {"cy", "el", "pi", "qu", "uz", "vi"}
    assert set(offered("best")) - set(offered("fast")) == {"az", "ja", "ro", "zh-Hant"}


def test_whoever_counts_the_languages_counts_those_that_are_offered() -> None:
    told = re.findall(r"(\d+) languages", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert told == [str(len(offered("balanced")))]
    for file in ("models/catalog.py", "models/manifest.json"):
        assert not re.search(r"\d+ languages", (ROOT / file).read_text(encoding="utf-8")), file
