"""The rooms of the browser side: a folder of web/src for each program, and which of them may import which.

That the worker touches no document, and the page no worker's globals, is for the compiler to say: each thread has a
tsconfig.json with its own libraries. This is what the compiler does not know.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

import pytest

from tools.commands.check import TYPESCRIPT

ROOT: Final = Path(__file__).parents[3]
WEB: Final = ROOT / "web" / "src"

ROOMS: Final[dict[str, set[str]]] = {
    "shared": set(),
    "spawn": {"shared"},
    "line-worker": {"shared"},
    "worker": {"shared", "spawn", "line-worker"},
    "words": set(),
    "documents": {"shared"},
    "client": {"shared", "spawn", "documents"},
    "element": {"shared", "client", "words"},
    "page": {"shared", "spawn", "documents", "client", "element", "words"},
    "service-worker": {"shared"},
    "playwright": {"shared", "client"},
}
"""What each room may import besides itself. Types count, too: who needs a word has to live where it is spoken."""

GLOBALS: Final[dict[str, tuple[str, ...]]] = {
    "shared": (),
    "spawn": ("WebWorker",),
    "line-worker": ("WebWorker",),
    "worker": ("WebWorker",),
    "service-worker": ("WebWorker",),
    "playwright": ("DOM", "DOM.Iterable", "DOM.AsyncIterable"),
    "": ("DOM", "DOM.Iterable", "DOM.AsyncIterable"),
}
"""What exists beside the language, by the folder whose tsconfig.json says so; the main thread's is that of web/src."""

RUNTIMES: Final = {
    "worker": {"pyodide", "onnxruntime-web"},
    "line-worker": {"onnxruntime-web"},
    "documents": {"@zip.js", "pdfjs-dist"},
    # It runs in Node, in tests.
    "playwright": {
        "@playwright",
        "node:child_process",
        "node:fs",
        "node:http",
        "node:net",
        "node:path",
        "node:readline",
        "node:url",
    },
}
"""Packages of many megabytes, which the main thread must never load with the page: documents come when asked for."""

LATE: Final = {"documents/pdf-pages.ts", "documents/pdf-text.ts", "documents/pdf-worker.ts", "documents/zip-pages.ts"}
"""What is a bundle of its own, fetched when the first such file comes; nobody may import it but for its types."""

IMPORT: Final = re.compile(
    r"""^(?:import|export)\s[^;'"]*?\bfrom\s+["'](?P<static>[^"']+)["']"""
    r"""|^import\s+["'](?P<effect>[^"']+)["']"""
    r"""|\bimport\(\s*["'](?P<call>[^"']+)["']""",
    re.MULTILINE,
)


def imports(source: str) -> Iterator[str]:
    """Return what a module imports, for its values or for its types only."""
    for match in IMPORT.finditer(source):
        yield match["static"] or match["effect"] or match["call"]


def graph() -> dict[str, set[str]]:
    """Return for each module, as `room/name.ts`, what it imports: modules of web/src likewise, packages by name."""
    paths = sorted(path for path in WEB.rglob("*.ts") if not path.name.endswith(".d.ts"))
    assert len(paths) > len(ROOMS)
    return {
        path.relative_to(WEB).as_posix(): {
            resolved for name in imports(path.read_text(encoding="utf-8")) for resolved in resolve(path, name)
        }
        for path in paths
    }


def resolve(path: Path, name: str) -> Iterator[str]:
    """Return what `name` means in the file `path`; style sheets are no modules."""
    if not name.startswith("."):
        yield name
    elif name.endswith(".js"):
        target = (path.parent / name).resolve().with_suffix(".ts")
        assert target.is_file(), f"{path.name} imports {name}, which is not there"
        yield target.relative_to(WEB).as_posix()
    else:
        assert name.endswith((".css", ".json")), (
            f"{path.name} imports {name}: modules are imported by their name with .js"
        )


def room_of(module: str) -> str:
    return PurePosixPath(module).parts[0]


def test_every_module_is_in_a_room() -> None:
    assert list(WEB.glob("*.ts")) == []
    assert {room_of(module) for module in graph()} == set(ROOMS), "give the new folder its place in ROOMS"


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_room_imports_only_from_rooms_below_it(room: str) -> None:
    arrows = [(module, other) for module, others in graph().items() if room_of(module) == room for other in others]
    trespassing = [
        f"{module} -> {other}"
        for module, other in arrows
        if other.endswith(".ts") and room_of(other) not in ROOMS[room] | {room}
    ]
    assert trespassing == []


def test_only_the_workers_import_packages() -> None:
    imported: dict[str, set[str]] = {}
    for module, others in graph().items():
        packages = {PurePosixPath(other).parts[0] for other in others if not other.endswith(".ts")}
        if packages:
            imported.setdefault(room_of(module), set()).update(packages)
    assert imported == RUNTIMES


def test_no_module_imports_itself_by_way_of_others() -> None:
    left = {module: {other for other in others if other.endswith(".ts")} for module, others in graph().items()}
    while free := {module for module, others in left.items() if not others}:
        left = {module: others - free for module, others in left.items() if module not in free}
    assert left == {}, "these import each other in a circle"


def tsconfig(folder: Path) -> dict[str, Any]:
    """Return what a tsconfig.json says itself; its comments have lines of their own."""
    text = (folder / "tsconfig.json").read_text(encoding="utf-8")
    config: dict[str, Any] = json.loads(re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE))
    return config


@pytest.mark.parametrize("folder", sorted(GLOBALS))
def test_each_thread_is_checked_with_its_own_globals(folder: str) -> None:
    options = tsconfig(WEB / folder).get("compilerOptions", {})
    assert tuple(options.get("lib", ["ES2023"])) == ("ES2023", *GLOBALS[folder])


def test_every_room_is_checked_as_part_of_one_thread() -> None:
    included = tsconfig(WEB)["include"] + [folder for folder in GLOBALS if folder]
    assert sorted(included) == sorted(ROOMS)
    assert all(tsconfig(WEB / folder)["include"] == ["."] for folder in GLOBALS if folder)
    configured = {path.parent for path in WEB.rglob("tsconfig.json")} | {ROOT}
    assert {ROOT / folder for folder in TYPESCRIPT.values()} == configured


def test_imports_are_found_in_every_form() -> None:
    source = """
import "./effect.js";
import type { A } from "./type.js";
import {
  type B,
  c,
} from "./lines.js";
import css from "./sheet.css" with { type: "text" };
export type * from "./again.js";
export { d } from "./given.js";
const e = await import("./late.js");
type F = import("./inline.js").F;
const text = "import nothing from './nowhere.js'";
"""
    assert list(imports(source)) == [
        *("./effect.js", "./type.js", "./lines.js", "./sheet.css"),
        *("./again.js", "./given.js", "./late.js", "./inline.js"),
    ]


def test_what_is_fetched_late_is_bundled_nowhere_else() -> None:
    value_imports = {
        (path.relative_to(WEB).as_posix(), target)
        for path in WEB.rglob("*.ts")
        for line in re.findall(r"^import (?!type).*?;", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
        for name in imports(line)
        for target in resolve(path, name)
        if target in LATE
    }
    assert {(module, target) for module, target in value_imports if module not in LATE} == set()
