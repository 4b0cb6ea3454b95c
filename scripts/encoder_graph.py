"""The encoder as an ONNX graph: a BERT with rounded weights, in the shape of an official export.

`DynamicQuantizeMatMul` multiplies weights of seven bits, with one scale an output, by activations that it
rounds to eight bits with one scale a text. So a text is always encoded by itself: beside another its vector
would differ. Seven bits, because on processors without VNNI two products of eight bits overflow their sum.
"""

from enum import Enum

import numpy as np
import onnx
from encoder_weights import BLOCK, Weights
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET = 20  # the first with Gelu
_IR_VERSION = 9
_STEPS = 63  # of a weight on either side of nought
_MASKED = -1e9  # added to the score of padding, so that its weight becomes exactly nought


class Arithmetic(Enum):
    """How matrices are multiplied."""

    FLOAT = "float"
    INT8 = "int8"


class _Graph:
    """Collects nodes and constants; each method adds one operation and returns its output's name."""

    def __init__(self, arithmetic: Arithmetic) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self._arithmetic = arithmetic

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        self.constants.append(numpy_helper.from_array(np.asarray(value, order="C"), name))
        return name

    def integers(self, *values: int) -> str:
        name = "int_" + "_".join(str(value) for value in values)
        if all(known.name != name for known in self.constants):
            self.constant(name, np.array(values, np.int64))
        return name

    def add(self, operation: str, *inputs: str, name: str = "", domain: str = "", **settings: object) -> str:
        output = name or f"{operation}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operation, inputs, [output], output, domain=domain, **settings))
        return output

    def linear(self, source: str, name: str, matrix: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        """`matrix` is (outputs, inputs)."""
        shift = self.constant(f"{name}.b", bias)
        if self._arithmetic is Arithmetic.FLOAT:
            return self.add("Add", self.add("MatMul", source, self.constant(f"{name}.w", matrix.T)), shift)
        scale = np.maximum(np.abs(matrix).max(axis=1) / _STEPS, 1e-12).astype(np.float32)
        return self.add(
            "DynamicQuantizeMatMul",
            source,
            self.constant(f"{name}.w", np.rint(matrix / scale[:, np.newaxis]).astype(np.int8).T),
            self.constant(f"{name}.scale", scale),
            self.constant(f"{name}.zero", np.zeros(len(scale), np.int8)),
            shift,
            domain="com.microsoft",
        )

    def norm(self, source: str, name: str, weights: Weights, output: str = "") -> str:
        scale = self.constant(f"{name}.w", weights.floats(f"{name}.w"))
        shift = self.constant(f"{name}.b", weights.floats(f"{name}.b"))
        epsilon = weights.shape.epsilon
        return self.add("LayerNormalization", source, scale, shift, name=output, axis=-1, epsilon=epsilon)


def build(weights: Weights, arithmetic: Arithmetic) -> onnx.ModelProto:
    """The whole model: token ids and attention mask in, `last_hidden_state` out."""
    graph = _Graph(arithmetic)
    state = _embeddings(graph, weights)
    bias = _padding_bias(graph)
    for layer in range(weights.shape.layers):
        attended = _attention(graph, weights, f"l{layer}", state, bias)
        state = graph.norm(graph.add("Add", state, attended), f"l{layer}.aln", weights)
        is_last = layer == weights.shape.layers - 1
        widened = _feed_forward(graph, weights, f"l{layer}", state)
        name = "last_hidden_state" if is_last else ""
        state = graph.norm(graph.add("Add", state, widened), f"l{layer}.oln", weights, name)
    return _model(graph, weights.shape.hidden)


def _embeddings(graph: _Graph, weights: Weights) -> str:
    """Words and places: the rows of the word table are unpacked as they are looked up, without loss."""
    hidden, blocks = weights.shape.hidden, weights.shape.hidden // BLOCK
    table = weights.four_bit("emb.word", hidden)
    packed = graph.constant("emb.word", table.packed.reshape(-1, hidden // 2))
    scales = graph.constant("emb.word.scale", table.scale.astype(np.float16))
    rows = graph.add("Gather", packed, "input_ids", axis=0)
    rows = graph.add("Reshape", rows, graph.integers(0, 0, blocks, BLOCK // 2))
    low = graph.add("BitwiseAnd", rows, graph.constant("low_half", np.array(0x0F, np.uint8)))
    high = graph.add("BitShift", rows, graph.constant("four", np.array(4, np.uint8)), direction="RIGHT")
    nibbles = graph.add("Cast", graph.add("Concat", low, high, axis=-1), to=TensorProto.FLOAT)
    centred = graph.add("Sub", nibbles, graph.constant("eight", np.array(8, np.float32)))
    scale = graph.add("Cast", graph.add("Gather", scales, "input_ids", axis=0), to=TensorProto.FLOAT)
    words = graph.add("Mul", centred, graph.add("Unsqueeze", scale, graph.integers(-1)))
    words = graph.add("Reshape", words, graph.integers(0, 0, hidden))
    places = weights.floats("emb.pos").reshape(-1, hidden) + weights.floats("emb.type")[:hidden]
    length = graph.add("Shape", "input_ids", start=1, end=2)
    first, axis = graph.integers(0), graph.integers(0)
    where = graph.add("Slice", graph.constant("emb.pos", places), first, length, axis)
    return graph.norm(graph.add("Add", words, where), "emb.ln", weights)


def _padding_bias(graph: _Graph) -> str:
    """Nought for a token, far below nought for padding; shaped to be added to every head's scores."""
    mask = graph.add("Cast", "attention_mask", to=TensorProto.FLOAT)
    missing = graph.add("Sub", graph.constant("one", np.array(1, np.float32)), mask)
    bias = graph.add("Mul", missing, graph.constant("masked", np.array(_MASKED, np.float32)))
    return graph.add("Unsqueeze", bias, graph.integers(1, 2))


def _attention(graph: _Graph, weights: Weights, layer: str, state: str, padding: str) -> str:
    """Every head looks at every token; the usual division by the root of its width is in q's weights."""
    hidden, heads = weights.shape.hidden, weights.shape.heads
    calm = np.array([(hidden // heads) ** -0.5, 1, 1], np.float32)
    matrices = [
        weights.matrix(f"{layer}.{part}.w", hidden) * by for part, by in zip("qkv", calm, strict=True)
    ]
    biases = [weights.floats(f"{layer}.{part}.b") * by for part, by in zip("qkv", calm, strict=True)]
    mixed = graph.linear(state, f"{layer}.qkv", np.concatenate(matrices), np.concatenate(biases))
    split = graph.add("Reshape", mixed, graph.integers(0, 0, 3, heads, hidden // heads))
    by_part = graph.add("Transpose", split, perm=[2, 0, 3, 1, 4])
    query, key, value = (
        graph.add(
            "Gather", by_part, graph.constant(f"{layer}.part{index}", np.array(index, np.int64)), axis=0
        )
        for index in range(3)
    )
    scores = graph.add("MatMul", query, graph.add("Transpose", key, perm=[0, 1, 3, 2]))
    shares = graph.add("Softmax", graph.add("Add", scores, padding), axis=-1)
    looked = graph.add("Transpose", graph.add("MatMul", shares, value), perm=[0, 2, 1, 3])
    joined = graph.add("Reshape", looked, graph.integers(0, 0, hidden))
    output = weights.matrix(f"{layer}.ao.w", hidden)
    return graph.linear(joined, f"{layer}.ao", output, weights.floats(f"{layer}.ao.b"))


def _feed_forward(graph: _Graph, weights: Weights, layer: str, state: str) -> str:
    widen = weights.matrix(f"{layer}.fi.w", weights.shape.hidden)
    narrow = weights.matrix(f"{layer}.fo.w", weights.shape.feed_forward)
    wide = graph.linear(state, f"{layer}.fi", widen, weights.floats(f"{layer}.fi.b"))
    return graph.linear(graph.add("Gelu", wide), f"{layer}.fo", narrow, weights.floats(f"{layer}.fo.b"))


def _model(graph: _Graph, hidden: int) -> onnx.ModelProto:
    whole = ["batch", "sequence"]
    inputs = [
        helper.make_tensor_value_info(n, TensorProto.INT64, whole) for n in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [*whole, hidden])
    built = helper.make_graph(graph.nodes, "multilingual-e5-small", inputs, [output], graph.constants)
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(built, opset_imports=opsets, ir_version=_IR_VERSION, producer_name="signpost")
