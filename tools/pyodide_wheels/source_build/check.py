"""Proof that the wheels fit: every name that they import exists in Pyodide, and they compute right there."""

import zipfile
from collections.abc import Iterable
from pathlib import Path

from tools.errors import SetupError
from tools.process import run
from tools.pyodide_wheels.source_build.wasm_module import read_names
from tools.pyodide_wheels.source_build.workspace import Workspace

# What the dynamic linker itself gives to every extension module.
LINKER_NAMES = frozenset({"memory", "__indirect_function_table", "__memory_base", "__table_base", "__stack_pointer"})
SMOKE_TEST = Path(__file__).parent / "smoke.mjs"


def check_wheels(work: Workspace) -> None:
    """Raise `SetupError` unless the wheels in `work.wheels` load and work in Pyodide."""
    wheels = sorted(work.wheels.glob("*.whl"))
    work.step.item("imported names")
    provided = frozenset(work.symbols.read_text().split()) | LINKER_NAMES
    for wheel in wheels:
        if missing := unresolved(extension_modules(wheel), provided):
            listed = "; ".join(f"{module}: {', '.join(sorted(names))}" for module, names in missing.items())
            raise SetupError(f"{wheel.name} imports what Pyodide does not provide: {listed}.", "Report this as a bug.")
    work.step.item("numbers, in Pyodide")
    run(["node", SMOKE_TEST, work.pyodide, *wheels], work.step, work.log("check"))


def extension_modules(wheel: Path) -> Iterable[tuple[str, bytes]]:
    """Yield name and content of each extension module in a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith(".so"):
                yield name, archive.read(name)


def unresolved(modules: Iterable[tuple[str, bytes]], provided: frozenset[str]) -> dict[str, frozenset[str]]:
    """Return, for each module that has any, the imported names that neither it nor `provided` offers."""
    found = {}
    for name, content in modules:
        border = read_names(content)
        if missing := border.imports - border.exports - provided:
            found[name] = missing
    return found
