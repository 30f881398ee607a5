"""A network as an ONNX model, in single precision, run by ONNX Runtime. Needs onnx and onnxruntime."""

import numpy as np
import onnxruntime
from onnx import TensorProto, checker, helper, numpy_helper

from nn import ACTIVATIONS, MLP, fit, moons, predict

OPERATORS = {"linear": "Identity", "relu": "Relu", "leaky_relu": "LeakyRelu", "elu": "Elu", "gelu": "Gelu"}
OPERATORS |= {"silu": "Swish", "softplus": "Softplus", "sigmoid": "Sigmoid", "tanh": "Tanh", "sin": "Sin"}


def to_onnx(model):
    arrays = [numpy_helper.from_array(a.astype(np.float32), name) for name, a in model.state_dict().items()]
    nodes, x = [], "x"
    for k, layer in enumerate(model.layers):  # transB: the weights have one row for each unit
        (name,) = {name for name, f in ACTIVATIONS.items() for unit in layer.neurons if unit.activation is f}
        nodes += [helper.make_node("Gemm", [x, f"layers.{k}.weight", f"layers.{k}.bias"], [f"sum{k}"], transB=1)]
        nodes += [helper.make_node(OPERATORS[name], [f"sum{k}"], [x := f"h{k}"])]
    start, end = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, None]) for name in ("x", x))
    graph = helper.make_graph(nodes, "network", [start], [end], arrays)
    return helper.make_model(graph, ir_version=11, opset_imports=[helper.make_opsetid("", 24)])  # Swish came in 24


(x, y), model = moons(100, rng=0), MLP(2, [8, 8, 1], ["tanh", "silu"], "sigmoid", rng=1)
fit(model, x, y, loss="binary_cross_entropy", epochs=40, rng=0, progress=False)
checker.check_model(file := to_onnx(model), full_check=True)
(found,) = onnxruntime.InferenceSession(file.SerializeToString()).run(None, {"x": x.astype(np.float32)})
print("the same probabilities in single precision:", np.allclose(found[:, 0], predict(model, x), atol=1e-6))
