"""Pictures in the report: reduced, encoded as JPEG, embedded in the page."""

import base64
import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageOps

PICTURE_SIDE = 1100
CROP_SIDES = (640, 72)
CROP_MARGIN = 0.15
MIN_CROP_MARGIN = 3.0
QUALITY = 55


def open_upright(path: Path) -> Image.Image:
    """Return the first frame, EXIF orientation applied, as RGB on white."""
    with Image.open(path) as opened:
        upright = ImageOps.exif_transpose(opened).convert("RGBA")
    white = Image.new("RGBA", upright.size, "white")
    white.alpha_composite(upright)
    return white.convert("RGB")


def picture(image: Image.Image) -> str:
    """Return the whole image as a data URL."""
    return _data_url(image, (PICTURE_SIDE, PICTURE_SIDE))


def crop(image: Image.Image, quad: Sequence[Sequence[float]]) -> str:
    """Return the upright box around `quad` (source pixels), with a margin, as a data URL."""
    xs, ys = [float(x) for x, _ in quad], [float(y) for _, y in quad]
    margin = max(MIN_CROP_MARGIN, CROP_MARGIN * min(max(xs) - min(xs), max(ys) - min(ys)))
    left, top = max(0, int(min(xs) - margin)), max(0, int(min(ys) - margin))
    right = min(image.width, max(left + 1, int(max(xs) + margin) + 1))
    bottom = min(image.height, max(top + 1, int(max(ys) + margin) + 1))
    if left >= right or top >= bottom:
        return _data_url(Image.new("RGB", (1, 1), "white"), CROP_SIDES)
    return _data_url(image.crop((left, top, right, bottom)), CROP_SIDES)


def _data_url(image: Image.Image, sides: tuple[int, int]) -> str:
    reduced = image.copy()
    reduced.thumbnail(sides)
    encoded = io.BytesIO()
    reduced.save(encoded, "jpeg", quality=QUALITY)
    return "data:image/jpeg;base64," + base64.b64encode(encoded.getvalue()).decode("ascii")
