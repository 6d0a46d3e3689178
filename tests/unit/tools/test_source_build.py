"""The parts of the build from source that can be judged without building: flags, headers, patches, addresses."""

import tarfile
from pathlib import Path

import pytest

from tools.errors import SetupError
from tools.pyodide_wheels.source_build.archives import extract
from tools.pyodide_wheels.source_build.compiler import (
    DROPPED,
    Toolchain,
    clang_command,
    is_link,
    linker_command,
    parse_link,
)
from tools.pyodide_wheels.source_build.debian import archive_of, concerns_only_absent_files, read_host
from tools.pyodide_wheels.source_build.headers import pyconfig

TOOLCHAIN = Toolchain("/llvm/bin", "/llvm/lib", "/sysroot", "/python", "/compat.h", "/symbols.txt", "5.0.3", "19")


@pytest.mark.parametrize(
    ("flag", "is_dropped"),
    [
        ("-sSIDE_MODULE=2", True),
        ("-I/usr/include/python3.11", True),
        ("-I/build/include", False),
        ("-lm", True),
        ("-ljpeg", False),
        ("-lstdc++", True),
        ("-L/usr/lib", True),
        ("-L/build/prefix/lib", False),
        ("-shared", False),
        ("-std=c17", False),
    ],
)
def test_flags_of_the_host_and_of_the_emscripten_driver_are_dropped(flag: str, is_dropped: bool) -> None:
    assert (DROPPED.match(flag) is not None) == is_dropped


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["-c", "a.c", "-o", "a.o"], False),
        (["-E", "a.c"], False),
        (["-print-search-dirs"], False),
        (["a.c", "-o", "a.out"], True),
        (["-shared", "a.o", "-lz", "-o", "a.so"], True),
    ],
)
def test_links_are_told_apart_from_compilations(arguments: list[str], expected: bool) -> None:
    assert is_link(arguments) == expected


def test_a_source_on_a_linking_command_line_is_compiled_to_a_temporary_object_in_its_place() -> None:
    link = parse_link(["-O2", "-DX=1", "first.o", "check.c", "-lz", "-Wl,-z", "-o", "out"])
    assert link.sources == ("check.c",)
    assert link.inputs == ("first.o", "out.0.tmp.o", "-lz")
    assert link.compile_flags == ("-O2", "-DX=1")
    assert not link.is_shared


def test_an_extension_module_exports_its_initialiser_and_leaves_the_rest_to_be_imported() -> None:
    command = linker_command(TOOLCHAIN, parse_link(["-shared", "a.o", "-o", "build/_imaging.cpython-314-wasm32.so"]))
    assert "--export=PyInit__imaging" in command
    assert "--unresolved-symbols=import-dynamic" in command


def test_a_configure_check_links_against_what_pyodide_provides_and_nothing_else() -> None:
    command = linker_command(TOOLCHAIN, parse_link(["check.o", "-o", "check"]))
    assert "--allow-undefined-file=/symbols.txt" in command
    assert "--unresolved-symbols=import-dynamic" not in command


def test_cxx_is_compiled_as_cxx() -> None:
    assert clang_command(TOOLCHAIN, "c++")[0] == "/llvm/bin/clang++"
    assert clang_command(TOOLCHAIN, "c")[0] == "/llvm/bin/clang"


def test_pyconfig_has_the_names_of_the_template_and_the_values_of_pyodide() -> None:
    template = (
        "#ifndef Py_PYCONFIG_H\n#define Py_PYCONFIG_H\n#define SIZEOF_LONG 8\n/* #undef HAVE_FORK */\n"
        '#define HAVE_EPOLL 1\n#define PLATLIBDIR "lib"\n#define HAVE_DECL_X 1\n'
        "#define _GNU_SOURCE 1\n#define OTHER 1\n"
    )
    variables = {"SIZEOF_LONG": 4, "HAVE_FORK": 1, "HAVE_EPOLL": 0, "PLATLIBDIR": "lib", "HAVE_DECL_X": 0}
    assert pyconfig(template, variables).splitlines() == [
        "#ifndef Py_PYCONFIG_H",
        "#define Py_PYCONFIG_H",
        "#define SIZEOF_LONG 4",
        "#define HAVE_FORK 1",
        "/* #undef HAVE_EPOLL */",
        '#define PLATLIBDIR "lib"',
        "#define HAVE_DECL_X 0",
        "#define _GNU_SOURCE 1",
        "/* #undef OTHER */",
    ]


STANZAS = """\
Types: deb
URIs: http://archive.invalid/debian
Suites: bookworm bookworm-updates
Components: main

Types: deb
URIs: http://security.invalid/debian-security
Suites: bookworm-security
Components: main
"""


def test_the_archive_is_the_one_that_apt_is_configured_for_in_either_format() -> None:
    assert archive_of(STANZAS, "bookworm") == "http://archive.invalid/debian"
    assert archive_of(STANZAS, "trixie") is None
    line = "# deb http://no.invalid/ x main\ndeb [arch=amd64] http://one.invalid/debian bookworm main contrib\n"
    assert archive_of(line, "bookworm") == "http://one.invalid/debian"
    assert archive_of("deb http://one.invalid/debian bookworm contrib", "bookworm") is None


def test_anything_but_debian_is_told_to_use_a_mirror(tmp_path: Path) -> None:
    (tmp_path / "os-release").write_text('ID=fedora\nVERSION_CODENAME=""\n')
    with pytest.raises(SetupError) as raised:
        read_host(tmp_path)
    assert "--mirror" in raised.value.remedy


def test_a_patch_is_left_out_only_if_none_of_its_files_is_there(tmp_path: Path) -> None:
    patch = "--- a/docs/style.css\n+++ b/docs/style.css\n@@ -1 +1 @@\n--- tiff.orig/src/a.c\n+++ tiff/src/a.c\n"
    assert concerns_only_absent_files(patch, tmp_path)
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.c").touch()
    assert not concerns_only_absent_files(patch, tmp_path)
    assert not concerns_only_absent_files("--- /dev/null\n+++ b/debian/new\n", tmp_path)


def test_an_archive_is_unpacked_without_its_outer_folder(tmp_path: Path) -> None:
    inner = tmp_path / "zlib-1.3" / "src"
    inner.mkdir(parents=True)
    (inner / "a.c").write_text("int a;")
    (inner / "b.c").hardlink_to(inner / "a.c")
    with tarfile.open(tmp_path / "zlib.tar.xz", "w:xz") as archive:
        archive.add(tmp_path / "zlib-1.3", "./zlib-1.3")
    extract(tmp_path / "zlib.tar.xz", tmp_path / "out", strip=1)
    assert (tmp_path / "out" / "src" / "a.c").read_text() == "int a;"
    assert (tmp_path / "out" / "src" / "b.c").read_text() == "int a;"
