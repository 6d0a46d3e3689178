"""The committed manifest is what preparing the models gives, and says what it must say."""

import hashlib
import json
from pathlib import Path

import jsonschema
import onnx
import pytest

import models.prepare
from models.catalog import MODELS, PROFILES
from models.convert import prepare_model, read_charset
from models.entry import CatalogModel, Download, WheelMember
from models.graph import operator_inventory
from models.manifest import MANIFEST_PATH, build_manifest, manifest_text, read_manifest
from py_ocr.model_spec import load_manifest
from tests.unit.models.prepared_models import PREPARED, manifest_entry, prepared_bytes, source_bytes
from tools.errors import SetupError


def test_the_manifest_follows_its_schema() -> None:
    schema = json.loads(MANIFEST_PATH.with_suffix(".schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(read_manifest(), schema)


def test_the_engine_reads_every_prepared_profile_of_the_manifest() -> None:
    manifest = load_manifest(MANIFEST_PATH.read_text(encoding="utf-8"))
    assert manifest.prepared == ("balanced", "fast", "best", "ppocr-v4-mobile")
    assert [manifest.profile(name).name for name in manifest.prepared] == list(manifest.prepared)


def test_profiles_name_models_of_the_right_role() -> None:
    assert PROFILES
    for profile in PROFILES.values():
        roles = [MODELS[model_id].role for model_id in (profile.detector, profile.recognizer, profile.classifier)]
        assert roles == ["detector", "recognizer", "classifier"]


@pytest.mark.parametrize("name", ["balanced", "fast", "best"])
def test_confidences_of_a_profile_are_calibrated_for_each_of_its_recognisers(name: str) -> None:
    profile = load_manifest(MANIFEST_PATH.read_text(encoding="utf-8")).profile(name)
    recognizers = {spec.id for spec in (profile.recognizer, profile.sure_recognizer) if spec is not None}
    assert set(profile.calibrations) == recognizers


@pytest.mark.parametrize("name", ["balanced", "fast", "best"])
def test_confidences_on_images_that_they_were_not_fitted_to_are_off_by_three_in_a_hundred_at_most(name: str) -> None:
    errors = read_manifest()["profiles"][name]["calibration"]["expected_error"]
    assert set(errors) == {"lines", "words"}
    assert max(errors.values()) <= 0.03


@pytest.mark.parametrize("model_id", PREPARED)
def test_preparing_again_gives_the_same_bytes_as_the_manifest_records(model_id: str) -> None:
    again = prepare_model(model_id, MODELS[model_id], source_bytes(model_id))
    entry = manifest_entry(model_id)
    recorded = {entry[key]["file"]: entry[key]["sha256"] for key in ("product", "charset") if key in entry}
    assert {name: hashlib.sha256(data).hexdigest() for name, data in again.files.items()} == recorded


def test_the_manifest_is_the_catalogue_and_what_was_established() -> None:
    established = {
        model_id: prepare_model(model_id, MODELS[model_id], source_bytes(model_id)).established for model_id in PREPARED
    }
    assert manifest_text(build_manifest(established)) == MANIFEST_PATH.read_text(encoding="utf-8")


@pytest.mark.parametrize("model_id", PREPARED)
def test_the_operator_inventory_is_that_of_the_graph(model_id: str) -> None:
    entry, model = manifest_entry(model_id), onnx.load_from_string(prepared_bytes(model_id))
    assert entry["operators"] == operator_inventory(model)
    assert sum(entry["operators"].values()) == len(model.graph.node)
    assert entry["opset"] == model.opset_import[0].version


@pytest.mark.parametrize("model_id", PREPARED)
def test_source_files_are_those_of_the_manifest(model_id: str) -> None:
    source = MODELS[model_id].source
    assert isinstance(source, WheelMember)
    assert len(source_bytes(model_id)) == source.size_bytes
    assert hashlib.sha256(source_bytes(model_id)).hexdigest() == source.sha256


def test_a_charset_that_does_not_fit_the_graph_is_refused() -> None:
    assert read_charset("a\nb", classes=4) == ["", "a", "b", " "]
    assert read_charset("a\nb\n", classes=3) == ["", "a", "b"]
    with pytest.raises(ValueError, match="names 3 classes; the graph has 7"):
        read_charset("a\nb", classes=7)


def test_an_unreachable_publisher_is_named_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profile = PROFILES["ppocr-v6-medium"]
    nowhere = Download("http://127.0.0.1:9/PP-OCRv6_det_medium.onnx", "0" * 64)
    monkeypatch.setitem(MODELS, profile.detector, CatalogModel("detector", nowhere, {}, height_multiple=32))
    with pytest.raises(SetupError, match=r"PP-OCRv6_det_medium\.onnx could not be fetched") as raised:
        models.prepare.ensure_prepared(tmp_path, profile="ppocr-v6-medium")
    assert "127.0.0.1 can be reached" in raised.value.remedy


def test_a_damaged_product_is_made_again(tmp_path: Path) -> None:
    models.prepare.ensure_prepared(tmp_path)
    entry = manifest_entry("ppocr-v2-cls")["product"]
    product = tmp_path / entry["file"]
    product.write_bytes(product.read_bytes()[:-1])

    models.prepare.ensure_prepared(tmp_path)
    assert hashlib.sha256(product.read_bytes()).hexdigest() == entry["sha256"]
    assert json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8")) == read_manifest()


def test_products_that_differ_from_the_manifest_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = read_manifest()
    changed["models"]["ppocr-v2-cls"]["product"]["sha256"] = "0" * 64
    monkeypatch.setattr(models.prepare, "read_manifest", lambda: changed)
    with pytest.raises(SetupError, match="Preparing ppocr-v2-cls gave something else"):
        models.prepare.ensure_prepared(tmp_path)
