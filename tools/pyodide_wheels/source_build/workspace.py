"""The folder that a build from source works in."""

from dataclasses import dataclass
from pathlib import Path

from tools.progress import StepProgress


@dataclass(frozen=True)
class Workspace:
    """Every folder of the build, and the display of its progress."""

    root: Path
    pyodide: Path
    step: StepProgress

    @property
    def downloads(self) -> Path:
        """Everything that comes from outside, as it came."""
        return self.root / "downloads"

    @property
    def compiler(self) -> Path:
        """The unpacked compiler: `zig`, which is clang, wasm-ld and llvm-ar, and `lib` with its headers."""
        return self.root / "compiler"

    @property
    def sources(self) -> Path:
        """Unpacked sdists and C library sources."""
        return self.root / "sources"

    @property
    def venv(self) -> Path:
        """The environment of the build tools."""
        return self.root / "venv"

    @property
    def sysroot(self) -> Path:
        """The headers of C, POSIX and C++ for Emscripten."""
        return self.root / "sysroot"

    @property
    def python_headers(self) -> Path:
        """CPython's headers with Pyodide's pyconfig.h."""
        return self.root / "python-headers"

    @property
    def sysconfig(self) -> Path:
        """The build variables of Pyodide's Python, as a module."""
        return self.root / "sysconfig"

    @property
    def bin(self) -> Path:
        """cc, c++, ar, ranlib."""
        return self.root / "bin"

    @property
    def prefix(self) -> Path:
        """Where the C libraries are installed."""
        return self.root / "prefix"

    @property
    def wheels(self) -> Path:
        """The finished wheels."""
        return self.root / "wheels"

    @property
    def symbols(self) -> Path:
        """The names that Pyodide's main module provides, one per line."""
        return self.root / "symbols.txt"

    def log(self, name: str) -> Path:
        """Return the log file of a stage."""
        return self.root / "logs" / f"{name}.log"
