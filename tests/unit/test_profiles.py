"""When the sure recogniser is asked: for doubtful words, for samples of the page, for pages in foreign letters."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from py_ocr.crop import LineCrop
from py_ocr.profiles import ProfileParams, choose_samples, doubtful_words, foreign_letters, is_foreign
from py_ocr.recognition import RecognizedLine
from py_ocr.types import CtcStep
from tests.unit.drawing import quad_of
from tests.unit.fakes import line_crop

CHARSET = ("", "a", "b", "→", "ș", "あ", "中", " ", ".", "5")
QUICK = np.array([True, True, True, False, False, False, True, True, True, True])
PARAMS = ProfileParams()


def line(text: str, *scores: float, pitch: float = 3.0) -> RecognizedLine:
    """Return a reading of `text`, with these scores or all with the same."""
    each = scores if len(scores) == len(text) else scores * len(text)
    steps = tuple(
        CtcStep(CHARSET.index(c), pitch * at, score) for at, (c, score) in enumerate(zip(text, each, strict=True))
    )
    return RecognizedLine(steps, np.zeros(3 * len(text), dtype=np.float32), 24 * len(text))


def at_row(row: int, width: int = 300) -> LineCrop:
    """Return a line image that lies on that row of the page."""
    return replace(line_crop(width), quad=quad_of(0, 60 * row, width, 60 * row + 48))


def is_doubtful(read: RecognizedLine, charset: Sequence[str], params: ProfileParams) -> bool:
    return bool(doubtful_words(read, charset, params))


def test_only_the_words_in_doubt_are_told() -> None:
    read = line("ab aba ab", *([0.99] * 3 + [0.9] * 3 + [0.99] * 3))
    assert doubtful_words(read, CHARSET, PARAMS) == ((3, 6),)


def test_a_word_of_signs_is_told_with_its_neighbours() -> None:
    read = line("ab ab ... ab ab", *([0.99] * 6 + [0.5] * 3 + [0.99] * 6))
    assert doubtful_words(read, CHARSET, PARAMS) == ((3, 12),)


def test_a_line_of_code_is_told_as_a_whole() -> None:
    signs = (*CHARSET, "{")
    steps = tuple(CtcStep(signs.index(character), 3.0 * at, 0.99) for at, character in enumerate("ab ab {ab"))
    read = RecognizedLine(steps, np.zeros(27, dtype=np.float32), 216)
    assert doubtful_words(read, signs, PARAMS) == ((0, 9),)


def test_a_short_word_may_have_as_much_doubt_as_a_longer_one() -> None:
    assert not is_doubtful(line("ab ab", 0.99, 0.86, 0.99, 0.99, 0.99), CHARSET, PARAMS)
    assert is_doubtful(line("ab ab", 0.99, 0.84, 0.99, 0.99, 0.99), CHARSET, PARAMS)


def test_a_line_read_surely_is_not_read_again() -> None:
    assert not is_doubtful(line("abab", 0.99), CHARSET, PARAMS)
    assert is_doubtful(line("abab", 0.9), CHARSET, PARAMS)


def test_one_poor_character_makes_a_short_line_doubtful_and_not_a_long_one() -> None:
    assert is_doubtful(line("aba", 0.99, 0.7, 0.99), CHARSET, PARAMS)
    assert not is_doubtful(line("ab" * 10, *([0.99] * 19 + [0.7])), CHARSET, PARAMS)


def test_a_character_that_is_more_likely_wrong_makes_any_line_doubtful() -> None:
    assert is_doubtful(line("ab" * 20, *([0.99] * 39 + [0.44])), CHARSET, PARAMS)
    assert not is_doubtful(line("ab" * 20, *([0.99] * 39 + [0.45])), CHARSET, PARAMS)
    assert not is_doubtful(line("ab " * 20, *([0.99, 0.99, 0.3] * 20)), CHARSET, PARAMS)


@pytest.mark.parametrize(
    ("text", "pitch", "doubtful"),
    [("ab" * 6, 2.0, True), ("ab" * 6, 2.1, False), ("ab" * 5 + "a", 2.0, False), ("ababa " * 4, 2.0, False)],
)
def test_a_long_word_on_a_cramped_line_may_be_two(text: str, pitch: float, doubtful: bool) -> None:
    assert is_doubtful(line(text, 0.99, pitch=pitch), CHARSET, PARAMS) is doubtful


@pytest.mark.parametrize(
    ("text", "doubtful"), [("ab.5", True), ("ab. 5", False), ("5.5", False), ("ab.a", False), ("a.5", False)]
)
def test_a_number_directly_behind_an_abbreviation_is_doubtful(text: str, doubtful: bool) -> None:
    assert is_doubtful(line(text, 0.99), CHARSET, PARAMS) is doubtful


def test_spaces_do_not_count() -> None:
    assert not is_doubtful(line("a b a", 0.99, 0.5, 0.99, 0.5, 0.99), CHARSET, PARAMS)


def test_a_single_character_is_never_sure_enough() -> None:
    assert is_doubtful(line("a", 1.0), CHARSET, PARAMS)
    assert not is_doubtful(line("ab", 1.0), CHARSET, PARAMS)


def test_ideographs_must_be_read_more_surely_than_letters() -> None:
    assert not is_doubtful(line("abab", 0.98), CHARSET, PARAMS)
    assert is_doubtful(line("中中中中", 0.98), CHARSET, PARAMS)
    assert not is_doubtful(line("中中中中", 0.995), CHARSET, PARAMS)


@pytest.mark.parametrize("text", ["", "  "])
def test_a_line_on_which_nothing_was_read_is_doubtful(text: str) -> None:
    assert is_doubtful(line(text, 0.99), CHARSET, PARAMS)


def test_samples_are_spread_over_the_height_of_the_page() -> None:
    crops = [at_row(row) for row in range(60)]
    samples = choose_samples(crops, ["ă"] * 60, {}, PARAMS)
    assert [sample // 20 for sample in samples] == [0, 1, 2]


def test_only_lines_with_letters_beyond_ascii_are_samples() -> None:
    crops = [at_row(row, 400 if row == 7 else 300) for row in range(60)]
    texts = ["ab → 5"] * 60
    assert choose_samples(crops, texts, {}, PARAMS) == ()
    texts[3] = "abă"
    texts[50] = "中"
    assert choose_samples(crops, texts, {}, PARAMS) == (3, 50)


def test_wide_lines_are_samples_and_accented_ones_before_them() -> None:
    crops = [at_row(row, 400 if row == 7 else 300) for row in range(60)]
    params = replace(PARAMS, samples=1)
    texts = ["中"] * 60
    # Every line of a Chinese page is beyond ASCII: that says nothing.
    assert choose_samples(crops, texts, {}, params) == (7,)
    texts[30] = "abă"
    assert choose_samples(crops, texts, {}, params) == (30,)


def test_a_part_of_the_page_where_enough_of_a_line_is_read_again_anyway_needs_no_sample() -> None:
    crops = [at_row(row) for row in range(60)]
    assert [sample // 20 for sample in choose_samples(crops, ["ă"] * 60, {25: 150}, PARAMS)] == [0, 2]
    # A narrow passage shows too little.
    assert [sample // 20 for sample in choose_samples(crops, ["ă"] * 60, {25: 149}, PARAMS)] == [0, 1, 2]


@pytest.mark.parametrize(("lines", "count"), [(0, 0), (1, 1), (2, 1), (9, 1), (20, 2), (60, 3)])
def test_samples_are_a_small_part_of_the_text_but_at_least_one_line(lines: int, count: int) -> None:
    assert len(choose_samples([at_row(row) for row in range(lines)], ["ă"] * lines, {}, PARAMS)) == count


def test_symbols_are_no_foreign_letters() -> None:
    assert foreign_letters(CHARSET, QUICK).tolist() == [
        False,
        False,
        False,
        False,
        True,
        True,
        False,
        False,
        False,
        False,
    ]


def test_a_page_with_letters_that_the_quick_one_lacks_is_foreign() -> None:
    assert is_foreign([line("abaș", 0.9), line("abab", 0.9)], CHARSET, QUICK, PARAMS)
    assert not is_foreign([line("abab", 0.9), line("ab→", 0.9)], CHARSET, QUICK, PARAMS)
    assert not is_foreign([], CHARSET, QUICK, PARAMS)


def test_one_rare_letter_in_a_long_text_does_not_make_it_foreign() -> None:
    assert not is_foreign([line("ab" * 150, 0.99), line("あ", 0.99)], CHARSET, QUICK, PARAMS)
    assert is_foreign([line("ab" * 90, 0.99), line("あ", 0.99)], CHARSET, QUICK, PARAMS)


def test_what_was_hardly_read_shows_nothing() -> None:
    assert not is_foreign([line("あああ", 0.6), line("abab", 0.9)], CHARSET, QUICK, PARAMS)


@pytest.mark.parametrize(("score", "doubtful"), [(0.09, False), (0.1, True), (0.49, True), (0.5, False)])
def test_a_line_is_doubtful_where_it_is_open_whether_two_letters_are_parted(score: float, doubtful: bool) -> None:
    read = line("abab", 0.99)
    spaces = read.space_scores.copy()
    spaces[int(read.steps[1].position) + 1] = score
    assert is_doubtful(replace(read, space_scores=spaces), CHARSET, PARAMS) is doubtful


def test_a_space_that_was_read_leaves_nothing_open() -> None:
    read = line("ab ab", 0.99)
    spaces = read.space_scores.copy()
    spaces[int(read.steps[2].position)] = 0.4
    assert not is_doubtful(replace(read, space_scores=spaces), CHARSET, PARAMS)


@pytest.mark.parametrize("sign", '_{}|\\`"')
def test_a_line_with_signs_of_code_is_doubtful_however_sure(sign: str) -> None:
    read = line("abab", 1.0)
    assert not is_doubtful(read, CHARSET, PARAMS)
    signs = (*CHARSET, sign)
    last = read.steps[-1]._replace(label=len(signs) - 1)
    assert is_doubtful(replace(read, steps=(*read.steps[:-1], last)), signs, PARAMS)


@pytest.mark.parametrize(
    ("text", "doubtful"), [("Mil1", True), ("0ver", True), ("M1L", False), ("2x", False), ("10 kg", False)]
)
def test_a_zero_or_a_one_beside_a_small_letter_may_be_a_letter(text: str, doubtful: bool) -> None:
    charset = ("", *sorted(set(text)))
    steps = tuple(CtcStep(charset.index(c), 2.0 * at, 1.0) for at, c in enumerate(text))
    read = RecognizedLine(steps, np.zeros(2 * len(text), dtype=np.float32), 16 * len(text))
    assert is_doubtful(read, charset, PARAMS) is doubtful
