"""Batches of line images: little padding, nothing lost, the order kept."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from py_ocr.crop import PAD_VALUE, CropParams, LineCrop, crop_line
from py_ocr.recognition import RecognitionParams, RecognizedLine, TextRecognizer, make_batches, padded_width
from py_ocr.session import Batching, Tensor, line_workers_batching
from py_ocr.types import CtcStep, Quad
from tests.unit.drawing import quad_of
from tests.unit.fakes import CHARSET, PHRASES, PROFILE, FakeRecognizer, blank_page, draw_bar, line_crop

BATCHING = Batching(lines=4, width_step_px=32, width_px=1024)
MIN_WIDTH_PX = 32
PARAMS = RecognitionParams(min_width_px=MIN_WIDTH_PX)
WIDTHS = [8, 31, 32, 33, 320, 321, 100, 100, 101, 99, 98, 700, 1500, 40]


def test_every_line_is_in_exactly_one_batch() -> None:
    batches = list(make_batches([line_crop(width) for width in WIDTHS], BATCHING, MIN_WIDTH_PX))
    assert sorted(index for batch in batches for index in batch.indices) == list(range(len(WIDTHS)))


def test_no_line_is_padded_by_more_than_a_step() -> None:
    for batch in make_batches([line_crop(width) for width in WIDTHS], BATCHING, MIN_WIDTH_PX):
        width = batch.image_nhwc.shape[2]
        assert width % BATCHING.width_step_px == 0
        for index in batch.indices:
            assert 0 <= width - max(WIDTHS[index], MIN_WIDTH_PX) < BATCHING.width_step_px


def test_widths_that_grow_put_unlike_lines_together_and_bound_what_is_padded() -> None:
    growing = replace(BATCHING, width_px=100_000, width_growth=1.25)
    crops = [line_crop(width) for width in range(8, 2000, 7)]
    widths = {batch.image_nhwc.shape[2] for batch in make_batches(crops, growing, MIN_WIDTH_PX)}
    assert len(widths) <= 20
    for crop in crops:
        padded = padded_width(crop.width_px, growing)
        assert padded in widths
        assert crop.width_px <= padded < max(crop.width_px * 1.25, crop.width_px + 1) + BATCHING.width_step_px


def test_a_batch_has_at_most_so_many_lines_and_columns_but_never_none() -> None:
    batches = list(make_batches([line_crop(width) for width in WIDTHS * 3], BATCHING, MIN_WIDTH_PX))
    for batch in batches:
        count, _, width, _ = batch.image_nhwc.shape
        assert count == len(batch.indices)
        assert 1 <= count <= BATCHING.lines
        assert count == 1 or count * width <= BATCHING.width_px
    assert max(len(batch.indices) for batch in batches) == BATCHING.lines


def test_the_backend_says_how_lines_are_put_into_batches_unless_the_caller_does() -> None:
    assert RecognitionParams().batching(BATCHING) == BATCHING
    assert RecognitionParams(batch_lines=2).batching(BATCHING) == replace(BATCHING, lines=2)
    assert RecognitionParams(width_step_px=320, batch_width_px=640).batching(BATCHING) == Batching(4, 320, 640)
    assert RecognitionParams(batch_lines=2).batching(Batching(in_flight=3)) == Batching(2, in_flight=3)


def test_lines_stand_at_the_left_and_the_rest_is_padding() -> None:
    crops = [line_crop(width, value=index + 1) for index, width in enumerate(WIDTHS)]
    for batch in make_batches(crops, BATCHING, MIN_WIDTH_PX):
        for row, index in enumerate(batch.indices):
            image = batch.image_nhwc[row]
            assert (image[:, : WIDTHS[index]] == index + 1).all()
            assert (image[:, WIDTHS[index] :] == PAD_VALUE).all()


def test_no_lines_make_no_batches() -> None:
    assert list(make_batches([], BATCHING, MIN_WIDTH_PX)) == []


def read(crops: list[LineCrop], model: FakeRecognizer | None = None) -> tuple[list[str], list[list[int]]]:
    """Return what the lines say, and which of them were told of together."""
    recognizer = TextRecognizer(model or FakeRecognizer(), PROFILE.recognizer, CHARSET, PARAMS, BATCHING)
    told: list[list[int]] = []
    mask = np.ones(len(CHARSET), dtype=np.float32)
    lines = asyncio.run(recognizer.recognize(crops, mask, lambda batch: told.append(list(batch))))
    return ["".join(CHARSET[step.label] for step in line.steps) for line in lines], told


def test_readings_come_back_in_the_order_of_the_lines() -> None:
    page = blank_page(800, 800)
    crops = []
    for row, phrase in enumerate(PHRASES):
        width = 500 - 60 * row if row % 2 else 200 + 60 * row
        draw_bar(page, phrase, (20, 20 + 100 * row, 20 + width, 60 + 100 * row))
        crops.append(crop_line(page, quad_of(20, 20 + 100 * row, width, 40), 48, CropParams()))
    texts, told = read(crops)
    assert texts == list(PHRASES)
    assert sorted(index for batch in told for index in batch) == list(range(len(PHRASES)))


@pytest.mark.parametrize("in_flight", [2, 3, 9])
def test_with_several_batches_in_flight_readings_keep_the_order_of_the_lines(in_flight: int) -> None:
    class EndsLastFirst(FakeRecognizer):
        """Of the batches that run at once, the first ends last."""

        running = most_running = 0

        async def run(self, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
            self.running += 1
            self.most_running = max(self.most_running, self.running)
            for _ in range(40 - 4 * self.running):
                await asyncio.sleep(0)
            self.running -= 1
            return await super().run(feeds)

    widths = [200, 260, 320, 380, 440, 500]
    page = blank_page(800, 800)
    for row, (phrase, width) in enumerate(zip(PHRASES, widths, strict=True)):
        draw_bar(page, phrase, (20, 20 + 100 * row, 20 + width, 60 + 100 * row))
    crops = [
        crop_line(page, quad_of(20, 20 + 100 * row, width, 40), 48, CropParams()) for row, width in enumerate(widths)
    ]
    batching = replace(BATCHING, in_flight=in_flight)
    model = EndsLastFirst()
    recognizer = TextRecognizer(model, PROFILE.recognizer, CHARSET, PARAMS, batching)
    lines = asyncio.run(recognizer.recognize(crops, np.ones(len(CHARSET), dtype=np.float32)))
    assert ["".join(CHARSET[step.label] for step in line.steps) for line in lines] == list(PHRASES)
    assert model.most_running == min(in_flight, len(widths))


def test_characters_in_the_padding_are_not_part_of_the_line() -> None:
    class ReadsPadding(FakeRecognizer):
        def answer(self, image_nhwc: Tensor, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
            outputs = super().answer(image_nhwc, feeds)
            outputs["labels"][:, -1] = CHARSET.index("?")
            return outputs

    texts, _ = read([line_crop(65, value=255)], ReadsPadding())  # 65 columns are 9 steps; the batch has 12
    assert texts == [""]


def test_no_lines_are_read_without_running_the_model() -> None:
    model = FakeRecognizer()
    assert read([], model) == ([], [])
    assert model.shapes == []


@pytest.mark.parametrize("count", [1, 5])
def test_an_empty_line_stays_an_empty_line(count: int) -> None:
    texts, _ = read([line_crop(64, value=255)] * count)
    assert texts == [""] * count


def sizes(widths: list[int]) -> list[tuple[int, int]]:
    """Return (lines, columns) of the batches that are made where nobody chooses otherwise."""
    batches = make_batches([line_crop(width) for width in widths], Batching(), RecognitionParams().min_width_px)
    return [(len(batch.indices), batch.image_nhwc.shape[2]) for batch in batches]


@pytest.mark.parametrize(
    ("widths", "expected"),
    [
        ([1, 31, 32], [(3, 32)]),
        ([33, 64], [(2, 64)]),
        ([65], [(1, 96)]),
        ([64] * 4, [(4, 64)]),
        ([64] * 13, [(4, 64), (8, 64), (1, 64)]),
        ([64] * 4 + [1024] * 9, [(4, 64), (8, 1024), (1, 1024)]),
        ([64] * 4 + [1056] * 8, [(4, 64), (7, 1056), (1, 1056)]),
        ([9000, 9000], [(1, 9024), (1, 9024)]),
    ],
)
def test_batches_hold_eight_lines_and_8192_columns_of_steps_of_32_and_the_first_four_lines(
    widths: list[int], expected: list[tuple[int, int]]
) -> None:
    assert sizes(widths) == expected


def lying(width: int, quad: Quad) -> LineCrop:
    return replace(line_crop(width), quad=quad, cut=quad)


def order(crops: list[LineCrop]) -> list[tuple[int, ...]]:
    return [batch.indices for batch in make_batches(crops, Batching(first_lines=2), MIN_WIDTH_PX)]


def test_batches_come_in_the_order_of_their_first_lines_on_the_page() -> None:
    widths = [200, 400, 200, 400, 200, 400]
    tops = [50, 10, 30, 90, 0, 70]
    crops = [lying(width, quad_of(0, 100 + top, width, 8)) for width, top in zip(widths, tops, strict=True)]
    assert order(crops) == [(4, 2), (1, 5, 3), (0,)]


def test_the_top_of_a_page_that_stands_on_its_head_or_lies_is_where_its_lines_have_theirs() -> None:
    upright = [quad_of(100, 100 + 50 * row, 200, 40) for row in range(3)]
    centre = np.array([200, 200], dtype=np.float32)
    for turns in range(4):
        turned = [
            np.asarray((quad - centre) @ np.linalg.matrix_power(np.array([[0, 1], [-1, 0]]), turns) + centre)
            for quad in upright
        ]
        crops = [lying(200, quad.astype(np.float32)) for quad in turned]
        assert order(crops) == [(0, 1), (2,)]
        assert order(crops[::-1]) == [(2, 1), (0,)]


def test_line_workers_get_small_batches_and_one_more_than_they_can_read() -> None:
    batching = line_workers_batching(2)
    assert batching == Batching(lines=8, width_step_px=32, width_px=2048, in_flight=3)
    widths = [512] * 5
    batches = make_batches([line_crop(width) for width in widths], replace(batching, first_lines=8), MIN_WIDTH_PX)
    assert [len(batch.indices) for batch in batches] == [4, 1]


def line_of(*scores: float) -> RecognizedLine:
    steps = tuple(CtcStep(1, index, score) for index, score in enumerate(scores))
    return RecognizedLine(steps, np.zeros(len(scores), dtype=np.float32), 8 * len(scores))


def test_the_confidence_is_the_mean_and_nothing_read_has_none() -> None:
    assert line_of(0.5, 0.9, 1.0).confidence == pytest.approx(0.8)
    assert line_of().confidence == 0


def test_a_whole_line_read_well_is_better_than_two_characters_read_perfectly() -> None:
    assert line_of(0.8, 0.8, 0.8, 0.8, 0.8).net_score == pytest.approx(1.5)
    assert line_of(1.0, 1.0).net_score == pytest.approx(1.0)
    assert line_of(0.5, 0.5).net_score == pytest.approx(0)
    assert line_of(0.2).net_score == pytest.approx(-0.3)


@pytest.mark.parametrize(("width", "inside"), [(64, False), (65, True)])
def test_a_character_belongs_to_the_line_when_its_step_starts_on_it(width: int, inside: bool) -> None:
    class ReadsStepEight(FakeRecognizer):
        def answer(self, image_nhwc: Tensor, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
            outputs = super().answer(image_nhwc, feeds)
            outputs["labels"][:, 8] = CHARSET.index("?")  # from column 64 on
            return outputs

    model = ReadsStepEight()
    recognizer = TextRecognizer(model, PROFILE.recognizer, CHARSET, RecognitionParams(min_width_px=96))
    (line,) = asyncio.run(recognizer.recognize([line_crop(width, value=255)], np.ones(len(CHARSET), dtype=np.float32)))
    assert [CHARSET[step.label] for step in line.steps] == (["?"] if inside else [])
    assert line.width_px == width


def test_every_line_keeps_the_spaces_of_its_own_row() -> None:
    class CountsSpaces(FakeRecognizer):
        def answer(self, image_nhwc: Tensor, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
            outputs = dict(super().answer(image_nhwc, feeds))
            outputs["space_scores"] = image_nhwc[:, 0, ::8, 0].astype(np.float32)
            return outputs

    recognizer = TextRecognizer(CountsSpaces(), PROFILE.recognizer, CHARSET, PARAMS)
    crops = [line_crop(64, value=value) for value in (111, 112, 113)]
    lines = asyncio.run(recognizer.recognize(crops, np.ones(len(CHARSET), dtype=np.float32)))
    assert [line.space_scores.tolist() for line in lines] == [[value] * 8 for value in (111, 112, 113)]


def test_each_batch_is_told_of_as_it_is_read() -> None:
    _, told = read([line_crop(64, value=255)] * 5 + [line_crop(320, value=255)])
    assert told == [[0, 1, 2, 3], [4], [5]]
