"""Pillow's C libraries, as static archives in `work.prefix`."""

import os
import shutil
from collections.abc import Iterable

from tools.process import Word, run
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
    """Build zlib, libjpeg-turbo, libwebp, tiff and freetype, in the order in which they need each other."""
    (work.prefix / "lib").mkdir(parents=True, exist_ok=True)
    (work.prefix / "include").mkdir(exist_ok=True)
    _zlib(work)
    _cmake(work, "libjpeg-turbo", ["ENABLE_SHARED=0", "WITH_SIMD=0", "WITH_TURBOJPEG=0"])
    programs = ("ANIM_UTILS", "CWEBP", "DWEBP", "GIF2WEBP", "IMG2WEBP", "VWEBP", "WEBPINFO", "WEBPMUX", "EXTRAS")
    _cmake(
        work,
        "libwebp",
        [*(f"WEBP_BUILD_{name}=OFF" for name in programs), "WEBP_ENABLE_SIMD=OFF", "WEBP_USE_THREAD=OFF"],
    )
    _fold_sharpyuv_into_webp(work)
    left_out = ("tools", "tests", "contrib", "docs")
    codecs = ("libdeflate", "lzma", "zstd", "lerc", "jbig", "webp", "cxx")
    _cmake(
        work,
        "tiff",
        [
            *(f"tiff-{name}=OFF" for name in left_out),
            *(f"{name}=OFF" for name in codecs),
            f"ZLIB_LIBRARY={work.prefix}/lib/libz.a",
            f"ZLIB_INCLUDE_DIR={work.prefix}/include",
            f"JPEG_LIBRARY={work.prefix}/lib/libjpeg.a",
            f"JPEG_INCLUDE_DIR={work.prefix}/include",
        ],
    )
    optional = ("ZLIB", "BZIP2", "PNG", "HARFBUZZ", "BROTLI")
    _cmake(work, "freetype", [f"FT_DISABLE_{name}=ON" for name in optional])


def _zlib(work: Workspace) -> None:
    """Compile zlib without its configure script, which wants to run what it compiles."""
    work.step.item("zlib")
    source = work.sources / "zlib"
    log = work.log("zlib")
    for unit in ZLIB_UNITS:
        command: list[Word] = [work.bin / "cc", "-O2", "-DHAVE_UNISTD_H=1", "-c", f"{unit}.c", "-o", f"{unit}.o"]
        run(command, work.step, log, cwd=source)
    archive = work.prefix / "lib" / "libz.a"
    archive.unlink(missing_ok=True)
    run([work.bin / "ar", "rcs", archive, *(f"{unit}.o" for unit in ZLIB_UNITS)], work.step, log, cwd=source)
    for header in ("zlib.h", "zconf.h"):
        shutil.copy(source / header, work.prefix / "include")


def _cmake(work: Workspace, name: str, settings: Iterable[str]) -> None:
    work.step.item(name)
    build = work.root / f"build-{name}"
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
    log = work.log(name)
    run([cmake, "-G", "Ninja", "-S", work.sources / name, "-B", build, *definitions], work.step, log)
    run([cmake, "--build", build, "-j", str(os.cpu_count() or 1)], work.step, log)
    run([cmake, "--install", build], work.step, log)


def _fold_sharpyuv_into_webp(work: Workspace) -> None:
    """Move libwebp's helper library into it: Pillow names -lwebp only."""
    library = work.prefix / "lib"
    objects = work.root / "sharpyuv-objects"
    shutil.rmtree(objects, ignore_errors=True)
    objects.mkdir()
    log = work.log("libwebp")
    run([work.bin / "ar", "x", library / "libsharpyuv.a"], work.step, log, cwd=objects)
    run([work.bin / "ar", "rs", library / "libwebp.a", *sorted(objects.iterdir())], work.step, log)
