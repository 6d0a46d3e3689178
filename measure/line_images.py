"""Line images made here: rendered text, clean and degraded, at the height that recognisers read."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

TEXTS = (
    "The quick brown fox jumps over the lazy dog",
    "TOTAL RM 1,284.50",
    "Invoice No. 2024-11-07 / B-19",
    "hamburgefonstiv 0123456789",
    "e-mail: info@example.org",
    "7",
)
HEIGHT_PX = 48
WIDTH_PX = 640


def line_images() -> NDArray[np.uint8]:
    """Return (18, 48, 640, 3) uint8 RGB: every text clean, then turned by 2 degrees with noise, then light on dark."""
    rng = np.random.default_rng(7)
    clean = [_render(text, ink=(20, 20, 30), paper=(250, 248, 240)) for text in TEXTS]
    turned = [_noisy(_render(text, (40, 10, 90), (200, 220, 210), degrees=2), rng) for text in TEXTS]
    inverse = [_render(text, (240, 240, 120), (30, 50, 90)) for text in TEXTS]
    return np.stack([np.asarray(image) for image in (*clean, *turned, *inverse)])


def page_image() -> NDArray[np.uint8]:
    """Return (1, 320, 640, 3) uint8 RGB: a page with every text once, larger and smaller."""
    page = Image.new("RGB", (WIDTH_PX, 320), (252, 250, 245))
    for row, text in enumerate(TEXTS):
        ImageDraw.Draw(page).text((20, 10 + row * 50), text, (15, 15, 25), ImageFont.load_default(14 + 4 * row))
    return np.asarray(page)[None]


def _render(text: str, ink: tuple[int, int, int], paper: tuple[int, int, int], degrees: float = 0) -> Image.Image:
    image = Image.new("RGB", (WIDTH_PX, HEIGHT_PX), paper)
    ImageDraw.Draw(image).text((8, 6), text, ink, ImageFont.load_default(28))
    return image.rotate(degrees, Image.Resampling.BILINEAR, fillcolor=paper)


def _noisy(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    noisy = np.asarray(image) + rng.normal(0, 12, (HEIGHT_PX, WIDTH_PX, 3))
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))
