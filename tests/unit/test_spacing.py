"""Where words begin: spaces that were missed, that are none, and letters that are set wide."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from py_ocr.recognition import RecognizedLine
from py_ocr.spacing import SpacingParams, word_starts
from py_ocr.types import CtcStep


def put_back(
    reading: RecognizedLine, charset: Sequence[str], params: SpacingParams = SpacingParams()
) -> frozenset[int]:
    """Return the characters that begin a word, but for the first one."""
    return word_starts(reading, charset, params=params) - {0}


def _reading_with_space(between: float, *texts: str) -> tuple[RecognizedLine, list[str]]:
    """Return a reading of characters four steps apart, with that probability of a space between the first two."""
    charset = ["", *texts, " "]
    steps = tuple(CtcStep(label=index + 1, position=1 + 4 * index, score=0.99) for index in range(len(texts)))
    spaces = np.zeros(4 * len(texts) + 2, dtype=np.float32)
    spaces[3] = between
    return RecognizedLine(steps, spaces, len(spaces) * 8), charset


@pytest.mark.parametrize(("between", "found"), [(0.05, frozenset()), (0.6, frozenset({1}))])
def test_a_space_that_lost_to_a_blank_by_little_is_put_back(between: float, found: frozenset[int]) -> None:
    reading, charset = _reading_with_space(between, "a", "b", "c")
    assert put_back(reading, charset) == found


def test_scripts_without_spaces_get_none() -> None:
    reading, charset = _reading_with_space(0.9, "東", "京")
    assert put_back(reading, charset) == frozenset()


@pytest.mark.parametrize(("before", "after", "found"), [("a", "東", False), ("東", "a", False), (".", ",", True)])
def test_both_neighbours_must_be_of_scripts_that_part_words(before: str, after: str, found: bool) -> None:
    reading, charset = _reading_with_space(0.9, before, after)
    assert (put_back(reading, charset) == {1}) is found


@pytest.mark.parametrize("texts", [("a", "東"), ("東", "a"), ("a", "ー"), ("a", " ")])
def test_a_space_is_put_only_between_two_characters_of_scripts_with_spaces(texts: tuple[str, str]) -> None:
    reading, charset = _reading_with_space(0.9, *texts)
    assert put_back(reading, charset) == frozenset()


@pytest.mark.parametrize("letter", ["ệ", "ß", "Я", "7"])
def test_every_script_that_separates_words_gets_its_spaces(letter: str) -> None:
    reading, charset = _reading_with_space(0.9, letter, letter)
    assert put_back(reading, charset) == frozenset({1})


@pytest.mark.parametrize(("between", "found"), [(0.09, False), (0.11, True)])
def test_a_space_counts_from_a_tenth_on(between: float, found: bool) -> None:
    reading, charset = _reading_with_space(between, "a", "b")
    assert (put_back(reading, charset) == frozenset({1})) is found


def test_a_space_of_exactly_the_score_that_is_asked_for_counts() -> None:
    reading, charset = _reading_with_space(0.5, "a", "b")
    assert put_back(reading, charset, SpacingParams(space_score=0.5)) == frozenset({1})


@pytest.mark.parametrize(
    ("step", "found"), [(0, set()), (1, set()), (2, {1}), (4, {1}), (5, set()), (6, {2}), (8, {2}), (9, set())]
)
def test_a_space_belongs_where_it_was_likely_between_the_characters_not_on_them(step: int, found: set[int]) -> None:
    # Characters on steps 1, 5 and 9.
    reading, charset = _reading_with_space(0, "a", "b", "c")
    reading.space_scores[step] = 0.9
    assert put_back(reading, charset) == found


def test_one_step_between_characters_is_enough_for_a_space() -> None:
    assert words("ab", positions=[1, 3], spaces={1: 0.9}) == ["a", "b"]


def test_characters_without_a_step_between_them_have_no_space() -> None:
    steps = (CtcStep(1, 0, 0.9), CtcStep(2, 1, 0.9))
    reading = RecognizedLine(steps, np.ones(2, dtype=np.float32), 16)
    assert put_back(reading, ["", "a", "b"]) == frozenset()


@pytest.mark.parametrize(("character", "spaced"), [("\u2e7f", True), ("⺀", False), ("Ａ", False)])
def test_from_the_radicals_on_characters_are_written_without_spaces(character: str, spaced: bool) -> None:
    reading, charset = _reading_with_space(0.9, "a", character)
    assert (put_back(reading, charset) == frozenset({1})) is spaced


def words(
    text: str,
    *,
    positions: Sequence[float] | None = None,
    spaces: Mapping[int, float] | None = None,
    score: float = 0.99,
    full_width: float | None = None,
) -> list[str]:
    """Return the words of what was read: characters four steps apart, or at these positions.

    `spaces` has the probability of a space in front of a character, by its index; `score` is that of all that was read.
    """
    positions = [1 + 4 * index for index in range(len(text))] if positions is None else positions
    charset = sorted(set(text))
    steps = tuple(CtcStep(charset.index(c), place, score) for c, place in zip(text, positions, strict=True))
    likely = np.zeros(int(max(positions)) + 2, dtype=np.float32)
    for index, probability in (spaces or {}).items():
        likely[int(positions[index]) - 1] = probability
    starts = word_starts(RecognizedLine(steps, likely, 8 * len(likely)), charset, full_width)
    found: list[str] = []
    for index, character in enumerate(text):
        if index in starts:
            found.append("")
        if not character.isspace():
            found[-1] += character
    return found


@pytest.mark.parametrize(("before", "after"), ["n(", "()", "||", "{r", "a;", ").", "],", "**", "=-"])
def test_beside_the_signs_of_code_a_gap_is_no_space_unless_it_is_likely(before: str, after: str) -> None:
    assert words(before + after, spaces={1: 0.39}) == [before + after]
    assert words(before + after, spaces={1: 0.41}) == [before, after]


@pytest.mark.parametrize(("before", "after"), ["ab", "a7", ",b", ".B", ":b", "!b", ",(", "_b", "a-", "=b", ".*", ",-"])
def test_words_and_clauses_are_parted_by_little(before: str, after: str) -> None:
    assert words(before + after, spaces={1: 0.11}) == [before, after]


@pytest.mark.parametrize("number", ["58.30", "1,250.00", "12:45", "3/4", "2026-11-25"])
def test_a_number_is_parted_only_where_a_space_is_likelier_than_not(number: str) -> None:
    beside_signs = [i for i in range(1, len(number)) if not (number[i].isdigit() and number[i - 1].isdigit())]
    assert beside_signs
    assert words(number, spaces=dict.fromkeys(beside_signs, 0.49)) == [number]
    for index in beside_signs:
        assert words(number, spaces={index: 0.51}) == [number[:index], number[index:]]


@pytest.mark.parametrize(("text", "parted"), [("25,2026", True), ("25,202", False), ("25.2026", False)])
def test_a_year_behind_a_comma_is_a_number_of_its_own(text: str, parted: bool) -> None:
    assert words(text, spaces={3: 0.11}) == ([text[:3], text[3:]] if parted else [text])


@pytest.mark.parametrize(("text", "index"), [("8.Next", 2), ("a.5", 2), ("58", 1), (".57", 1)])
def test_what_only_resembles_a_number_is_parted(text: str, index: int) -> None:
    assert words(text, spaces={index: 0.11}) == [text[:index], text[index:]]


@pytest.mark.parametrize(("text", "joined"), [(") ;", ");"), ("f() ;", "f();"), ("f[] ,", "f[],"), ("{} .", "{}.")])
def test_a_doubtful_space_behind_a_bracket_parts_no_sign_from_it(text: str, joined: str) -> None:
    assert words(text, score=0.89) == [joined]
    assert words(text, score=0.91) == [*joined[:-1].split(), joined[-1]]


@pytest.mark.parametrize(("space", "sign", "joined"), [(0.6, 0.99, True), (0.99, 0.6, False)])
def test_it_is_the_space_that_is_doubtful_there_and_not_the_sign(space: float, sign: float, joined: bool) -> None:
    scores = {" ": space, ";": sign}
    steps = tuple(CtcStep(label, 4 * label, scores.get(c, 0.99)) for label, c in enumerate("f) ;"))
    reading = RecognizedLine(steps, np.zeros(20, dtype=np.float32), 160)
    assert word_starts(reading, ["f", ")", " ", ";"]) == ({0} if joined else {0, 3})


def test_a_doubtful_space_that_was_read_elsewhere_stays() -> None:
    assert words("f() a", score=0.6) == ["f()", "a"]
    assert words("a ;", score=0.6) == ["a", ";"]
    assert words(" ;)", score=0.6) == [";)"]


def spaced(*set_wide: str, pitch: float = 10, gap: float = 20) -> tuple[str, list[float]]:
    """Return words whose letters were read with spaces between them, and where: a gap is wider between words."""
    text, at = "", 0.0
    positions: list[float] = []
    for word_index, word in enumerate(set_wide):
        for place, letter in enumerate(word):
            if text:
                step = gap if word_index and not place else pitch
                text, positions = text + " ", [*positions, at + step / 2]
                at += step
            text, positions = text + letter, [*positions, at]
    return text, positions


def test_letters_that_are_set_wide_are_the_words_that_their_wider_gaps_part() -> None:
    text, positions = spaced("CHAPTER", "ONE")
    assert text == "C H A P T E R O N E"
    assert words(text, positions=positions) == ["CHAPTER", "ONE"]


@pytest.mark.parametrize("word", ["NOTE", "ABOUT", "DEFINED"])
def test_four_letters_are_enough_and_some_may_follow_each_other_in_the_alphabet(word: str) -> None:
    text, positions = spaced(word)
    assert words(text, positions=positions) == [word]


def test_seven_of_ten_words_that_are_letters_make_a_line_that_is_set_wide() -> None:
    assert words("C O L U M N A ab cd ef") == ["COLUMNAabcdef"]
    assert words("C O L U M N A ab cd ef gh") == ["C", "O", "L", "U", "M", "N", "A", "ab", "cd", "ef", "gh"]


@pytest.mark.parametrize(("gap", "expected"), [(14.5, ["CHAPTERONE"]), (15, ["CHAPTER", "ONE"])])
def test_a_gap_that_is_clearly_wider_than_the_others_parts_such_words(gap: float, expected: list[str]) -> None:
    text, positions = spaced("CHAPTER", "ONE", gap=gap)
    assert words(text, positions=positions) == expected


@pytest.mark.parametrize("text", ["A B C D E", "J R R", "1 2 3 4 5", "a 東 b 京 c 都", "I am in a big A B"])
def test_the_alphabet_initials_digits_and_answers_are_not_set_wide(text: str) -> None:
    assert words(text) == text.split()


@pytest.mark.parametrize("text", ["5 0 0円", "A B C", "O K ! ?"])
def test_characters_at_the_pitch_of_full_width_forms_are_not_parted(text: str) -> None:
    # Six steps from one to the next.
    positions, at = [], 0.0
    for character in text:
        positions.append(at - 3 if character == " " else at)
        at += 0 if character == " " else 6
    assert words(text, positions=positions, full_width=6) == [text.replace(" ", "")]
    assert words(text, positions=positions) == text.split()


@pytest.mark.parametrize("pitch", [4, 7])
def test_other_distances_than_that_of_full_width_forms_are_spaces(pitch: float) -> None:
    positions = [index * pitch / 2 for index in range(5)]
    assert words("5 0 0", positions=positions, full_width=6) == ["5", "0", "0"]


def test_a_single_gap_of_full_width_may_as_well_be_a_space() -> None:
    assert words("12 30", positions=[0, 3, 6, 9, 12], full_width=6) == ["12", "30"]


def test_two_characters_have_one_gap_and_so_no_pitch() -> None:
    assert words("1 2", positions=[0, 3, 6], full_width=6) == ["1", "2"]


@pytest.mark.parametrize(("pitch", "joined"), [(6.9, False), (7, True), (11.5, True), (11.6, False)])
def test_full_width_forms_stand_about_their_width_apart(pitch: float, joined: bool) -> None:
    found = words("5 0 0", positions=[pitch * index / 2 for index in range(5)], full_width=10)
    assert found == (["500"] if joined else ["5", "0", "0"])


def test_a_sign_behind_another_sign_is_not_taken_for_a_full_width_form() -> None:
    assert words("A ( ? B", positions=[0, 3, 6, 9, 12, 15, 18], full_width=6) == ["A", "(", "?B"]


@pytest.mark.parametrize(("before", "after"), ["•A", "a•", "☐A", "a☐", "©A"])
def test_bullets_and_symbols_part_words_as_words_do(before: str, after: str) -> None:
    assert words(before + after, spaces={1: 0.11}) == [before, after]
