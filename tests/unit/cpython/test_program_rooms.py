"""The rooms of the project: which folder may use which, so that none needs one that needs it back."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[3]

MAY_USE: Final = {
    "py_ocr": set[str](),
    "tools": set[str](),
    "kernels": set[str](),
    "models": {"py_ocr", "tools"},
    "measure": {"py_ocr", "tools", "kernels", "models"},
    "tests": {"py_ocr", "tools", "kernels", "models", "measure"},
}
"""The folders that a folder's modules may import from, besides its own."""

PROGRAMS: Final = (
    "accuracy",
    "backends",
    "bench",
    "browsers",
    "documents",
    "fuzz",
    "kernels",
    "kills",
    "mutate",
    "soak",
)
"""The folders of measure/ that are a command each. They share what lies beside them, and do not know each other."""


def modules_of(folder: str) -> list[Path]:
    paths = sorted((ROOT / folder).rglob("*.py"))
    assert paths, f"{folder} has no modules"
    return paths


def imports_of(path: Path) -> Iterator[str]:
    """Give the dotted name of every module that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def trespasses(folder: str, allowed: set[str], watched: set[str]) -> dict[str, set[str]]:
    """Return, by file of `folder`, the top-level names of `watched` that it imports and `allowed` lacks."""
    found = {
        path.relative_to(ROOT).as_posix(): {name.partition(".")[0] for name in imports_of(path)} & watched - allowed
        for path in modules_of(folder)
    }
    return {path: names for path, names in found.items() if names}


@pytest.mark.parametrize("room", MAY_USE)
def test_a_room_uses_only_those_that_do_not_use_it(room: str) -> None:
    assert trespasses(room, MAY_USE[room] | {room}, set(MAY_USE)) == {}


def test_every_folder_with_python_has_its_place() -> None:
    found = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert found == set(MAY_USE)


def test_the_set_up_runs_on_the_standard_library_alone() -> None:
    # What lies in metadata_stub is a build system for pip, which runs it in an environment of its own.
    modules = [path for path in modules_of("tools") if "metadata_stub" not in path.parts]
    imported = {name.partition(".")[0] for path in modules for name in imports_of(path)}
    assert "json" in imported
    assert imported - sys.stdlib_module_names == {"tools"}


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_measures_does_not_know_what_else_measures(program: str) -> None:
    others = tuple(f"measure.{other}." for other in PROGRAMS if other != program)
    for path in modules_of(f"measure/{program}"):
        assert [name for name in imports_of(path) if f"{name}.".startswith(others)] == [], path.name


def test_what_the_programs_share_knows_none_of_them() -> None:
    shared = [path for path in modules_of("measure") if path.relative_to(ROOT / "measure").parts[0] not in PROGRAMS]
    programs = tuple(f"measure.{program}." for program in PROGRAMS)
    assert shared
    for path in shared:
        assert [name for name in imports_of(path) if f"{name}.".startswith(programs)] == [], path.name
