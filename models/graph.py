"""Edits of ONNX graphs: what a source model needs to become one that every backend runs as it is.

Each function takes a model and changes it in place. They are meant to be applied in the order in which they
stand here. All of them are deterministic: the same source gives the same bytes on every machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper

_FORBIDDEN_PENALTY = 1e4
"""Taken from the logit of a forbidden class: so much that its exponential is exactly 0 in fp32."""

_NORMALIZED_IMAGE = "image.centred"
_WEIGHTED_OPERATORS = frozenset({"Conv", "ConvTranspose", "MatMul", "Gemm"})


def simplify(model: ModelProto) -> None:
    """Turn Constant nodes into initializers; drop Identity nodes and what only informs a reader."""
    graph = model.graph
    for node in graph.node:
        if node.op_type == "Constant":
            tensor = helper.get_node_attr_value(node, "value")
            tensor.name = node.output[0]
            graph.initializer.append(tensor)

    renamed: dict[str, str] = {}
    for node in graph.node:
        if node.op_type == "Identity":
            renamed[node.output[0]] = renamed.get(node.input[0], node.input[0])
    kept = [node for node in graph.node if node.op_type not in ("Constant", "Identity")]
    for output in graph.output:
        output.name = renamed.get(output.name, output.name)
    for node in kept:
        node.doc_string = ""
        for position, name in enumerate(node.input):
            node.input[position] = renamed.get(name, name)
    _replace_nodes(graph, kept)

    del graph.value_info[:]
    del model.metadata_props[:]
    model.producer_name = "py-ocr"
    model.producer_version = model.doc_string = graph.doc_string = ""


def read_rgb_bytes(
    model: ModelProto, *, mean: Sequence[float], std: Sequence[float], shape: Sequence[str | int]
) -> None:
    """Replace the input (normalised float32 BGR, NCHW) by `image`: uint8 RGB, NHWC, of the given shape.

    `mean` and `std` are those of the source model, for values in [0, 1], in its own channel order (B, G, R).
    The channel flip and the division go into the weights of the first convolution. The subtraction does not:
    the convolution pads with zeros, which must stay what they are, the mean colour.
    """
    graph = model.graph
    source = graph.input[0].name
    (first,) = (node for node in graph.node if source in node.input)
    if first.op_type != "Conv":
        raise ValueError(f"The first operator is {first.op_type}; only Conv can take over the normalisation.")

    _decode_weight(graph, first.input[1])
    weight = _initializer(graph, first.input[1])
    bgr_weight = numpy_helper.to_array(weight).astype(np.float64)
    scale = 1 / (255 * np.asarray(std, np.float64))
    rgb_weight = (bgr_weight * scale[None, :, None, None])[:, ::-1].astype(np.float32)
    weight.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(rgb_weight), weight.name))

    rgb_mean = (255 * np.asarray(mean, np.float64))[::-1].astype(np.float32).reshape(3, 1, 1)
    graph.initializer.append(numpy_helper.from_array(rgb_mean, "image.mean"))
    first.input[0] = _NORMALIZED_IMAGE
    # In this order the bytes are moved, not the floats, and the mean is spread over planes, not over triples:
    # on a CPU that is seven times faster than subtracting first.
    nodes = [
        helper.make_node("Transpose", ["image"], ["image.planes"], perm=[0, 3, 1, 2]),
        helper.make_node("Cast", ["image.planes"], ["image.float"], to=TensorProto.FLOAT),
        helper.make_node("Sub", ["image.float", "image.mean"], [_NORMALIZED_IMAGE]),
    ]
    _replace_nodes(graph, [*nodes, *graph.node])
    del graph.input[:]
    graph.input.append(helper.make_tensor_value_info("image", TensorProto.UINT8, list(shape)))


def name_output(model: ModelProto, name: str, shape: Sequence[str | int]) -> None:
    """Give the only output of the model a name and a shape."""
    graph = model.graph
    source = graph.output[0].name
    for node in graph.node:
        for position, output in enumerate(node.output):
            if output == source:
                node.output[position] = name
        for position, used in enumerate(node.input):
            if used == source:
                node.input[position] = name
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape)))


def decode_ctc(model: ModelProto, *, space: int | None) -> None:
    """Replace the output (N, T, C) of class probabilities by what decoding needs of each time step.

    Adds the input `class_mask` (C,) float32 (1 = allowed, 0 = forbidden) and gives the outputs `labels`
    (N, T) int32, `scores` (N, T) float32 and `space_scores` (N, T) float32. The mask acts on the bias of the
    last layer: the softmax itself renormalises over the allowed classes, and no step costs more than before.
    """
    graph = model.graph
    probabilities = graph.output[0].name
    (softmax,) = (node for node in graph.node if node.output[0] == probabilities)
    (head,) = (node for node in graph.node if node.output[0] == softmax.input[0])
    if (softmax.op_type, head.op_type) != ("Softmax", "Add"):
        raise ValueError(f"The model ends in {head.op_type}, {softmax.op_type} and not in Add, Softmax.")
    bias = head.input[1]
    (classes,) = numpy_helper.to_array(_initializer(graph, bias)).shape

    for name, value in (("class_mask.one", 1.0), ("class_mask.penalty", _FORBIDDEN_PENALTY)):
        graph.initializer.append(numpy_helper.from_array(np.array(value, np.float32), name))
    head.input[1] = "class_mask.bias"
    mask_nodes = [
        helper.make_node("Sub", ["class_mask", "class_mask.one"], ["class_mask.excess"]),
        helper.make_node("Mul", ["class_mask.excess", "class_mask.penalty"], ["class_mask.offset"]),
        helper.make_node("Add", [bias, "class_mask.offset"], ["class_mask.bias"]),
    ]
    decode_nodes = [
        helper.make_node("ArgMax", [probabilities], ["labels.int64"], axis=2, keepdims=0),
        helper.make_node("Cast", ["labels.int64"], ["labels"], to=TensorProto.INT32),
        helper.make_node("ReduceMax", [probabilities], ["scores"], axes=[2], keepdims=0),
        *_space_nodes(graph, probabilities, space, classes),
    ]
    _replace_nodes(graph, [*mask_nodes, *graph.node, *decode_nodes])

    graph.input.append(helper.make_tensor_value_info("class_mask", TensorProto.FLOAT, [classes]))
    del graph.output[:]
    for name, kind in (
        ("labels", TensorProto.INT32),
        ("scores", TensorProto.FLOAT),
        ("space_scores", TensorProto.FLOAT),
    ):
        graph.output.append(helper.make_tensor_value_info(name, kind, ["batch", "steps"]))


def average_by_rows(model: ModelProto) -> None:
    """Let every mean of a plane be one of each row, and then of those.

    Runtimes add in the order that suits them, and some add one after the other: of the 100,000 numbers of a plane the
    last ones then lose four digits, and the text maps of two runtimes differ by a thousandth instead of a millionth.
    """
    graph = model.graph
    nodes: list[NodeProto] = []
    for node in graph.node:
        if not _is_mean_of_planes(node):
            nodes.append(node)
            continue
        rows = f"{node.output[0]}.rows"
        nodes += [
            helper.make_node("ReduceMean", [node.input[0]], [rows], axes=[3], keepdims=1),
            helper.make_node("ReduceMean", [rows], list(node.output), axes=[2], keepdims=1),
        ]
    _replace_nodes(graph, nodes)


def store_weights_as_fp16(model: ModelProto) -> None:
    """Store the weights of convolutions and matrix products as fp16, each behind a Cast to fp32.

    The runtime folds the Casts when it creates the session, so the model computes in fp32. Vectors (biases,
    batch normalisation) and the first convolution stay fp32: they are small, and the first convolution holds
    the scale of the image, which would fall into the denormal range of fp16. Weights that the source stores as
    int8 stay as they are: smaller still, and decoded in the same way.
    """
    graph = model.graph
    names: dict[str, None] = {}
    for node in graph.node:
        if node.op_type in _WEIGHTED_OPERATORS and _NORMALIZED_IMAGE not in node.input:
            names.update(dict.fromkeys(node.input[1:2]))

    casts: list[NodeProto] = []
    for tensor in graph.initializer:
        if tensor.name not in names or tensor.data_type != TensorProto.FLOAT:
            continue
        values: NDArray[np.float32] = numpy_helper.to_array(tensor)
        halved = values.astype(np.float16)
        if not np.isfinite(halved).all():
            raise ValueError(f"The weight {tensor.name} has values outside the range of fp16.")
        fp32_name, fp16_name = tensor.name, f"{tensor.name}.fp16"
        tensor.CopyFrom(numpy_helper.from_array(halved, fp16_name))
        casts.append(helper.make_node("Cast", [fp16_name], [fp32_name], to=TensorProto.FLOAT))
    _replace_nodes(graph, [*casts, *graph.node])


def serialize(model: ModelProto) -> bytes:
    """Check the model and return its bytes, the same for the same model on every machine."""
    onnx.checker.check_model(model, full_check=True)
    data: bytes = model.SerializeToString(deterministic=True)
    return data


def operator_inventory(model: ModelProto) -> dict[str, int]:
    """Return how many nodes of each operator the graph has, by operator name."""
    return dict(sorted(Counter(node.op_type for node in model.graph.node).items()))


def _is_mean_of_planes(node: NodeProto) -> bool:
    if node.op_type != "ReduceMean":
        return bool(node.op_type == "GlobalAveragePool")
    given = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
    return sorted(given["axes"]) == [2, 3] and given.get("keepdims", 1) == 1


def _space_nodes(graph: GraphProto, probabilities: str, space: int | None, classes: int) -> Iterable[NodeProto]:
    """Yield the nodes that give the space class's probability as `space_scores`; zeros without one."""
    column = classes - 1 if space is None else space
    for name, value in (("space.start", column), ("space.end", column + 1), ("space.axis", 2)):
        graph.initializer.append(numpy_helper.from_array(np.array([value], np.int64), name))
    yield helper.make_node("Slice", [probabilities, "space.start", "space.end", "space.axis"], ["space.column"])
    squeezed = "space_scores" if space is not None else "space.scores"
    yield helper.make_node("Squeeze", ["space.column"], [squeezed], axes=[2])
    if space is None:
        graph.initializer.append(numpy_helper.from_array(np.zeros((), np.float32), "space.zero"))
        yield helper.make_node("Mul", ["space.scores", "space.zero"], ["space_scores"])


def _decode_weight(graph: GraphProto, name: str) -> None:
    """Replace the nodes that decode the weight `name` (Cast of stored integers, Mul by a scale) by its fp32 values.

    Only an edit of the weight's values needs this: the runtime folds these nodes when it creates the session, as
    it folds the Casts of fp16, and until then int8 takes half the room of fp16. Does nothing to a plain weight.
    """
    if any(tensor.name == name for tensor in graph.initializer):
        return
    (scaled,) = (node for node in graph.node if name in node.output)
    (cast,) = (node for node in graph.node if scaled.input[0] in node.output)
    if (cast.op_type, scaled.op_type) != ("Cast", "Mul"):
        raise ValueError(f"The weight {name} comes from {cast.op_type}, {scaled.op_type} and not from Cast, Mul.")
    stored, scale = _initializer(graph, cast.input[0]), _initializer(graph, scaled.input[1])
    values = numpy_helper.to_array(stored).astype(np.float32) * numpy_helper.to_array(scale)
    for tensor in (stored, scale):
        graph.initializer.remove(tensor)
    for node in (cast, scaled):
        graph.node.remove(node)
    graph.initializer.append(numpy_helper.from_array(values, name))


def _initializer(graph: GraphProto, name: str) -> TensorProto:
    tensor: TensorProto
    for tensor in graph.initializer:
        if tensor.name == name:
            return tensor
    raise ValueError(f"The graph has no initializer {name!r}.")


def _replace_nodes(graph: GraphProto, nodes: Sequence[NodeProto]) -> None:
    copies = [NodeProto.FromString(node.SerializeToString()) for node in nodes]
    del graph.node[:]
    graph.node.extend(copies)
