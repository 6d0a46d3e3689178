"""cc, c++ and ld for Pyodide's extension modules: plain clang and wasm-ld with the interpreter's flags.

Build systems run this file as their compiler (`toolchain.py` writes the small scripts that do), so it imports
the standard library only and starts fast. Usage: compiler.py TOOLCHAIN.json c|c++ ARGUMENT...
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# Flags for a driver or for the host that mean nothing here, or would pull in the host's own files.
DROPPED = re.compile(
    r"-s[A-Z_]+(=|$)"  # settings of the Emscripten driver
    r"|-I\S*/include/python3\."  # headers of the Python that runs the build
    r"|-pthread$|-L/usr/|-L/lib|-lpython"
    r"|-l(m|c|dl|pthread|rt|stdc\+\+|c\+\+)$"  # all of these are in Pyodide's main module
)
SOURCE = re.compile(r"\.(c|cc|cpp|cxx)$")
OBJECT = re.compile(r"\.(o|a|obj)$")
COMPILE_FLAG = re.compile(r"-(D|I|W(?!l)|f|m|O|std|U|w)")
NOT_LINKING = {"-c", "-E", "-S", "-M", "-MM", "-fsyntax-only"}
EXPECTED_LINKER_NOISE = re.compile(r"not yet stable|signature mismatch|^>>>|^$")

# Meson recognises the compiler by these answers.
VERSION = "emcc (Emscripten gcc/clang-like replacement + linker emulating GNU ld) {emscripten} ()"
LINKER_VERSION = "LLD {llvm}.0.0"


@dataclass(frozen=True)
class Toolchain:
    """Where the parts are. `symbols` lists the names that Pyodide provides at run time, one per line."""

    zig: str
    builtin_headers: str
    sysroot: str
    cxx_macros: Sequence[str]
    python_headers: str
    symbols: str
    root: str
    emscripten_version: str
    llvm_version: str


@dataclass(frozen=True)
class Link:
    """What a command line asks to link: sources to compile first, then everything in its order."""

    output: str
    is_shared: bool
    sources: tuple[str, ...]
    inputs: tuple[str, ...]
    compile_flags: tuple[str, ...]


def clang_command(toolchain: Toolchain, language: str) -> list[str]:
    """Return clang with the flags that make code for Pyodide's main module (ABI 2026_0)."""
    cxx_only = [
        "--driver-mode=g++",
        "-nostdinc++",
        *(f"-D{macro}" for macro in toolchain.cxx_macros),
        "-isystem",
        f"{toolchain.sysroot}/c++",
    ]
    major, minor, tiny = toolchain.emscripten_version.split(".")
    return [
        toolchain.zig,
        "clang",
        "--target=wasm32-unknown-emscripten",
        "-nostdinc",
        *(cxx_only if language == "c++" else []),
        "-isystem",
        toolchain.builtin_headers,
        "-isystem",
        f"{toolchain.sysroot}/include",
        # CPython's headers as system headers: numpy has a refcount.h of its own
        "-isystem",
        toolchain.python_headers,
        f"-D__EMSCRIPTEN_major__={major}",
        f"-D__EMSCRIPTEN_minor__={minor}",
        f"-D__EMSCRIPTEN_tiny__={tiny}",
        "-fPIC",
        "-fvisibility=default",
        "-mbulk-memory",
        "-mnontrapping-fptoint",
        # C++ exceptions and setjmp/longjmp as WebAssembly exceptions
        "-fwasm-exceptions",
        "-mllvm",
        "-wasm-enable-sjlj",
        # the code generation settings of the Emscripten driver
        "-mllvm",
        "-disable-lsr",
        "-mllvm",
        "-combiner-global-alias-analysis=false",
        # the same bytes wherever the build runs
        f"-ffile-prefix-map={toolchain.root}=/build",
        "-Wno-builtin-macro-redefined",
        '-D__DATE__="Jan  1 2026"',
        '-D__TIME__="00:00:00"',
        "-Wno-unused-command-line-argument",
    ]


def is_link(arguments: Sequence[str]) -> bool:
    """Return whether the command line ends in a link."""
    has_input = any(SOURCE.search(word) or OBJECT.search(word) for word in arguments)
    return has_input and not NOT_LINKING.intersection(arguments)


def parse_link(arguments: Sequence[str]) -> Link:
    """Return what a linking command line asks for."""
    output = arguments[arguments.index("-o") + 1] if "-o" in arguments else "a.out"
    sources: list[str] = []
    inputs: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "-o":
            next(words)
        elif SOURCE.search(word):
            inputs.append(object_of(output, len(sources)))
            sources.append(word)
        elif OBJECT.search(word) or word.startswith(("-l", "-L")):
            inputs.append(word)
    is_shared = "-shared" in arguments or output.endswith(".so")
    flags = tuple(word for word in arguments if COMPILE_FLAG.match(word))
    return Link(output, is_shared, tuple(sources), tuple(inputs), flags)


def object_of(output: str, index: int) -> str:
    """Return the object file between a source and `output` where one command compiles and links."""
    return f"{output}.{index}.tmp.o"


def linker_command(toolchain: Toolchain, link: Link) -> list[str]:
    """Return wasm-ld: for an extension module, or for a configure check that asks whether a name exists."""
    command = [toolchain.zig, "wasm-ld", "-o", link.output]
    if link.is_shared:
        module = Path(link.output).name.split(".")[0]
        command += [
            "-shared",
            "--experimental-pic",
            "-Bdynamic",
            "--unresolved-symbols=import-dynamic",
            "--no-export-dynamic",
            "--export=__wasm_call_ctors",
            f"--export=PyInit_{module}",
            "--strip-all",
        ]
    else:
        command += ["--no-entry", "--no-gc-sections", "--strip-debug", f"--allow-undefined-file={toolchain.symbols}"]
    return [*command, *link.inputs]


def main(toolchain: Toolchain, language: str, arguments: Sequence[str]) -> int:
    """Compile, link, or both; return the exit status."""
    if "--version" in arguments:
        print(VERSION.format(emscripten=toolchain.emscripten_version))
        return 0
    if any("-Wl,--version" in word for word in arguments):
        print(LINKER_VERSION.format(llvm=toolchain.llvm_version))
        return 0
    kept = [word for word in arguments if not DROPPED.match(word)]
    clang = clang_command(toolchain, language)
    if not is_link(kept):
        os.execv(clang[0], [*clang, *kept])
    link = parse_link(kept)
    temporaries = [object_of(link.output, index) for index in range(len(link.sources))]
    try:
        for source, temporary in zip(link.sources, temporaries, strict=True):
            status = subprocess.call([*clang, *link.compile_flags, "-c", source, "-o", temporary])
            if status != 0:
                return status
        linked = subprocess.run(linker_command(toolchain, link), stderr=subprocess.PIPE, text=True, check=False)
    finally:
        for temporary in temporaries:
            Path(temporary).unlink(missing_ok=True)
    lines = [line for line in linked.stderr.splitlines() if not EXPECTED_LINKER_NOISE.search(line)]
    sys.stderr.write("".join(f"{line}\n" for line in lines))
    return linked.returncode


if __name__ == "__main__":
    _toolchain = Toolchain(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    sys.exit(main(_toolchain, sys.argv[2], sys.argv[3:]))
