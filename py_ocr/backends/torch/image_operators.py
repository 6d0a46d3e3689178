"""The operators of ONNX that are about images, (N, C, H, W), on PyTorch; see operators.py.

In memory the channels come last, as in the images that a program is given, so a pixel's numbers lie side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import ceil
from typing import Any, Final

import torch
from torch import Tensor
from torch.nn import functional

Integers = Any
"""Integers in the processor's memory: a tensor or a list. Reading them from a GPU would mean to wait for it."""


def listed(integers: Integers) -> list[Any]:
    """Return integers as a list."""
    numbers: list[Any] = integers.tolist() if isinstance(integers, torch.Tensor) else integers
    return numbers


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
    around = _padding(image, weight.shape[2:], stride, dilation, auto_pad=auto_pad, pads=pads)
    if weight.shape[2:] == (1, 1) and stride == (1, 1) and group == 1 and not any(around):
        # A product of matrices, and in memory it is one already: channels come last.
        return functional.linear(image.permute(0, 2, 3, 1), weight.flatten(1), bias).permute(0, 3, 1, 2)
    image, padding = _padded(image, around, 0.0)
    return _convolve(image, weight, bias, stride, padding, dilation, False, (0, 0), group)


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
    return _convolve(image, weight, bias, stride, (top, left), dilation, True, more, group)


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
    around = _padding(image, kernel_shape, stride, dilation, auto_pad=auto_pad, pads=pads)
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
    wanted = listed(sizes) or [int(size * scale) for size, scale in zip(image.shape, listed(scales), strict=True)]
    if wanted[:2] != list(image.shape[:2]):
        raise ValueError(f"Resize of {tuple(image.shape)} to {wanted} is not one of height and width")
    return functional.interpolate(image, size=wanted[2:], mode="nearest")


_convolve: Final = partial(
    torch._convolution, benchmark=False, deterministic=False, cudnn_enabled=False, allow_tf32=False
)
"""Convolves without cuDNN and without TF32.

For images whose channels come last, cuDNN plans every size that it has not seen: 1.8 s for a page that an H100 then
reads in 4 ms. PyTorch's own kernels need no plan. This function takes these choices as arguments; the public ones read
them from settings of the whole process, which are not ours to change.
"""


def _padding(
    image: Tensor,
    kernel: Sequence[int],
    strides: Sequence[int],
    dilations: Sequence[int],
    *,
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
