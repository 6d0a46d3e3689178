"""The shape of the source: who may import whom, and how long a file may be.

The direction is that of the design: leaves know nothing of OCR, stages nothing of the engine, the engine nothing of
where models run.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[3]
PACKAGE: Final = ROOT / "py_ocr"

HARD_CAP_LINES: Final = 400

LAYERS: Final = (
    {"types", "errors", "session"},
    {"image", "tiles", "geometry", "components", "ctc", "json_fields", "languages"},
    {"model_spec", "detection", "crop", "orientation", "recognition", "reading", "rejection", "lines", "layout"},
    {"engine", "export"},
    {"tuning"},
    {"decode", "golden"},
    {"backends.backend", "backends.guards", "backends.operators", "backends.self_check"},
    {"backends.checked", "backends.kernels", "backends.measuring", "backends.policy", "backends.running"},
    {"backends.native", "backends.web"},
    {"cli.arguments", "cli.progress", "cli.batch", "cli.native"},
    {"__main__", "web_entry"},
)
"""A module imports from the layers above its own, or from its own as long as that makes no circle."""

OWNERS: Final = {
    "onnxruntime": {"backends.native"},
    "pyodide": {"backends.web", "web_entry"},
    "js": {"backends.web", "web_entry"},
    "py_ocr_bridge": {"backends.web", "web_entry"},
    "py_ocr.backends.native": {"cli.native"},
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


def test_every_module_has_its_layer() -> None:
    layered = set().union(*LAYERS)
    assert set(modules()) - layered == set(), "give the new module its place in LAYERS"


@pytest.mark.parametrize("name", sorted(modules()))
def test_modules_import_only_from_layers_above_them(name: str) -> None:
    layer = next((index for index, members in enumerate(LAYERS) if name in members), -1)
    allowed = set().union(*LAYERS[: layer + 1]) | {"__init__"}
    assert inner_imports()[name] - allowed == set()


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
    below_adapters = set().union(*LAYERS[:4])
    for name in below_adapters & set(modules()):
        source = modules()[name].read_text(encoding="utf-8")
        assert not re.search(r"sys\.platform|emscripten|\bplatform\.", source), name


def sources() -> Iterator[Path]:
    """Return every source file that people write."""
    for folder in ("py_ocr", "web", "models", "tools", "tests"):
        for suffix in ("*.py", "*.ts", "*.mjs", "*.js", "*.css", "*.html", "*.sh"):
            for path in (ROOT / folder).rglob(suffix):
                parts = path.relative_to(ROOT).parts
                if not {"dist", "node_modules", "__pycache__"} & set(parts):
                    yield path


def test_no_file_is_longer_than_the_hard_cap() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert len(lengths) > len(modules())
    assert {name: length for name, length in lengths.items() if length >= HARD_CAP_LINES} == {}


def test_every_python_module_says_what_it_is() -> None:
    # A test says it by its name and by the names of its cases.
    paths = [path for path in sources() if path.suffix == ".py" and path.stat().st_size and path.name[:5] != "test_"]
    assert paths
    silent = [
        str(path.relative_to(ROOT)) for path in paths if not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
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
