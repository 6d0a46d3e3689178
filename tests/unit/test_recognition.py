"""Recognition: what the model gives becomes the lines' readings, in their order."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from py_ocr.crop import CropParams, LineCrop, crop_line
from py_ocr.recognition import RecognitionParams, RecognizedLine, TextRecognizer
from py_ocr.session import Batching, Tensor
from py_ocr.types import CtcStep
from tests.unit.drawing import quad_of
from tests.unit.fakes import CHARSET, PHRASES, PROFILE, FakeRecognizer, blank_page, draw_bar, line_crop

BATCHING = Batching(lines=4, width_step_px=32, width_px=1024)
MIN_WIDTH_PX = 32
PARAMS = RecognitionParams(min_width_px=MIN_WIDTH_PX)


def test_the_backend_says_how_lines_are_put_into_batches_unless_the_caller_does() -> None:
    assert RecognitionParams().batching(BATCHING) == BATCHING
    assert RecognitionParams(batch_lines=2).batching(BATCHING) == replace(BATCHING, lines=2)
    assert RecognitionParams(width_step_px=320, batch_width_px=640).batching(BATCHING) == Batching(4, 320, 640)
    assert RecognitionParams(batch_lines=2).batching(Batching(in_flight=3)) == Batching(2, in_flight=3)


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
