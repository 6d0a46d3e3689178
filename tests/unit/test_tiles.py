import itertools

import numpy as np
import pytest

from py_ocr.tiles import make_tiles


@pytest.mark.parametrize("size", [(64, 64), (320, 96), (321, 500), (1000, 1000)])
def test_tiles_contribute_every_pixel_exactly_once_and_stay_on_the_map(size: tuple[int, int]) -> None:
    counts = np.zeros((size[1], size[0]), dtype=np.float32)
    tiles = make_tiles(size, 320, 64)
    for tile in tiles:
        part = np.zeros_like(counts)
        tile.paste(np.ones((tile.size[1], tile.size[0]), dtype=np.float32), part)
        counts += part
        assert max(tile.size) <= 320
    assert tiles
    assert (counts == 1).all()


def test_a_map_that_fits_is_one_tile() -> None:
    (tile,) = make_tiles((320, 200), 320, 64)
    assert tile.seen == tile.kept == (0, 0, 320, 200)


def test_what_is_kept_is_far_from_the_edges_of_what_is_seen() -> None:
    tiles = make_tiles((1000, 320), 320, 64)
    assert len(tiles) > 2
    for left, right in itertools.pairwise(tiles):
        assert left.kept[2] == right.kept[0]
        assert left.seen[2] - left.kept[2] >= 32
        assert right.kept[0] - right.seen[0] >= 32


def test_a_pasted_view_of_a_page_is_the_page() -> None:
    page = np.arange(500 * 400, dtype=np.float32).reshape(400, 500)
    stitched = np.zeros_like(page)
    for tile in make_tiles((500, 400), 160, 32):
        x0, y0, x1, y1 = (round(value) for value in tile.box_on((500, 400), (500, 400)))
        tile.paste(page[y0:y1, x0:x1], stitched)
    assert (stitched == page).all()


def test_what_a_tile_sees_is_said_in_pixels_of_the_page() -> None:
    # The map is a quarter of the page in width and a half in height, rounded up: 250 x 300 for a page of 998 x 599.
    tiles = make_tiles((250, 300), 160, 32)
    assert len(tiles) == 6
    boxes = {tile.seen: tile.box_on((998, 599), (250, 300)) for tile in tiles}
    assert boxes[90, 96, 250, 224] == pytest.approx((90 * 3.992, 96 * 599 / 300, 998, 224 * 599 / 300))
    assert boxes[0, 172, 160, 300] == pytest.approx((0, 172 * 599 / 300, 160 * 3.992, 599))


@pytest.mark.parametrize(
    ("length", "seen"),
    [
        (1600, [(0, 1600)]),
        (1632, [(0, 896), (736, 1632)]),  # two of 1600, the second one almost the first, would see twice as much
        (3072, [(0, 1600), (1472, 3072)]),
        (3104, [(0, 1120), (992, 2112), (1984, 3104)]),
    ],
)
def test_tiles_are_no_larger_than_so_many_must_be(length: int, seen: list[tuple[int, int]]) -> None:
    tiles = make_tiles((length, 640), 1600, 128)
    assert [(tile.seen[0], tile.seen[2]) for tile in tiles] == seen
    assert {tile.size for tile in tiles} == {(seen[0][1], 640)}


def test_no_tile_sees_beyond_the_page_by_a_rounding_error() -> None:
    for width in range(1, 200):
        (tile,) = make_tiles((97, 101), 160, 32)
        x0, y0, x1, y1 = tile.box_on((width, width + 1), (97, 101))
        assert (x0, y0) == (0, 0)
        assert width - 1e-6 < x1 <= width
        assert width + 1 - 1e-6 < y1 <= width + 1
