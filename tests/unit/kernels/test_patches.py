"""The patch files: reproducible, for the ONNX Runtime that is installed, readable by an assembler's tests."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Final

import pytest

from kernels.assembler import Function, ValueType, i32_add, signed_leb128, unsigned_leb128
from kernels.build import build
from kernels.patches import STOCK, VARIANTS, bodies
from kernels.standalone import standalone_module, stock_bodies

DIST: Final = Path(__file__).parents[3] / "node_modules" / "onnxruntime-web" / "dist"

SHA256: Final = {
    "kernels.relaxed-simd.json": "171d81289844e4908634fa6cc5637ecd0e4e400b6b0bc367e697ec948a52aee5",
    "kernels.simd.json": "9df7107b92fc89edd6c6c3a848d667f94f949b456714797736c2ca5242b57bf8",
}
"""Of the files of the site: whoever changes a kernel on purpose writes the new ones here."""


def test_the_files_are_always_the_same(tmp_path: Path) -> None:
    written = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in build(tmp_path)}
    assert written == SHA256


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_file_says_what_replaces_what(variant: str, tmp_path: Path) -> None:
    [path] = (path for path in build(tmp_path) if path.name == f"kernels.{variant}.json")
    patch = json.loads(path.read_text(encoding="ascii"))
    assert (patch["schema"], patch["variant"]) == (1, variant)
    replaced = {
        (kernel["stock_bytes"], kernel["stock_sha256"]): base64.b64decode(kernel["body"]) for kernel in patch["kernels"]
    }
    assert replaced == {(STOCK[name].size_bytes, STOCK[name].sha256): body for name, body in bodies(variant).items()}


@pytest.mark.parametrize("build_name", ["", ".asyncify", ".jspi"])
def test_the_installed_runtime_has_the_stock_bodies(build_name: str) -> None:
    """Fails with an upgrade of ONNX Runtime that changes them: then look at the new bodies, and at their contract."""
    found = stock_bodies(DIST / f"ort-wasm-simd-threaded{build_name}.wasm")
    assert found.keys() == STOCK.keys()


def test_a_module_of_bodies_gives_them_back(tmp_path: Path) -> None:
    stock = stock_bodies(DIST / "ort-wasm-simd-threaded.wasm")
    path = tmp_path / "standalone.wasm"
    path.write_bytes(standalone_module(stock))
    assert stock_bodies(path) == stock


@pytest.mark.parametrize(
    ("value", "unsigned", "signed"),
    [(0, b"\0", b"\0"), (63, b"\x3f", b"\x3f"), (64, b"\x40", b"\xc0\0"), (300, b"\xac\2", b"\xac\2")],
)
def test_numbers_of_variable_length(value: int, unsigned: bytes, signed: bytes) -> None:
    assert (unsigned_leb128(value), signed_leb128(value)) == (unsigned, signed)


def test_negative_numbers_of_variable_length() -> None:
    assert [signed_leb128(value) for value in (-1, -64, -65)] == [b"\x7f", b"\x40", b"\xbf\x7f"]


def test_locals_are_numbered_by_their_types_behind_the_parameters() -> None:
    f = Function(ValueType.I32)
    vector, number = f.v128(), f.i32()
    f.set(number, i32_add(f.parameters[0], 5))
    f.set(vector, vector)
    locals_ = b"\2" + b"\1\x7f" + b"\1\x7b"
    assert f.body() == locals_ + b"\x20\0\x41\5\x6a\x21\1" + b"\x20\2\x21\2" + b"\x0b"
