"""The parts of the build from source that can be judged without building: flags, headers, pins, addresses."""

import re
import tarfile
import zipfile
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
from tools.pyodide_wheels.source_build.debian import archive_of, read_host
from tools.pyodide_wheels.source_build.headers import pyconfig, size_probe, with_version
from tools.pyodide_wheels.source_build.python_packages import without_machine
from tools.pyodide_wheels.source_build.recipe import C_LIBRARIES, PYTHON_HEADERS, SDISTS, Sdist, build_tools
from tools.pyodide_wheels.source_build.sysroot import error_numbers, types
from tools.pyodide_wheels.source_build.wheel_file import write_wheel

TOOLCHAIN = Toolchain(
    zig="/compiler/zig",
    builtin_headers="/compiler/lib/include",
    sysroot="/sysroot",
    cxx_macros=("_LIBCPP_ABI_VERSION=2",),
    python_headers="/python",
    symbols="/symbols.txt",
    root="/somewhere",
    emscripten_version="5.0.3",
    llvm_version="19",
)


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


def test_cxx_is_compiled_as_cxx_with_the_headers_and_the_abi_of_libcxx_and_c_without() -> None:
    cxx, c = clang_command(TOOLCHAIN, "c++"), clang_command(TOOLCHAIN, "c")
    for word in ("--driver-mode=g++", "-D_LIBCPP_ABI_VERSION=2", "/sysroot/c++"):
        assert word in cxx
        assert word not in c


def test_no_compilation_tells_where_it_ran() -> None:
    assert "-ffile-prefix-map=/somewhere=/build" in clang_command(TOOLCHAIN, "c")


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


MUSL_TYPES = """\
#define _REDIR_TIME64 1
#define _Addr int
#define _Int64 long long
#define _Reg int

#if _MIPSEL || __MIPSEL || __MIPSEL__
#define __BYTE_ORDER 1234
#else
#define __BYTE_ORDER 4321
#endif

#define __LONG_MAX 0x7fffffffL

#ifndef __cplusplus
typedef int wchar_t;
#endif
typedef unsigned _Addr size_t;
"""


def test_types_are_those_of_emscripten_whatever_architecture_musl_was_for() -> None:
    made = types(MUSL_TYPES)
    assert made.count("#define _Addr") == made.count("#define __BYTE_ORDER") == made.count("#define __LONG_MAX") == 1
    assert "#define _Addr __PTRDIFF_TYPE__" in made
    assert "_REDIR_TIME64" not in made
    assert "4321" not in made
    assert made.index("typedef unsigned int dev_t;") < made.index("typedef unsigned _Addr size_t;")
    assert made.count("#if") == made.count("#endif")


def test_error_numbers_are_those_of_wasi_and_then_emscriptens_own() -> None:
    names = ("SUCCESS", "2BIG", "ACCES", "AGAIN", "NOTSUP", "NOTCAPABLE")
    wasi = "".join(f"#define __WASI_ERRNO_{name} (UINT16_C({number}))\n" for number, name in enumerate(names))
    lines = error_numbers(wasi).splitlines()
    assert lines[:4] == ["#define E2BIG 1", "#define EACCES 2", "#define EAGAIN 3", "#define ENOSTR 100"]
    assert "#define EOPNOTSUPP 138" in lines
    assert "#define ENOTSUP EOPNOTSUPP" in lines


def test_the_headers_are_measured_by_what_pyodide_says_of_itself() -> None:
    probe = size_probe({"SIZEOF_TIME_T": 8, "SIZEOF_VOID_P": 4, "ALIGNOF_LONG": 4, "SIZEOF_UINTPTR_T": 4, "HAVE_X": 1})
    for claim in ("sizeof(time_t) == 8", "sizeof(void *) == 4", "_Alignof(long) == 4", "sizeof(uintptr_t) == 4"):
        assert claim in probe
    assert "HAVE_X" not in probe


def test_headers_of_any_release_say_the_version_that_pyodide_has() -> None:
    text = '#define PY_MICRO_VERSION       10\n#define PY_VERSION             "3.14.10"\n'
    assert with_version(text, "3.14.2") == '#define PY_MICRO_VERSION       2\n#define PY_VERSION             "3.14.2"\n'


def test_what_numpy_says_of_its_build_does_not_tell_where_it_ran() -> None:
    text = (
        '"args": r"-I/somewhere/a",\n"build": {\n"cpu": "x86_64"\n},\n'
        '"Python Information": {"path": r"/usr/bin/python3.11", "version": "3.11"}, "version": "3.11.1"'
    )
    clean = without_machine(text, Path("/somewhere"))
    assert "/usr" not in clean
    assert "/somewhere" not in clean
    assert "x86_64" not in clean
    assert '{"version": "3.14"}, "version": "3.11.1"' in clean


def test_a_wheel_depends_on_its_content_alone(tmp_path: Path) -> None:
    sdist = Sdist("thing", "1.0", "")
    files = {"thing/b.py": b"b", "thing/a.py": b"a" * 100, "PKG-INFO": b"Metadata-Version: 2.1\nName: thing\n"}
    first = write_wheel(tmp_path / "one", sdist, files, {"LICENSE": b"free"})
    second = write_wheel(tmp_path / "two", sdist, dict(reversed(files.items())), {"LICENSE": b"free"})
    assert first.read_bytes() == second.read_bytes()
    assert first.name == "thing-1.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl"
    with zipfile.ZipFile(first) as archive:
        assert archive.namelist() == sorted(archive.namelist())
        assert {member.date_time for member in archive.infolist()} == {(2026, 1, 1, 0, 0, 0)}
        record = archive.read("thing-1.0.dist-info/RECORD").decode().splitlines()
    assert [line.split(",")[0] for line in record if not line.startswith("thing-1.0.dist-info/RECORD")] == sorted(
        [*(name for name in files if name != "PKG-INFO")]
        + [f"thing-1.0.dist-info/{name}" for name in ("METADATA", "WHEEL", "licenses/LICENSE")]
    )


def test_everything_from_outside_is_pinned_by_its_sha256_and_the_pool_in_more_than_one_place() -> None:
    files = [file for source in (*C_LIBRARIES, PYTHON_HEADERS) for file in source.files]
    hashes = [*(sdist.sha256 for sdist in SDISTS), *(file.sha256 for file in files)]
    assert all(re.fullmatch(r"[0-9a-f]{64}", sha256) for sha256 in hashes)
    assert all(len(source.files) > 1 for source in (*C_LIBRARIES, PYTHON_HEADERS))
    entries = re.split(r"\n(?=[\w.-]+==)", build_tools().read_text(encoding="utf-8"))
    assert all("--hash=sha256:" in entry for entry in entries)


def test_folders_that_no_build_reads_are_not_unpacked(tmp_path: Path) -> None:
    for name in ("a-1/src/a.c", "a-1/tests/t.c", "a-1/tests-helper.c"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "a-1", "a-1")
    extract(tmp_path / "a.tar.gz", tmp_path / "out", strip=0, left_out=("tests",))
    files = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert files == {"a-1/src/a.c", "a-1/tests-helper.c"}


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
