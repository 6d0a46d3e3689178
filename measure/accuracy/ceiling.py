"""What the weights allow on a set whose truth is lines: how well they read perfect boxes, and which boxes they find.

Where a figure is low, this tells the recogniser's part from the detector's, and what a better choice of the detector's
working size could give at most.
"""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from measure.accuracy.dataset import LabelledImage, LabelledSet
from measure.accuracy.matching import MIN_IOU, overlap, polygon
from measure.accuracy.scoring import Scorer
from py_ocr.attempts import LineReading
from py_ocr.backends.backend import Device
from py_ocr.backends.native import NativeBackend
from py_ocr.crop import CropParams, LineCrop, crop_line
from py_ocr.decode import decode_image
from py_ocr.detection import TextDetector
from py_ocr.geometry import min_area_rect
from py_ocr.image import page_from_rgba, resize
from py_ocr.languages import class_mask
from py_ocr.lines import LineAssembler
from py_ocr.model_spec import DetectorSpec
from py_ocr.native import open_models
from py_ocr.orientation import OrientationParams, possible_rotations
from py_ocr.recognition import TextRecognizer
from py_ocr.stacks import find_stacks
from py_ocr.text_map import regions_from_map
from tools.store import write_json

SCALES = (0.35, 0.5, 0.7, 1.0, 1.25, 1.5, 2.0)
"""Sizes of the page, against its own, at which the detector looks."""


@dataclass(frozen=True)
class Ceiling:
    """The parts of a set, in [0, 1].

    `read`: mean similarity of what the recogniser makes of the labelled boxes, in the direction that fits best.
    `found`: share of the labelled lines that a detected box matches (IoU >= .5), by the scale of the page;
    `found_at_any`: matched at one of the scales at least, so what an oracle that knows the truth could choose.
    """

    set_name: str
    lines: int
    read: float
    found: dict[str, float]
    found_at_any: float

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)


class CeilingStore:
    """The ceilings under one folder, each under the name of its set and of what it depends on."""

    def __init__(self, folder: Path, depends_on: str) -> None:
        self._folder = folder
        self._key = hashlib.sha256(depends_on.encode()).hexdigest()[:16]

    def find(self, set_name: str) -> Ceiling | None:
        """Return the stored ceiling of a set, or None."""
        file = self._file(set_name)
        return Ceiling(**json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else None

    def add(self, ceiling: Ceiling) -> None:
        """Store a ceiling."""
        write_json(self._file(ceiling.set_name), ceiling.to_dict())

    def _file(self, set_name: str) -> Path:
        return self._folder / f"{set_name}-{self._key}.json"


def measure_ceiling(labelled: LabelledSet, scorer: Scorer) -> Ceiling:
    """Read the labelled boxes of a set, and look for them at every scale."""
    return asyncio.run(_measure(labelled, scorer))


async def _measure(labelled: LabelledSet, scorer: Scorer) -> Ceiling:
    models = open_models(None)
    profile = models.manifest.profile("best")
    sessions = (await NativeBackend("native", models.folder, profile).open(Device(""))).sessions
    detector = TextDetector(sessions.detector, profile.detector)
    recognizer = TextRecognizer(sessions.recognizer, profile.recognizer, models.charsets(profile)["recognizer"])
    similarities: list[float] = []
    found: dict[float, list[bool]] = {scale: [] for scale in SCALES}
    for image in labelled.images:
        page = page_from_rgba(decode_image(image.path.read_bytes()))
        truths = [line for line in image.truth["lines"] if not line.get("ignore")]
        boxes = [polygon(line["poly"]) for line in truths]
        crops = [_crop(page, box, profile.recognizer.height_px) for box in boxes]
        for truth, crop in zip(truths, crops, strict=True):
            texts = await _readings(recognizer, crop, profile.recognizer.stride_px)
            similarities.append(max(scorer.similarity(truth["text"], text, labelled.name) for text in texts))
        for scale in SCALES:
            seen = await _look(detector, profile.detector, page, scale)
            found[scale] += [any(overlap(box, quad) >= MIN_IOU for quad in seen) for box in boxes]
    return Ceiling(
        labelled.name,
        len(similarities),
        float(np.mean(similarities)),
        {f"{scale:g}": float(np.mean(hits)) for scale, hits in found.items()},
        float(np.mean(np.any(list(found.values()), axis=0))),
    )


def _crop(page: Image.Image, box: NDArray[np.float32], height_px: int) -> LineCrop:
    return crop_line(page, box if len(box) == 4 else min_area_rect(box), height_px, CropParams())


async def _readings(recognizer: TextRecognizer, crop: LineCrop, stride_px: int) -> Sequence[str]:
    """Return what is read in every direction that the engine would try."""
    ways = [crop.rotated(degrees) for degrees in possible_rotations(crop, OrientationParams())]
    lines = await recognizer.recognize(ways, class_mask(recognizer.charset, ()))
    assembler = LineAssembler(recognizer.charset, stride_px)
    return [assembler.assemble([LineReading(way, line)])[0].text for way, line in zip(ways, lines, strict=True)]


async def _look(
    detector: TextDetector, spec: DetectorSpec, page: Image.Image, scale: float
) -> list[NDArray[np.float32]]:
    multiple = spec.side_multiple
    width, height = (max(multiple, round(side * scale / multiple) * multiple) for side in page.size)
    probability_hw = await detector.probability_map(resize(page, width, height))
    regions = regions_from_map(probability_hw, (page.width / width, page.height / height), spec)
    # A stack of characters is one line or several: what is read decides, and here the truth may.
    return [region.quad for region in regions] + [stack.quad for stack in find_stacks(regions)]


def has_lines(images: Sequence[LabelledImage]) -> bool:
    """Tell whether the truth of a set is lines with places."""
    return all(image.truth.get("lines") for image in images)
