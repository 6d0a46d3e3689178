"""What doubtful characters may be: found by reading their places again, and told with the words that they are in."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pytest

from py_ocr.alternatives import AlternativesParams, Choices, find_alternatives, with_alternatives
from py_ocr.attempts import LineReading
from py_ocr.crop import LineCrop
from py_ocr.export.json import to_json
from py_ocr.recognition import TextRecognizer
from py_ocr.session import Tensor
from py_ocr.types import CharacterChoice, DoubtfulCharacter, OcrPage, TextLine, TextWord
from tests.unit.drawing import quad_of
from tests.unit.fakes import PROFILE, STRIDE_PX

CHARSET: Final = ("", "0", "O", "Q", "l", "1", "x", " ")
LIKELY: Final[Mapping[str, Mapping[str, float]]] = {
    "0": {"0": 0.6, "O": 0.3, "Q": 0.08, "x": 0.02},
    "l": {"l": 0.7, "1": 0.299, "x": 0.001},
    "x": {"x": 0.95, "l": 0.05},
    "O": {"O": 1.0},
    " ": {" ": 0.5, "": 0.5},
}
"""What a place on the fake's lines looks like, by what is drawn there."""

EVERYTHING: Final = np.ones(len(CHARSET), dtype=np.float32)
CELL_STEPS: Final = 4


@dataclass
class FakeSession:
    """Reads cells of four steps whose pixels hold the index of a character, of which the second step shows it."""

    input_names: tuple[str, ...] = ("image", "class_mask")
    output_names: tuple[str, ...] = ("labels", "scores", "space_scores")
    widths_px: list[int] = field(default_factory=list)
    masks: list[str] = field(default_factory=list)

    async def run(self, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        image, mask = feeds["image"], feeds["class_mask"]
        self.widths_px += [image.shape[2]] * image.shape[0]
        self.masks.append("".join(text for text, allowed in zip(CHARSET, mask, strict=True) if not allowed))
        shown = image[:, 0, STRIDE_PX // 2 :: STRIDE_PX, 0]
        labels, scores = np.zeros(shown.shape, dtype=np.int32), np.ones(shown.shape, dtype=np.float32)
        for place in np.argwhere(shown < len(CHARSET)):
            odds = LIKELY[CHARSET[shown[tuple(place)]]]
            allowed = {CHARSET.index(text): odd for text, odd in odds.items() if mask[CHARSET.index(text)]}
            if allowed:
                labels[tuple(place)] = max(allowed, key=lambda label: allowed[label])
                scores[tuple(place)] = max(allowed.values()) / sum(allowed.values())
        return {"labels": labels, "scores": scores, "space_scores": np.zeros_like(scores)}


def crop(text: str) -> LineCrop:
    """Return a line on which a text is drawn for the fake."""
    image = np.full((48, len(text) * CELL_STEPS * STRIDE_PX, 3), 255, dtype=np.uint8)
    for place, character in enumerate(text):
        start = (place * CELL_STEPS + 1) * STRIDE_PX
        image[:, start : start + STRIDE_PX] = CHARSET.index(character)
    quad = quad_of(0, 0, image.shape[1], 48)
    return LineCrop(image, quad, quad, turned=False)


def recognizer(session: FakeSession) -> TextRecognizer:
    return TextRecognizer(session, PROFILE.recognizer, CHARSET)


def found(*texts: str, **params: float) -> tuple[tuple[Choices, ...], FakeSession, tuple[LineReading, ...]]:
    """Read lines, look for the alternatives of their doubtful characters, and return these."""
    session = FakeSession()
    reader = recognizer(session)

    async def run() -> tuple[tuple[Choices, ...], tuple[LineReading, ...]]:
        crops = [crop(text) for text in texts]
        lines = await reader.recognize(crops, EVERYTHING)
        readings = tuple(
            LineReading(line_crop, line, 0, reader.id) for line_crop, line in zip(crops, lines, strict=True)
        )
        session.widths_px.clear()
        session.masks.clear()
        options = AlternativesParams(**params)
        return await find_alternatives(readings, [reader], EVERYTHING, STRIDE_PX, options), readings

    choices, readings = asyncio.run(run())
    return choices, session, readings


def told(choices: Choices) -> dict[int, list[tuple[str, float]]]:
    return {step: [(choice.text, round(choice.score, 4)) for choice in each] for step, each in choices.items()}


def test_a_doubtful_character_has_two_alternatives_with_the_scores_that_the_model_gave_them() -> None:
    (choices,), _, _ = found("xx0xx")
    assert told(choices) == {2: [("0", 0.6), ("O", 0.3), ("Q", 0.08)]}


def test_what_is_hardly_possible_is_no_alternative() -> None:
    (choices,), _, _ = found("xlx")
    assert told(choices) == {1: [("l", 0.7), ("1", 0.299)]}


def test_each_doubtful_character_is_read_without_itself_only() -> None:
    choices, session, _ = found("0l", "xx", "l0")
    assert [sorted(each) for each in choices] == [[0, 1], [], [0, 1]]
    assert {told(each)[step][0][0] for each in (choices[0], choices[2]) for step in each} == {"0", "l"}
    assert told(choices[2])[1] == [("0", 0.6), ("O", 0.3), ("Q", 0.08)]
    # The same mask holds for both lines, so that they are read together.
    assert sorted(session.masks) == sorted(["0", "l", "0O", "l1"])


def test_sure_characters_and_spaces_are_not_read_again() -> None:
    (choices,), session, _ = found("xO x")
    assert choices == {}
    assert session.widths_px == []


def test_only_the_place_of_the_character_is_read_again() -> None:
    (choices,), session, _ = found("x" * 20 + "0" + "x" * 20)
    assert told(choices) == {20: [("0", 0.6), ("O", 0.3), ("Q", 0.08)]}
    assert max(session.widths_px) <= AlternativesParams().window_heights * 48 + STRIDE_PX
    (choices,), wider, _ = found("x" * 20 + "0" + "x" * 20, window_heights=5)
    assert told(choices)[20][1] == ("O", 0.3)
    assert min(wider.widths_px) > max(session.widths_px)


@pytest.mark.parametrize("text", ["0" + "x" * 12, "x" * 12 + "0"])
def test_at_the_ends_of_a_line_it_is_the_same(text: str) -> None:
    (choices,), _, _ = found(text)
    assert [each[1] for each in told(choices).values()] == [("O", 0.3)]


def test_the_score_from_which_a_character_is_sure_is_a_parameter() -> None:
    assert [sorted(each) for each in found("0l", doubtful_score=0.65)[0]] == [[0]]


def line(*words: str) -> TextLine:
    parts = tuple(TextWord(word, 0.5, quad_of(0, 0, 9, 9)) for word in words)
    return TextLine(" ".join(words), 0.5, quad_of(0, 0, 9, 9), parts)


def test_words_have_the_alternatives_of_their_characters() -> None:
    choices, _, readings = found("xl 0x")
    (shown,) = with_alternatives([line("xl", "0x")], readings, choices, CHARSET)
    first, second = shown.words
    assert [doubt.index for doubt in (*first.doubtful, *second.doubtful)] == [1, 0]
    assert [choice.text for choice in second.doubtful[0].choices] == ["0", "O", "Q"]


def test_a_line_with_other_characters_than_were_read_has_none() -> None:
    choices, _, readings = found("xl 0x")
    (shown,) = with_alternatives([line("xl", "0x...")], readings, choices, CHARSET)
    assert [word.doubtful for word in shown.words] == [(), ()]


def test_the_json_has_them_where_there_are_some() -> None:
    doubtful = DoubtfulCharacter(1, (CharacterChoice("0", 0.598111), CharacterChoice("O", 0.4)))
    words = (TextWord("SON", 0.5, quad_of(0, 0, 9, 9), (doubtful,)), TextWord("x", 0.9, quad_of(9, 0, 9, 9)))
    page = OcrPage(20, 20, (TextLine("SON x", 0.5, quad_of(0, 0, 18, 9), words),), ())
    first, second = json.loads(to_json(page))["lines"][0]["words"]
    assert first["doubtful"] == [{"index": 1, "choices": [{"text": "0", "score": 0.5981}, {"text": "O", "score": 0.4}]}]
    assert "doubtful" not in second
