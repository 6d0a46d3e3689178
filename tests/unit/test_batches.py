"""Batches of line images: little padding, nothing lost, the order kept."""

from dataclasses import replace

import numpy as np
import pytest

from py_ocr.batches import make_batches, padded_width
from py_ocr.crop import PAD_VALUE, LineCrop
from py_ocr.recognition import RecognitionParams
from py_ocr.session import Batching, line_workers_batching
from py_ocr.types import Quad
from tests.unit.drawing import quad_of
from tests.unit.fakes import line_crop

BATCHING = Batching(lines=4, width_step_px=32, width_px=1024)
MIN_WIDTH_PX = 32
WIDTHS = [8, 31, 32, 33, 320, 321, 100, 100, 101, 99, 98, 700, 1500, 40]
JOINING = Batching(lines=64, width_px=12_800, first_lines=64, run_cost_px=20_000, join_growth=1.7)


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


def test_lines_stand_at_the_left_and_the_rest_is_padding() -> None:
    crops = [line_crop(width, value=index + 1) for index, width in enumerate(WIDTHS)]
    for batch in make_batches(crops, BATCHING, MIN_WIDTH_PX):
        for row, index in enumerate(batch.indices):
            image = batch.image_nhwc[row]
            assert (image[:, : WIDTHS[index]] == index + 1).all()
            assert (image[:, WIDTHS[index] :] == PAD_VALUE).all()


def test_no_lines_make_no_batches() -> None:
    assert list(make_batches([], BATCHING, MIN_WIDTH_PX)) == []


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


def joined(widths: list[int], batching: Batching = JOINING) -> list[tuple[int, int]]:
    """Return (lines, columns) of each batch."""
    batches = make_batches([line_crop(width) for width in widths], batching, MIN_WIDTH_PX)
    return [(len(batch.indices), batch.image_nhwc.shape[2]) for batch in batches]


@pytest.mark.parametrize(
    ("widths", "expected"),
    [
        ([320, 352, 384], [(3, 384)]),  # a run fewer
        ([320, 352, 640], [(2, 352), (1, 640)]),  # 1.8 times as wide
        ([64, 96, 128], [(1, 64), (2, 128)]),  # all in one would be twice as wide; so, fewer columns than 2 and 1
        ([320] * 50 + [512] * 30, [(40, 320), (10, 320), (25, 512), (5, 512)]),  # joined, they would be as many runs
        ([9000, 9000], [(1, 9024), (1, 9024)]),
    ],
)
def test_lines_of_unlike_widths_are_read_together_where_that_costs_less(
    widths: list[int], expected: list[tuple[int, int]]
) -> None:
    assert joined(widths) == expected


def test_without_a_cost_of_a_run_nothing_is_padded_for_it() -> None:
    assert joined([320, 352, 384], replace(JOINING, run_cost_px=0)) == [(1, 320), (1, 352), (1, 384)]
    cheap = replace(JOINING, run_cost_px=50)
    assert joined([320, 352, 416], cheap) == [(2, 352), (1, 416)]


def test_joined_batches_hold_every_line_once_and_come_in_the_order_of_the_page() -> None:
    crops = [lying(width, quad_of(0, 10 * row, width, 8)) for row, width in enumerate(WIDTHS)]
    batches = list(make_batches(crops, JOINING, MIN_WIDTH_PX))
    indices = [batch.indices for batch in batches]
    assert sorted(index for batch in indices for index in batch) == list(range(len(WIDTHS)))
    assert all(list(batch) == sorted(batch) for batch in indices)
    assert [batch[0] for batch in indices] == sorted(batch[0] for batch in indices)
    for batch in batches:
        shortest = min(padded_width(max(crops[index].width_px, MIN_WIDTH_PX), JOINING) for index in batch.indices)
        assert batch.image_nhwc.shape[2] <= 1.7 * shortest
