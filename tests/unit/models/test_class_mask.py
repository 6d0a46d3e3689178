"""`class_mask` restricts a recogniser to some of its classes, exactly."""

import json

import numpy as np
import pytest
from numpy.typing import NDArray

from measure.line_images import line_images
from models.prepare import DEFAULT_FOLDER
from tests.unit.models.prepared_models import manifest_entry, prepared_bytes, prepared_of_role, run_prepared

pytestmark = pytest.mark.parametrize("model_id", prepared_of_role("recognizer"))


def mask_of(model_id: str, characters: str) -> NDArray[np.float32]:
    """Return the mask that allows the blank and these characters."""
    prepared_bytes(model_id)
    charset = json.loads((DEFAULT_FOLDER / f"{model_id}.charset.json").read_text(encoding="utf-8"))
    return np.array([float(text == "" or text in characters) for text in charset], np.float32)


def test_only_allowed_classes_are_read(model_id: str) -> None:
    mask = mask_of(model_id, "0123456789")
    labels = run_prepared(prepared_bytes(model_id), image=line_images(), class_mask=mask)["labels"]

    assert mask.sum() == 11
    assert (mask[labels] == 1).all()
    assert len(np.unique(labels)) == 11, "the lines hold every digit"


def test_scores_are_renormalised_over_the_allowed_classes(model_id: str) -> None:
    model, image = prepared_bytes(model_id), line_images()[:1]
    ones = np.ones(manifest_entry(model_id)["charset"]["classes"], np.float32)
    free = run_prepared(model, image=image, class_mask=ones)
    only = {label: np.zeros_like(ones) for label in (0, int(free["labels"].max()))}
    for label, mask in only.items():
        mask[[0, label]] = 1

    blank_only = run_prepared(model, image=image, class_mask=only[0])
    assert (blank_only["labels"] == 0).all()
    np.testing.assert_array_equal(blank_only["scores"], 1)

    pair = run_prepared(model, image=image, class_mask=next(m for label, m in only.items() if label))
    assert (pair["scores"] >= 0.5).all()
    kept = free["labels"] == pair["labels"]
    assert kept.any()
    assert (pair["scores"][kept] >= free["scores"][kept]).all()


def test_a_forbidden_space_has_no_score(model_id: str) -> None:
    space = manifest_entry(model_id)["charset"]["space"]
    mask = np.ones(manifest_entry(model_id)["charset"]["classes"], np.float32)
    allowed = run_prepared(prepared_bytes(model_id), image=line_images()[:1], class_mask=mask)
    mask[space] = 0
    forbidden = run_prepared(prepared_bytes(model_id), image=line_images()[:1], class_mask=mask)

    assert allowed["space_scores"].max() > 0.5
    np.testing.assert_array_equal(forbidden["space_scores"], 0)
