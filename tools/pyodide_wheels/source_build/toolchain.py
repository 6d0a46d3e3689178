"""The tools that build systems are given: cc, c++, ar, ranlib, a Meson cross file, the environment."""

import dataclasses
import json
import os
import sys
from pathlib import Path

from tools.pyodide_wheels.source_build import compiler
from tools.pyodide_wheels.source_build.headers import (
    build_variables,
    check_headers,
    make_python_headers,
    python_version,
)
from tools.pyodide_wheels.source_build.recipe import (
    BUILD_DATE_EPOCH_S,
    EMSCRIPTEN_VERSION,
    LLVM_VERSION,
    PLATFORM_TAG,
    SYSCONFIG_MODULE,
)
from tools.pyodide_wheels.source_build.sysroot import LIBCXX_CONFIGURATION, make_sysroot
from tools.pyodide_wheels.source_build.wasm_module import read_names
from tools.pyodide_wheels.source_build.workspace import Workspace

CROSS_FILE = """\
[binaries]
c = '{bin}/cc'
cpp = '{bin}/c++'
ar = '{bin}/ar'
ranlib = '{bin}/ranlib'
cython = '{venv}/bin/cython'
exe_wrapper = 'node'
pkg-config = '/bin/false'

[properties]
needs_exe_wrapper = true
skip_sanity_check = true
longdouble_format = 'IEEE_QUAD_LE'

[host_machine]
system = 'emscripten'
cpu_family = 'wasm32'
cpu = 'wasm'
endian = 'little'
"""


def make_toolchain(work: Workspace) -> None:
    """Make the headers, the list of provided names and the tools."""
    work.step.item("headers")
    make_sysroot(work.compiler / "lib", work.sysroot)
    variables = build_variables(work.pyodide, work.sysconfig)
    make_python_headers(work, variables, python_version(work.pyodide))
    work.step.item("names that Pyodide provides")
    main_module = read_names((work.pyodide / "pyodide.asm.wasm").read_bytes())
    # What the main module imports is supplied by its JavaScript, and there for extension modules too.
    provided = main_module.exports | main_module.imports
    work.symbols.write_text("".join(f"{name}\n" for name in sorted(provided)))
    work.bin.mkdir(exist_ok=True)
    description = work.root / "toolchain.json"
    description.write_text(json.dumps(dataclasses.asdict(_description(work)), indent=2))
    # -I and -S: no search for site packages, which would double the start-up time of each of a thousand calls
    driver = f"exec {sys.executable} -I -S {Path(compiler.__file__)} {description}"
    for name, language in (("cc", "c"), ("c++", "c++")):
        _script(work.bin / name, f'{driver} {language} "$@"')
    for name in ("ar", "ranlib"):
        _script(work.bin / name, f'exec {work.compiler / "zig"} {name} "$@"')
    check_headers(work, variables)
    cross_file(work).write_text(CROSS_FILE.format(bin=work.bin, venv=work.venv))


def cross_file(work: Workspace) -> Path:
    """Return the path of Meson's cross file."""
    return work.root / "cross.ini"


def build_environment(work: Workspace, **extra: str) -> dict[str, str]:
    """Return the environment in which setuptools and Meson build for Pyodide."""
    return {
        "PATH": f"{work.venv / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(work.sysconfig),
        "_PYTHON_SYSCONFIGDATA_NAME": SYSCONFIG_MODULE,
        "_PYTHON_HOST_PLATFORM": PLATFORM_TAG,
        "CC": str(work.bin / "cc"),
        "CXX": str(work.bin / "c++"),
        "AR": str(work.bin / "ar"),
        "RANLIB": str(work.bin / "ranlib"),
        "LDSHARED": f"{work.bin / 'cc'} -shared",
        "LDCXXSHARED": f"{work.bin / 'c++'} -shared",
        "PKG_CONFIG": "/bin/false",
        # the host's headers and libraries must not be found
        "CPATH": "",
        "LIBRARY_PATH": "",
        "SOURCE_DATE_EPOCH": str(BUILD_DATE_EPOCH_S),
        "PYTHONHASHSEED": "0",
        **extra,
    }


def _description(work: Workspace) -> compiler.Toolchain:
    return compiler.Toolchain(
        zig=str(work.compiler / "zig"),
        builtin_headers=str(work.compiler / "lib" / "include"),
        sysroot=str(work.sysroot),
        cxx_macros=LIBCXX_CONFIGURATION,
        python_headers=str(work.python_headers),
        symbols=str(work.symbols),
        root=str(work.root),
        emscripten_version=EMSCRIPTEN_VERSION,
        llvm_version=LLVM_VERSION,
    )


def _script(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)
