"""Images as PNG, for systems that cannot decode a format or do not apply the EXIF orientation themselves."""

import io
from pathlib import Path

from PIL import Image, ImageOps


def as_png(path: Path) -> bytes:
    """Return the first frame as PNG: 8-bit RGB or grey, transparency on white, EXIF orientation applied."""
    with Image.open(path) as opened:
        upright = ImageOps.exif_transpose(opened)
        if upright.mode not in {"1", "L", "RGB"}:
            white = Image.new("RGBA", upright.size, "white")
            white.alpha_composite(upright.convert("RGBA"))
            upright = white.convert("RGB")
        resolution = opened.info.get("dpi")
        encoded = io.BytesIO()
        upright.save(encoded, "png", compress_level=1, **({"dpi": resolution} if resolution else {}))
    return encoded.getvalue()
