"""models/manifest.json: what is in it, and how it is written and compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from models.catalog import DEFAULT_PROFILE, MODELS, PROFILES
from models.entry import CatalogModel, Profile, WheelMember

MANIFEST_PATH = Path(__file__).with_name("manifest.json")

CALIBRATION_PATH = Path(__file__).with_name("calibration.json")
"""How reliable the recognisers of each profile are; `python -m measure.accuracy.fit_calibration` writes it."""


def build_manifest(established: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the manifest: the catalogue and the calibrations, plus for each model id what preparing it established."""
    return {
        "schema": 1,
        "default": DEFAULT_PROFILE,
        "profiles": {name: _profile_entry(name, profile) for name, profile in PROFILES.items()},
        "models": {model_id: _model_entry(entry, established.get(model_id, {})) for model_id, entry in MODELS.items()},
    }


def manifest_text(manifest: Mapping[str, Any]) -> str:
    """Return the manifest as it stands in the file."""
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def read_manifest(path: Path = MANIFEST_PATH) -> dict[str, Any]:
    """Return the committed manifest, or the one at `path`."""
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return manifest


def profile_models(name: str) -> tuple[str, ...]:
    """Return the ids of a profile's models."""
    profile = PROFILES[name]
    models = (profile.detector, profile.recognizer, profile.classifier, profile.sure_recognizer)
    return tuple(model for model in models if model is not None)


def product_files(model: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the entries (`file`, `sha256`, `bytes`) of the files that preparing a model makes."""
    return [model[key] for key in ("product", "charset") if model.get(key)]


def _profile_entry(name: str, profile: Profile) -> dict[str, Any]:
    entry = {key: value for key, value in asdict(profile).items() if value is not None}
    measured = json.loads(CALIBRATION_PATH.read_text(encoding="utf-8")).get(name)
    return entry if measured is None else {**entry, "calibration": measured}


def _model_entry(entry: CatalogModel, established: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "role": entry.role,
        "source": _source_entry(entry),
        "product": None,
        "input": {"name": "image", "height_multiple": entry.height_multiple},
        "params": dict(entry.params),
        **established,
    }


def _source_entry(entry: CatalogModel) -> dict[str, Any]:
    source = entry.source
    if isinstance(source, WheelMember):
        return {
            "kind": "pypi",
            "package": source.wheel.package,
            "version": source.wheel.version,
            "wheel_sha256": source.wheel.sha256,
            "member": source.member,
            "sha256": source.sha256,
            "bytes": source.size_bytes,
        }
    return {"kind": "url", "url": source.url, "sha256": source.sha256}
