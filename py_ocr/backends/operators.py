"""Which operators a backend computes: a model that needs another one is refused by name before anything is loaded.

The tables are data, from the operator lists inside the package onnxruntime-web (docs/webgpu-operators.md and
docs/webnn-operators.md) and from backends/torch/operators.py; tests compare them. The processor's kernels (`wasm`,
`native`) cover ONNX whole, and `native-cuda` hands what it lacks to them, so these three have no table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from py_ocr.errors import BackendError
from py_ocr.model_spec import ModelSpec


@dataclass(frozen=True, slots=True)
class OperatorSupport:
    """What a backend computes on its `device`, and what it may leave to the `host`.

    On the host is allowed what only moves shapes or is folded when a model is loaded. An operator that computes would
    send its tensors to the processor and back in the middle of a model: that is not this backend any more.
    """

    device: frozenset[str]
    host: frozenset[str]


_HOST: Final = frozenset({"Constant", "ConstantOfShape", "Dropout", "Identity", "Reshape", "Shape", "Size"})

_WEBGPU: Final = """
    Abs Acos Acosh Add ArgMax ArgMin Asin Asinh Atan Atanh Attention AveragePool BatchNormalization BiasAdd
    BiasSplitGelu Cast Ceil Clip Concat Conv ConvTranspose Cos Cosh CumSum DFT DepthToSpace DequantizeLinear Div
    Einsum Elu Equal Erf Exp Expand FastGelu Flatten Floor FusedConv Gather GatherBlockQuantized GatherElements
    GatherND Gelu Gemm GlobalAveragePool GlobalMaxPool Greater GreaterOrEqual GridSample GroupQueryAttention
    HardSigmoid HardSwish If InstanceNormalization LayerNormalization LeakyRelu Less LessOrEqual Log MatMul
    MatMulNBits MaxPool Mul MultiHeadAttention Neg Not Pad Pow QuickGelu Range Reciprocal ReduceL1 ReduceL2
    ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Resize
    RotaryEmbedding ScatterND Sigmoid SimplifiedLayerNormalization Sin Sinh SkipLayerNormalization
    SkipSimplifiedLayerNormalization Slice Softmax Split Sqrt Squeeze Sub Tan Tanh ThresholdedRelu Tile
    Transpose Unsqueeze Where
"""

_WEBNN: Final = """
    Abs Add And ArgMax ArgMin AveragePool BatchNormalization Cast Ceil Clip Concat Conv ConvInteger
    ConvTranspose Cos CumSum DepthToSpace DequantizeLinear Div Dropout DynamicQuantizeLinear Einsum Elu Equal
    Erf Exp Expand Flatten Floor GRU Gather GatherBlockQuantized GatherElements GatherND Gelu Gemm
    GlobalAveragePool GlobalLpPool GlobalMaxPool Greater GreaterOrEqual GroupQueryAttention HardSigmoid
    HardSwish Identity InstanceNormalization IsInf IsNaN LRN LSTM LayerNormalization LeakyRelu Less LessOrEqual
    Log LpNormalization LpPool MatMul MatMulInteger MatMulNBits Max MaxPool Min Mul MultiHeadAttention Neg Not
    Or PRelu Pad Pow QuantizeLinear Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax
    ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Reshape Resize RotaryEmbedding Round
    ScatterElements ScatterND Shape Sigmoid Sign SimplifiedLayerNormalization Sin SkipLayerNormalization
    SkipSimplifiedLayerNormalization Slice Softmax Softplus Softsign Split Sqrt Squeeze Sub Tan Tanh Tile
    Transpose Trilu Unsqueeze Where Xor
"""

_TORCH: Final = """
    Add ArgMax AveragePool BatchNormalization Cast Clip Concat Conv ConvTranspose Div Erf GlobalAveragePool HardSigmoid
    MatMul MaxPool Mul Pow ReduceMax ReduceMean Relu Reshape Resize Sigmoid Slice Softmax Sqrt Squeeze Sub Transpose
    Unsqueeze
"""

SUPPORT: Final[Mapping[str, OperatorSupport]] = {
    "webgpu": OperatorSupport(frozenset(_WEBGPU.split()), _HOST),
    "webnn": OperatorSupport(frozenset(_WEBNN.split()), _HOST),
    "native-torch": OperatorSupport(frozenset(_TORCH.split()), frozenset({"Shape"})),
}
"""By backend."""


def check_operators(backend: str, models: Iterable[ModelSpec]) -> tuple[str, ...]:
    """Return the operators of these models that the processor computes while `backend` computes the others.

    Raises BackendError (`operator_unsupported`) naming operators, model and backend.
    """
    support = SUPPORT.get(backend)
    if support is None:
        return ()
    host: set[str] = set()
    for model in models:
        foreign = set(model.operators) - support.device
        if missing := sorted(foreign - support.host):
            plural = "s" if len(missing) > 1 else ""
            raise BackendError(
                "operator_unsupported",
                f"The backend {backend} lacks the operator{plural} {', '.join(missing)}, which {model.id} needs.",
                "Choose the backend auto, or another one, or another model.",
            )
        host |= foreign
    return tuple(sorted(host))
