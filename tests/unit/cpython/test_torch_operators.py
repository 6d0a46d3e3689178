"""Each operator on PyTorch against ONNX Runtime: the same node, the same inputs, the same numbers."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from py_ocr.backends.onnx_runtime import ort
from py_ocr.backends.operators import SUPPORT
from py_ocr.errors import BackendError

torch = pytest.importorskip("torch", reason="torch is not installed")

from py_ocr.backends.torch.graph import OPSETS, read_graph  # noqa: E402  # without torch they cannot be imported
from py_ocr.backends.torch.operators import OPERATORS  # noqa: E402
from py_ocr.backends.torch.program import Program  # noqa: E402

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
TOLERANCE = 2e-6

Array = NDArray[Any]

RANDOM = np.random.default_rng(5)


def floats(*shape: int, least: float = -2, most: float = 2) -> Array:
    return RANDOM.uniform(least, most, shape).astype(np.float32)


def int64(*values: int) -> Array:
    return np.array(values, np.int64)


class Case(NamedTuple):
    """A node: its inputs, of which those at `fixed` are constants of the graph, and its attributes."""

    operator: str
    inputs: Sequence[Array | None]
    attributes: Mapping[str, Any] = {}
    fixed: Sequence[int] = ()
    opset: int = 11

    def __str__(self) -> str:
        return f"{self.operator} {self.opset} {dict(self.attributes)}"


IMAGE = floats(2, 6, 9, 13)
WEIGHT = floats(4, 6, 3, 3)
WHOLE = RANDOM.integers(-20, 20, (3, 4)).astype(np.int64)

CASES = [
    Case("Add", [IMAGE, floats(1, 6, 1, 1)], fixed=[1]),
    Case("Add", [floats(), IMAGE], fixed=[0]),
    Case("ArgMax", [IMAGE], {"axis": 2, "keepdims": 0}),
    Case("ArgMax", [IMAGE], {"axis": -1}),
    Case("AveragePool", [IMAGE], {"kernel_shape": [3, 2], "strides": [3, 2], "ceil_mode": 0}),
    Case("AveragePool", [IMAGE], {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1], "count_include_pad": 1}),
    Case("AveragePool", [IMAGE], {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}),
    Case(
        "BatchNormalization",
        [IMAGE, floats(6), floats(6), floats(6), floats(6, least=0.1)],
        {"epsilon": 1e-3, "momentum": 0.9},
        fixed=[1, 2, 3, 4],
    ),
    Case("Cast", [floats(3, 4, least=-90, most=90)], {"to": 6}),
    Case("Cast", [WHOLE], {"to": 1}),
    Case("Cast", [floats(2, 3).astype(np.float16)], {"to": 1}),
    Case("Clip", [IMAGE, floats() * 0 - 1, floats() * 0 + 1], fixed=[1, 2]),
    Case("Clip", [IMAGE, None, floats() * 0 + 1], fixed=[2]),
    Case("Concat", [floats(2, 3), floats(2, 5), floats(2, 1)], {"axis": -1}),
    Case("Concat", [int64(1, 2), int64(3)], {"axis": 0}, fixed=[1]),
    Case("Conv", [IMAGE, WEIGHT], fixed=[1]),
    Case("Conv", [IMAGE, WEIGHT, floats(4)], {"pads": [1, 1, 1, 1], "strides": [2, 1]}, fixed=[1, 2]),
    Case("Conv", [IMAGE, WEIGHT], {"pads": [0, 1, 2, 3], "dilations": [2, 1]}, fixed=[1]),
    Case("Conv", [IMAGE, floats(6, 1, 5, 5), floats(6)], {"group": 6, "pads": [2, 2, 2, 2]}, fixed=[1, 2]),
    Case("Conv", [IMAGE, floats(4, 3, 3, 3)], {"group": 2}, fixed=[1]),
    Case("Conv", [IMAGE, floats(5, 6, 1, 1), floats(5)], fixed=[1, 2]),
    Case("Conv", [IMAGE, floats(5, 6, 1, 1)], {"strides": [2, 2]}, fixed=[1]),
    Case("Conv", [IMAGE, floats(5, 6, 2, 2)], {"auto_pad": "SAME_UPPER"}, fixed=[1]),
    Case("Conv", [IMAGE, floats(5, 6, 3, 2)], {"auto_pad": "SAME_UPPER", "strides": [2, 3]}, fixed=[1]),
    Case("Conv", [IMAGE, floats(5, 6, 2, 2)], {"auto_pad": "SAME_LOWER"}, fixed=[1]),
    Case("Conv", [IMAGE, WEIGHT], {"auto_pad": "VALID"}, fixed=[1]),
    Case("ConvTranspose", [IMAGE, floats(6, 3, 2, 2), floats(3)], {"strides": [2, 2]}, fixed=[1, 2]),
    Case(
        "ConvTranspose",
        [IMAGE, floats(6, 2, 3, 3)],
        {"strides": [2, 2], "pads": [1, 1, 1, 1], "output_padding": [1, 0], "group": 2},
        fixed=[1],
    ),
    Case("Div", [IMAGE, floats(1, 6, 1, 1, least=1)], fixed=[1]),
    Case("Div", [WHOLE, int64(3, -7, 2, 5)]),
    Case("Erf", [IMAGE]),
    Case("GlobalAveragePool", [IMAGE]),
    Case("HardSigmoid", [IMAGE * 3]),
    Case("HardSigmoid", [IMAGE * 3], {"alpha": 1 / 6, "beta": 0.4}),
    Case("MatMul", [floats(2, 3, 4, 5), floats(5, 6)], fixed=[1]),
    Case("MatMul", [floats(2, 3, 4, 5), floats(2, 3, 5, 2)]),
    Case("MaxPool", [IMAGE], {"kernel_shape": [2, 2], "strides": [2, 2], "ceil_mode": 0}),
    Case("MaxPool", [IMAGE - 9], {"kernel_shape": [2, 2], "auto_pad": "SAME_UPPER"}),
    Case("MaxPool", [IMAGE - 9], {"kernel_shape": [3, 3], "pads": [0, 1, 1, 1]}),
    Case("Mul", [IMAGE, IMAGE]),
    Case("Mul", [int64(1, 2, 3), int64(4)], fixed=[1]),
    Case("Pow", [IMAGE, floats() * 0 + 2], fixed=[1]),
    Case("ReduceMax", [IMAGE], {"axes": [2], "keepdims": 0}),
    Case("ReduceMax", [IMAGE]),
    Case("ReduceMean", [IMAGE], {"axes": [-1]}),
    Case("ReduceMean", [IMAGE], {"axes": [2, 3], "keepdims": 0}),
    Case("Relu", [IMAGE]),
    Case("Reshape", [IMAGE, int64(0, 2, -1)], fixed=[1]),
    Case("Reshape", [IMAGE, int64(-1, 39)]),
    *(
        Case(
            "Resize",
            [IMAGE, np.zeros(0, np.float32), np.array([1, 1, *scales], np.float32)],
            {"coordinate_transformation_mode": "asymmetric", "mode": "nearest", "nearest_mode": "floor"},
            fixed=[1, 2],
        )
        for scales in ((2, 2), (4, 8), (0.5, 3))
    ),
    Case(
        "Resize",
        [IMAGE, np.zeros(0, np.float32), np.zeros(0, np.float32), int64(2, 6, 18, 26)],
        {"coordinate_transformation_mode": "asymmetric", "mode": "nearest", "nearest_mode": "floor"},
        fixed=[1, 2, 3],
    ),
    Case("Shape", [IMAGE]),
    Case("Sigmoid", [IMAGE]),
    Case("Slice", [IMAGE, int64(1), int64(2**31 - 1), int64(3), int64(1)], fixed=[1, 2, 3, 4]),
    Case("Slice", [IMAGE, int64(-3, 0), int64(-1, 4), int64(3, 1)], fixed=[1, 2, 3]),
    Case("Slice", [IMAGE, int64(0, 8), int64(2, -9), int64(1, 2), int64(2, -3)]),
    Case("Slice", [int64(5, 6, 7, 8), int64(1), int64(3)], fixed=[1, 2]),
    Case("Softmax", [IMAGE], {"axis": 3}),
    Case("Softmax", [IMAGE]),
    Case("Softmax", [IMAGE], {"axis": 2}),
    Case("Softmax", [IMAGE], {"axis": 2}, opset=13),
    Case("Softmax", [IMAGE], opset=13),
    Case("Sqrt", [floats(3, 4, least=0)]),
    Case("Squeeze", [floats(1, 3, 1, 4)], {"axes": [0]}),
    Case("Squeeze", [floats(1, 3, 1, 4)]),
    Case("Squeeze", [floats(1, 3, 1, 4), int64(-2)], opset=13, fixed=[1]),
    Case("Sub", [floats(), IMAGE], fixed=[0]),
    Case("Sub", [IMAGE, floats(2, 6, 1, 1)]),
    Case("Transpose", [IMAGE], {"perm": [0, 2, 3, 1]}),
    Case("Transpose", [IMAGE]),
    Case("Unsqueeze", [floats(3, 4)], {"axes": [0, 3]}),
    Case("Unsqueeze", [floats(3, 4), int64(-1)], opset=13, fixed=[1]),
]


def model_of(case: Case) -> onnx.ModelProto:
    names = ["" if array is None else f"input {place}" for place, array in enumerate(case.inputs)]
    given = [(name, array) for name, array in zip(names, case.inputs, strict=True) if array is not None]
    fixed = {names[place] for place in case.fixed}
    graph = helper.make_graph(
        [helper.make_node(case.operator, names, ["result"], **case.attributes)],
        "case",
        [
            helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
            for name, array in given
            if name not in fixed
        ],
        [helper.make_empty_tensor_value_info("result")],
        [numpy_helper.from_array(array, name) for name, array in given if name in fixed],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", case.opset)], ir_version=8)


def feeds_of(case: Case) -> dict[str, Array]:
    return {
        f"input {place}": array
        for place, array in enumerate(case.inputs)
        if array is not None and place not in case.fixed
    }


def placed(array: Array, device: str) -> Any:
    """Return a tensor where a program would have it: shapes are never on a GPU."""
    return torch.tensor(array).to(device if array.dtype.kind == "f" else "cpu")


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_operator_computes_what_onnx_runtime_computes(case: Case, device: str) -> None:
    model, feeds = model_of(case), feeds_of(case)
    expected = ort.InferenceSession(model.SerializeToString()).run(["result"], feeds)[0]
    with torch.inference_mode():
        program = Program(read_graph(model, "case"), torch.device(device))
        (result,) = program.run({name: placed(array, device) for name, array in feeds.items()})
    actual = result.cpu().numpy()
    assert actual.dtype == expected.dtype
    assert actual.shape == expected.shape
    np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=TOLERANCE * max(1, np.abs(expected).max(initial=0)))


def test_every_operator_has_a_case() -> None:
    assert {case.operator for case in CASES} == set(OPERATORS)


def test_the_table_that_is_read_without_pytorch_is_this_one() -> None:
    support = SUPPORT["native-torch"]
    assert support.device | support.host == set(OPERATORS)
    assert support.host == {"Shape"}


@pytest.mark.parametrize(
    ("case", "lacking"),
    [
        (Case("Tanh", [IMAGE]), "the operator Tanh"),
        (Case("Resize", [IMAGE, None, np.ones(4, np.float32)], {"mode": "linear"}), "Resize with mode linear"),
        (
            Case("Resize", [IMAGE, None, np.ones(4, np.float32)]),
            "Resize with coordinate_transformation_mode",
        ),
        (Case("MaxPool", [IMAGE], {"kernel_shape": [2, 2], "ceil_mode": 1}), "MaxPool with ceil_mode 1"),
        (Case("Cast", [IMAGE], {"to": 8}), "Cast with to 8"),
        (Case("Relu", [IMAGE], {"consumed_inputs": [0]}), "the attribute consumed_inputs of Relu"),
        (Case("Relu", [IMAGE], opset=OPSETS.stop), f"opset {OPSETS.stop}"),
    ],
    ids=str,
)
def test_what_is_lacking_is_named_before_anything_runs(case: Case, lacking: str) -> None:
    with pytest.raises(BackendError, match=f"lacks (.*, )?{lacking}.*, which case needs") as raised:
        read_graph(model_of(case), "case")
    assert raised.value.code == "operator_unsupported"


def test_an_operator_of_another_domain_is_not_taken_for_that_of_onnx() -> None:
    model = model_of(Case("Relu", [IMAGE]))
    model.graph.node[0].domain = "org.pytorch"
    model.opset_import.append(helper.make_opsetid("org.pytorch", 1))
    with pytest.raises(BackendError, match="the operator Relu"):
        read_graph(model, "case")
