"""Joins nodes that PyTorch computes as one: every node is a pass over memory, and a command that a GPU waits for."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import isclose, sqrt
from typing import Final

from py_ocr.backends.torch.graph import Graph, Node
from py_ocr.backends.torch.operators import GELU, OPERATORS

_ADD: Final = OPERATORS["Add"]
_CONV: Final = OPERATORS["Conv"]
_DIV: Final = OPERATORS["Div"]
_ERF: Final = OPERATORS["Erf"]
_MUL: Final = OPERATORS["Mul"]
_FP32_STEP: Final = 1e-6
"""How far a constant of the graph, in fp32, may be from the number that it means."""


def fuse(graph: Graph) -> Graph:
    """Return a graph that means the same, with fewer nodes."""
    return _with_gelu(_with_biases(graph))


def _with_biases(graph: Graph) -> Graph:
    """Conv, then Add of a number for each channel → Conv with a bias."""
    known = _Connections(graph)
    constants = dict(graph.constants)
    joined: dict[str, Node] = {}
    for conv in graph.nodes:
        add = known.only_user(conv.output)
        if conv.operator is not _CONV or len(conv.inputs) != 2 or add is None or add.operator is not _ADD:
            continue
        addend = constants.get(add.inputs[1 - add.inputs.index(conv.output)])
        channels = constants[conv.inputs[1]].shape[0] if conv.inputs[1] in constants else 0
        if addend is not None and tuple(addend.shape) in ((channels, 1, 1), (1, channels, 1, 1)):
            bias = f"{add.output}.bias"
            constants[bias] = addend.reshape(channels)
            joined[conv.output] = replace(conv, inputs=(*conv.inputs, bias), output=add.output)
    made = {node.output for node in joined.values()}
    nodes = tuple(joined.get(node.output, node) for node in graph.nodes if node.output not in made)
    return replace(graph, nodes=nodes, constants=constants)


def _with_gelu(graph: Graph) -> Graph:
    """x / √2, Erf, + 1, · x, · ½ → the exact GELU of x."""
    known = _Connections(graph)
    joined: dict[str, Node] = {}
    spared: set[str] = set()
    for divided in graph.nodes:
        erf = known.only_user(divided.output)
        if erf is None or erf.operator is not _ERF or not known.is_with(divided, _DIV, sqrt(2)):
            continue
        source = divided.inputs[0]
        raised = known.only_user(erf.output)
        product = raised and known.only_user(raised.output)
        halved = product and known.only_user(product.output)
        if (
            raised
            and product
            and halved
            and known.is_with(raised, _ADD, 1)
            and product.operator is _MUL
            and set(product.inputs) == {source, raised.output}
            and known.is_with(halved, _MUL, 0.5)
        ):
            joined[halved.output] = Node(GELU, {}, (source,), halved.output)
            spared |= {divided.output, erf.output, raised.output, product.output}
    nodes = tuple(joined.get(node.output, node) for node in graph.nodes if node.output not in spared)
    return replace(graph, nodes=nodes)


class _Connections:
    """Who takes the values of a graph."""

    def __init__(self, graph: Graph) -> None:
        self._constants = graph.constants
        self._uses = Counter([*graph.output_names, *(name for node in graph.nodes for name in node.inputs)])
        self._users = {name: node for node in graph.nodes for name in node.inputs}

    def only_user(self, name: str) -> Node | None:
        """Return the node that takes this value, when that is the only use of it."""
        return self._users.get(name) if self._uses[name] == 1 else None

    def is_with(self, node: Node, operator: object, number: float) -> bool:
        """Tell whether a node is this operator of some value and this constant; divided by it, in the case of Div."""
        places = node.inputs[1:] if operator is _DIV else node.inputs
        values = [self._constants[name] for name in places if name in self._constants]
        return (
            node.operator is operator
            and len(values) == 1
            and values[0].numel() == 1
            and values[0].ndim == 0
            and isclose(values[0].item(), number, rel_tol=_FP32_STEP)
        )
