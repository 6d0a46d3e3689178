"""Orient: is a line upside down? The 0/180 text-line classifier."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from py_ocr.crop import LineCrop
from py_ocr.model_spec import ClassifierSpec
from py_ocr.session import InferenceSession

PAD_VALUE = 127


class LineOrientationClassifier:
    """Tells lines that are upside down from upright ones."""

    def __init__(self, session: InferenceSession, spec: ClassifierSpec, batch_lines: int = 16) -> None:
        self._session = session
        self._spec = spec
        self._batch_lines = batch_lines

    async def upside_down(self, crops: Sequence[LineCrop]) -> tuple[float, ...]:
        """Return for each line image the probability in [0, 1] that it is turned by 180 degrees."""
        probabilities: list[float] = []
        for start in range(0, len(crops), self._batch_lines):
            part = crops[start : start + self._batch_lines]
            tensor = np.full((len(part), self._spec.height_px, self._spec.width_px, 3), PAD_VALUE, dtype=np.uint8)
            for row, crop in enumerate(part):
                width = min(
                    self._spec.width_px,
                    max(1, round(crop.width_px * self._spec.height_px / crop.image_hwc.shape[0])),
                )
                resized = Image.fromarray(crop.image_hwc).resize(
                    (width, self._spec.height_px), Image.Resampling.BILINEAR
                )
                tensor[row, :, :width] = np.asarray(resized)
            outputs = await self._session.run({"image": tensor})
            probabilities += [float(p) for p in outputs["probability"][:, 1]]
        return tuple(probabilities)
