"""The pages that are read: the samples of the site, and three that are drawn, the same on every run."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

SAMPLES: Final = Path(__file__).parents[2] / "web" / "samples"

_SYLLABLES: Final = (
    "ba",
    "ce",
    "di",
    "fo",
    "gul",
    "har",
    "jen",
    "kim",
    "lor",
    "mun",
    "pre",
    "qui",
    "ras",
    "ten",
    "vox",
)
_INK: Final = (30, 30, 40)


def write_pages(folder: Path) -> list[Path]:
    """Write the drawn pages into `folder` and return the paths of all pages."""
    drawn = {"page": _draw_page(), "form": _draw_form(), "screen": _draw_screen()}
    for name, image in drawn.items():
        image.save(folder / f"{name}.png")
    return [*sorted(SAMPLES.glob("*.jpg")), *(folder / f"{name}.png" for name in drawn)]


def _draw_page() -> Image.Image:
    """Return a printed page of 40 lines."""
    random = np.random.default_rng(1)
    image = Image.new("RGB", (1240, 1754), (252, 251, 247))
    pen = ImageDraw.Draw(image)
    for line in range(40):
        pen.text((110, 90 + 40 * line), _words(random, 9), fill=_INK, font=ImageFont.load_default(27))
    return image


def _draw_form() -> Image.Image:
    """Return a form: labels, values, and rules between them."""
    random = np.random.default_rng(2)
    image = Image.new("RGB", (1000, 1300), (245, 246, 250))
    pen = ImageDraw.Draw(image)
    for row in range(18):
        y = 60 + 66 * row
        pen.text((60, y), _words(random, 2) + ":", fill=(70, 70, 90), font=ImageFont.load_default(24))
        pen.text((480, y), f"{random.integers(10**8)}", fill=_INK, font=ImageFont.load_default(30))
        pen.line((60, y + 48, 940, y + 48), fill=(190, 190, 200), width=2)
    return image


def _draw_screen() -> Image.Image:
    """Return small light text on dark, in two columns."""
    random = np.random.default_rng(3)
    image = Image.new("RGB", (1280, 800), (28, 30, 36))
    pen = ImageDraw.Draw(image)
    for line in range(24):
        for x in (40, 680):
            words = _words(random, 5)
            pen.text((x, 30 + 31 * line), words, fill=(225, 225, 230), font=ImageFont.load_default(19))
    return image


def _words(random: np.random.Generator, count: int) -> str:
    lengths = random.integers(1, 4, count)
    return " ".join("".join(random.choice(_SYLLABLES, length)) for length in lengths)
