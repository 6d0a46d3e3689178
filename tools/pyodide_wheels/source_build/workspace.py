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
    def apt(self) -> Path:
        """State of a private apt: package lists and configuration."""
        return self.root / "apt"

    @property
    def host(self) -> Path:
        """Unpacked Debian packages: compiler, headers."""
        return self.root / "host"

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
        """Emscripten's headers."""
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

    @property
    def llvm_bin(self) -> Path:
        """The folder of clang, wasm-ld and llvm-ar."""
        return next((self.host / "usr" / "lib").glob("llvm-*")) / "bin"

    @property
    def host_libraries(self) -> str:
        """LD_LIBRARY_PATH for the unpacked programs."""
        usr = self.host / "usr" / "lib"
        folders = [*usr.glob("*-linux-gnu"), *(self.host / "lib").glob("*-linux-gnu")]
        return ":".join(str(folder) for folder in folders)

    def log(self, name: str) -> Path:
        """Return the log file of a stage."""
        return self.root / "logs" / f"{name}.log"
