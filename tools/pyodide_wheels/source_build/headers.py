"""CPython's headers, with the values of Pyodide's own build, and the proof that all headers fit Pyodide."""

import json
import re
import runpy
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

from tools.errors import SetupError
from tools.process import CommandFailedError, run
from tools.pyodide_wheels.source_build.debian import package_version, unpack_package
from tools.pyodide_wheels.source_build.fetch import fetch_python_headers
from tools.pyodide_wheels.source_build.recipe import PYTHON_VERSION, SYSCONFIG_MODULE
from tools.pyodide_wheels.source_build.workspace import Workspace

# Names with a leading underscore that a pyconfig.h defines, unlike those that only guard a system's features.
_CONFIGURED_UNDERSCORE = re.compile(r"_(WASI|Py_HACL|PYTHREAD|Py_FFI)")
_PYCONFIG_NAME = re.compile(r"#define\s+(\w+)|/\*\s*#undef\s+(\w+)\s*\*/")
# The types whose size Pyodide's configuration tells by a name from which the type cannot be made.
_SIZED_TYPES = {"VOID_P": "void *", "_BOOL": "_Bool", "PTHREAD_KEY_T": "pthread_key_t", "LONG_LONG": "long long"}
_PROBE_INCLUDES = ("Python.h", "pthread.h", "stddef.h", "stdint.h", "stdio.h", "sys/stat.h", "time.h", "wchar.h")


def make_python_headers(work: Workspace, variables: Mapping[str, object], version: str) -> None:
    """Put CPython's headers together with a pyconfig.h that holds Pyodide's values.

    `version` is that of Pyodide's Python: the headers are made to say so, whichever release of 3.14 they are from.
    """
    package = fetch_python_headers(work)
    found = package_version(package)
    if not found.startswith(f"{PYTHON_VERSION}."):
        raise SetupError(
            f"{package.name} has headers of CPython {found}; Pyodide needs those of {PYTHON_VERSION}.",
            "Get the wheels from a mirror with --mirror FOLDER|URL, or update this checkout.",
        )
    unpacked = work.root / "python-package"
    shutil.rmtree(unpacked, ignore_errors=True)
    unpack_package(package, unpacked, work.step, work.log("toolchain"))
    usr = unpacked / "usr" / "include"
    shutil.rmtree(work.python_headers, ignore_errors=True)
    shutil.copytree(usr / f"python{PYTHON_VERSION}", work.python_headers)
    template = next(usr.glob(f"*/python{PYTHON_VERSION}/pyconfig.h")).read_text()
    shutil.rmtree(unpacked)
    (work.python_headers / "pyconfig.h").write_text(pyconfig(template, variables))
    patchlevel = work.python_headers / "patchlevel.h"
    patchlevel.write_text(with_version(patchlevel.read_text(), version))


def with_version(patchlevel: str, version: str) -> str:
    """Return CPython's patchlevel.h of a final release, changed to say another `version`: 3.14.2."""
    micro = version.split(".")[2]
    text = re.sub(r"(#define PY_MICRO_VERSION\s+)\d+", rf"\g<1>{micro}", patchlevel)
    return re.sub(r'(#define PY_VERSION\s+)".*"', rf'\g<1>"{version}"', text)


def check_headers(work: Workspace, variables: Mapping[str, object]) -> None:
    """Compile the sizes that Pyodide's own configuration states. Raises `SetupError` where the headers say others."""
    probe = work.root / "probe.c"
    probe.write_text(size_probe(variables))
    try:
        run([work.bin / "cc", "-fsyntax-only", probe], work.step, work.log("toolchain"))
    except CommandFailedError as error:
        wrong = re.findall(r'static assertion failed.*?"(.*?)"', error.cause) or [error.cause]
        raise SetupError(
            f"The headers do not fit Pyodide: {'; '.join(wrong)}.",
            "Get the wheels from a mirror with --mirror FOLDER|URL, and report this as a bug.",
        ) from error


def size_probe(variables: Mapping[str, object]) -> str:
    """Return a C file that compiles only where each type has the size and alignment that `variables` state."""
    lines = [f"#include <{name}>\n" for name in _PROBE_INCLUDES]
    for name, value in sorted(variables.items()):
        if (match := re.fullmatch(r"(SIZEOF|ALIGNOF)_(\w+)", name)) and isinstance(value, int) and value > 0:
            fallback = match[2].lower() if match[2].endswith("_T") else match[2].lower().replace("_", " ")
            kind = _SIZED_TYPES.get(match[2], fallback)
            operator = "sizeof" if match[1] == "SIZEOF" else "_Alignof"
            lines.append(f'_Static_assert({operator}({kind}) == {value}, "{operator}({kind}) is not {value}");\n')
    return "".join(lines)


def build_variables(pyodide: Path, destination: Path) -> Mapping[str, object]:
    """Copy Pyodide's sysconfig module out of its standard library; return the variables in it."""
    destination.mkdir(parents=True, exist_ok=True)
    module = destination / f"{SYSCONFIG_MODULE}.py"
    with zipfile.ZipFile(pyodide / "python_stdlib.zip") as library:
        module.write_bytes(library.read(module.name))
    variables: Mapping[str, object] = runpy.run_path(str(module))["build_time_vars"]
    return variables


def python_version(pyodide: Path) -> str:
    """Return the version of Pyodide's Python: 3.14.2."""
    return str(json.loads((pyodide / "pyodide-lock.json").read_text(encoding="utf-8"))["info"]["python"])


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
