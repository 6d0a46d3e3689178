"""The fuzzer: the same damage from the same seed, in the structure of a file, and nothing overlooked."""

import zlib
from pathlib import Path
from typing import Final

import pytest

from measure.fuzz.__main__ import complaints, main
from measure.fuzz.fields import fields_of
from measure.fuzz.mutations import mutate, with_right_checksums
from measure.fuzz.subjects import Outcome, outcome_of

FIXTURES: Final = sorted((Path(__file__).parents[2] / "fixtures").glob("note.*"))
TEXT: Final = Outcome("text", "Hello world")


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.suffix)
def test_every_format_has_fields_that_lie_in_the_file(fixture: Path) -> None:
    data = fixture.read_bytes()
    fields = fields_of(data)
    assert len(fields) >= 5
    assert all(field.at >= 0 and field.at + field.size <= len(data) for field in fields)


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.suffix)
def test_a_seed_gives_the_same_damage_again_and_seeds_give_different_ones(fixture: Path) -> None:
    data = fixture.read_bytes()
    mutants = [mutate(data, seed) for seed in range(30)]
    assert mutants == [mutate(data, seed) for seed in range(30)]
    assert len(set(mutants)) > 20


def test_damage_of_damage_is_no_error_of_the_fuzzer() -> None:
    assert FIXTURES
    for fixture in FIXTURES:
        data = fixture.read_bytes()
        for seed in range(200):
            data = mutate(data, seed) or fixture.read_bytes()


def test_checksums_of_a_png_are_put_right() -> None:
    data = bytearray((FIXTURES[0].parent / "note.png").read_bytes())
    data[16:20] = (7).to_bytes(4, "big")
    fixed = with_right_checksums(bytes(data))
    assert fixed[29:33] == zlib.crc32(fixed[12:29]).to_bytes(4, "big")
    assert fixed[29:33] != data[29:33]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"text": "Hello"}, "text"),
        ({"text": ""}, "empty"),
        ({"code": "image_undecodable", "cause": "It is damaged."}, "error"),
        ({"code": "internal", "cause": "KeyError"}, "untyped"),
        ({"code": "untyped", "cause": "KeyError"}, "untyped"),
        ({"code": "engine_crashed", "cause": "trap"}, "crash"),
        ({"code": "worker_silent", "cause": "silence"}, "hang"),
    ],
)
def test_what_a_reader_says_is_sorted(answer: dict[str, str], kind: str) -> None:
    assert outcome_of({**answer, "seconds": 0.1, "recovered": True}).kind == kind


@pytest.mark.parametrize(
    ("native", "browser", "said"),
    [
        (TEXT, TEXT, None),
        (TEXT, Outcome("error", code="image_truncated"), None),
        (TEXT, Outcome("empty"), "browser: finds no text where the other does"),
        (Outcome("crash"), TEXT, "native: crash"),
        (Outcome("hang"), Outcome("hang"), "native: hang"),
        (Outcome("untyped", code="internal"), TEXT, "native: untyped (internal"),
        (Outcome("error", recovered=False), TEXT, "native: does not read a good image after it"),
        (Outcome("text", "Hello", seconds=11), TEXT, "native: took 11 s"),
    ],
)
def test_what_does_not_hold_is_told(native: Outcome, browser: Outcome, said: str | None) -> None:
    told = list(complaints({"native": native, "browser": browser}, limit_seconds=10))
    assert told == [] if said is None else told[0].startswith(said)


def test_a_native_engine_survives_damaged_files(capsys: pytest.CaptureFixture[str]) -> None:
    # Every fixture once; a whole run, with the page, is `npm run fuzz`.
    status = main(["--only", "native", "--count", "30", "--limit", "60"])
    printed = capsys.readouterr().out
    assert status == 0, printed
    assert "30 files read" in printed
