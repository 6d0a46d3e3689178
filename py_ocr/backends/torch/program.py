"""A graph that is ready to run on a device."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor

from py_ocr.backends.torch.graph import LEFT_OUT, Graph, Node


class Program:
    """The nodes of a graph as calls, one after the other. Values go as soon as no later node takes them.

    Constants that are integers stay in the processor's memory, since they are shapes; so do single numbers, which
    PyTorch passes along with a command. All others go to the device.
    """

    def __init__(self, graph: Graph, device: torch.device) -> None:
        self.input_names = graph.input_names
        self.output_names = graph.output_names
        self._constants = _constants(graph, device)
        self._calls = _calls(graph.nodes, {*self._constants, *graph.output_names})

    def run(self, feeds: Mapping[str, Tensor]) -> list[Tensor]:
        """Return the outputs in the order of `output_names`, for inputs that are on the device."""
        values = {**self._constants, **feeds}
        for call in self._calls:
            values[call.output] = call.compute(*[values[name] for name in call.inputs])
            for name in call.spent:
                del values[name]
        return [values[name] for name in self.output_names]


@dataclass(frozen=True, slots=True)
class _Call:
    """A node: `compute` takes the values of `inputs`; nobody needs those of `spent` after it."""

    compute: Callable[..., Tensor]
    inputs: tuple[str, ...]
    output: str
    spent: tuple[str, ...]


def _constants(graph: Graph, device: torch.device) -> dict[str, Any]:
    """Return what the nodes take and know beforehand, where they want it."""
    placed: dict[str, Any] = {LEFT_OUT: None}
    taken = {name for node in graph.nodes for name in node.inputs} | set(graph.output_names)
    for name in taken & graph.constants.keys():
        tensor = graph.constants[name]
        stays = not tensor.is_floating_point() or tensor.ndim == 0
        form = torch.channels_last if tensor.ndim == 4 else torch.contiguous_format
        placed[name] = tensor if stays else tensor.to(device, memory_format=form)
    for node in graph.nodes:
        for name in _numbers(node):
            if name in graph.constants:
                placed[_as_numbers(name)] = graph.constants[name].tolist()
    return placed


def _calls(nodes: Sequence[Node], kept: set[str]) -> list[_Call]:
    calls = []
    for node in reversed(nodes):
        compute = partial(node.operator.compute, **node.attributes) if node.attributes else node.operator.compute
        numbers = _numbers(node)
        inputs = tuple(
            _as_numbers(name) if name in numbers and _as_numbers(name) in kept else name for name in node.inputs
        )
        spent = {*inputs, node.output} - kept
        kept = kept | spent
        calls.append(_Call(compute, inputs, node.output, tuple(spent)))
    return calls[::-1]


def _numbers(node: Node) -> tuple[str, ...]:
    """Return the inputs that an operator takes as Python's numbers."""
    return tuple(name for place, name in enumerate(node.inputs) if place in node.operator.processor and name)


def _as_numbers(name: str) -> str:
    return f"{name} as numbers"
