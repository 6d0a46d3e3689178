"""Reads an ONNX graph, refuses what the operators lack, and computes what is constant in it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import onnx
import torch
from onnx import NodeProto, helper, numpy_helper
from torch import Tensor

from py_ocr.backends.torch.operators import BEFORE_13, OPERATORS, Operator
from py_ocr.errors import BackendError

OPSETS: Final = range(11, 18)
"""What the operators are written for; 18 changed what some of them take."""

LEFT_OUT: Final = ""
"""The name that ONNX gives to an optional input that a node does not have."""

_ONNX: Final = ("", "ai.onnx")


@dataclass(frozen=True, slots=True)
class Node:
    """A use of an operator: which values it takes and which one it gives, by name."""

    operator: Operator
    attributes: Mapping[str, Any]
    inputs: tuple[str, ...]
    output: str


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """Nodes in an order in which they can be computed, and the values that are known beforehand."""

    nodes: tuple[Node, ...]
    constants: Mapping[str, Tensor]
    input_names: tuple[str, ...]
    output_names: tuple[str, ...]


def read_graph(model: onnx.ModelProto, name: str) -> Graph:
    """Return the graph of a model, with every node computed that takes constants only.

    So the weights, which are stored as fp16, are fp32 from here on. Raises BackendError (`operator_unsupported`),
    naming all of it, where the graph asks for what the operators cannot do.
    """
    opset = next(item.version for item in model.opset_import if item.domain in _ONNX)
    operators = {**OPERATORS, **BEFORE_13} if opset < 13 else OPERATORS
    if lacking := sorted({*_lacking(model.graph.node, operators, opset)}):
        raise BackendError(
            "operator_unsupported",
            f"The backend native-torch lacks {', '.join(lacking)}, which {name} needs.",
            "Choose the backend native, or another model.",
        )
    constants = {item.name: torch.tensor(numpy_helper.to_array(item)) for item in model.graph.initializer}
    inputs = tuple(item.name for item in model.graph.input if item.name not in constants)
    nodes = []
    for proto in model.graph.node:
        (output,) = filter(None, proto.output)
        node = Node(operators[proto.op_type], _attributes(proto), tuple(proto.input), output)
        if all(name in constants for name in node.inputs if name != LEFT_OUT):
            arguments = [constants.get(name) for name in node.inputs]
            constants[node.output] = node.operator.compute(*arguments, **node.attributes)
        else:
            nodes.append(node)
    return Graph(tuple(nodes), constants, inputs, tuple(item.name for item in model.graph.output))


def _lacking(nodes: Iterable[NodeProto], operators: Mapping[str, Operator], opset: int) -> Iterator[str]:
    """Yield what these nodes ask for and is not there."""
    if opset not in OPSETS:
        yield f"opset {opset}"
    for node in nodes:
        operator = operators.get(node.op_type) if node.domain in _ONNX else None
        if operator is None:
            yield f"the operator {node.op_type}"
            continue
        if sum(map(bool, node.output)) != 1:
            yield f"the operator {node.op_type} with {len(node.output)} outputs"
        defaults, attributes = _defaults(operator.compute), _attributes(node)
        for name in attributes.keys() - defaults.keys():
            yield f"the attribute {name} of {node.op_type}"
        for name, values in operator.only.items():
            value = attributes.get(name, defaults[name])
            if value not in values:
                yield f"{node.op_type} with {name} {value}"


def _attributes(node: NodeProto) -> dict[str, Any]:
    values = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
    return {name: value.decode() if isinstance(value, bytes) else value for name, value in values.items()}


def _defaults(compute: Callable[..., Tensor]) -> dict[str, object]:
    """Return the parameters of an operator with their defaults; PyTorch's own functions cannot be asked."""
    if not inspect.isfunction(compute):
        return {}
    return {name: parameter.default for name, parameter in inspect.signature(compute).parameters.items()}
