"""Cutting out lines: every pixel of a line image must show the place on the page that its quad promises."""

import numpy as np
import pytest
from numpy.typing import NDArray

from py_ocr.crop import CropParams, LineCrop, crop_line
from py_ocr.types import Quad
from tests.unit.drawing import map_page, positions, quad_of, tilted

PARAMS = CropParams()
HEIGHT = 48


def promised(crop: LineCrop) -> NDArray[np.float32]:
    """Return for each pixel centre of a line image the place that the crop's quad gives it."""
    height, width = crop.image_hwc.shape[:2]
    a = ((np.arange(width) + 0.5) / width)[None, :, None]
    b = ((np.arange(height) + 0.5) / height)[:, None, None]
    top = crop.quad[0] + (crop.quad[1] - crop.quad[0]) * a
    bottom = crop.quad[3] + (crop.quad[2] - crop.quad[3]) * a
    return np.asarray(top * (1 - b) + bottom * b, dtype=np.float32)


def assert_shows_what_it_promises(crop: LineCrop, margin: int = 3) -> None:
    inner = (slice(margin, -margin), slice(margin, -margin))
    error = np.abs(positions(crop.image_hwc) - promised(crop))[inner]
    assert error.max() < 1.5  # one grey level is one pixel: half of one for rounding, one for interpolation


@pytest.mark.parametrize(
    "quad",
    [
        quad_of(20, 30, 150, 24),
        quad_of(20.4, 30.6, 150.3, 23.7),
        quad_of(0, 0, 240, 60),
        tilted(quad_of(40, 80, 150, 24), 4),
        tilted(quad_of(40, 80, 150, 24), -33),
        tilted(quad_of(60, 60, 120, 80), 20),
        np.roll(quad_of(20, 30, 150, 24), -2, axis=0),
        tilted(np.roll(quad_of(40, 80, 150, 24), -2, axis=0), 10),
    ],
    ids=["upright", "upright, fractional", "large", "tilted", "steep", "shrunk and tilted", "on its head", "both"],
)
def test_each_pixel_shows_its_place_on_the_page(quad: Quad) -> None:
    crop = crop_line(map_page(), quad, HEIGHT, PARAMS)
    assert not crop.turned
    assert crop.image_hwc.shape[0] == HEIGHT
    assert_shows_what_it_promises(crop)


@pytest.mark.parametrize("degrees", [0, 8, -8])
def test_a_column_is_laid_down_so_that_it_reads_from_left_to_right(degrees: float) -> None:
    column = tilted(quad_of(100, 20, 24, 150), degrees)
    crop = crop_line(map_page(), column, HEIGHT, PARAMS)
    assert crop.turned
    assert crop.width_px > crop.image_hwc.shape[0]
    assert_shows_what_it_promises(crop)
    along = positions(crop.image_hwc)[HEIGHT // 2]
    assert along[-5, 1] > along[5, 1]  # to the right in the line image is down on the page
    across = positions(crop.image_hwc)[:, crop.width_px // 2]
    assert across[5, 0] > across[-5, 0]  # the top of the line image is the column's right side


@pytest.mark.parametrize(
    "quad", [quad_of(20, 30, 150, 24), quad_of(20.4, 30.7, 120.3, 40.9), quad_of(7.5, 9.1, 141.2, 20.6)]
)
def test_the_straight_and_the_warped_way_give_the_same_image(quad: Quad) -> None:
    straight = crop_line(map_page(), quad, HEIGHT, PARAMS)
    warped = crop_line(map_page(), quad, HEIGHT, CropParams(straight_px=-1))
    assert straight.image_hwc.shape == warped.image_hwc.shape
    difference = np.abs(straight.image_hwc.astype(int) - warped.image_hwc)[3:-3, 3:-3]
    assert difference.max() <= 2


def test_the_width_keeps_the_proportions() -> None:
    crop = crop_line(map_page(), quad_of(20, 30, 200, 25), HEIGHT, PARAMS)
    assert crop.width_px == round(200 / 25 * HEIGHT)


def test_a_line_never_becomes_wider_than_the_limit() -> None:
    crop = crop_line(map_page(), quad_of(0, 100, 240, 1), HEIGHT, CropParams(max_width_px=640))
    assert crop.width_px == 640


def test_what_lies_outside_the_page_is_black_and_the_rest_is_in_its_place() -> None:
    crop = crop_line(map_page(), quad_of(-40, 50, 120, 24), HEIGHT, PARAMS)
    place = promised(crop)
    outside = place[..., 0] < -2
    inside = place[..., 0] > 3
    assert crop.image_hwc[outside].max() == 0
    assert np.abs(positions(crop.image_hwc) - place)[3:-3][inside[3:-3]].max() < 1.5


@pytest.mark.parametrize(
    "quad",
    [
        np.full((4, 2), 50, dtype=np.float32),
        quad_of(50, 50, 30, 0),
        quad_of(50, 50, 0, 30),
        quad_of(-500, -500, 20, 20),
        quad_of(5000, 5000, 20, 20),
    ],
    ids=["a point", "no height", "no width", "above the page", "below the page"],
)
def test_a_degenerate_quad_still_gives_a_line_image(quad: Quad) -> None:
    crop = crop_line(map_page(), quad, HEIGHT, PARAMS)
    assert crop.image_hwc.shape[0] == HEIGHT
    assert 1 <= crop.width_px <= PARAMS.max_width_px


def test_flipping_turns_image_and_quad_together() -> None:
    crop = crop_line(map_page(), tilted(quad_of(40, 80, 150, 24), 10), HEIGHT, PARAMS)
    flipped = crop.rotated(180)
    assert_shows_what_it_promises(flipped)
    assert flipped.quad[0].tolist() == crop.quad[2].tolist()
    assert flipped.rotated(180).image_hwc.tolist() == crop.image_hwc.tolist()


def test_a_tall_character_that_was_laid_down_can_stand_up_again() -> None:
    crop = crop_line(map_page(), quad_of(100, 20, 24, 50), HEIGHT, PARAMS)
    assert crop.turned
    upright = crop.rotated(90)
    assert not upright.turned
    assert upright.image_hwc.shape[0] == HEIGHT
    assert upright.quad.tolist() == quad_of(100, 20, 24, 50).tolist()
    assert_shows_what_it_promises(upright)
