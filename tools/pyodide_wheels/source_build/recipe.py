"""What is built from what: versions, where each part comes from with its sha256, and the digest of all of it.

Nothing here moves: PyPI keeps every file, and each archive from Debian's pool is pinned with others to fall back on.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

EMSCRIPTEN_VERSION = "5.0.3"
PYTHON_VERSION = "3.14"
PLATFORM_TAG = "pyemscripten_2026_0_wasm32"
PYTHON_TAG = "cp314"
EXTENSION_SUFFIX = ".cpython-314-wasm32-emscripten.so"
SYSCONFIG_MODULE = "_sysconfigdata__emscripten_wasm32-emscripten"
# All dates inside the wheels, and the dates of their members: 2026-01-01.
BUILD_DATE_EPOCH_S = 1767225600

# The compiler, musl's and libc++'s headers: this wheel carries clang, wasm-ld and llvm-ar, the same on every machine.
COMPILER = "ziglang"
LLVM_VERSION = "19"


@dataclass(frozen=True)
class Sdist:
    """A source distribution on PyPI."""

    name: str
    version: str
    sha256: str
    unused: tuple[str, ...] = ()
    """Folders that are not unpacked: thousands of files that no build reads."""

    @property
    def folder(self) -> str:
        """The name of the folder inside the archive."""
        return f"{self.name}-{self.version}"


NUMPY = Sdist(
    "numpy",
    "2.4.6",
    "f3a3570c4a2a16746ac2c31a7c7c7b0c186b95ce902e33db6f28094ed7387dda",
    ("doc", "benchmarks", "vendored-meson/meson/test cases"),
)
PILLOW = Sdist(
    "pillow",
    "12.2.0",
    "a830b1a40919539d07806aa58e1b114df53ddd43213d9c8b75847eee6c0182b5",
    ("Tests", "docs"),
)
PYCLIPPER = Sdist("pyclipper", "1.4.0", "9882bd889f27da78add4dd6f881d25697efc740bf840274e749988d25496c8e1")
SDISTS = (NUMPY, PYCLIPPER, PILLOW)


@dataclass(frozen=True)
class PoolFile:
    """A file of Debian's package pool: its path there, and its sha256."""

    path: str
    sha256: str

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.path.rsplit("/", 1)[-1]


@dataclass(frozen=True)
class PoolSource:
    """What any of several pinned files gives: the first that is still there is taken.

    The first one makes the pinned wheels. The others are older; a stable suite keeps them in the pool for years.
    """

    name: str
    files: tuple[PoolFile, ...]


# Upstream's own archives, without Debian's patches: the first of each is new enough to need none of them for security.
ZLIB = PoolSource(
    "zlib",
    (
        PoolFile(
            "main/z/zlib/zlib_1.3.dfsg+really1.3.2.orig.tar.gz",
            "7b6903eb019983987b7112eccf90f1703f1c6c0e0cede36564bf611d19ca579d",
        ),
        PoolFile(
            "main/z/zlib/zlib_1.3.dfsg+really1.3.1.orig.tar.gz",
            "60dd315c07f616887caa029408308a018ace66e3d142726a97db164b3b8f69fb",
        ),
    ),
)
JPEG = PoolSource(
    "libjpeg-turbo",
    (
        PoolFile(
            "main/libj/libjpeg-turbo/libjpeg-turbo_3.1.3.orig.tar.gz",
            "3a13a5ba767dc8264bc40b185e41368a80d5d5f945944d1dbaa4b2fb0099f4e5",
        ),
        PoolFile(
            "main/libj/libjpeg-turbo/libjpeg-turbo_2.1.5.orig.tar.gz",
            "254f3642b04e309fee775123133c6464181addc150499561020312ec61c1bf7c",
        ),
    ),
)
TIFF = PoolSource(
    "tiff",
    (
        PoolFile(
            "main/t/tiff/tiff_4.7.2.orig.tar.bz2",
            "c5086d8f7c5ba51ca98241f24a8bd1cb66218c399077aeccbf6a236cf3152acc",
        ),
        PoolFile(
            "main/t/tiff/tiff_4.7.0.orig.tar.bz2",
            "2b8b5c4e79cb2a4651796602e45d6179b7f18bc283feab417b8e881ef7e81862",
        ),
    ),
)
C_LIBRARIES = (ZLIB, JPEG, TIFF)

# CPython's headers. Its ABI is frozen within 3.14; these packages move on, so that any 3.14 that the archive's
# signed indexes name is taken where all pinned ones are gone, and `headers.py` judges whether it fits.
PYTHON_HEADERS = PoolSource(
    f"libpython{PYTHON_VERSION}-dev",
    (
        PoolFile(
            "main/p/python3.14/libpython3.14-dev_3.14.8-1_amd64.deb",
            "86249e59881a141029423a718e766fe0d3fd076de3cecc1127156e540cb1c905",
        ),
        PoolFile(
            "main/p/python3.14/libpython3.14-dev_3.14.10-1_amd64.deb",
            "ce226a5a09bd3739123b95c5a41688ee3110651e6b4f9b22973a27c7be2f64fa",
        ),
    ),
)
PYTHON_HEADER_SUITES = ("forky", "sid", "testing", "stable")


def recipe_digest(pyodide_folder: Path) -> str:
    """Return a hash over this package, the locked build tools and the version of Pyodide that is built for."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(path for path in here.rglob("*") if path.suffix in {".py", ".mjs", ".h"}):
        digest.update(path.relative_to(here).as_posix().encode() + b"\0" + path.read_bytes())
    for path in (build_tools(), pyodide_folder / "pyodide-lock.json"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def build_tools() -> Path:
    """Return the lock file of the Python packages that build the wheels."""
    return Path(__file__).parents[3] / "requirements" / "wheels.txt"
