"""Reading the border of a WebAssembly module, on modules made here byte by byte."""

import pytest

from tools.pyodide_wheels.source_build.check import unresolved
from tools.pyodide_wheels.source_build.wasm_module import MAGIC, ModuleNames, read_names


def leb(number: int) -> bytes:
    """Encode a number as LEB128."""
    result = bytearray()
    while number >= 0x80:
        result.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*result, number])


def name(text: str) -> bytes:
    return leb(len(text.encode())) + text.encode()


def section(number: int, *entries: bytes) -> bytes:
    content = leb(len(entries)) + b"".join(entries)
    return bytes([number]) + leb(len(content)) + content


def imported(text: str, kind: bytes) -> bytes:
    return name("env") + name(text) + kind


FUNCTION = b"\x00" + leb(300)
TABLE_WITH_MAXIMUM = b"\x01\x70\x01" + leb(1) + leb(200)
MEMORY_WITHOUT_MAXIMUM = b"\x02\x00" + leb(256)
GLOBAL = b"\x03\x7f\x00"
TAG = b"\x04\x00" + leb(5)

IMPORTS = section(
    2,
    imported("strtod", FUNCTION),
    imported("table", TABLE_WITH_MAXIMUM),
    imported("memory", MEMORY_WITHOUT_MAXIMUM),
    imported("__stack_pointer", GLOBAL),
    imported("__cpp_exception", TAG),
    imported("größe", FUNCTION),
)
EXPORTS = section(7, name("PyInit_x") + b"\x00" + leb(1), name("data") + b"\x03" + leb(130))
CUSTOM = bytes([0]) + leb(200) + bytes(200)


def test_every_kind_of_import_is_read_to_its_end() -> None:
    names = read_names(MAGIC + CUSTOM + IMPORTS + EXPORTS)
    expected = {"strtod", "table", "memory", "__stack_pointer", "__cpp_exception", "größe"}
    assert names == ModuleNames(frozenset(expected), frozenset({"PyInit_x", "data"}))


def test_a_module_without_border_has_no_names() -> None:
    assert read_names(MAGIC) == ModuleNames(frozenset(), frozenset())


def test_what_is_no_module_is_refused() -> None:
    with pytest.raises(ValueError, match="not a WebAssembly module"):
        read_names(b"\x7fELF" + bytes(60))
    with pytest.raises(ValueError, match="unknown kind 9"):
        read_names(MAGIC + section(2, imported("x", b"\x09\x00")))


def test_a_name_that_nobody_provides_is_found() -> None:
    module = MAGIC + section(2, imported("strtod", FUNCTION), imported("own", FUNCTION), imported("dgemm", FUNCTION))
    module += section(7, name("own") + b"\x00" + leb(1))
    assert unresolved([("a.so", module)], frozenset({"strtod"})) == {"a.so": frozenset({"dgemm"})}
    assert unresolved([("a.so", module)], frozenset({"strtod", "dgemm"})) == {}
