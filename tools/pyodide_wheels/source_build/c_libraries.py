"""Pillow's C libraries, as static archives in `work.prefix`: what TIFF files, and JPEG inside them, are read with."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from tools.process import Word, run
from tools.pyodide_wheels.source_build.archives import extract
from tools.pyodide_wheels.source_build.fetch import fetch_c_library
from tools.pyodide_wheels.source_build.recipe import JPEG, TIFF, ZLIB, PoolSource
from tools.pyodide_wheels.source_build.workspace import Workspace

ZLIB_UNITS = (
    "adler32",
    "compress",
    "crc32",
    "deflate",
    "infback",
    "inffast",
    "inflate",
    "inftrees",
    "trees",
    "uncompr",
    "zutil",
)


def build_c_libraries(work: Workspace) -> None:
    """Build zlib, libjpeg-turbo and libtiff, in the order in which they need each other."""
    (work.prefix / "lib").mkdir(parents=True, exist_ok=True)
    (work.prefix / "include").mkdir(exist_ok=True)
    _zlib(work)
    _cmake(
        work,
        JPEG,
        ["ENABLE_SHARED=0", "WITH_SIMD=0", "WITH_TURBOJPEG=0", "WITH_TOOLS=0", "WITH_TESTS=0"],
    )
    left_out = ("tools", "tests", "contrib", "docs")
    codecs = ("libdeflate", "lzma", "zstd", "lerc", "jbig", "webp", "cxx")
    _cmake(
        work,
        TIFF,
        [
            *(f"tiff-{name}=OFF" for name in left_out),
            *(f"{name}=OFF" for name in codecs),
            f"ZLIB_LIBRARY={work.prefix}/lib/libz.a",
            f"ZLIB_INCLUDE_DIR={work.prefix}/include",
            f"JPEG_LIBRARY={work.prefix}/lib/libjpeg.a",
            f"JPEG_INCLUDE_DIR={work.prefix}/include",
        ],
    )


def _unpack(work: Workspace, source: PoolSource) -> Path:
    archive = fetch_c_library(work, source)
    destination = work.sources / source.name
    shutil.rmtree(destination, ignore_errors=True)
    extract(archive, destination, strip=1)
    return destination


def _zlib(work: Workspace) -> None:
    """Compile zlib without its configure script, which wants to run what it compiles."""
    source = _unpack(work, ZLIB)
    work.step.item("zlib")
    log = work.log("zlib")
    for unit in ZLIB_UNITS:
        command: list[Word] = [work.bin / "cc", "-O2", "-DHAVE_UNISTD_H=1", "-c", f"{unit}.c", "-o", f"{unit}.o"]
        run(command, work.step, log, cwd=source)
    archive = work.prefix / "lib" / "libz.a"
    archive.unlink(missing_ok=True)
    run([work.bin / "ar", "rcsD", archive, *(f"{unit}.o" for unit in ZLIB_UNITS)], work.step, log, cwd=source)
    for header in ("zlib.h", "zconf.h"):
        shutil.copy(source / header, work.prefix / "include")


def _cmake(work: Workspace, source: PoolSource, settings: Iterable[str]) -> None:
    """Build a library with the library's own CMake files, one program at a time: numpy's build runs beside it."""
    folder = _unpack(work, source)
    work.step.item(source.name)
    build = work.root / f"build-{source.name}"
    shutil.rmtree(build, ignore_errors=True)
    common = [
        "CMAKE_SYSTEM_NAME=Generic",
        "CMAKE_SYSTEM_PROCESSOR=wasm32",
        "UNIX=1",
        f"CMAKE_C_COMPILER={work.bin / 'cc'}",
        f"CMAKE_CXX_COMPILER={work.bin / 'c++'}",
        f"CMAKE_AR={work.bin / 'ar'}",
        f"CMAKE_RANLIB={work.bin / 'ranlib'}",
        f"CMAKE_MAKE_PROGRAM={work.venv / 'bin' / 'ninja'}",
        "CMAKE_BUILD_TYPE=Release",
        "CMAKE_C_FLAGS_RELEASE=-O2",
        f"CMAKE_INSTALL_PREFIX={work.prefix}",
        f"CMAKE_FIND_ROOT_PATH={work.prefix}",
        "BUILD_SHARED_LIBS=OFF",
        "CMAKE_POLICY_VERSION_MINIMUM=3.5",
    ]
    cmake = work.venv / "bin" / "cmake"
    definitions = [f"-D{setting}" for setting in (*common, *settings)]
    log = work.log(source.name)
    run([cmake, "-G", "Ninja", "-S", folder, "-B", build, *definitions], work.step, log)
    run([cmake, "--build", build, "-j", "1"], work.step, log)
    run([cmake, "--install", build], work.step, log)
