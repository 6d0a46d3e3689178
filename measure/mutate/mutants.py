"""Mutants: every small change that is made to a module, in the order of its source.

The operators are the usual ones (Offutt et al., "An experimental determination of sufficient mutant operators", 1996,
and PIT's defaults): comparisons, arithmetic, logic, constants, extremes, statements left out. Left alone is what no
test of behaviour should hold: annotations, literal types, docstrings, decorators, texts, dtypes, numbers that only
keep a division finite, and arguments that change speed or checking alone.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
"""The edge first, then the opposite."""

_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}

_OPPOSITES = (("min", "max"), ("minimum", "maximum"), ("argmin", "argmax"), ("any", "all"), ("floor", "ceil"))
_OPPOSITE_NAMES = dict(_OPPOSITES) | {b: a for a, b in _OPPOSITES}

_UNHELD_KEYWORDS = frozenset({"dtype", "strict", "kind", "copy", "least", "above", "most", "multiple"})
_UNHELD_FIELDS = frozenset({"annotation", "returns", "decorator_list", "type_params", "target", "targets"})
_EPSILON = 1e-3
_LARGEST_COUNT = 16
"""Whole numbers up to this are counts and move by one; larger ones and fractions are amounts and are scaled."""

_NAMELESS = (ast.Tuple, ast.List, ast.Slice, ast.Starred, ast.UnaryOp)
_BLOCKS = ("body", "orelse", "finalbody")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one module. `function` and `change` name it for good, `line` only until something moves.

    `change` is "before -> after" of the expression around it; equal ones within a function are numbered.
    `number` is its place in `mutants_of`. `edge` tells that only what just reaches a limit is treated otherwise.
    """

    module: str
    number: int
    line: int
    function: str
    change: str
    edge: bool = False


@dataclass(slots=True)
class _Edit:
    """A field of a node, or an element of it where it is a list, and what else could stand there.

    `shown` is the node whose text names the change.
    """

    parent: ast.AST
    field: str
    index: int | None
    other: object
    shown: ast.AST
    function: str
    edge: bool = False

    def swap(self) -> None:
        """Exchange what stands there and what could; a second time, back."""
        if self.index is None:
            before = getattr(self.parent, self.field)
            setattr(self.parent, self.field, self.other)
        else:
            elements = getattr(self.parent, self.field)
            before, elements[self.index] = elements[self.index], self.other
        self.other = before


def mutants_of(path: Path, module: str) -> list[Mutant]:
    """Return the mutants of a module of that name in a file."""
    seen: Counter[tuple[str, str]] = Counter()
    mutants = []
    for number, edit in enumerate(_edits(ast.parse(path.read_text(encoding="utf-8")))):
        before, removed = _text(edit.shown), isinstance(edit.other, ast.Pass)
        edit.swap()
        change = f"{before} -> {'(left out)' if removed else _text(edit.shown)}"
        edit.swap()
        seen[edit.function, change] += 1
        count = seen[edit.function, change]
        line: int = getattr(edit.shown, "lineno", getattr(edit.parent, "lineno", 0))
        named = change if count == 1 else f"{change} #{count}"
        mutants.append(Mutant(module, number, line, edit.function, named, edit.edge))
    return mutants


def mutated(path: Path, number: int) -> ast.Module:
    """Return the module of a file with its mutant of that number in place."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    _edits(tree)[number].swap()
    return ast.fix_missing_locations(tree)


def _text(node: ast.AST) -> str:
    match node:
        case ast.If() | ast.While():
            return f"{type(node).__name__.lower()} {ast.unparse(node.test)}"
        case ast.For() | ast.AsyncFor():
            return f"for {ast.unparse(node.target)} in {ast.unparse(node.iter)}"
        case _:
            return " ".join(ast.unparse(node).split())


def _edits(tree: ast.Module) -> list[_Edit]:
    # A list, since the tree must not change while it is walked.
    return list(_in_block(tree, "", frozenset()))


def _in_block(block: ast.AST, function: str, bound: frozenset[str]) -> Iterator[_Edit]:
    """Yield the edits of the statements in a node. `bound` are the names that have a value before it."""
    for field in _BLOCKS:
        statements: list[ast.stmt] = getattr(block, field, [])
        for index, statement in enumerate(statements):
            if _can_go(statement, block, function, bound):
                yield _Edit(block, field, index, ast.Pass(), statement, function)
            yield from _in_statement(statement, function, bound)
            bound |= _names(statement)
    for inner in (*getattr(block, "handlers", []), *getattr(block, "cases", [])):
        yield from _in_block(inner, function, bound)


def _in_statement(statement: ast.stmt, function: str, bound: frozenset[str]) -> Iterator[_Edit]:
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            inner = f"{function}.{statement.name}".lstrip(".")
            arguments = {argument.arg for argument in ast.walk(statement.args) if isinstance(argument, ast.arg)}
            yield from _in_expressions(statement.args, statement.args, inner)
            yield from _in_block(statement, inner, frozenset(arguments))
        case ast.ClassDef():
            yield from _in_block(statement, f"{function}.{statement.name}".lstrip("."), frozenset())
        case ast.Import() | ast.ImportFrom() | ast.Raise() | ast.Expr(value=ast.Constant()):
            return
        case _:
            if isinstance(statement, ast.If | ast.While) and not _is_negated_elsewhere(statement.test):
                yield _Edit(statement, "test", None, ast.UnaryOp(ast.Not(), statement.test), statement, function)
            if isinstance(statement, ast.AugAssign) and type(statement.op) in _ARITHMETIC:
                yield _Edit(statement, "op", None, _ARITHMETIC[type(statement.op)](), statement, function)
            yield from _in_expressions(statement, statement, function)
            yield from _in_block(statement, function, bound)


def _can_go(statement: ast.stmt, block: ast.AST, function: str, bound: frozenset[str]) -> bool:
    """Tell whether a statement can be left out without a name missing for it."""
    match statement:
        case _ if not function:
            return False
        case ast.Expr(value=value):
            return not isinstance(value, ast.Constant)
        case ast.AugAssign() | ast.Raise():
            return True
        case ast.Return() | ast.Continue():
            return isinstance(block, ast.If | ast.For | ast.While)
        case ast.Assign():
            return bool(_names(statement)) and _names(statement) <= bound
    return False


def _names(statement: ast.stmt) -> set[str]:
    """Return the names that a statement gives a value."""
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def _in_expressions(node: ast.AST, shown: ast.AST, function: str, *, index: bool = False) -> Iterator[_Edit]:
    """Yield the edits of the expressions below a node. `index`: numbers there are places, not amounts."""
    for field, value in ast.iter_fields(node):
        if field in _UNHELD_FIELDS and isinstance(node, ast.stmt | ast.arg | ast.FunctionDef):
            continue
        for place, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.keyword) and child.arg in _UNHELD_KEYWORDS:
                continue
            if not isinstance(child, ast.expr | ast.keyword | ast.comprehension | ast.withitem) or _is_type(child):
                continue
            places = index or field == "slice" or (isinstance(child, ast.keyword) and child.arg == "axis")
            if isinstance(child, ast.expr):
                scaled = isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC
                for other in _others(child, index=places, operand=scaled):
                    yield _Edit(node, field, place, other, shown, function)
                yield from _inside(child, function)
            # A number alone says nothing: a change is named by the expression that it stands in.
            naming = isinstance(child, ast.expr) and not isinstance(child, _NAMELESS)
            yield from _in_expressions(child, child if naming else shown, function, index=places)


def _is_type(node: ast.AST) -> bool:
    """Tell whether an expression is a `Literal[...]`, which says nothing that is run, wherever it stands."""
    return isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "Literal"


def _is_epsilon(node: ast.expr) -> bool:
    """Tell whether an expression is a number that only keeps a division finite: just reaching it says nothing."""
    return isinstance(node, ast.Constant) and isinstance(node.value, float) and 0 < node.value <= _EPSILON


def _inside(node: ast.expr, function: str) -> Iterator[_Edit]:
    """Yield the edits of an expression that keep its parts."""
    match node:
        case ast.Compare():
            guards = any(_is_epsilon(part) for part in node.comparators)
            for place, operator in enumerate(node.ops):
                others = _COMPARISONS[type(operator)]
                for other in others[guards:]:
                    yield _Edit(node, "ops", place, other(), node, function, edge=other is not others[-1])
        case ast.BinOp() if type(node.op) in _ARITHMETIC:
            yield _Edit(node, "op", None, _ARITHMETIC[type(node.op)](), node, function)
        case ast.BoolOp():
            yield _Edit(node, "op", None, ast.Or() if isinstance(node.op, ast.And) else ast.And(), node, function)
        case ast.IfExp() if not _is_negated_elsewhere(node.test):
            yield _Edit(node, "test", None, ast.UnaryOp(ast.Not(), node.test), node, function)
        case ast.Call(func=ast.Name() as named) if named.id in _OPPOSITE_NAMES:
            yield _Edit(named, "id", None, _OPPOSITE_NAMES[named.id], node, function)
        case ast.Call(func=ast.Attribute() as named) if named.attr in _OPPOSITE_NAMES:
            yield _Edit(named, "attr", None, _OPPOSITE_NAMES[named.attr], node, function)
        case ast.Attribute(value=ast.Attribute() as named) if named.attr in _OPPOSITE_NAMES:
            yield _Edit(named, "attr", None, _OPPOSITE_NAMES[named.attr], node, function)


def _others(node: ast.expr, *, index: bool, operand: bool) -> Iterator[ast.expr]:
    """Yield what could stand in the place of an expression. `operand`: its operator is changed, too."""
    match node:
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.Invert()):
            yield node.operand
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)) if index:
            yield ast.Constant(value - 1 if value else 1)
        case ast.Constant(value=int(value)) if value <= _LARGEST_COUNT:
            yield ast.Constant(value + 1)
            if value and not operand:
                yield ast.Constant(value - 1)
        case ast.Constant(value=int(value)):
            yield from (ast.Constant(value // 2), ast.Constant(value * 7 // 4))
        case ast.Constant(value=float(value)) if value > _EPSILON:
            yield from (ast.Constant(round(value * factor, 6)) for factor in (0.5, 1.75))
        case ast.Constant(value=float(value)) if not value:
            yield ast.Constant(1.0)


def _is_negated_elsewhere(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) or (isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not))
