"""The manifest becomes specifications, and whatever is wrong in it is named."""

import json
from typing import Any

import pytest

from py_ocr.errors import ModelError
from py_ocr.model_spec import ClassifierSpec, DetectorSpec, RecognizerSpec, load_manifest


def product(name: str) -> dict[str, Any]:
    return {"file": name, "sha256": "ab" * 32, "bytes": 1234}


def manifest() -> dict[str, Any]:
    """Return a small manifest as an object that a test may change."""
    operators = {"Conv": 2, "Relu": 1}
    return {
        "schema": 1,
        "default": "small",
        "profiles": {
            "small": {
                "title": "Small",
                "description": "For tests.",
                "licence": "Apache-2.0",
                "detector": "det",
                "recognizer": "rec",
                "classifier": "cls",
            },
            "large": {
                "title": "Large",
                "description": "Not prepared.",
                "licence": "Apache-2.0",
                "detector": "det",
                "recognizer": "rec-large",
                "classifier": "cls",
            },
        },
        "models": {
            "det": {
                "role": "detector",
                "product": product("det.onnx"),
                "operators": operators,
                "params": {
                    "binary_threshold": 0.3,
                    "box_threshold": 0.5,
                    "unclip_ratio": 1.6,
                    "dilate": True,
                    "side_multiple": 32,
                    "min_side_px": 32,
                },
            },
            "rec": {
                "role": "recognizer",
                "product": product("rec.onnx"),
                "operators": operators,
                "charset": {**product("rec.charset.json"), "classes": 12, "blank": 0, "space": None},
                "params": {"height_px": 48, "stride_px": 8},
            },
            "rec-large": {"role": "recognizer", "product": None, "params": {"height_px": 48, "stride_px": 8}},
            "cls": {
                "role": "classifier",
                "product": product("cls.onnx"),
                "operators": operators,
                "params": {"height_px": 48, "width_px": 192, "labels_degrees": [0, 180], "threshold": 0.9},
            },
        },
    }


def test_the_default_profile_is_read_whole() -> None:
    loaded = load_manifest(json.dumps(manifest()))
    profile = loaded.profile()

    assert (loaded.default, loaded.names, loaded.prepared) == ("small", ("small", "large"), ("small",))
    assert (profile.name, profile.title, profile.licence) == ("small", "Small", "Apache-2.0")
    assert isinstance(profile.detector, DetectorSpec)
    assert profile.detector.product.file == "det.onnx"
    assert profile.detector.product.size_bytes == 1234
    assert (profile.detector.binary_threshold, profile.detector.dilate) == (0.3, True)
    assert profile.detector.operators == {"Conv": 2, "Relu": 1}
    assert isinstance(profile.recognizer, RecognizerSpec)
    assert (profile.recognizer.classes, profile.recognizer.blank, profile.recognizer.space) == (12, 0, None)
    assert profile.recognizer.charset.file == "rec.charset.json"
    assert isinstance(profile.classifier, ClassifierSpec)
    assert profile.classifier.labels_degrees == (0, 180)


def test_a_specification_cannot_be_changed() -> None:
    profile = load_manifest(json.dumps(manifest())).profile("small")
    with pytest.raises(AttributeError):
        profile.detector.dilate = False  # type: ignore[misc]  # what is to fail


def test_an_unknown_profile_is_answered_with_those_that_exist() -> None:
    with pytest.raises(ModelError, match="'huge'") as caught:
        load_manifest(json.dumps(manifest())).profile("huge")
    assert caught.value.code == "model_unknown"
    assert caught.value.stage == "load"
    assert caught.value.remedy == "Choose one of: small, large."


def test_a_profile_that_is_not_prepared_says_how_to_get_it() -> None:
    with pytest.raises(ModelError, match="'rec-large' is not prepared") as caught:
        load_manifest(json.dumps(manifest())).profile("large")
    assert caught.value.code == "model_unprepared"
    assert "models.prepare --profile" in caught.value.remedy


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("models.det.params.dilate", 1, "dilate must be true or false, not 1"),
        ("models.det.params.box_threshold", 1.5, "box_threshold must be a number above 0 and at most 1, not 1.5"),
        ("models.det.params.unclip_ratio", "1.6", 'unclip_ratio must be a number above 0, not "1.6"'),
        ("models.det.params.side_multiple", True, "side_multiple must be an integer of at least 1, not true"),
        ("models.det.product.sha256", "", 'sha256 must be a text, not ""'),
        ("models.det.operators.Conv", 0, "Conv must be an integer of at least 1, not 0"),
        ("models.rec.charset.space", 12, "has 12 classes; blank 0 or space 12 is not one"),
        ("models.rec.role", "detector", "recognizer names 'rec', which is a detector"),
        ("models.cls.params.labels_degrees", [0, "180"], "labels_degrees must be a list of integers"),
        ("models.cls.params", [], "params must be an object, not []"),
        ("profiles.small.detector", "gone", "manifest.models has no 'gone'"),
        ("profiles.small.title", None, "title must be a text, not null"),
    ],
)
def test_a_wrong_value_is_named_by_its_path(path: str, value: object, expected: str) -> None:
    document = manifest()
    *parents, last = path.split(".")
    target = document
    for name in parents:
        target = target[name]
    target[last] = value
    with pytest.raises(ModelError) as caught:
        load_manifest(json.dumps(document)).profile("small")
    assert caught.value.code == "manifest_invalid"
    assert expected in caught.value.cause
    assert caught.value.remedy


def test_a_missing_field_is_named() -> None:
    document = manifest()
    del document["models"]["rec"]["params"]["stride_px"]
    with pytest.raises(ModelError, match=r"manifest\.models\.rec\.params has no 'stride_px'"):
        load_manifest(json.dumps(document)).profile("small")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{", "not JSON"),
        ("[]", "manifest must be an object"),
        ('{"schema": 2}', "has schema 2; this version of py_ocr reads 1"),
        ('{"schema": 1, "default": "x", "profiles": {}, "models": {}}', "default profile 'x' is not in the manifest"),
    ],
)
def test_what_is_not_a_manifest_is_refused(text: str, expected: str) -> None:
    with pytest.raises(ModelError, match=expected) as caught:
        load_manifest(text)
    assert caught.value.code == "manifest_invalid"
