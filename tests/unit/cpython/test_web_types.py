"""What Python writes as JSON has the fields that the browser side declares for it."""

import dataclasses
import json
import re
from pathlib import Path
from typing import Any, Final, get_args

import pytest

from py_ocr.backends.measuring import BackendMeasurement, ModelMeasurement, RunTimes
from py_ocr.errors import OcrError, Stage
from py_ocr.export.json import lines_read_to_dict, to_json
from py_ocr.image import MAX_PIXELS
from py_ocr.types import BackendUse, Fallback, LineDraft, LinesRead, Notice, OcrPage, TextBlock, TextLine, TextWord
from tests.unit.drawing import quad_of

SHARED: Final = Path(__file__).parents[3] / "web" / "src" / "shared"

QUAD: Final = quad_of(0, 0, 10, 10)
PAGE: Final = OcrPage(
    width=20,
    height=20,
    lines=(TextLine("a", 1.0, QUAD, (TextWord("a", 1.0, QUAD),)),),
    blocks=(TextBlock(rows=((0,),), quad=QUAD),),
    timings_ms={},
    backend=BackendUse("auto", "wasm", (Fallback("webgpu", "wasm", "no adapter"),), ""),
    models={},
    notices=(Notice("script_unknown", "Not read.", (QUAD,)),),
)


def declaration(file: str, pattern: str) -> str:
    found = re.search(pattern, (SHARED / file).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert found is not None, f"{file} declares nothing like {pattern}"
    return found[1]


def declared(file: str, interface: str) -> set[str]:
    """Return the fields of an interface that are always there."""
    body = declaration(file, rf"^export interface {interface} \{{\n(.*?)^\}}")
    fields = set(re.findall(r"^  readonly (\w+):", body, re.MULTILINE))
    assert fields
    return fields


def written() -> dict[str, Any]:
    """Return one of everything that is part of a page, by the name of its interface."""
    page = json.loads(to_json(PAGE))
    return {
        "OcrPage": page,
        "OcrLine": page["lines"][0],
        "OcrWord": page["lines"][0]["words"][0],
        "OcrBlock": page["blocks"][0],
        "BackendUse": page["backend"],
        "Fallback": page["backend"]["fallbacks"][0],
        "Notice": page["notices"][0],
    }


@pytest.mark.parametrize("interface", sorted(written()))
def test_a_page_has_the_declared_fields(interface: str) -> None:
    assert set(written()[interface]) == declared("types.ts", interface)


def test_lines_on_the_way_have_the_declared_fields() -> None:
    read = lines_read_to_dict(LinesRead((LineDraft(1, PAGE.lines[0]),), (2,)))
    assert set(read) == declared("types.ts", "LinesRead")
    assert set(read["lines"][0]) == declared("types.ts", "OcrLine") | {"id", "provisional"}
    assert "LineDraft extends OcrLine" in (SHARED / "types.ts").read_text(encoding="utf-8")


@pytest.mark.parametrize("measurement", [BackendMeasurement, ModelMeasurement, RunTimes])
def test_a_measurement_has_the_declared_fields(measurement: type) -> None:
    names = {field.name for field in dataclasses.fields(measurement)}
    assert names == declared("measurement.ts", measurement.__name__)


def test_an_error_has_the_declared_fields() -> None:
    error = OcrError("internal", "Cause.", "Remedy.", stage="load").to_dict()
    assert set(error) == declared("errors.ts", "OcrErrorData")


def test_the_stages_are_the_same_in_the_same_order() -> None:
    names = re.findall(r'"(\w+)"', declaration("types.ts", r"^export type Stage =(.*?);"))
    assert tuple(names) == get_args(Stage)


def test_both_sides_refuse_images_from_the_same_size_on() -> None:
    source = (SHARED.parent / "worker" / "image-size.ts").read_text(encoding="utf-8")
    limit = re.search(r"^export const MAX_PIXELS = ([\d_]+);$", source, re.MULTILINE)
    assert limit is not None
    assert int(limit[1]) == MAX_PIXELS
