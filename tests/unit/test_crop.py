"""Cutting out lines: every pixel of a line image must show the place on the page that its quad promises."""

from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from py_ocr.crop import CropParams, LineCrop, crop_line, crop_lines
from py_ocr.geometry import quad_size
from py_ocr.types import Quad
from tests.unit.drawing import map_page, positions, quad_of, tilted

PARAMS = CropParams()
HEIGHT = 48


def promised(crop: LineCrop) -> NDArray[np.float32]:
    """Return for each pixel centre of a line image the place that the crop's cut gives it."""
    height, width = crop.image_hwc.shape[:2]
    a = ((np.arange(width) + 0.5) / width)[None, :, None]
    b = ((np.arange(height) + 0.5) / height)[:, None, None]
    top = crop.cut[0] + (crop.cut[1] - crop.cut[0]) * a
    bottom = crop.cut[3] + (crop.cut[2] - crop.cut[3]) * a
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


@pytest.mark.parametrize(
    ("x", "y"), [(-40, 50), (180, 50), (60, -12), (60, 188)], ids=["left", "right", "top", "bottom"]
)
def test_what_lies_outside_the_page_is_black_and_the_rest_is_in_its_place(x: float, y: float) -> None:
    crop = crop_line(map_page(240, 200), quad_of(x, y, 120, 24), HEIGHT, PARAMS)
    place = promised(crop)
    beyond = np.maximum(-place, place - np.array([240, 200])).max(axis=-1)
    assert crop.image_hwc[beyond > 2].max() == 0
    inside = beyond[3:-3, 3:-3] < -3
    assert np.abs(positions(crop.image_hwc) - place)[3:-3, 3:-3][inside].max() < 1.5


@pytest.mark.parametrize("degrees", [0, 180])
def test_the_edge_of_the_page_belongs_to_a_line_that_is_warped(degrees: float) -> None:
    quad = tilted(quad_of(0, 0, 240, 60), degrees)
    image = crop_line(Image.new("RGB", (240, 60), "white"), quad, HEIGHT, CropParams(straight_px=-1)).image_hwc
    assert image.min() > 250


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


def solved(rows: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the unknowns of linear equations, by Gauss and Jordan: the page's numpy is without LAPACK."""
    system = np.column_stack([rows, values])
    for column in range(len(system)):
        pivot = column + int(np.abs(system[column:, column]).argmax())
        system[[column, pivot]] = system[[pivot, column]]
        system[column] /= system[column, column]
        others = np.arange(len(system)) != column
        system[others] -= np.outer(system[others, column], system[column])
    return np.asarray(system[:, -1])


def seen_through(quad: Quad, width: int, height: int) -> NDArray[np.float64]:
    """Return for each pixel centre of an image of that size the place on the page that a camera maps it to.

    The perspective is the one that takes the corners of the image to those of the quad: eight equations.
    """
    rows, values = [], []
    for (u, v), (x, y) in zip([(0, 0), (width, 0), (width, height), (0, height)], quad.tolist(), strict=True):
        rows += [[u, v, 1, 0, 0, 0, -u * x, -v * x], [0, 0, 0, u, v, 1, -u * y, -v * y]]
        values += [x, y]
    a, b, c, d, e, f, g, h = solved(np.array(rows, dtype=np.float64), np.array(values, dtype=np.float64))
    v, u = np.mgrid[0:height, 0:width] + 0.5
    return np.asarray(np.stack([a * u + b * v + c, d * u + e * v + f], axis=-1) / (g * u + h * v + 1)[..., None])


@pytest.mark.parametrize(
    "quad",
    [
        np.array([[20, 40], [200, 20], [220, 100], [40, 70]], dtype=np.float32),
        np.array([[60, 30], [180, 50], [210, 110], [20, 120]], dtype=np.float32),
        np.array([[30, 20], [230, 60], [180, 130], [50, 170]], dtype=np.float32),
        np.array([[210, 150], [30, 170], [20, 80], [190, 100]], dtype=np.float32),
    ],
    ids=["narrow at the left", "narrow at the top", "large", "on its head"],
)
def test_a_line_seen_in_perspective_is_straightened(quad: Quad) -> None:
    crop = crop_line(map_page(), quad, HEIGHT, PARAMS)
    inner = (slice(3, -3), slice(3, -3))
    error = np.abs(positions(crop.image_hwc) - seen_through(quad, crop.width_px, HEIGHT))[inner]
    # What is larger than the line image is shrunk first: a pixel then is so many of the page.
    assert error.max() < 1.5 * max(1, quad_size(quad)[1] / HEIGHT)


@pytest.mark.parametrize("box", [(0, 0, 240, 60), (0, 140, 240, 200), (100, 0, 240, 50), (30, 20, 90, 45)])
def test_an_upright_box_is_cut_by_one_resampling_up_to_the_edges_of_the_page(box: tuple[int, int, int, int]) -> None:
    x0, y0, x1, y1 = box
    crop = crop_line(map_page(), quad_of(x0, y0, x1 - x0, y1 - y0), HEIGHT, PARAMS)
    expected = map_page().resize((crop.width_px, HEIGHT), Image.Resampling.BILINEAR, box=box)
    assert crop.image_hwc.tolist() == np.asarray(expected).tolist()


@pytest.mark.parametrize(("lean", "straight"), [(0.9, True), (1.0, True), (1.1, False)])
@pytest.mark.parametrize("corner", range(4))
def test_a_quad_is_an_upright_box_within_a_pixel(lean: float, straight: bool, corner: int) -> None:
    quad = quad_of(20, 30, 150, 24)
    # The box lies half-way between the corners: it is off by half of what one corner is.
    quad[corner, 1] += 2 * lean
    image = crop_line(map_page(), quad, HEIGHT, PARAMS).image_hwc
    assert (image[..., 1] == image[:, :1, 1]).all() == straight


@pytest.mark.parametrize(("lean", "straight"), [(0.9, True), (1.1, False)])
@pytest.mark.parametrize("corner", range(4))
def test_the_sides_of_an_upright_box_lean_at_most_a_pixel_as_well(lean: float, straight: bool, corner: int) -> None:
    quad = quad_of(20, 30, 150, 24)
    quad[corner, 0] += 2 * lean
    image = crop_line(map_page(), quad, HEIGHT, PARAMS).image_hwc
    assert (image[..., 0] == image[:1, :, 0]).all() == straight


@pytest.mark.parametrize("size", [(600, 400), (800, 200)])
def test_a_box_much_larger_than_the_line_image_shows_all_of_its_pixels(size: tuple[int, int]) -> None:
    # A tilted box is shrunk before it is turned: single dark rows do not vanish between the samples.
    page = Image.new("RGB", (900, 900), "white")
    for y in range(0, 900, 8):
        page.paste("black", (0, y, 900, y + 1))
    image = crop_line(page, tilted(quad_of(450 - size[0] / 2, 450 - size[1] / 2, *size), 30), HEIGHT, PARAMS).image_hwc
    assert image[4:-4, 4:-4].mean() == pytest.approx(255 * 7 / 8, abs=4)
    assert image[4:-4, 4:-4].std() < 12


@pytest.mark.parametrize(("height", "turned"), [(30, False), (31, True)])
def test_a_column_is_more_than_one_and_a_half_times_as_high_as_wide(height: float, turned: bool) -> None:
    assert crop_line(map_page(), quad_of(100, 20, 20, height), HEIGHT, PARAMS).turned is turned


def test_a_long_line_is_squeezed_into_6400_columns() -> None:
    assert crop_line(map_page(), quad_of(0, 100, 240, 1), HEIGHT, PARAMS).width_px == 6400
    assert crop_line(map_page(), quad_of(0, 100, 240, 2), HEIGHT, PARAMS).width_px == 5760


def test_a_line_image_has_eight_columns_at_least() -> None:
    assert crop_line(map_page(), np.full((4, 2), 50, dtype=np.float32), HEIGHT, PARAMS).width_px == 8


@pytest.mark.parametrize(("width", "standing"), [(100, 23), (288, 8), (1000, 8)])
def test_a_column_stands_up_in_its_proportions(width: int, standing: int) -> None:
    quad = quad_of(0, 0, width, 48)
    column = LineCrop(np.zeros((48, width, 3), dtype=np.uint8), quad, quad, turned=True)
    upright = column.rotated(90)
    assert upright.image_hwc.shape == (48, standing, 3)
    assert not upright.turned


def test_a_crop_that_is_not_rotated_is_itself() -> None:
    crop = crop_line(map_page(), quad_of(100, 20, 24, 150), HEIGHT, PARAMS)
    assert crop.rotated(0) is crop
    assert crop.rotated(180).turned


@pytest.mark.parametrize("degrees", [0, 25])
@pytest.mark.parametrize("rotation", [0, 90, 180])
def test_a_line_that_is_cut_wider_than_its_box_shows_the_cut_and_tells_the_box(
    degrees: float, rotation: Literal[0, 90, 180]
) -> None:
    box, wider = (tilted(quad_of(*sides), degrees) for sides in ((100, 60, 20, 32), (95, 55, 30, 42)))
    crop = crop_line(map_page(), box, HEIGHT, PARAMS, wider).rotated(rotation)
    assert_shows_what_it_promises(crop)
    # All corners of the box lie 5 pixels inside of those of the cut, in the same order.
    u, v = (crop.cut[1] - crop.cut[0]), (crop.cut[3] - crop.cut[0])
    u, v = 5 * u / np.hypot(*u), 5 * v / np.hypot(*v)
    assert crop.quad == pytest.approx(crop.cut + np.stack([u + v, v - u, -u - v, u - v]), abs=0.01)


def written(*extra: tuple[int, int, int, int], bars: tuple[int, int] = (60, 180)) -> Image.Image:
    """Return a page with strokes like those of letters in a line 20 high, and these boxes of ink."""
    page = Image.new("RGB", (240, 100), "white")
    pen = ImageDraw.Draw(page)
    for x in range(*bars, 8):
        pen.rectangle((x, 43, x + 3, 56), fill="black")
    for box in extra:
        pen.rectangle(box, fill="black")
    return page


WRITTEN = quad_of(57, 40, 126, 20)
"""The box of that line."""


def test_a_line_is_cut_as_far_as_its_marks_go_and_its_box_stays() -> None:
    dot, underscore = (50, 53, 53, 56), (100, 61, 110, 62)
    (plain,) = crop_lines(written(), [WRITTEN], HEIGHT)
    (marked,) = crop_lines(written(dot, underscore), [WRITTEN], HEIGHT)
    assert plain.cut.tolist() == plain.quad.tolist() == marked.quad.tolist() == WRITTEN.tolist()
    (left, top), (right, bottom) = marked.cut[0], marked.cut[2]
    assert 47 < left < 50
    assert 63 < bottom <= 65
    assert (top, right) == (40, 183)
    rows, columns = np.nonzero(marked.image_hwc[..., 0] < 128)
    scale = HEIGHT / (bottom - top)
    assert columns.min() / scale + left == pytest.approx(50, abs=1)
    assert rows.max() / scale + top == pytest.approx(63, abs=1)


def test_a_line_is_not_cut_into_the_next_one() -> None:
    dot = (50, 53, 53, 56)
    neighbour = quad_of(20, 40, 29, 20)
    marked, _ = crop_lines(written(dot), [WRITTEN, neighbour], HEIGHT)
    assert marked.cut[0, 0] >= 53


def test_a_column_is_cut_as_far_as_its_marks_go() -> None:
    page = written((50, 53, 53, 56)).rotate(-90, expand=True)
    # Turned by a quarter, (x, y) has become (100 - y, x).
    (crop,) = crop_lines(page, [quad_of(40, 57, 20, 126)], HEIGHT)
    assert crop.turned
    assert crop.quad[:, 1].min() == 57
    assert 47 < crop.cut[:, 1].min() < 50


@pytest.mark.parametrize("x", [2, 4])
def test_a_cut_ends_with_the_page(x: int) -> None:
    page = written((x, 53, x + 3, 56), bars=(14, 180))
    (crop,) = crop_lines(page, [quad_of(11, 40, 172, 20)], HEIGHT)
    assert 0 <= crop.cut[0, 0] < x
    assert (crop.image_hwc[:, 0] > 200).all()
