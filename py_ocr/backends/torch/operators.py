"""The operators of ONNX on PyTorch: one function for each, in a table by its name.

A function takes the inputs of a node in ONNX's order, and its attributes by their names with ONNX's defaults, so that
the signature says which attributes are known. Opsets that turned an attribute into an input (`axes`, `min`) then need
no second function. What an input or attribute means is said in ONNX's own documentation of the operator.

Values of type `Integers` hold shapes. They are tensors in the processor's memory, or plain lists: reading one back
from a GPU would make the processor wait for everything that was started there.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Final

import torch
from torch.nn import functional

Tensor = torch.Tensor
Integers = Any
"""Integers in the processor's memory: a tensor or a list."""


@dataclass(frozen=True, slots=True)
class Operator:
    """How an operator is computed. `only` are the attributes of which not every value is supported, and those that are.

    `processor`: the positions of inputs that are wanted in the processor's memory: shapes, and numbers that PyTorch
    takes as such.
    """

    compute: Callable[..., Tensor]
    only: Mapping[str, Container[object]] = field(default_factory=dict)
    processor: frozenset[int] = frozenset()


def convolution(
    image: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    *,
    auto_pad: str = "NOTSET",
    dilations: Sequence[int] | None = None,
    group: int = 1,
    kernel_shape: Sequence[int] | None = None,  # noqa: ARG001  # the weight has it
    pads: Sequence[int] | None = None,
    strides: Sequence[int] | None = None,
) -> Tensor:
    """Conv, for images: (N, C, H, W)."""
    stride, dilation = tuple(strides or (1, 1)), tuple(dilations or (1, 1))
    around = _padding(image, weight.shape[2:], stride, dilation, auto_pad, pads)
    if weight.shape[2:] == (1, 1) and stride == (1, 1) and group == 1 and not any(around):
        # A product of matrices, and in memory it is one already: channels come last.
        return functional.linear(image.permute(0, 2, 3, 1), weight.flatten(1), bias).permute(0, 3, 1, 2)
    image, padding = _padded(image, around, 0.0)
    return _convolved(image, weight, bias, stride, padding, dilation, False, (0, 0), group)


def transposed_convolution(
    image: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    *,
    auto_pad: str = "NOTSET",  # noqa: ARG001  # only this value is let through
    dilations: Sequence[int] | None = None,
    group: int = 1,
    kernel_shape: Sequence[int] | None = None,  # noqa: ARG001  # the weight has it
    output_padding: Sequence[int] | None = None,
    pads: Sequence[int] | None = None,
    strides: Sequence[int] | None = None,
) -> Tensor:
    """ConvTranspose, for images."""
    top, left, bottom, right = pads or (0, 0, 0, 0)
    if (top, left) != (bottom, right):
        raise ValueError(f"ConvTranspose with uneven pads {pads} is not supported")
    stride, dilation, more = tuple(strides or (1, 1)), tuple(dilations or (1, 1)), tuple(output_padding or (0, 0))
    return _convolved(image, weight, bias, stride, (top, left), dilation, True, more, group)


def maximum_pool(
    image: Tensor,
    *,
    kernel_shape: Sequence[int],
    auto_pad: str = "NOTSET",
    ceil_mode: int = 0,  # noqa: ARG001  # only this value is let through
    dilations: Sequence[int] | None = None,
    pads: Sequence[int] | None = None,
    storage_order: int = 0,  # noqa: ARG001  # of an output that is not supported
    strides: Sequence[int] | None = None,
) -> Tensor:
    """MaxPool, for images, without the indices."""
    stride, dilation = strides or (1, 1), dilations or (1, 1)
    around = _padding(image, kernel_shape, stride, dilation, auto_pad, pads)
    image, padding = _padded(image, around, float("-inf"))
    return functional.max_pool2d(image, tuple(kernel_shape), tuple(stride), padding, tuple(dilation))


def average_pool(
    image: Tensor,
    *,
    kernel_shape: Sequence[int],
    auto_pad: str = "NOTSET",  # noqa: ARG001  # only this value is let through
    ceil_mode: int = 0,  # noqa: ARG001  # likewise
    count_include_pad: int = 0,
    pads: Sequence[int] | None = None,
    strides: Sequence[int] | None = None,
) -> Tensor:
    """AveragePool, for images."""
    top, left, bottom, right = pads or (0, 0, 0, 0)
    if (top, left) != (bottom, right):
        raise ValueError(f"AveragePool with uneven pads {pads} is not supported")
    return functional.avg_pool2d(
        image, tuple(kernel_shape), tuple(strides or (1, 1)), (top, left), count_include_pad=bool(count_include_pad)
    )


def global_average_pool(image: Tensor) -> Tensor:
    """GlobalAveragePool."""
    return image.mean(tuple(range(2, image.ndim)), keepdim=True)


def batch_normalization(
    image: Tensor,
    scale: Tensor,
    bias: Tensor,
    mean: Tensor,
    variance: Tensor,
    *,
    epsilon: float = 1e-5,
    momentum: float = 0.9,  # noqa: ARG001  # only training uses it
    training_mode: int = 0,  # noqa: ARG001  # only this value is let through
) -> Tensor:
    """BatchNormalization, as inference computes it."""
    return functional.batch_norm(image, mean, variance, scale, bias, training=False, eps=epsilon)


def resize(
    image: Tensor,
    roi: object = None,  # noqa: ARG001  # only crop_and_resize uses it, which is not let through
    scales: Integers = None,
    sizes: Integers = None,
    *,
    coordinate_transformation_mode: str = "half_pixel",  # noqa: ARG001  # only some values are let through
    mode: str = "nearest",  # noqa: ARG001  # likewise
    nearest_mode: str = "round_prefer_floor",  # noqa: ARG001  # likewise
) -> Tensor:
    """Resize, for images: the nearest pixel, where the coordinate is rounded down."""
    wanted = _listed(sizes) or [int(size * scale) for size, scale in zip(image.shape, _listed(scales), strict=True)]
    if wanted[:2] != list(image.shape[:2]):
        raise ValueError(f"Resize of {tuple(image.shape)} to {wanted} is not one of height and width")
    return functional.interpolate(image, size=wanted[2:], mode="nearest")


def divide(dividend: Tensor, divisor: Tensor) -> Tensor:
    """Div: integers are rounded toward zero."""
    whole = not dividend.is_floating_point()
    return torch.div(dividend, divisor, rounding_mode="trunc") if whole else torch.div(dividend, divisor)


def clip(tensor: Tensor, min: float | None = None, max: float | None = None) -> Tensor:  # noqa: A002  # ONNX's names
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
    sizes = [tensor.shape[axis] if size == 0 else size for axis, size in enumerate(_listed(shape))]
    return tensor.reshape(sizes)


def transpose(tensor: Tensor, *, perm: Sequence[int] | None = None) -> Tensor:
    """Transpose."""
    return tensor.permute(tuple(perm) if perm is not None else tuple(reversed(range(tensor.ndim))))


def squeeze(tensor: Tensor, axes: Integers = None) -> Tensor:
    """Squeeze."""
    return tensor.squeeze() if axes is None else tensor.squeeze(tuple(_listed(axes)))


def unsqueeze(tensor: Tensor, axes: Integers) -> Tensor:
    """Unsqueeze: the axes count in the result."""
    rank = tensor.ndim + len(_listed(axes))
    for axis in sorted(axis % rank for axis in _listed(axes)):
        tensor = tensor.unsqueeze(axis)
    return tensor


def concat(*tensors: Tensor, axis: int) -> Tensor:
    """Concat."""
    return torch.cat(tensors, axis)


def slice_axes(tensor: Tensor, starts: Integers, ends: Integers, axes: Integers = None, steps: Integers = None) -> Tensor:
    """Slice: as Python's slices, whose rules for negative and too large numbers are the same."""
    first = _listed(starts)
    along = range(len(first)) if axes is None else _listed(axes)
    by = [1] * len(first) if steps is None else _listed(steps)
    for axis, start, end, step in zip(along, first, _listed(ends), by, strict=True):
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
    "MaxPool": Operator(
        maximum_pool, {"auto_pad": ("NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"), "ceil_mode": (0,)}
    ),
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


def _convolved(
    image: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: tuple[int, ...],
    padding: tuple[int, ...],
    dilation: tuple[int, ...],
    transposed: bool,
    output_padding: tuple[int, ...],
    group: int,
) -> Tensor:
    """Convolve without cuDNN and without TF32.

    For images whose channels come last, cuDNN plans every size that it has not seen, for 1.8 s a page on an H100 that
    then reads it in 4 ms; PyTorch's own kernels need no plan. This function takes these two choices as arguments;
    the public ones read them from settings of the whole process, which are not ours to change.
    """
    return torch._convolution(
        image,
        weight,
        bias,
        stride,
        padding,
        dilation,
        transposed,
        output_padding,
        group,
        benchmark=False,
        deterministic=False,
        cudnn_enabled=False,
        allow_tf32=False,
    )


def _padding(
    image: Tensor,
    kernel: Sequence[int],
    strides: Sequence[int],
    dilations: Sequence[int],
    auto_pad: str,
    pads: Sequence[int] | None,
) -> tuple[int, int, int, int]:
    """Return how much is added at the top, left, bottom and right of an image."""
    if auto_pad == "NOTSET":
        top, left, bottom, right = pads or (0, 0, 0, 0)
        return top, left, bottom, right
    if auto_pad == "VALID":
        return 0, 0, 0, 0
    before, after = [], []
    for size, extent, stride, dilation in zip(image.shape[2:], kernel, strides, dilations, strict=True):
        missing = max(0, (ceil(size / stride) - 1) * stride + (extent - 1) * dilation + 1 - size)
        less, more = missing // 2, missing - missing // 2
        before.append(less if auto_pad == "SAME_UPPER" else more)
        after.append(more if auto_pad == "SAME_UPPER" else less)
    return before[0], before[1], after[0], after[1]


def _padded(image: Tensor, around: tuple[int, int, int, int], value: float) -> tuple[Tensor, tuple[int, int]]:
    """Return the image, and the even padding that the operator adds by itself: it is spared a copy where it can be."""
    top, left, bottom, right = around
    if (top, left) == (bottom, right):
        return image, (top, left)
    return functional.pad(image, (left, right, top, bottom), value=value), (0, 0)


def _listed(integers: Integers) -> Any:
    return integers.tolist() if isinstance(integers, torch.Tensor) else integers


def _axes(tensor: Tensor, axes: Integers) -> tuple[int, ...]:
    return tuple(range(tensor.ndim)) if axes is None else tuple(_listed(axes))
