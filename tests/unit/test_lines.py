"""From characters with positions to words with boxes."""

import itertools
from collections.abc import Sequence

import numpy as np
import pytest

from py_ocr.attempts import LineReading
from py_ocr.crop import LineCrop
from py_ocr.lines import LineAssembler, place_characters
from py_ocr.recognition import RecognizedLine
from py_ocr.types import CtcStep, Quad, TextLine
from tests.unit.drawing import quad_of, tilted

CHARSET = ("", "a", "b", "c", "你", "好", " ")
STRIDE = 8
WIDTH = 400


def read_line(
    text: str,
    *,
    pitch: int = 4,
    first: float = 2,
    quad: Quad | None = None,
    cut: Quad | None = None,
    score: float = 0.9,
) -> TextLine:
    """Return the line that comes of `text` with a character each `pitch` steps of an image of 400 columns."""
    steps = tuple(
        CtcStep(CHARSET.index(character), first + pitch * index, score) for index, character in enumerate(text)
    )
    image = np.zeros((48, WIDTH, 3), dtype=np.uint8)
    quad = quad_of(100, 50, 200, 24) if quad is None else quad
    reading = RecognizedLine(steps, np.zeros(WIDTH // STRIDE, dtype=np.float32), WIDTH)
    return assembled(LineCrop(image, quad, quad if cut is None else cut, turned=False), reading)


def assembled(crop: LineCrop, reading: RecognizedLine, charset: Sequence[str] = CHARSET) -> TextLine:
    (line,) = LineAssembler(charset, STRIDE).assemble([LineReading(crop, reading)])
    return line


def test_words_are_what_spaces_part() -> None:
    line = read_line("ab c  a")
    assert line.text == "ab c a"
    assert [word.text for word in line.words] == ["ab", "c", "a"]


def test_spaces_at_the_ends_are_not_text() -> None:
    assert read_line(" ab ").text == "ab"


def test_the_confidence_is_that_of_the_characters() -> None:
    line = read_line("ab c", score=0.75)
    assert line.confidence == pytest.approx(0.75)
    assert [word.confidence for word in line.words] == pytest.approx([0.75**2, 0.75])


def test_a_word_between_others_reaches_half_way_to_its_neighbours() -> None:
    # Step s is centred at column (s + 0.5) * 8; the image has 400 columns for 200 pixels of the page.
    word = read_line("a bc a").words[1]
    first, last = (2 + 4 * 2 + 0.5) * STRIDE, (2 + 4 * 3 + 0.5) * STRIDE
    half = 4 * STRIDE / 2
    expected = quad_of(100 + (first - half) / 2, 50, (last - first + 2 * half) / 2, 24)
    assert word.quad == pytest.approx(expected, abs=0.01)


def test_every_word_holds_its_characters_and_none_of_another() -> None:
    line = read_line("abc ab c")
    edges = [(float(word.quad[0, 0]), float(word.quad[1, 0])) for word in line.words]
    centres = [100 + (2 + 4 * index + 0.5) * STRIDE / 2 for index in range(8)]
    members = [[0, 1, 2], [4, 5], [7]]
    for (left, right), inside in zip(edges, members, strict=True):
        assert [index for index, centre in enumerate(centres) if left < centre < right] == inside
    assert edges == sorted(edges)
    assert all(right <= left for (_, right), (left, _) in itertools.pairwise(edges))


@pytest.mark.parametrize("degrees", [0, 30, 180])
def test_words_lie_in_the_line_however_it_is_turned(degrees: float) -> None:
    quad = tilted(quad_of(100, 50, 200, 24), degrees)
    u, v = (quad[1] - quad[0]) / 200, (quad[3] - quad[0]) / 24
    line = read_line("ab c ab", quad=quad)
    assert len(line.words) == 3
    for word in line.words:
        along, across = (word.quad - quad[0]) @ u, (word.quad - quad[0]) @ v
        assert along.min() >= -0.01
        assert along.max() <= 200.01
        assert across == pytest.approx([0, 0, 24, 24], abs=0.01)
        assert along[1] > along[0]


def test_a_word_never_reaches_beyond_the_line() -> None:
    line = read_line("abc", first=0, pitch=20)
    assert line.words[0].quad[:, 0].min() >= 100
    assert line.words[0].quad[:, 0].max() <= 300


@pytest.mark.parametrize(
    ("degrees", "expected"), [(0, 0), (20, 0), (-20, 0), (90, 90), (100, 90), (180, 180), (-90, 270)]
)
def test_the_orientation_is_the_nearest_quarter_turn_clockwise(degrees: float, expected: int) -> None:
    assert read_line("ab", quad=tilted(quad_of(100, 50, 200, 24), degrees)).orientation_degrees == expected


def test_the_line_keeps_the_quad_it_was_cut_from() -> None:
    quad = tilted(quad_of(100, 50, 200, 24), 12)
    assert read_line("ab", quad=quad).quad.tolist() == quad.tolist()


def test_a_single_character_is_a_word() -> None:
    line = read_line("a")
    assert [word.text for word in line.words] == ["a"]
    assert line.words[0].quad[1, 0] > line.words[0].quad[0, 0]


def test_a_line_of_nothing_has_no_words() -> None:
    line = read_line("")
    assert (line.text, line.words) == ("", ())


def test_scripts_without_spaces_stay_unspaced() -> None:
    assert read_line("你好你").text == "你好你"


def test_a_space_that_was_put_back_parts_words_in_text_and_boxes() -> None:
    # Characters on steps 1, 5 and 9.
    steps = tuple(CtcStep(label, 4 * label - 3, 0.99) for label in (1, 2, 3))
    spaces = np.zeros(14, dtype=np.float32)
    spaces[3] = 0.6
    quad = quad_of(0, 0, 14 * STRIDE, 48)
    crop = LineCrop(np.zeros((48, 14 * STRIDE, 3), dtype=np.uint8), quad, quad, turned=False)
    line = assembled(crop, RecognizedLine(steps, spaces, 14 * STRIDE))
    assert line.text == "a bc"
    assert [word.text for word in line.words] == ["a", "bc"]
    # Half-way between the centres of the first two characters, on steps 1 and 5: (1.5 + 5.5) / 2 * 8.
    assert line.words[0].quad[1, 0] == line.words[1].quad[0, 0] == 28


def extents(positions: list[float], width_px: int) -> list[tuple[float, float]]:
    """Return the start and stop of characters on these steps."""
    steps = tuple(CtcStep(1, position, 0.9) for position in positions)
    reading = RecognizedLine(steps, np.zeros(0, dtype=np.float32), width_px)
    characters = place_characters(reading, CHARSET, STRIDE)
    assert len(characters) == len(positions)
    return [(character.start_px, character.stop_px) for character in characters]


def test_characters_meet_half_way_and_the_outer_ones_are_a_little_wider() -> None:
    # A pitch of four steps is 32 pixels; an end is 0.6 of it.
    assert extents([5, 9, 13], 400) == [
        pytest.approx((44 - 19.2, 60)),
        pytest.approx((60, 92)),
        pytest.approx((92, 108 + 19.2)),
    ]


def test_a_character_before_a_wide_gap_does_not_reach_into_it() -> None:
    assert extents([5, 9, 13, 43], 400)[2:] == [
        pytest.approx((92, 108 + 19.2)),
        pytest.approx((348 - 19.2, 348 + 19.2)),
    ]


def test_characters_end_where_the_line_image_does() -> None:
    assert extents([0, 4, 8], 70) == [pytest.approx((0, 20)), pytest.approx((20, 52)), pytest.approx((52, 70))]


@pytest.mark.parametrize(("position", "width_px", "extent"), [(2, 400, (0, 220)), (0, 14, (0, 12)), (6, 60, (22, 60))])
def test_a_character_alone_has_half_the_line_on_either_side_and_a_step_at_least(
    position: float, width_px: int, extent: tuple[float, float]
) -> None:
    assert extents([position], width_px) == [pytest.approx(extent)]


def test_the_confidence_of_a_word_is_the_product_of_its_characters() -> None:
    steps = (CtcStep(1, 2, 0.9), CtcStep(2, 6, 0.5), CtcStep(6, 10, 0.1), CtcStep(3, 14, 0.7))
    quad = quad_of(0, 0, 200, 24)
    crop = LineCrop(np.zeros((48, WIDTH, 3), dtype=np.uint8), quad, quad, turned=False)
    line = assembled(crop, RecognizedLine(steps, np.zeros(50, dtype=np.float32), WIDTH))
    assert [word.text for word in line.words] == ["ab", "c"]
    assert [word.confidence for word in line.words] == pytest.approx([0.45, 0.7])
    assert line.confidence == pytest.approx(0.55)


def test_words_of_a_line_seen_in_perspective_lie_on_its_sides() -> None:
    quad = np.array([[100, 50], [300, 40], [340, 90], [80, 80]], dtype=np.float32)
    first, last = (word.quad for word in read_line("a b", first=9.5, pitch=20, quad=quad).words)
    # Centres at columns 80 and 400; the pitch is 160, so that the words end at 0.6 of it at most.
    for corners in (first, last):
        top, bottom = (corners[:2] - quad[0]) / (quad[1] - quad[0]), (corners[2:] - quad[3]) / (quad[2] - quad[3])
        assert top[:, 0] == pytest.approx(top[:, 1], abs=1e-5)
        assert bottom[:, 0] == pytest.approx(bottom[:, 1], abs=1e-5)
        assert top[:, 0] == pytest.approx(bottom[::-1, 0], abs=1e-5)
    assert first[0].tolist() == quad[0].tolist()
    assert last[1].tolist() == quad[1].tolist()


def test_words_are_placed_where_the_image_shows_them_if_it_was_cut_wider_than_the_box() -> None:
    # The image's 400 columns are 280 pixels of the page, from 60 on.
    cut = quad_of(60, 44, 280, 36)
    word = read_line("a bc a", cut=cut).words[1].quad
    start, stop = ((0.5 + step) * STRIDE + reach for step, reach in ((10, -16), (14, 16)))
    assert word == pytest.approx(quad_of(60 + 0.7 * start, 50, 0.7 * (stop - start), 24), abs=0.01)


def test_what_was_read_beyond_the_box_makes_no_word_that_is_larger_than_the_box() -> None:
    quads = [word.quad for word in read_line("a b a", first=0, pitch=12, cut=quad_of(60, 44, 280, 36)).words]
    # Without the limit the first word would begin at 60, and the last one end at 335.
    assert quads[0][0].tolist() == [100, 50]
    assert quads[-1][2].tolist() == [300, 74]


def test_a_page_with_full_width_characters_has_them_in_every_line() -> None:
    def page(*texts: str) -> list[str]:
        # Letters six steps apart, as far as the image is high, with the spaces that were read between them.
        readings = []
        for text in texts:
            steps = tuple(CtcStep(CHARSET.index(c), 2 + 3 * index, 0.9) for index, c in enumerate(text))
            quad = quad_of(0, 0, WIDTH, 48)
            crop = LineCrop(np.zeros((48, WIDTH, 3), dtype=np.uint8), quad, quad, turned=False)
            readings.append(LineReading(crop, RecognizedLine(steps, np.zeros(50, dtype=np.float32), WIDTH)))
        return [line.text for line in LineAssembler(CHARSET, STRIDE).assemble(readings)]

    assert page("a b c") == ["a b c"]
    assert page("a b c", "你") == ["abc", "你"]
    # One character of ten is as much as a page with such text has, one of eleven may be a texture.
    assert page("a b c", "abca", "你")[0] == "abc"
    assert page("a b c", "abcab", "你")[0] == "a b c"


def test_dots_are_counted_and_lookalikes_told_apart_in_every_line() -> None:
    charset = ("", "1", "8", "O", ".")
    image = np.full((48, WIDTH, 3), 255, dtype=np.uint8)
    for x in (16, 48, 80):
        image[8:40, x : x + 20] = 0
    for x in (120, 140, 160, 180, 200):
        image[34:40, x : x + 6] = 0
    columns = (26, 58, 90, 123, 143)
    steps = tuple(CtcStep(charset.index(c), x / STRIDE - 0.5, 0.9) for c, x in zip("1O8..", columns, strict=True))
    quad = quad_of(0, 0, WIDTH, 48)
    crop = LineCrop(image, quad, quad, turned=False)
    assert assembled(crop, RecognizedLine(steps, np.zeros(50, dtype=np.float32), WIDTH), charset).text == "108....."
