"""Leaders: dots between a title and its page number are counted by their ink, and the row is read by its parts."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pytest
from PIL import Image, ImageDraw

from py_ocr.attempts import LineReading
from py_ocr.crop import crop_line
from py_ocr.leaders import Leader, LeaderParams, LeaderReader, find_leader
from py_ocr.reading import LineReader
from py_ocr.recognition import RecognizedLine, TextRecognizer
from py_ocr.session import Tensor
from py_ocr.types import CtcStep, Quad
from tests.unit.drawing import quad_of
from tests.unit.fakes import PROFILE, FakeModel

CHARSET = ("", "a", "7", ".", " ")
STRIDE = 8
HEIGHT = 20


def strip(*boxes: tuple[int, int, int, int], width: int = 400) -> np.ndarray:
    ink = np.zeros((HEIGHT, width), dtype=np.bool_)
    for x0, y0, x1, y1 in boxes:
        ink[y0:y1, x0:x1] = True
    return ink


def letters(x: int, count: int = 3) -> list[tuple[int, int, int, int]]:
    return [(x + 10 * index, 4, x + 10 * index + 8, 16) for index in range(count)]


def dots(x: int, count: int, pitch: int = 7) -> list[tuple[int, int, int, int]]:
    return [(x + pitch * index, 14, x + pitch * index + 2, 16) for index in range(count)]


def test_a_leader_is_counted_and_its_target_found() -> None:
    ink = strip(*letters(0), *dots(40, 20), *letters(190, 2))
    assert find_leader(ink) == Leader(40, 175, 20, (190, 208))


def test_letters_far_behind_a_target_belong_to_another_column() -> None:
    ink = strip(*letters(0), *dots(40, 10), *letters(120, 1), *letters(200))
    assert find_leader(ink) == Leader(40, 105, 10, (120, 128))


@pytest.mark.parametrize(
    ("boxes", "why"),
    [
        ([*letters(0), *dots(40, 3), *letters(70)], "an ellipsis"),
        ([*dots(40, 20), *letters(190)], "nothing before the dots"),
        ([*letters(0), *dots(40, 20)], "nothing behind them"),
        ([*letters(0), *dots(40, 10), *letters(300)], "what stands far away is another column"),
        ([*letters(0), *[(x, 2, x + 2, 4) for x in range(40, 180, 7)], *letters(190)], "marks at the top of the line"),
        ([*letters(0), *[(x, 6, x + 2, 18) for x in range(40, 180, 7)], *letters(190)], "strokes, not dots"),
        ([*letters(0), *[b for x in (40, 62, 70, 99, 120, 150) for b in dots(x, 1)], *letters(170)], "specks"),
    ],
)
def test_what_is_no_leader(boxes: list[tuple[int, int, int, int]], why: str) -> None:
    assert find_leader(strip(*boxes)) is None, why


@dataclass
class TitleOrNumber(FakeModel):
    """Reads wide images as a title, narrow ones as a number."""

    widths: list[int] = field(default_factory=list)
    score: float = 0.9

    def answer(self, image_nhwc: Tensor, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:  # noqa: ARG002  # the seam
        labels = np.zeros((len(image_nhwc), image_nhwc.shape[2] // STRIDE), dtype=np.int32)
        for row, image in enumerate(image_nhwc):
            # Batches are padded with grey: only ink tells how wide a line is.
            inked = np.flatnonzero((image < 60).any(axis=(0, 2)))
            self.widths.append(int(np.ptp(inked)))
            labels[row, 1] = CHARSET.index("a" if np.ptp(inked) > 60 else "7")
        scores = np.full(labels.shape, self.score, dtype=np.float32)
        return {"labels": labels, "scores": scores, "space_scores": np.zeros_like(scores)}


def read(*found: tuple[str, Quad], page: Image.Image, model: TitleOrNumber) -> list[tuple[str, Quad]]:
    """Return text and box of each row that becomes of readings with these texts and boxes."""

    def reading(text: str, quad: Quad) -> LineReading:
        steps = tuple(CtcStep(CHARSET.index(c), float(index), 0.9) for index, c in enumerate(text))
        return LineReading(crop_line(page, quad, 48), RecognizedLine(steps, np.zeros(9, dtype=np.float32), 72))

    reader = LineReader(TextRecognizer(model, PROFILE.recognizer, CHARSET))
    leaders = LeaderReader(reader, CHARSET, STRIDE, LeaderParams())
    joined = asyncio.run(
        leaders.join(page, [reading(*parts) for parts in found], (), lambda quad: crop_line(page, quad, 48))
    )
    for row in joined:
        places = [step.position for step in row.line.steps]
        assert places == sorted(places)
    return [("".join(CHARSET[step.label] for step in row.line.steps), row.crop.quad) for row in joined]


def contents(rows: int = 1) -> Image.Image:
    page = Image.new("RGB", (260, 40 * rows + 20), "white")
    draw = ImageDraw.Draw(page)
    for row in range(rows):
        top = 10 + 40 * row
        for x0, y0, x1, y1 in (*letters(10, 5), *dots(70, 18), *letters(210, 1)):
            draw.rectangle((x0, top + y0, x1 - 1, top + y1 - 1), fill="black")
    return page


def test_a_row_that_fell_apart_is_one_again() -> None:
    """The number at its end was not even seen."""
    title, some_dots = quad_of(8, 10, 60, HEIGHT), quad_of(70, 10, 60, HEIGHT)
    [(text, quad)] = read(("a", title), ("....", some_dots), page=contents(), model=TitleOrNumber())
    assert text == f"a {'.' * 18} 7"
    assert quad[0, 0] <= 10
    assert quad[1, 0] >= 218


def test_rows_without_a_sign_are_looked_at_with_those_that_have_one() -> None:
    first, second = quad_of(8, 10, 60, HEIGHT), quad_of(8, 50, 210, HEIGHT)
    texts = [text for text, _ in read(("a....", first), ("a", second), page=contents(2), model=TitleOrNumber())]
    assert texts == [f"a {'.' * 18} 7"] * 2


def test_a_page_without_signs_is_not_looked_at() -> None:
    model, quad = TitleOrNumber(), quad_of(8, 10, 210, HEIGHT)
    assert [text for text, _ in read(("a...", quad), page=contents(), model=model)] == ["a..."]
    assert not model.widths


def test_a_row_that_reads_as_one_stays() -> None:
    model, quad = TitleOrNumber(), quad_of(8, 10, 210, HEIGHT)
    assert [text for text, _ in read(("a .... 7", quad), page=contents(), model=model)] == ["a .... 7"]
    assert not model.widths


def test_parts_that_do_not_read_well_change_nothing() -> None:
    quad = quad_of(8, 10, 60, HEIGHT)
    assert [text for text, _ in read(("a....", quad), page=contents(), model=TitleOrNumber(score=0.6))] == ["a...."]


def test_a_tilted_row_stays() -> None:
    quad = quad_of(8, 10, 60, HEIGHT) + np.array([[0, 0], [0, 4], [0, 4], [0, 0]], dtype=np.float32)
    assert [text for text, _ in read(("a....", quad), page=contents(), model=TitleOrNumber())] == ["a...."]
