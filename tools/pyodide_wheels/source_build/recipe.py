"""What is built from what: versions, packages, and the digest that identifies the result."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

LLVM_VERSION = "19"
EMSCRIPTEN_VERSION = "5.0.3"
PYTHON_VERSION = "3.14"
PLATFORM_TAG = "pyemscripten_2026_0_wasm32"
PYTHON_TAG = "cp314"
SYSCONFIG_MODULE = "_sysconfigdata__emscripten_wasm32-emscripten"

# Programs of the machine that builds: from its own Debian release.
HOST_PACKAGES = (
    f"clang-{LLVM_VERSION}",
    f"lld-{LLVM_VERSION}",
    f"llvm-{LLVM_VERSION}",
    f"libllvm{LLVM_VERSION}",
    f"libclang-cpp{LLVM_VERSION}",
    f"libclang-common-{LLVM_VERSION}-dev",
    "patch",
)
# Shared libraries that those programs need and that a small installation may lack.
HOST_LIBRARIES = {
    "libbsd.so.0": "libbsd0",
    "libedit.so.2": "libedit2",
    "libffi.so.8": "libffi8",
    "libicudata.so.72": "libicu72",
    "libicudata.so.76": "libicu76",
    "libicuuc.so.72": "libicu72",
    "libicuuc.so.76": "libicu76",
    "liblzma.so.5": "liblzma5",
    "libmd.so.0": "libmd0",
    "libstdc++.so.6": "libstdc++6",
    "libtinfo.so.6": "libtinfo6",
    "libxml2.so.2": "libxml2",
    "libz.so.1": "zlib1g",
    "libz3.so.4": "libz3-4",
    "libzstd.so.1": "libzstd1",
}
# Headers only; no other Debian release has these versions.
HEADER_SUITE = "forky"
HEADER_PACKAGES = ("emscripten", f"libpython{PYTHON_VERSION}-dev")
# Pillow's C libraries, with Debian's security patches.
SOURCE_SUITE = "trixie"
SOURCE_PACKAGES = ("zlib", "libjpeg-turbo", "tiff", "libwebp", "freetype")


@dataclass(frozen=True)
class Sdist:
    """A source distribution on PyPI."""

    name: str
    version: str
    sha256: str

    @property
    def folder(self) -> str:
        """The name of the folder inside the archive."""
        return f"{self.name}-{self.version}"


NUMPY = Sdist("numpy", "2.4.6", "f3a3570c4a2a16746ac2c31a7c7c7b0c186b95ce902e33db6f28094ed7387dda")
PILLOW = Sdist("pillow", "12.2.0", "a830b1a40919539d07806aa58e1b114df53ddd43213d9c8b75847eee6c0182b5")
PYCLIPPER = Sdist("pyclipper", "1.4.0", "9882bd889f27da78add4dd6f881d25697efc740bf840274e749988d25496c8e1")
SDISTS = (PYCLIPPER, PILLOW, NUMPY)


def recipe_digest(pyodide_folder: Path) -> str:
    """Return a hash over this package, the locked build tools and the version of Pyodide that is built for."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(path for path in here.iterdir() if path.suffix in {".py", ".mjs", ".h"}):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    for path in (build_tools(), pyodide_folder / "pyodide-lock.json"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def build_tools() -> Path:
    """Return the lock file of the Python packages that build the wheels."""
    return Path(__file__).parents[3] / "requirements" / "wheels.txt"
