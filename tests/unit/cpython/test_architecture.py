"""The shape of the source: who may import whom, and how long a file may be.

The rooms are those of the design: planes know nothing of models, stages nothing of the engine, the engine nothing of
where models run, and what runs models nothing of the engine.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

import pytest

ROOT: Final = Path(__file__).parents[3]
PACKAGE: Final = ROOT / "py_ocr"

HARD_CAP_LINES: Final = 400

ENGINE_CAP_LINES: Final = 300
"""Shorter in the package that every visitor loads, and that people read first."""


class Room(NamedTuple):
    """Modules that belong together, and the rooms whose modules they may import."""

    members: set[str]
    uses: tuple[str, ...]


_COMPOSING: Final = ("vocabulary", "planes", "readings", "engine", "export", "watching", "adapters", "running")
_STAGES: Final = ("vocabulary", "planes", "labels", "asking", "readings")

ROOMS: Final[Mapping[str, Room]] = {
    # What the stages hand to each other.
    "vocabulary": Room(
        {"types", "errors", "session", "in_flight", "parameters", "json_fields", "calibration", "model_spec"}, ()
    ),
    # What pixels and planes can do, without a model.
    "planes": Room(
        {
            "image",
            "scaling",
            "tiff_parts",
            "upright",
            "decode",
            "foreign_files",
            "heic",
            "geometry",
            "components",
            "ink",
            "lone",
            "cutting",
            "text_map",
            "stacks",
            "tiles",
            "ruling",
            "glance",
        },
        ("vocabulary",),
    ),
    # What labels mean.
    "labels": Room({"alphabets", "ctc", "languages", "variants"}, ("vocabulary",)),
    # The stages that ask a model.
    "asking": Room(
        {
            "alternatives",
            "attempts",
            "passages",
            "detection",
            "crop",
            "orientation",
            "batches",
            "recognition",
            "profiles",
            "condensed",
            "reading",
            "vertical",
            "leaders",
            "first_look",
        },
        ("vocabulary", "planes", "labels"),
    ),
    # What becomes of readings.
    "readings": Room(
        {
            "lines",
            "repeats",
            "spacing",
            "shapes",
            "lookalikes",
            "marks",
            "mrz",
            "initials",
            "rejection",
            "unread",
            "layout",
            "columns",
            "drafts",
            "embedded",
            "streaming",
        },
        ("vocabulary", "planes", "labels", "asking"),
    ),
    "engine": Room({"engine", "tuning"}, _STAGES),
    "export": Room(
        {
            "document",
            "tables",
            "export.formats",
            "export.furigana",
            "export.json",
            "export.markup",
            "export.parse",
            "export.pdf",
            "export.pdf_font",
            "export.pdf_increment",
            "export.pdf_pictures",
            "export.prose",
            "export.text",
            "export.word_places",
        },
        ("vocabulary", "planes", "labels"),
    ),
    # Which backend runs, and how it is watched: by its sessions, whatever an engine makes of them.
    "watching": Room(
        {
            "golden",
            "backends.backend",
            "backends.checked",
            "backends.guards",
            "backends.kernels",
            "backends.measuring",
            "backends.onnx_runtime",
            "backends.operators",
            "backends.policy",
            "backends.self_check",
        },
        ("vocabulary",),
    ),
    # Each of them owns one runtime.
    "adapters": Room(
        {
            "backends.native",
            "backends.web",
            "backends.torch.backend",
            "backends.torch.fusion",
            "backends.torch.graph",
            "backends.torch.image_operators",
            "backends.torch.operators",
            "backends.torch.program",
            "backends.torch.session",
        },
        ("vocabulary", "watching"),
    ),
    "running": Room({"backends.running"}, ("vocabulary", "planes", "readings", "engine", "watching")),
    # Who composes an engine: in CPython, and in a worker.
    "native": Room({"native", "parallel"}, (*_COMPOSING, "documents")),
    "web": Room({"web_entry"}, _COMPOSING),
    "api": Room({"api.source", "api.page", "api.warm", "api.many", "api.reader"}, (*_COMPOSING, "native", "documents")),
    # Files with many pages, made ready page by page, in CPython.
    "documents": Room(
        {
            "documents.opening",
            "documents.page_range",
            "documents.page_source",
            "documents.pdf",
            "documents.reading",
        },
        ("vocabulary", "planes", "readings", "export"),
    ),
    "commands": Room(
        {
            "cli.arguments",
            "cli.batch",
            "cli.choices",
            "cli.output",
            "cli.progress",
            "cli.standard_input",
        },
        ("vocabulary", "planes", "labels", "engine", "watching", "native", "export", "documents"),
    ),
    "servers": Room(
        {"serve.protocol", "serve.stdio", "serve.http", "serve.command"},
        (*_COMPOSING, "native", "api", "commands"),
    ),
    # For tests of pages: they need an installed pytest, and Playwright.
    "testing": Room({"testing.reading", "testing.ocr", "testing.expectation", "testing.plugin"}, ("vocabulary", "api")),
    "main": Room({"__main__"}, ("export", "documents", "vocabulary", "engine", "native", "commands", "servers")),
}
"""Each module of the package in its room."""

_PYTORCH: Final = {
    f"backends.torch.{name}" for name in ("fusion", "graph", "image_operators", "operators", "program", "session")
}

OWNERS: Final[Mapping[str, set[str]]] = {
    "onnxruntime": {"backends.onnx_runtime"},
    "torch": _PYTORCH,
    "onnx": _PYTORCH,
    "pypdf": {"export.pdf", "export.pdf_increment", "export.pdf_pictures"},
    "pypdfium2": {"documents.pdf"},
    "pyodide": {"backends.web"},
    "py_ocr_bridge": {"backends.web"},
    "js": set(),
    "py_ocr.backends.native": {"native"},
    "py_ocr.backends.torch": {"native", "backends.torch.backend", *_PYTORCH},
    "py_ocr.backends.web": {"web_entry"},
}
"""What only these modules may import."""


def python_imports(path: Path) -> set[str]:
    """Return every module that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            module = node.module or ""
            names = {f"{module}.{alias.name}" for alias in node.names}
            found |= {name if module_path(name).is_file() else module for name in names}
    return found


def module_path(name: str) -> Path:
    return ROOT / Path(*name.split(".")).with_suffix(".py")


def modules() -> dict[str, Path]:
    """Return the modules of py_ocr by their name within it; packages' own files hold no code to order."""
    paths = [path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py"]
    assert paths
    return {".".join(path.relative_to(PACKAGE).with_suffix("").parts): path for path in paths}


def inner_imports() -> dict[str, set[str]]:
    """Return for each module of py_ocr the modules of py_ocr that it imports."""
    return {
        name: {other.removeprefix("py_ocr.") for other in python_imports(path) if other.startswith("py_ocr.")}
        for name, path in modules().items()
    }


def test_every_module_has_one_room() -> None:
    housed = [name for room in ROOMS.values() for name in room.members]
    assert sorted(housed) == sorted(modules()), "give the new module its room"


@pytest.mark.parametrize("name", sorted(modules()))
def test_modules_import_only_from_the_rooms_that_theirs_uses(name: str) -> None:
    room = next(room for room in ROOMS.values() if name in room.members)
    allowed = set().union(room.members, *(ROOMS[other].members for other in room.uses)) | {"__init__"}
    assert inner_imports()[name] - allowed == set()


def test_no_room_needs_a_room_that_needs_it() -> None:
    assert_acyclic({name: set(room.uses) for name, room in ROOMS.items()})


def test_py_ocr_has_no_circular_imports() -> None:
    assert_acyclic(inner_imports())


@pytest.mark.parametrize("name", sorted(modules()))
def test_a_runtime_is_imported_by_its_adapter_only(name: str) -> None:
    imported = python_imports(modules()[name])
    trespassed = {
        module
        for module, owners in OWNERS.items()
        if name not in owners and any(f"{other}.".startswith(f"{module}.") for other in imported)
    }
    assert trespassed == set()


def test_the_engine_does_not_ask_where_it_runs() -> None:
    below_adapters = set().union(*(ROOMS[room].members for room in (*_STAGES, "engine", "export")))
    for name in below_adapters:
        source = modules()[name].read_text(encoding="utf-8")
        assert not re.search(r"sys\.platform|emscripten|\bplatform\.", source), name


def sources() -> Iterator[Path]:
    """Return every source file that people write."""
    for folder in ("py_ocr", "web", "models", "measure", "tools", "tests"):
        for suffix in ("*.py", "*.ts", "*.mjs", "*.js", "*.css", "*.html", "*.sh"):
            for path in (ROOT / folder).rglob(suffix):
                parts = path.relative_to(ROOT).parts
                if not {"dist", "node_modules", "__pycache__"} & set(parts):
                    yield path


def test_no_file_is_longer_than_the_hard_cap() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert len(lengths) > len(modules())
    caps = {name: ENGINE_CAP_LINES if name.startswith("py_ocr") else HARD_CAP_LINES for name in lengths}
    assert {name: length for name, length in lengths.items() if length > caps[name]} == {}


def test_every_python_module_says_what_it_is() -> None:
    # A test says it by its name and by the names of its cases.
    paths = [path for path in sources() if path.suffix == ".py" and path.stat().st_size and path.name[:5] != "test_"]
    assert paths
    silent = [
        str(path.relative_to(ROOT)) for path in paths if not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def test_every_parameter_is_explained_where_it_stands() -> None:
    silent, known = [], 0
    for name, path in modules().items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.ClassDef) and any(ast.unparse(base) == "Params" for base in node.bases)):
                continue
            for field, below in zip(node.body, [*node.body[1:], None], strict=True):
                if isinstance(field, ast.AnnAssign) and not ast.unparse(field.annotation).endswith("Params"):
                    known += 1
                    if not (isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)):
                        silent.append(f"{name}.{node.name}.{ast.unparse(field.target)}")
    assert known
    assert silent == []


def test_unit_tests_for_both_runtimes_use_what_both_have() -> None:
    paths = list((ROOT / "tests" / "unit").glob("*.py"))
    assert paths
    # The site's numpy has no `random` and no `testing`; hypothesis and onnxruntime exist in CPython only.
    missing = re.compile(r"np\.(random|testing)\b|import (hypothesis|onnxruntime|subprocess)|from hypothesis")
    assert [path.name for path in paths if missing.search(path.read_text(encoding="utf-8"))] == []


def assert_acyclic(graph: Mapping[str, set[str]]) -> None:
    """Fail when a module imports itself by way of others."""
    left = {name: set(targets) & set(graph) for name, targets in graph.items()}
    while free := {name for name, targets in left.items() if not targets}:
        left = {name: targets - free for name, targets in left.items() if name not in free}
    assert left == {}, "these import each other in a circle"
