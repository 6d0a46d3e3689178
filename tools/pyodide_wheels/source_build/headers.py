"""The headers: Emscripten's C and C++ library, and CPython's with the values of Pyodide's own build."""

import re
import runpy
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

from tools.pyodide_wheels.source_build.recipe import EMSCRIPTEN_VERSION, PYTHON_VERSION, SYSCONFIG_MODULE
from tools.pyodide_wheels.source_build.workspace import Workspace

COMPATIBILITY = """\
/* Emscripten's stdint.h is written with macros that clang predefines from version 20 on. */
#ifndef __UINT16_C
#define __INT8_C(c) c
#define __INT16_C(c) c
#define __INT32_C(c) c
#define __INT64_C(c) c##LL
#define __UINT8_C(c) c
#define __UINT16_C(c) c
#define __UINT32_C(c) c##U
#define __UINT64_C(c) c##ULL
#define __INTMAX_C(c) c##LL
#define __UINTMAX_C(c) c##ULL
#endif
"""
# Names with a leading underscore that a pyconfig.h defines, unlike those that only guard a system's features.
_CONFIGURED_UNDERSCORE = re.compile(r"_(WASI|Py_HACL|PYTHREAD|Py_FFI)")
_PYCONFIG_NAME = re.compile(r"#define\s+(\w+)|/\*\s*#undef\s+(\w+)\s*\*/")


def make_sysroot(work: Workspace) -> None:
    """Put Emscripten's headers together the way its driver installs them."""
    system = work.host / "usr" / "share" / "emscripten" / "system"
    include = work.sysroot / "include"
    shutil.rmtree(work.sysroot, ignore_errors=True)
    layers = {
        "": ["include", "lib/compiler-rt/include", "lib/libunwind/include", "lib/libc/musl/include"],
        "bits": ["lib/libc/musl/arch/generic/bits", "lib/libc/musl/arch/emscripten/bits"],
        "c++/v1": ["lib/libcxx/include", "lib/libcxxabi/include"],
    }
    for destination, sources in layers.items():
        for source in sources:  # later ones replace files of earlier ones
            shutil.copytree(system / source, include / destination, dirs_exist_ok=True)
    numbers = zip(("major", "minor", "tiny"), EMSCRIPTEN_VERSION.split("."), strict=True)
    version = [f"#define __EMSCRIPTEN_{name}__ {number}\n" for part, number in numbers for name in (part, part.upper())]
    (include / "emscripten" / "version.h").write_text("".join(version))
    (include / "wasm_compatibility.h").write_text(COMPATIBILITY)


def make_python_headers(work: Workspace) -> None:
    """Put CPython's headers together with a pyconfig.h that holds Pyodide's values."""
    usr = work.host / "usr" / "include"
    shutil.rmtree(work.python_headers, ignore_errors=True)
    shutil.copytree(usr / f"python{PYTHON_VERSION}", work.python_headers)
    template = next(usr.glob(f"*/python{PYTHON_VERSION}/pyconfig.h")).read_text()
    variables = build_variables(work.pyodide, work.sysconfig)
    (work.python_headers / "pyconfig.h").write_text(pyconfig(template, variables))


def build_variables(pyodide: Path, destination: Path) -> Mapping[str, object]:
    """Copy Pyodide's sysconfig module out of its standard library; return the variables in it."""
    destination.mkdir(parents=True, exist_ok=True)
    module = destination / f"{SYSCONFIG_MODULE}.py"
    with zipfile.ZipFile(pyodide / "python_stdlib.zip") as library:
        module.write_bytes(library.read(module.name))
    variables: Mapping[str, object] = runpy.run_path(str(module))["build_time_vars"]
    return variables


def pyconfig(template: str, variables: Mapping[str, object]) -> str:
    """Return another build's pyconfig.h with the values of `variables`.

    The template tells which names there are; a name that `variables` lacks was not defined in that build.
    """
    return "".join(_pyconfig_line(line, variables) for line in template.splitlines(keepends=True))


def _pyconfig_line(line: str, variables: Mapping[str, object]) -> str:
    match = _PYCONFIG_NAME.match(line)
    name = (match[1] or match[2]) if match else None
    if name is None or name == "Py_PYCONFIG_H":
        return line
    if name not in variables:
        is_guard = name.startswith("_") and not _CONFIGURED_UNDERSCORE.match(name)
        return line if is_guard else f"/* #undef {name} */\n"
    value = variables[name]
    if value == 0 and not name.startswith("HAVE_DECL"):
        return f"/* #undef {name} */\n"
    return f"#define {name} {_c_literal(name, value)}\n"


def _c_literal(name: str, value: object) -> str:
    text = str(value)
    is_bare = isinstance(value, int) or '"' in text or re.fullmatch(r"[A-Za-z_0-9() ]*", text)
    return text if is_bare and name != "PLATLIBDIR" else f'"{text}"'
