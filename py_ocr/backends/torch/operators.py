"""The operators of ONNX on PyTorch: one function for each, in a table by its name.

A function takes the inputs of a node in ONNX's order, and its attributes by their names with ONNX's defaults, so that
the signature says which attributes are known. Opsets that turned an attribute into an input (`axes`, `min`) then need
no second function. What an input or attribute means is said in ONNX's own documentation of the operator.

`Integers` hold shapes. They are in the processor's memory, since reading them from a GPU would mean to wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from py_ocr.backends.torch.image_operators import (
    Integers,
    average_pool,
    batch_normalization,
    convolution,
    global_average_pool,
    listed,
    maximum_pool,
    resize,
    transposed_convolution,
)


@dataclass(frozen=True, slots=True, eq=False)
class Operator:
    """How an operator is computed. `only` are the attributes of which not every value is supported, and those that are.

    `processor`: the positions of inputs that are wanted in the processor's memory: shapes, and numbers that PyTorch
    takes as such.
    """

    compute: Callable[..., Tensor]
    only: Mapping[str, Container[object]] = field(default_factory=dict)
    processor: frozenset[int] = frozenset()


def divide(dividend: Tensor, divisor: Tensor) -> Tensor:
    """Div: integers are rounded toward zero."""
    whole = not dividend.is_floating_point()
    return torch.div(dividend, divisor, rounding_mode="trunc") if whole else torch.div(dividend, divisor)


def clip(tensor: Tensor, min: float | None = None, max: float | None = None) -> Tensor:  # ONNX's names
    """Clip."""
    return tensor if min is None and max is None else tensor.clamp(min, max)


def hard_sigmoid(tensor: Tensor, *, alpha: float = 0.2, beta: float = 0.5) -> Tensor:
    """HardSigmoid."""
    return tensor.mul(alpha).add_(beta).clamp_(0, 1)


def softmax(tensor: Tensor, *, axis: int = -1) -> Tensor:
    """Softmax from opset 13 on: along one axis."""
    return tensor.softmax(axis)


def softmax_of_rows(tensor: Tensor, *, axis: int = 1) -> Tensor:
    """Softmax before opset 13: over all axes from this one on together."""
    return tensor.flatten(axis).softmax(-1).reshape(tensor.shape)


def reduce_mean(tensor: Tensor, axes: Integers = None, *, keepdims: int = 1) -> Tensor:
    """ReduceMean."""
    return tensor.mean(_axes(tensor, axes), keepdim=bool(keepdims))


def reduce_max(tensor: Tensor, axes: Integers = None, *, keepdims: int = 1) -> Tensor:
    """ReduceMax."""
    return tensor.amax(_axes(tensor, axes), keepdim=bool(keepdims))


def arg_max(tensor: Tensor, *, axis: int = 0, keepdims: int = 1, select_last_index: int = 0) -> Tensor:  # noqa: ARG001
    """ArgMax."""
    return tensor.argmax(axis, keepdim=bool(keepdims))


def cast(tensor: Tensor, *, to: int, saturate: int = 1) -> Tensor:  # noqa: ARG001  # only 8-bit floats saturate
    """Cast."""
    return tensor.to(DTYPES[to])


def shape(tensor: Tensor) -> Tensor:
    """Shape: known to the processor without asking the GPU."""
    return torch.tensor(tensor.shape, dtype=torch.int64)


def reshape(tensor: Tensor, shape: Integers, *, allowzero: int = 0) -> Tensor:  # noqa: ARG001  # only 0 is let through
    """Reshape: 0 keeps an axis as it is, -1 is what the others leave."""
    sizes = [tensor.shape[axis] if size == 0 else size for axis, size in enumerate(listed(shape))]
    return tensor.reshape(sizes)


def transpose(tensor: Tensor, *, perm: Sequence[int] | None = None) -> Tensor:
    """Transpose."""
    return tensor.permute(tuple(perm) if perm is not None else tuple(reversed(range(tensor.ndim))))


def squeeze(tensor: Tensor, axes: Integers = None) -> Tensor:
    """Squeeze."""
    return tensor.squeeze() if axes is None else tensor.squeeze(tuple(listed(axes)))


def unsqueeze(tensor: Tensor, axes: Integers) -> Tensor:
    """Unsqueeze: the axes count in the result."""
    rank = tensor.ndim + len(listed(axes))
    for axis in sorted(axis % rank for axis in listed(axes)):
        tensor = tensor.unsqueeze(axis)
    return tensor


def concat(*tensors: Tensor, axis: int) -> Tensor:
    """Concat."""
    return torch.cat(tensors, axis)


def slice_axes(
    tensor: Tensor, starts: Integers, ends: Integers, axes: Integers = None, steps: Integers = None
) -> Tensor:
    """Slice: as Python's slices, whose rules for negative and too large numbers are the same."""
    first = listed(starts)
    along = range(len(first)) if axes is None else listed(axes)
    by = [1] * len(first) if steps is None else listed(steps)
    for axis, start, end, step in zip(along, first, listed(ends), by, strict=True):
        kept = range(tensor.shape[axis])[start:end:step]
        if step == 1:
            tensor = tensor.narrow(axis, kept.start, len(kept))
        else:
            tensor = tensor.index_select(axis, torch.tensor(kept, dtype=torch.int64).to(tensor.device))
    return tensor


DTYPES: Final = {
    1: torch.float32,
    2: torch.uint8,
    3: torch.int8,
    6: torch.int32,
    7: torch.int64,
    9: torch.bool,
    10: torch.float16,
    11: torch.float64,
}
"""By the number that ONNX gives a type."""

_UNPADDED: Final = {"auto_pad": ("NOTSET",)}

OPERATORS: Final[Mapping[str, Operator]] = {
    "Add": Operator(torch.add),
    "ArgMax": Operator(arg_max, {"select_last_index": (0,)}),
    "AveragePool": Operator(average_pool, {**_UNPADDED, "ceil_mode": (0,)}),
    "BatchNormalization": Operator(batch_normalization, {"training_mode": (0,)}),
    "Cast": Operator(cast, {"to": DTYPES}),
    "Clip": Operator(clip, processor=frozenset({1, 2})),
    "Concat": Operator(concat),
    "Conv": Operator(convolution, {"auto_pad": ("NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID")}),
    "ConvTranspose": Operator(transposed_convolution, _UNPADDED),
    "Div": Operator(divide),
    "Erf": Operator(torch.erf),
    "GlobalAveragePool": Operator(global_average_pool),
    "HardSigmoid": Operator(hard_sigmoid),
    "MatMul": Operator(torch.matmul),
    "MaxPool": Operator(maximum_pool, {"auto_pad": ("NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"), "ceil_mode": (0,)}),
    "Mul": Operator(torch.mul),
    "Pow": Operator(torch.pow),
    "ReduceMax": Operator(reduce_max, processor=frozenset({1})),
    "ReduceMean": Operator(reduce_mean, processor=frozenset({1})),
    "Relu": Operator(torch.relu),
    "Reshape": Operator(reshape, {"allowzero": (0,)}, frozenset({1})),
    "Resize": Operator(
        resize,
        {"coordinate_transformation_mode": ("asymmetric",), "mode": ("nearest",), "nearest_mode": ("floor",)},
        frozenset({1, 2, 3}),
    ),
    "Shape": Operator(shape),
    "Sigmoid": Operator(torch.sigmoid),
    "Slice": Operator(slice_axes, processor=frozenset({1, 2, 3, 4})),
    "Softmax": Operator(softmax),
    "Sqrt": Operator(torch.sqrt),
    "Squeeze": Operator(squeeze, processor=frozenset({1})),
    "Sub": Operator(torch.sub),
    "Transpose": Operator(transpose),
    "Unsqueeze": Operator(unsqueeze, processor=frozenset({1})),
}
"""By name, as opset 13 means them."""

GELU: Final = Operator(functional.gelu)
"""What PyTorch has and our graphs spell out."""

BEFORE_13: Final[Mapping[str, Operator]] = {"Softmax": Operator(softmax_of_rows)}
"""What meant something else before."""


def _axes(tensor: Tensor, axes: Integers) -> tuple[int, ...]:
    return tuple(range(tensor.ndim)) if axes is None else tuple(listed(axes))
