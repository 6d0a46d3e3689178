"""Pixels: what is accepted, what transparency becomes, how pages are scaled."""

import numpy as np
import pytest
from numpy.typing import NDArray

from py_ocr.errors import ImageError
from py_ocr.image import MAX_PIXELS, check_dimensions, page_from_rgba, resize
from tests.unit.drawing import map_page, noise, positions


def rgba(red: int, green: int, blue: int, alpha: int, shape: tuple[int, int] = (4, 6)) -> NDArray[np.uint8]:
    return np.broadcast_to(np.array([red, green, blue, alpha], dtype=np.uint8), (*shape, 4)).copy()


def test_opaque_pixels_are_taken_as_they_are() -> None:
    pixels = noise(5, 7, 4)
    pixels[..., 3] = 255
    page = page_from_rgba(pixels)
    assert page.size == (7, 5)
    assert np.asarray(page).tolist() == pixels[..., :3].tolist()


def test_a_view_with_strides_is_read_correctly() -> None:
    pixels = noise(5, 8, 4)
    pixels[..., 3] = 255
    assert np.asarray(page_from_rgba(pixels[::-1, ::2])).tolist() == pixels[::-1, ::2, :3].tolist()


def test_what_is_transparent_becomes_white_behind_dark_text() -> None:
    pixels = rgba(0, 0, 0, 0)
    pixels[1, 1:4] = (20, 20, 20, 255)
    page = np.asarray(page_from_rgba(pixels))
    assert page[0, 0].tolist() == [255, 255, 255]
    assert page[1, 1].tolist() == [20, 20, 20]


def test_what_is_transparent_becomes_black_behind_light_text() -> None:
    pixels = rgba(0, 0, 0, 0)
    pixels[1, 1:4] = (240, 240, 240, 255)
    page = np.asarray(page_from_rgba(pixels))
    assert page[0, 0].tolist() == [0, 0, 0]
    assert page[1, 1].tolist() == [240, 240, 240]


def test_half_transparent_pixels_are_blended() -> None:
    pixels = rgba(0, 0, 0, 255)
    pixels[0, 0] = (0, 0, 0, 128)
    assert np.asarray(page_from_rgba(pixels))[0, 0, 0] == pytest.approx(127, abs=1)


def test_an_image_that_is_wholly_transparent_is_blank() -> None:
    assert np.asarray(page_from_rgba(rgba(0, 0, 0, 0))).min() == 255


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((4, 4, 3), dtype=np.uint8),
        np.zeros((4, 4), dtype=np.uint8),
        np.zeros((4, 4, 4), dtype=np.float32),
        np.zeros((1, 4, 4, 4), dtype=np.uint8),
    ],
)
def test_other_shapes_and_dtypes_are_refused(pixels: NDArray[np.uint8]) -> None:
    with pytest.raises(ImageError) as caught:
        page_from_rgba(pixels)
    assert caught.value.code == "image_shape"
    assert str(pixels.shape) in caught.value.cause


@pytest.mark.parametrize("shape", [(0, 5), (5, 0), (0, 0)])
def test_an_image_without_pixels_is_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(ImageError) as caught:
        page_from_rgba(rgba(0, 0, 0, 255, shape))
    assert caught.value.code == "image_empty"
    assert caught.value.stage == "decode"


def test_the_limit_counts_pixels_of_any_shape() -> None:
    check_dimensions(MAX_PIXELS, 1)
    check_dimensions(12_000, 10_000)
    for width, height in [(MAX_PIXELS + 1, 1), (65_536, 65_536)]:
        with pytest.raises(ImageError) as caught:
            check_dimensions(width, height)
        assert caught.value.code == "image_too_large"
        assert f"{width:,}" in caught.value.cause
        assert caught.value.remedy


def test_scaling_keeps_every_point_in_its_place() -> None:
    small = positions(resize(map_page(240, 200), 60, 50))
    rows, columns = np.mgrid[0:50, 0:60]
    inner = (slice(2, -2), slice(2, -2))
    assert small[..., 0][inner] == pytest.approx((columns[inner] + 0.5) * 4, abs=1.1)
    assert small[..., 1][inner] == pytest.approx((rows[inner] + 0.5) * 4, abs=1.1)


def test_shrinking_averages_all_source_pixels() -> None:
    pixels = np.zeros((400, 400, 4), dtype=np.uint8)
    pixels[..., 3] = 255
    pixels[:, ::8] = 255
    shrunk = resize(page_from_rgba(pixels), 10, 10)
    assert shrunk[2:-2, 2:-2] == pytest.approx(255 / 8, abs=4)


def test_a_page_that_already_has_the_size_is_not_touched() -> None:
    page = map_page(50, 40)
    assert resize(page, 50, 40).tolist() == np.asarray(page).tolist()


@pytest.mark.parametrize(("grey", "behind"), [(160, 255), (161, 0)])
def test_text_is_light_above_a_grey_of_160(grey: int, behind: int) -> None:
    pixels = rgba(0, 0, 0, 0)
    pixels[1, 1:4] = (grey, grey, grey, 255)
    assert np.asarray(page_from_rgba(pixels))[0, 0].tolist() == [behind] * 3


@pytest.mark.parametrize(("alpha", "behind"), [(127, 255), (128, 0)])
def test_what_is_more_than_half_transparent_does_not_say_how_light_the_text_is(alpha: int, behind: int) -> None:
    pixels = rgba(255, 255, 255, alpha)
    pixels[0, 0] = (0, 0, 0, 0)
    pixels[1, 1] = (0, 0, 0, 255)
    assert np.asarray(page_from_rgba(pixels))[0, 0].tolist() == [behind] * 3


def test_how_light_text_is_is_the_mean_of_what_is_visible() -> None:
    pixels = rgba(0, 0, 0, 0)
    pixels[1, :3] = (255, 255, 255, 255)
    pixels[2, 0] = (0, 0, 0, 255)
    assert np.asarray(page_from_rgba(pixels))[0, 0].tolist() == [0, 0, 0]  # 191
    pixels[2, 1:3] = (0, 0, 0, 255)
    assert np.asarray(page_from_rgba(pixels))[0, 0].tolist() == [255, 255, 255]  # 128


def test_one_pixel_that_lets_the_ground_through_is_seen() -> None:
    pixels = rgba(10, 20, 30, 255)
    pixels[2, 3, 3] = 0
    page = np.asarray(page_from_rgba(pixels))
    assert page[2, 3].tolist() == [255, 255, 255]
    assert page[0, 0].tolist() == [10, 20, 30]


def test_the_smallest_image_is_one_pixel() -> None:
    assert np.asarray(page_from_rgba(rgba(1, 2, 3, 255, (1, 1)))).tolist() == [[[1, 2, 3]]]


def test_the_limit_is_120_megapixels_and_the_error_says_so() -> None:
    assert MAX_PIXELS == 120_000_000
    with pytest.raises(ImageError) as caught:
        check_dimensions(20_000, 10_000)
    assert "20,000 x 10,000" in caught.value.cause
    assert "120 megapixels" in caught.value.cause


def test_a_part_of_a_page_is_scaled_as_the_page_is() -> None:
    part = positions(resize(map_page(240, 200), 50, 40, box=(20, 30, 120, 110)))
    rows, columns = np.mgrid[0:40, 0:50]
    inner = (slice(2, -2), slice(2, -2))
    assert part[..., 0][inner] == pytest.approx((columns[inner] + 0.5) * 2 + 20, abs=1.1)
    assert part[..., 1][inner] == pytest.approx((rows[inner] + 0.5) * 2 + 30, abs=1.1)


def test_a_part_of_the_size_of_the_page_is_enlarged_not_the_page_itself() -> None:
    page = map_page(60, 40)
    whole, part = positions(resize(page, 60, 40)), positions(resize(page, 60, 40, box=(0, 0, 30, 20)))
    assert whole[-1, -1].tolist() == [59.5, 39.5]
    assert part[-1, -1].tolist() == pytest.approx([29.5, 19.5], abs=0.5)


def test_only_one_side_of_the_size_wanted_is_scaled() -> None:
    page = map_page(60, 40)
    assert resize(page, 60, 20).shape == (20, 60, 3)
    assert resize(page, 30, 40).shape == (40, 30, 3)


def test_a_single_visible_pixel_says_how_light_the_text_is() -> None:
    pixels = rgba(0, 0, 0, 0)
    pixels[1, 1] = (255, 255, 255, 255)
    assert np.asarray(page_from_rgba(pixels))[0, 0].tolist() == [0, 0, 0]
