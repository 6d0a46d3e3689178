"""Draws the sample images of the page (web/samples): `python -m measure.samples`. The same bytes on every run.

Each is drawn flat and large, then photographed: laid on a ground, tilted, lit unevenly, blurred, and given grain.
The fonts are Debian's fonts-liberation (OFL-1.1); everything else is made here from seeded noise.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

SAMPLES = Path(__file__).parent.parent / "web" / "samples"
FONTS = Path("/usr/share/fonts/truetype/liberation")
JPEG_QUALITY = 78
# What the welcome page shows, at two pixels to the CSS pixel: a first visit need not fetch the samples themselves.
SMALL_PX = (320, 240)
SMALL_QUALITY = 70

Point = tuple[float, float]
Corners = tuple[Point, Point, Point, Point]
Colour = tuple[int, int, int]

RECEIPT: tuple[tuple[str, str], ...] = (
    ("Two Herons", "title"),
    ("Bakery & Coffee", "centre"),
    ("14 Mill Lane, Ashford", "centre"),
    ("Tel. 01632 960 417", "centre"),
    ("", "rule"),
    ("2 x Flat white|7.20", "row"),
    ("1 x Oat cappuccino|3.95", "row"),
    ("1 x Almond croissant|3.40", "row"),
    ("2 x Cheese scone|5.80", "row"),
    ("1 x Sourdough, large|4.60", "row"),
    ("", "rule"),
    ("Subtotal|24.95", "row"),
    ("Loyalty card 10%|-2.50", "row"),
    ("TOTAL GBP|22.45", "total"),
    ("VAT 20% included|3.74", "row"),
    ("", "rule"),
    ("Paid by card ending 3816", "left"),
    ("21/06/2025 09:42   No. 004173", "left"),
    ("Thank you, see you soon!", "centre"),
)


def draw_receipt() -> Image.Image:
    """Return a till receipt that lies on a wooden table."""
    rng = np.random.default_rng(7)
    paper = Image.new("RGB", (760, 1300), (250, 248, 243))
    pen = ImageDraw.Draw(paper)
    ink, left, right, y = (52, 50, 58), 64, 696, 70
    for text, style in RECEIPT:
        if style == "rule":
            pen.text((left, y), "-" * 30, fill=ink, font=_font("Mono-Regular", 35))
            y += 50
            continue
        size = {"title": 66, "total": 46}.get(style, 35)
        font = _font("Mono-Bold" if style in {"title", "total"} else "Mono-Regular", size)
        start, _, end = text.partition("|")
        if style in {"title", "centre"}:
            pen.text(((left + right) / 2, y), start, fill=ink, font=font, anchor="ma")
        else:
            pen.text((left, y), start, fill=ink, font=font)
            pen.text((right, y), end, fill=ink, font=font, anchor="ra")
        y += round(size * 1.62)
    _shade(paper, 1.0 - 0.10 * _smooth_noise(rng, paper.size, 7))
    scene = _table(rng, (900, 1200))
    _paste(scene, paper, ((150, 70), (738, 42), (772, 1120), (128, 1136)), shadow=18)
    return _photograph(rng, scene, light=(0.2, 0.15), fall_off=0.34, blur=0.7, grain=4.5)


def draw_sign() -> Image.Image:
    """Return an enamelled notice on a post in front of a hedge, seen from the side, with a smaller plate below."""
    rng = np.random.default_rng(11)
    scene = _hedge(rng, (1200, 900))
    post = ImageDraw.Draw(scene)
    post.rectangle((548, 380, 590, 900), fill=(108, 88, 66))
    post.rectangle((578, 380, 590, 900), fill=(84, 67, 50))

    board = _plate((1180, 760), (24, 74, 92))
    pen = ImageDraw.Draw(board)
    white, pale = (247, 246, 240), (196, 222, 224)
    pen.text((80, 70), "Wildflower meadow", fill=white, font=_font("Sans-Bold", 104))
    pen.line((84, 214, 1096, 214), fill=pale, width=5)
    pen.text((80, 252), "Please keep to the mown path", fill=white, font=_font("Sans-Regular", 62))
    pen.text((80, 346), "Bitte auf dem gemähten Weg bleiben", fill=pale, font=_font("Sans-Italic", 52))
    pen.text((80, 424), "Merci de rester sur le sentier", fill=pale, font=_font("Sans-Italic", 52))
    pen.text((80, 548), "Open daily 8:00 – 20:30", fill=white, font=_font("Sans-Bold", 62))
    pen.text((80, 640), "Dogs on a lead, April to July", fill=white, font=_font("Sans-Regular", 48))
    _shade(board, 1.0 - 0.3 * np.clip(_smooth_noise(rng, board.size, 8) * 2.2 - 0.75, 0, 1))
    _paste(scene, board, ((150, 118), (1030, 62), (1010, 596), (168, 560)), shadow=14)

    arrow = _plate((620, 170), (236, 226, 196))
    pen = ImageDraw.Draw(arrow)
    pen.text((60, 36), "Tea garden 250 m", fill=(64, 48, 32), font=_font("Serif-Bold", 68))
    _paste(scene, arrow, ((330, 672), (832, 618), (846, 748), (344, 804)), shadow=10)
    return _photograph(rng, scene, light=(0.7, 0.1), fall_off=0.22, blur=0.8, grain=4.0)


def _font(style: str, size: int) -> ImageFont.FreeTypeFont:
    path = FONTS / f"Liberation{style}.ttf"
    if not path.exists():
        raise SystemExit(f"{path} is missing. Install the fonts first: apt-get install fonts-liberation")
    return ImageFont.truetype(str(path), size)


def _plate(size: tuple[int, int], colour: Colour) -> Image.Image:
    """Return a plate with a pale rim and four screws."""
    width, height = size
    plate = Image.new("RGB", size, colour)
    pen = ImageDraw.Draw(plate)
    pen.rounded_rectangle((14, 14, width - 15, height - 15), radius=26, outline=(226, 226, 218), width=6)
    for x in (34, width - 35):
        for y in (34, height - 35):
            pen.ellipse((x - 8, y - 8, x + 8, y + 8), fill=(150, 150, 146), outline=(92, 92, 90))
    return plate


def _table(rng: np.random.Generator, size: tuple[int, int]) -> Image.Image:
    """Return a dark wooden table: noise stretched along the grain, cut into planks."""
    width = size[0]
    grain = np.asarray(
        Image.fromarray(rng.integers(0, 256, (24, width), dtype=np.uint8)).resize(size, Image.Resampling.BICUBIC)
    )
    plank = (np.arange(width) // 300) * 9 - 8
    level = (grain.astype(np.float32) - 128) * 0.13 + plank
    level[:, np.arange(width) % 300 < 3] -= 34
    base = np.array((108, 78, 56), dtype=np.float32)
    pixels = base + level[:, :, None] * np.array((1.0, 0.85, 0.7), dtype=np.float32)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(1.6))


def _hedge(rng: np.random.Generator, size: tuple[int, int]) -> Image.Image:
    """Return leaves out of focus under a strip of sky."""
    leaves = 0.6 * _smooth_noise(rng, size, 60) + 0.4 * _smooth_noise(rng, size, 14)
    dark, bright = np.array((34, 58, 30), np.float32), np.array((142, 172, 92), np.float32)
    pixels = dark + (bright - dark) * leaves[:, :, None]
    rows = np.arange(size[1], dtype=np.float32)[:, None]
    edge = 120 + 60 * _smooth_noise(rng, size, 12)
    sky = np.clip((edge - rows) / 30, 0, 1)[:, :, None]
    pixels = pixels * (1 - sky) + np.array((196, 214, 226), np.float32) * sky
    return Image.fromarray(pixels.astype(np.uint8)).filter(ImageFilter.GaussianBlur(5))


def _smooth_noise(rng: np.random.Generator, size: tuple[int, int], cells: int) -> NDArray[np.float32]:
    """Return noise in [0, 1] of shape (H, W) with about `cells` humps across the width."""
    width, height = size
    rows = max(2, round(cells * height / width))
    coarse = Image.fromarray(rng.integers(0, 256, (rows, cells), dtype=np.uint8))
    return np.asarray(coarse.resize(size, Image.Resampling.BICUBIC), dtype=np.float32) / np.float32(255)


def _shade(image: Image.Image, factor: NDArray[np.float32]) -> None:
    """Multiply an image in place by a factor of shape (H, W)."""
    pixels = np.asarray(image, dtype=np.float32) * factor[:, :, None]
    image.paste(Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)))


def _paste(scene: Image.Image, flat: Image.Image, corners: Corners, *, shadow: int) -> None:
    """Lay `flat` onto the scene with its corners (clockwise from top-left) at `corners`, over its own shadow."""
    width, height = flat.size
    coefficients = _perspective(corners, ((0, 0), (width, 0), (width, height), (0, height)))
    warp = (scene.size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC)
    mask = Image.new("L", flat.size, 255).transform(*warp).filter(ImageFilter.GaussianBlur(0.8))
    cast = Image.new("L", scene.size, 0)
    cast.paste(mask.point([round(level * 0.55) for level in range(256)]), (shadow // 2, shadow))
    scene.paste((18, 16, 14), mask=cast.filter(ImageFilter.GaussianBlur(shadow * 0.7)))
    scene.paste(flat.transform(*warp), mask=mask)


def _perspective(seen: Corners, flat: Corners) -> list[float]:
    """Return the eight numbers that take a seen point back to the flat image, as Pillow wants them."""
    rows, targets = [], []
    for (x, y), (u, v) in zip(seen, flat, strict=True):
        rows += [(x, y, 1, 0, 0, 0, -u * x, -u * y), (0, 0, 0, x, y, 1, -v * x, -v * y)]
        targets += [u, v]
    return [float(value) for value in np.linalg.solve(np.array(rows, np.float64), np.array(targets, np.float64))]


def _photograph(
    rng: np.random.Generator, scene: Image.Image, *, light: Point, fall_off: float, blur: float, grain: float
) -> Image.Image:
    """Return the scene lit from `light` (shares of width and height), softened, with sensor noise."""
    width, height = scene.size
    x = np.arange(width, dtype=np.float32)[None, :] / width - light[0]
    y = np.arange(height, dtype=np.float32)[:, None] / height - light[1]
    lit = scene.filter(ImageFilter.GaussianBlur(blur))
    _shade(lit, (1.04 - fall_off * np.hypot(x, y)).astype(np.float32))
    noisy = np.asarray(lit, np.float32) + rng.normal(0, grain, (height, width, 1)).astype(np.float32)
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


def main() -> None:
    """Draw every sample and write it as a JPEG, and a small one of it to choose by."""
    SAMPLES.mkdir(parents=True, exist_ok=True)
    for name, draw in (("receipt", draw_receipt), ("sign", draw_sign)):
        path = SAMPLES / f"{name}.jpg"
        small_path = SAMPLES / f"{name}-small.jpg"
        sample = draw()
        sample.save(path, quality=JPEG_QUALITY, optimize=True, progressive=True)
        small = ImageOps.fit(sample, SMALL_PX, Image.Resampling.LANCZOS)
        small.save(small_path, quality=SMALL_QUALITY, optimize=True, progressive=True)
        for written in (path, small_path):
            print(f"{written.name}: {written.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
