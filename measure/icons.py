"""Draws the icons of the installed page: the mark of favicon.svg, light on the accent's colour.

`python -m measure.icons` writes them into web/icons/.
"""

from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

FOLDER: Final = Path(__file__).parents[1] / "web" / "icons"
GROUND: Final = (11, 116, 102)
INK: Final = (243, 250, 248)
GRID: Final = 28
STROKE: Final = 2.6
OVERSAMPLING: Final = 4
LINES: Final = (
    ((9, 4), (4, 4), (4, 9)),
    ((19, 4), (24, 4), (24, 9)),
    ((9, 24), (4, 24), (4, 19)),
    ((19, 24), (24, 24), (24, 19)),
    ((9, 11), (19, 11)),
    ((9, 17), (15, 17)),
)


def draw(side_px: int, share: float, radius: float) -> Image.Image:
    """Return the mark on `share` of a square of that side, whose corners have a radius of that share of it."""
    side = side_px * OVERSAMPLING
    image = Image.new("RGBA", (side, side))
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((0, 0, side - 1, side - 1), radius * side, fill=GROUND)
    scale = side * share / GRID
    offset = side * (1 - share) / 2
    for line in LINES:
        points = [(offset + x * scale, offset + y * scale) for x, y in line]
        pen.line(points, fill=INK, width=round(STROKE * scale), joint="curve")
        half = STROKE * scale / 2
        for x, y in (points[0], points[-1]):
            pen.ellipse((x - half, y - half, x + half, y + half), fill=INK)
    return image.resize((side_px, side_px), Image.Resampling.LANCZOS)


def main() -> None:
    """Write every icon."""
    FOLDER.mkdir(exist_ok=True)
    for side_px in (192, 512):
        draw(side_px, share=0.74, radius=0.2).save(FOLDER / f"icon-{side_px}.png", optimize=True)
    # Launchers cut this one to any shape within its inner four fifths.
    draw(512, share=0.56, radius=0).save(FOLDER / "icon-maskable.png", optimize=True)


if __name__ == "__main__":
    main()
