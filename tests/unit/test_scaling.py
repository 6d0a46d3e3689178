"""Images with very many pixels: read smaller, told at their own size."""

import asyncio
import io
import zlib

import numpy as np
import pytest
from PIL import Image, ImageDraw

from py_ocr.decode import decode_frame
from py_ocr.errors import ImageError
from py_ocr.image import MAX_PIXELS
from py_ocr.scaling import Pixels, Size, at_full_size, lines_at_full_size
from py_ocr.types import LinesRead, OcrPage
from tests.unit.fakes import PHRASES, FakeModels, blank_page, draw_bar, rgba_of


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def marked(mode: str) -> Image.Image:
    """Return an image whose left half is dark."""
    image = Image.new("L", (400, 200), 255)
    ImageDraw.Draw(image).rectangle((0, 0, 199, 199), fill=0)
    if mode.startswith("I;"):
        return Image.fromarray(np.asarray(image).astype(np.uint16) * 16)
    return image.convert(mode)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
def test_an_image_with_too_many_pixels_is_scaled_down_in_its_own_shape(mode: str) -> None:
    pixels = decode_frame(encoded(marked(mode), "PNG"), most_pixels=5000).pixels
    assert pixels.full == Size(400, 200)
    assert pixels.rgba.shape == (50, 100, 4)
    assert pixels.scale == (4.0, 4.0)
    assert pixels.rgba[:, 5, 0].max() < 60
    assert pixels.rgba[:, 95, 0].min() > 200


def test_one_that_has_few_enough_stays_as_it_is() -> None:
    data = encoded(marked("RGB"), "PNG")
    pixels = decode_frame(data, most_pixels=80_000).pixels
    assert pixels.full == Size(400, 200)
    assert np.array_equal(pixels.rgba, decode_frame(data).rgba)


def test_what_is_upright_after_a_turn_has_the_size_of_that() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    pixels = decode_frame(encoded(marked("RGB"), "JPEG", exif=exif), most_pixels=5000).pixels
    assert pixels.full == Size(200, 400)
    assert pixels.rgba.shape[:2] == (100, 50)


def test_a_jpeg_may_have_more_pixels_than_can_be_held_whole() -> None:
    # 8,000 x 16,000 equal blocks compress to little; as a PNG it would be refused.
    data = encoded(Image.new("L", (16_000, 8_000), 200), "JPEG")
    pixels = decode_frame(data, most_pixels=4_000_000).pixels
    assert MAX_PIXELS < 16_000 * 8_000
    assert pixels.full == Size(16_000, 8_000)
    assert pixels.rgba.shape[0] * pixels.rgba.shape[1] <= 4_000_000
    assert abs(int(pixels.rgba[100, 100, 0]) - 200) < 3


def test_what_cannot_be_decoded_smaller_is_refused_by_its_header() -> None:
    png = bytearray(encoded(Image.new("1", (8, 8)), "PNG"))
    png[16:24] = (20_000).to_bytes(4, "big") * 2
    png[29:33] = zlib.crc32(png[12:29]).to_bytes(4, "big")
    with pytest.raises(ImageError) as raised:
        decode_frame(bytes(png), most_pixels=4_000_000)
    assert raised.value.code == "image_too_large"


def read_small() -> tuple[OcrPage, list[LinesRead], Pixels]:
    """Return the page of an image that was read at half its size, and what was told on the way."""
    page = blank_page()
    draw_bar(page, PHRASES[0], (40, 40, 440, 80))
    rgba = rgba_of(page)
    pixels = Pixels(rgba, Size(rgba.shape[1] * 2, rgba.shape[0] * 3))
    told: list[LinesRead] = []
    listener = lines_at_full_size(told.append, pixels)
    return asyncio.run(FakeModels().engine().recognize(rgba, on_lines=listener)), told, pixels


def test_lines_words_and_blocks_lie_where_they_do_in_the_image() -> None:
    small, told, pixels = read_small()
    page = at_full_size(small, pixels)
    assert (page.width, page.height) == (small.width * 2, small.height * 3)
    assert small.lines
    scale = np.array([2, 3], dtype=np.float32)
    for line, before in zip(page.lines, small.lines, strict=True):
        assert np.allclose(line.quad, before.quad * scale)
        assert line.text == before.text
        assert line.words
        for word, word_before in zip(line.words, before.words, strict=True):
            assert np.allclose(word.quad, word_before.quad * scale)
    for block, block_before in zip(page.blocks, small.blocks, strict=True):
        assert np.allclose(block.quad, block_before.quad * scale)
    drafts = [draft.line for read in told for draft in read.lines]
    assert drafts
    assert np.allclose(drafts[-1].quad, page.lines[-1].quad, atol=3)


def test_a_notice_says_that_it_was_scaled_down() -> None:
    small, _, pixels = read_small()
    [notice] = at_full_size(small, pixels).notices
    assert notice.code == "scaled_down"
    assert f"{pixels.full.width:,} x {pixels.full.height:,}" in notice.message
    whole = Pixels.whole(pixels.rgba)
    assert at_full_size(small, whole) is small
    assert lines_at_full_size(print, whole) is print
