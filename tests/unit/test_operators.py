"""The operator check names what a backend lacks, before anything is loaded."""

from dataclasses import replace

import pytest

from py_ocr.backends.operators import check_operators
from py_ocr.errors import BackendError
from tests.unit.fakes import PROFILE

POOLING = replace(PROFILE.recognizer, id="pooling-rec", operators={"Conv": 7, "AdaptiveAvgPool2d": 1})
USUAL = replace(PROFILE.detector, operators={"Conv": 63, "GlobalAveragePool": 8, "Reshape": 2, "Shape": 1})


@pytest.mark.parametrize("backend", ["webgpu", "webnn"])
def test_a_missing_operator_is_named_with_model_and_backend(backend: str) -> None:
    with pytest.raises(BackendError) as caught:
        check_operators(backend, [USUAL, POOLING])
    assert caught.value.code == "operator_unsupported"
    assert caught.value.cause == (
        f"The backend {backend} lacks the operator AdaptiveAvgPool2d, which pooling-rec needs."
    )
    assert caught.value.remedy


def test_all_missing_operators_are_named() -> None:
    with pytest.raises(BackendError, match="lacks the operators AdaptiveAvgPool2d, NonZero,"):
        check_operators("webgpu", [replace(POOLING, operators={"NonZero": 1, "AdaptiveAvgPool2d": 1})])


def test_what_the_processor_computes_in_between_is_named_too() -> None:
    assert check_operators("webgpu", [USUAL]) == ("Reshape", "Shape")
    assert check_operators("webnn", [USUAL]) == ()


@pytest.mark.parametrize("backend", ["wasm", "native", "native-cuda"])
def test_a_backend_with_every_operator_has_no_table(backend: str) -> None:
    assert check_operators(backend, [POOLING]) == ()
