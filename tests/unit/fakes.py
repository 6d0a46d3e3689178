"""Fakes of the three models, so that the whole pipeline runs without weights.

They work on pixels, as the models do. Their script: white is paper, a bar is a line of text. A bar's blue says
which of `PHRASES` it reads; its first fifth, where reading starts, is green as well. So they can be shown a page
that is turned, and they agree with each other about it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from py_ocr.crop import LineCrop
from py_ocr.engine import EngineParams, OcrEngine
from py_ocr.geometry import quad_size
from py_ocr.model_spec import AssetFile, ClassifierSpec, DetectorSpec, ProfileSpec, RecognizerSpec
from py_ocr.session import EngineSessions, Tensor
from py_ocr.types import Quad
from tests.unit.drawing import quad_of

PHRASES: Final = ("alpha", "beta two", "gamma", "delta", "ok", "zeta six")
CHARSET: Final = ("", *sorted({character for phrase in PHRASES for character in phrase} - {" "}), "?", " ")
STRIDE_PX: Final = 8

_BLUE_STEP: Final = 30
_FILE: Final = AssetFile("fake", "0" * 64, 1)

PROFILE: Final = ProfileSpec(
    name="fake",
    title="Fake",
    description="Reads bars.",
    licence="Apache-2.0",
    detector=DetectorSpec(
        id="fake-det",
        product=_FILE,
        operators={},
        side_multiple=32,
        binary_threshold=0.3,
        box_threshold=0.5,
        unclip_ratio=1.6,
        dilate=True,
        min_side_px=32,
    ),
    recognizer=RecognizerSpec(
        id="fake-rec",
        product=_FILE,
        operators={},
        height_px=48,
        stride_px=STRIDE_PX,
        charset=_FILE,
        classes=len(CHARSET),
        blank=0,
        space=len(CHARSET) - 1,
    ),
    classifier=ClassifierSpec(
        id="fake-cls",
        product=_FILE,
        operators={},
        height_px=48,
        width_px=192,
        labels_degrees=(0, 180),
        threshold=0.9,
    ),
)


def draw_bar(page: Image.Image, phrase: str, box: tuple[int, int, int, int]) -> None:
    """Draw a phrase into (x0, y0, x1, y1), reading to the right, or downwards where that is the longer side."""
    x0, y0, x1, y1 = box
    blue = 40 + _BLUE_STEP * PHRASES.index(phrase)
    pen = ImageDraw.Draw(page)
    pen.rectangle((x0, y0, x1 - 1, y1 - 1), fill=(0, 0, blue))
    start = (x0 + (x1 - x0) // 5 - 1, y1 - 1) if x1 - x0 >= y1 - y0 else (x1 - 1, y0 + (y1 - y0) // 5 - 1)
    pen.rectangle((x0, y0, *start), fill=(0, 220, blue))


def blank_page(width: int = 800, height: int = 800) -> Image.Image:
    """Return a sheet of white paper."""
    return Image.new("RGB", (width, height), "white")


def rgba_of(page: Image.Image) -> NDArray[np.uint8]:
    """Return a page as the engine takes it."""
    return np.asarray(page.convert("RGBA"))


@dataclass
class FakeModel:
    """What the three have in common: a count of runs, an error to raise, a gate to wait at."""

    input_names: tuple[str, ...] = ("image",)
    output_names: tuple[str, ...] = ()
    shapes: list[tuple[int, ...]] = field(default_factory=list)
    error: BaseException | None = None
    gate: asyncio.Event | None = None
    entered: asyncio.Event | None = None

    async def run(self, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Check what every graph requires of its input, then answer."""
        image = feeds["image"]
        assert image.dtype == np.uint8
        assert image.ndim == 4
        assert image.shape[3] == 3
        assert image.flags.c_contiguous
        self.shapes.append(image.shape)
        if self.entered is not None:
            self.entered.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.error is not None:
            raise self.error
        return self.answer(image, feeds)

    def answer(self, image_nhwc: Tensor, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Return the outputs."""
        raise NotImplementedError


class FakeDetector(FakeModel):
    """Text is whatever is not paper."""

    def answer(self, image_nhwc: Tensor, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:  # noqa: ARG002  # the seam
        """Return `probability` (N, 1, H, W)."""
        assert image_nhwc.shape[1] % 32 == image_nhwc.shape[2] % 32 == 0
        probability = np.where(image_nhwc[..., 0] < 128, 0.95, 0.02).astype(np.float32)
        return {"probability": probability[:, None]}


class FakeRecognizer(FakeModel):
    """Reads the phrase that the blue names, a character every second step; a bar on its head is a weak "?"."""

    def answer(self, image_nhwc: Tensor, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Return `labels`, `scores` and `space_scores`, each (N, T)."""
        assert image_nhwc.shape[1] == PROFILE.recognizer.height_px
        assert feeds["class_mask"].dtype == np.float32
        assert feeds["class_mask"].shape == (len(CHARSET),)
        count, _, width, _ = image_nhwc.shape
        labels = np.zeros((count, width // STRIDE_PX), dtype=np.int32)
        scores = np.full(labels.shape, 0.99, dtype=np.float32)
        for row, image in enumerate(image_nhwc):
            ink = (image[..., 0] < 100) & (image[..., 1] < 60)
            if not ink.any():
                continue
            upright = _starts_left(image)
            phrase = PHRASES[round((float(np.median(image[..., 2][ink])) - 40) / _BLUE_STEP)] if upright else "?"
            for index, character in enumerate(phrase):
                labels[row, 1 + 2 * index] = CHARSET.index(character)
            scores[row] = 0.99 if upright else 0.2
        return {"labels": labels, "scores": scores, "space_scores": np.zeros_like(scores)}


class FakeClassifier(FakeModel):
    """A line is upside down when its green end is on the right."""

    def answer(self, image_nhwc: Tensor, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:  # noqa: ARG002  # the seam
        """Return `probability` (N, 2)."""
        turned = np.array([0.01 if _starts_left(image) else 0.99 for image in image_nhwc], dtype=np.float32)
        return {"probability": np.stack([1 - turned, turned], axis=1)}


def _starts_left(image_hwc: NDArray[np.uint8]) -> bool:
    green = (image_hwc[..., 1].astype(np.int32) - image_hwc[..., 0]) > 60
    columns = np.flatnonzero((image_hwc[..., 0] < 100).any(axis=0))
    if not len(columns) or not green.any():
        return True
    return bool(np.nonzero(green)[1].mean() < columns.mean())


@dataclass
class FakeModels:
    """One of each, and the engine on them."""

    detector: FakeDetector = field(default_factory=FakeDetector)
    recognizer: FakeRecognizer = field(default_factory=FakeRecognizer)
    classifier: FakeClassifier = field(default_factory=FakeClassifier)

    def engine(self, params: EngineParams | None = None) -> OcrEngine:
        """Return an engine that runs on these models."""
        sessions = EngineSessions(self.detector, self.recognizer, self.classifier)
        return OcrEngine(sessions, PROFILE, {"recognizer": CHARSET}, params or EngineParams())


def line_crop(width: int, value: int = 0, height: int = 48) -> LineCrop:
    """Return a line image of one grey value, lying on the page where its number says."""
    image = np.full((height, width, 3), value, dtype=np.uint8)
    quad = quad_of(0, 0, width, height)
    return LineCrop(image, quad, quad, turned=False)


def grown(quad: Quad) -> Quad:
    """Return the quad as the paper grows it: by area x ratio / perimeter on every side."""
    width, height = quad_size(quad)
    margin = width * height * PROFILE.detector.unclip_ratio / (2 * (width + height))
    centre = quad.mean(axis=0)
    u, v = (quad[1] - quad[0]) / width, (quad[3] - quad[0]) / height
    half = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [width / 2 + margin, height / 2 + margin]
    return np.asarray(centre + half[:, :1] * u + half[:, 1:] * v, dtype=np.float32)
