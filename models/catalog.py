"""The catalogue: every model, where its file comes from, and the numbers that belong to it.

The numbers are RapidOCR's settings for the same files (3.10.0 for PP-OCRv6 and the classifier, 1.4.4 for
PP-OCRv4); `mean` and `std` are for values in [0, 1], in the channel order of the source model (B, G, R).
`models/manifest.json` is this catalogue plus what preparing the models established.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Role = Literal["detector", "recognizer", "classifier"]


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel in the Python package index, pinned by version and sha256."""

    package: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        """Its official file name."""
        return f"{self.package.replace('-', '_')}-{self.version}-py3-none-any.whl"


@dataclass(frozen=True, slots=True)
class WheelMember:
    """A model file inside a wheel."""

    wheel: Wheel
    member: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Download:
    """A model file at an address of its publisher."""

    url: str
    sha256: str


Source = WheelMember | Download


@dataclass(frozen=True, slots=True)
class CatalogModel:
    """A model: its source file, its input and its parameters, named as in the manifest."""

    role: Role
    source: Source
    params: Mapping[str, object]
    height_multiple: int
    mean: tuple[float, float, float] = (0.5, 0.5, 0.5)
    std: tuple[float, float, float] = (0.5, 0.5, 0.5)


@dataclass(frozen=True, slots=True)
class Family:
    """Three models that read a page together."""

    title: str
    description: str
    detector: str
    recognizer: str
    classifier: str = "ppocr-v2-cls"
    licence: str = field(default="Apache-2.0", kw_only=True)


RAPIDOCR = Wheel("rapidocr", "3.10.0", "2fc34e26cd0f48514804a94f8832283039c7334076bff60768b1fed9ad068050")
RAPIDOCR_ONNXRUNTIME = Wheel(
    "rapidocr-onnxruntime", "1.4.4", "971d7d5f223a7a808662229df1ef69893809d8457d834e6373d3854bc1782cbf"
)

_DB_PARAMS: Mapping[str, object] = {
    "binary_threshold": 0.3,
    "box_threshold": 0.5,
    "unclip_ratio": 1.6,
    "dilate": True,
    "side_multiple": 32,
}
_CTC_PARAMS: Mapping[str, object] = {"height_px": 48, "stride_px": 8}


def _detector(source: Source) -> CatalogModel:
    return CatalogModel("detector", source, _DB_PARAMS, height_multiple=32)


def _recognizer(source: Source) -> CatalogModel:
    return CatalogModel("recognizer", source, _CTC_PARAMS, height_multiple=48)


MODELS: Mapping[str, CatalogModel] = {
    "ppocr-v6-small-det": _detector(
        WheelMember(
            RAPIDOCR,
            "rapidocr/models/PP-OCRv6_det_small.onnx",
            "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
            9_929_594,
        )
    ),
    "ppocr-v6-small-rec": _recognizer(
        WheelMember(
            RAPIDOCR,
            "rapidocr/models/PP-OCRv6_rec_small.onnx",
            "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
            21_234_383,
        )
    ),
    "ppocr-v4-mobile-det": _detector(
        WheelMember(
            RAPIDOCR_ONNXRUNTIME,
            "rapidocr_onnxruntime/models/ch_PP-OCRv4_det_infer.onnx",
            "d2a7720d45a54257208b1e13e36a8479894cb74155a5efe29462512d42f49da9",
            4_745_517,
        )
    ),
    "ppocr-v4-mobile-rec": _recognizer(
        WheelMember(
            RAPIDOCR_ONNXRUNTIME,
            "rapidocr_onnxruntime/models/ch_PP-OCRv4_rec_infer.onnx",
            "48fc40f24f6d2a207a2b1091d3437eb3cc3eb6b676dc3ef9c37384005483683b",
            10_857_958,
        )
    ),
    "ppocr-v2-cls": CatalogModel(
        "classifier",
        WheelMember(
            RAPIDOCR,
            "rapidocr/models/ch_ppocr_mobile_v2.0_cls_mobile.onnx",
            "e47acedf663230f8863ff1ab0e64dd2d82b838fceb5957146dab185a89d6215c",
            585_532,
        ),
        {"height_px": 48, "width_px": 192, "labels_degrees": [0, 180], "threshold": 0.9},
        height_multiple=48,
    ),
}

FAMILIES: Mapping[str, Family] = {
    "ppocr-v6-small": Family(
        "PP-OCRv6 small",
        "The default: 50 languages in Latin, Chinese and Japanese scripts, 18,710 characters.",
        "ppocr-v6-small-det",
        "ppocr-v6-small-rec",
    ),
    "ppocr-v4-mobile": Family(
        "PP-OCRv4 mobile",
        "Smaller and faster: Chinese and English, 6,625 characters.",
        "ppocr-v4-mobile-det",
        "ppocr-v4-mobile-rec",
    ),
}

DEFAULT_FAMILY = "ppocr-v6-small"
