"""Pages in scripts that the models do not know, as the real models read them: the result says so."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from py_ocr.native import NativeChoice, NativeReader, open_models
from tests.fixtures.make import ENGLISH, FOLDER, RUSSIAN, UNREADABLE

Read = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module", params=["balanced", "fast"])
def profile(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def read(profile: str) -> Iterator[Read]:
    with NativeReader(open_models(None), NativeChoice(profile, threads=1)) as reader:
        yield lambda name: reader.read(FOLDER / f"{name}.png", lambda *_: None)


@pytest.mark.parametrize("name", ["russian", "hebrew"])
def test_a_page_in_an_unknown_script_says_so(read: Read, name: str) -> None:
    (notice,) = read(name)["notices"]
    assert notice["code"] == "script_unknown"
    assert len(notice["quads"]) >= len(UNREADABLE[name]) - 1


def test_of_a_page_in_two_scripts_the_places_are_told_and_the_rest_is_read(read: Read, profile: str) -> None:
    if profile == "fast":
        pytest.skip("tiny makes up letters for Cyrillic, and beside sure lines that is no evidence")
    page = read("bilingual")
    (notice,) = page["notices"]
    assert [line["text"] for line in page["lines"]] == list(ENGLISH[:3])
    assert len(notice["quads"]) == len(RUSSIAN) - 1
    lowest = max(corner[1] for line in page["lines"] for corner in line["quad"])
    assert all(corner[1] > lowest for quad in notice["quads"] for corner in quad)


def test_of_a_page_in_cyrillic_no_remains_are_left(read: Read) -> None:
    assert not [line["text"] for line in read("russian")["lines"] if len(line["text"]) < 2]


@pytest.mark.parametrize("name", ["letter", "note", "blank", "word"])
def test_of_pages_in_known_scripts_nothing_is_told(read: Read, name: str) -> None:
    assert read(name)["notices"] == []


@pytest.mark.parametrize("name", ["japanese", "romanian", "mixed"])
def test_a_script_is_known_that_one_of_the_models_has(read: Read, profile: str, name: str) -> None:
    if profile == "fast":
        pytest.skip("tiny has neither Japanese nor Romanian")
    assert read(name)["notices"] == []
