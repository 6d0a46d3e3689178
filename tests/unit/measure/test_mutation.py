"""What a mutation run changes, whom it runs, and which survivors it accepts."""

import ast
from pathlib import Path

import pytest

from measure.mutate.__main__ import covering_tests
from measure.mutate.accepted import load_accepted
from measure.mutate.mutants import Mutant, mutants_of, mutated
from measure.mutate.running import Task, survivors

SOURCE = '''"""Adds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AddParams:
    """How."""

    most: int = 100


def add(a: int, b: int = 2) -> int:
    """Return the sum, cut off at 3."""
    total = a + b
    if total > 3 and b:
        total = 3
    return total
'''


def mutants(tmp_path: Path, source: str = SOURCE) -> list[Mutant]:
    path = tmp_path / "adding.py"
    path.write_text(source, encoding="utf-8")
    return mutants_of(path, "adding")


def changes(tmp_path: Path, source: str) -> list[str]:
    return [mutant.change for mutant in mutants(tmp_path, source)]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("a < b", ["a < b -> a <= b", "a < b -> a >= b"]),
        ("a < 1e-6", ["a < 1e-06 -> a >= 1e-06"]),
        ("a == b", ["a == b -> a != b"]),
        ("a + b", ["a + b -> a - b"]),
        ("a and b", ["a and b -> a or b"]),
        ("not a", ["return not a -> return a"]),
        ("f(0.5)", ["f(0.5) -> f(0.25)", "f(0.5) -> f(0.875)"]),
        ("f(4)", ["f(4) -> f(5)", "f(4) -> f(3)"]),
        ("f(100)", ["f(100) -> f(50)", "f(100) -> f(175)"]),
        ("a[1]", ["a[1] -> a[0]"]),
        ("min(a)", ["min(a) -> max(a)"]),
        ("a if b else c", ["a if b else c -> a if not b else c"]),
        ("f(dtype=1, text='x', tiny=1e-6)", []),
        ("Literal[0, 90]", []),
    ],
)
def test_each_expression_has_its_changes(tmp_path: Path, expression: str, expected: list[str]) -> None:
    assert changes(tmp_path, f"def g(a, b, c):\n    return {expression}\n") == expected


@pytest.mark.parametrize(
    ("body", "change"),
    [
        ("a.append(b)", "a.append(b) -> (left out)"),
        ("a += b", "a += b -> (left out)"),
        ("a = b", "a = b -> (left out)"),
        ("if a: return b", "return b -> (left out)"),
        ("if a: raise b", "raise b -> (left out)"),
        ("if a: f()", "if a -> if not a"),
    ],
)
def test_statements_are_left_out_where_no_name_goes_missing(tmp_path: Path, body: str, change: str) -> None:
    assert change in changes(tmp_path, f"def g(a, b):\n    {body}\n")
    assert "c = b -> (left out)" not in changes(tmp_path, "def g(a, b):\n    c = b\n    return c\n")


def test_annotations_decorators_and_texts_are_left_alone(tmp_path: Path) -> None:
    found = mutants(tmp_path)
    assert found
    assert {mutant.function for mutant in found} == {"AddParams", "add"}
    assert not any("frozen" in mutant.change or "Adds" in mutant.change for mutant in found)


def test_a_change_keeps_its_name_when_lines_move(tmp_path: Path) -> None:
    before, after = mutants(tmp_path), mutants(tmp_path, SOURCE.replace("\n\n\n", "\n\n\nNAME = 'x'\n\n\n"))
    names = [(mutant.function, mutant.change) for mutant in before]
    assert names == [(mutant.function, mutant.change) for mutant in after]
    assert len(names) == len(set(names))
    assert [mutant.line for mutant in before] != [mutant.line for mutant in after]


def test_each_mutant_is_the_module_with_that_change_only(tmp_path: Path) -> None:
    found = mutants(tmp_path)
    sources = [ast.unparse(mutated(tmp_path / "adding.py", mutant.number)) for mutant in found]
    assert len(set(sources)) == len(found)
    assert ast.unparse(ast.parse(SOURCE)) not in sources


TEST = """
from py_ocr.adding import AddParams, add

def test_sums_are_cut_off():
    assert add(1) == 3
    assert add(2) == 3
    assert add(1, 1) == 2
    assert add(-1) == 1
    assert add(9, 0) == 9

def test_the_most_is_a_hundred():
    assert AddParams().most == 100
"""


def run(tmp_path: Path, test: str) -> dict[str, bool]:
    """Return for each change of the adding module whether a test file lets it live."""
    package = tmp_path / "py_ocr"
    package.mkdir()
    (package / "__init__.py").write_text("")
    source, tests = package / "adding.py", tmp_path / "test_adding.py"
    source.write_text(SOURCE)
    tests.write_text(test)
    (tmp_path / "conftest.py").write_text(f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    tasks = [Task(mutant, source, (tests,)) for mutant in mutants_of(source, "adding")]
    return {task.mutant.change: survived for task, survived in survivors(tmp_path, tasks, jobs=2)}


def test_the_tests_kill_what_they_hold_and_nothing_else(tmp_path: Path) -> None:
    found = run(tmp_path, TEST)
    assert len(found) > 10
    assert {change for change, survived in found.items() if survived} == {
        "total > 3 -> total >= 3",  # 3 is 3, cut off or not
        "total > 3 -> total > 2",
    }


def test_tests_that_fail_by_themselves_are_no_judges(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="test_adding"):
        run(tmp_path, "def test_nothing():\n    assert False\n")


def test_a_stage_is_tested_by_its_own_files_first_and_by_those_of_its_importers() -> None:
    names = [path.name for path in covering_tests("engine")]
    assert names[:2] == ["test_engine.py", "test_engine_progress.py"]
    assert "test_detection.py" in [path.name for path in covering_tests("tiles")]


def test_a_survivor_needs_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "accepted.toml"
    entry = '[[survivor]]\nmodule = "a"\nfunction = "f"\nchanges = ["x -> y"]\nreason = "{}"\n'
    path.write_text(entry.format("It is the same."))
    accepted = load_accepted(path)
    assert accepted.reason(Mutant("a", 0, 7, "f", "x -> y")) == "It is the same."
    assert accepted.reason(Mutant("a", 0, 7, "f", "x -> z")) is None
    assert accepted.without_mutant([Mutant("a", 0, 7, "f", "x -> z")]) == [("a", "f", "x -> y")]
    path.write_text(entry.format(" "))
    with pytest.raises(ValueError, match="no reason"):
        load_accepted(path)


def test_the_limits_of_a_function_can_be_accepted_at_once(tmp_path: Path) -> None:
    path = tmp_path / "accepted.toml"
    path.write_text(
        '[[survivor]]\nmodule = "adding"\nfunction = "add"\nchanges = ["every edge"]\nreason = "Measured."\n'
    )
    accepted, found = load_accepted(path), mutants(tmp_path)
    assert [mutant.change for mutant in found if accepted.reason(mutant)] == ["total > 3 -> total >= 3"]
    assert accepted.without_mutant(found) == []
    assert accepted.without_mutant([mutant for mutant in found if not mutant.edge]) == [("adding", "add", "every edge")]


def test_the_reasons_that_are_kept_can_be_read() -> None:
    assert all(load_accepted().reasons.values())
