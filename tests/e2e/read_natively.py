"""Reads an image with native ONNX Runtime and prints, as JSON, its RGBA bytes and the page that came of them.

Parity starts at these bytes, because image decoders differ: the test gives the same ones to the browser.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from pathlib import Path

from py_ocr.backends.native import native_backends
from py_ocr.backends.policy import BackendPolicy
from py_ocr.decode import decode_image
from py_ocr.engine import OcrEngine
from py_ocr.export.json import to_dict
from py_ocr.native import open_models


async def main(image: Path, name: str) -> None:
    """Print {"width", "height", "rgba", "page"} of an image read with that profile."""
    models = open_models(None)
    profile = models.manifest.profile(name)
    opened = await BackendPolicy("native", native_backends(models.folder, profile, models.references)).ready()
    rgba = decode_image(image.read_bytes())
    page = await OcrEngine(opened.sessions, profile, models.charsets(profile)).recognize(rgba)
    height, width = rgba.shape[:2]
    encoded = base64.b64encode(rgba.tobytes()).decode("ascii")
    print(json.dumps({"width": width, "height": height, "rgba": encoded, "page": to_dict(page)}))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
