"""Every error code is in the list, is raised somewhere, and is explained."""

import ast
import re
from pathlib import Path
from typing import Final, get_args

from py_ocr.errors import ErrorCode

ROOT: Final = Path(__file__).parents[3]
CODES: Final = set(get_args(ErrorCode))

_PYTHON_ERROR: Final = re.compile(r"^(Ocr|Image|Model|Backend|Option)Error$")
_TYPESCRIPT_ERROR: Final = re.compile(r"new OcrError\(\s*\"([a-z_0-9]+)\"")


def raised_in_python() -> set[str]:
    """Return the codes that Python code gives to an error, also those that reach it by a variable's value."""
    found = set()
    for path in [path for folder in ("py_ocr", "tools", "measure") for path in (ROOT / folder).rglob("*.py")]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and _PYTHON_ERROR.match(node.func.id):
                code = node.args[0]
                if isinstance(code, ast.Constant):
                    found.add(str(code.value))
            if isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "ErrorCode" and node.value:
                constants = [part for part in ast.walk(node.value) if isinstance(part, ast.Constant)]
                found |= {str(constant.value) for constant in constants} & CODES
    return found


def raised_in_typescript() -> set[str]:
    return {
        code
        for path in (ROOT / "web" / "src").rglob("*.ts")
        for code in _TYPESCRIPT_ERROR.findall(path.read_text(encoding="utf-8"))
    }


def test_the_list_holds_what_is_raised_and_nothing_else() -> None:
    assert raised_in_python() | raised_in_typescript() == CODES


def test_every_code_is_explained() -> None:
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    explained = re.findall(r"^\| `([a-z_]+)`", page, re.MULTILINE)
    assert explained == sorted(CODES)
