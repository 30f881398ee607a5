"""one_rule on a small network: shapes, numbers and text."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from nn import MLP, layer_gradients, mse, one_rule

TARGET = [0.01, 0.99]


def loss(outputs):
    return mse(outputs, TARGET)


def network():
    return MLP(2, [3, 2], activation="sigmoid", output_activation="tanh", rng=7)


def test_a_2_3_2_network_has_gradients_of_the_shapes_of_its_weights():
    output, hidden = layer_gradients(network(), [0.05, 0.10], loss)
    assert (output.name, hidden.name) == ("output", "hidden")
    assert hidden.weights.shape == hidden.gradient.shape == (2, 3)
    assert output.weights.shape == output.gradient.shape == (3, 2)
    assert hidden.goes_back.shape == (2,)  # the "2x1" of the question: not a gradient of weights at all
    assert np.array_equal(output.goes_back, hidden.upstream)


@pytest.mark.parametrize("sizes", [[2], [3, 2], [4, 3, 2], [1, 1, 2]])
@pytest.mark.parametrize("activation", ["tanh", "relu", "softplus"])
def test_the_three_lines_give_what_the_graph_gives_at_any_depth(sizes, activation):
    model = MLP(3, sizes, activation=activation, output_activation="sigmoid", rng=1)
    x = [0.5, -1.0, 2.0]
    model.zero_grad()
    loss(model(x)).backward()
    for at, layer in zip(layer_gradients(model, x, loss), reversed(model.layers), strict=True):
        by_backward = np.array([[w.grad for w in neuron.w] for neuron in layer.neurons]).T
        assert at.from_graph.tolist() == by_backward.tolist()
        assert at.gradient == pytest.approx(by_backward, rel=1e-12, abs=1e-16)
        assert at.difference < 1e-15


def test_a_one_unit_network_and_its_gradients_are_left_alone():
    model = MLP(2, [2, 1], activation="tanh", rng=0)
    (first, *_) = layer_gradients(model, [1.0, 2.0], lambda out: (out - 1.0) ** 2)
    assert first.gradient.shape == (2, 1)
    assert {p.grad for p in model.parameters()} == {0.0}


def test_a_wrong_line_would_be_seen():
    at = layer_gradients(network(), [0.05, 0.10], loss)[0]
    assert np.abs(at.gradient * 1.01 - at.from_graph).max() > 1e-4


def test_biases_get_their_unit_s_delta():
    model = network()
    loss(model([0.05, 0.10])).backward()
    for at, layer in zip(layer_gradients(model, [0.05, 0.10], loss), reversed(model.layers), strict=True):
        assert at.biases_from_graph.tolist() == [unit.b.grad for unit in layer.neurons]
        assert at.delta == pytest.approx(at.biases_from_graph, rel=1e-14)


TEXT = """
hidden layer: 2 inputs, 3 units, W is 2x3
  1. delta = upstream × local derivative: 3x1, one for each unit
       0.5  ×  1  =  0.5
       0.5  ×  0  =    0
         2  ×  1  =    2
  2. dL/dW = outer(inputs, delta), each weight's input × its unit's delta: 2x3, the shape of W
       inputs × delta |   0.5  0   2
       ---------------+-------------
                    3 |   1.5  0   6
                   -1 |  -0.5  0  -2
     dL/db = delta, since the input of a bias is 1: 3x1
  3. W · delta: 2x1, one number for each input, not one for each weight; it would go back to a layer before
       4.5
         0
  The update: new W = W - 0.1 × dL/dW: 2x3      new b = b - 0.1 × dL/db: 3x1
       0.85   0  1.4                            -0.05
       0.05  -1  0.2                               -9
                                                 -0.2
  The scalar graph gives the same dL/dW and dL/db: they differ by at most 0.0e+00.
"""


def by_hand():
    """Three relu units, of which the second is off on (3, -1), and L = 0.5 h1 + 0.5 h2 + 2 h3."""
    model = MLP(2, [3, 1], activation="relu", output_activation="linear", rng=0)
    model.load_state_dict(
        {
            "layers.0.weight": [[1.0, 0.0], [0.0, -1.0], [2.0, 0.0]],
            "layers.0.bias": [0.0, -9.0, 0.0],
            "layers.1.weight": [[0.5, 0.5, 2.0]],
            "layers.1.bias": [0.0],
        }
    )
    return model


def test_the_text_of_a_layer_by_hand():
    text = str(one_rule(by_hand(), [3.0, -1.0], lambda out: out))
    assert TEXT.strip() == text[text.index("hidden layer") :]


def test_the_same_lines_stand_for_every_layer():
    text = str(one_rule(network(), [0.05, 0.10], loss))
    for line in ("1. delta = upstream × local derivative: ", "2. dL/dW = outer(inputs, delta), ", "3. W · delta: "):
        assert text.count(line) == 2
    assert text.count("The scalar graph gives the same dL/dW and dL/db") == 2
    assert "output layer: 3 inputs, 2 units, W is 3x2" in text
    assert "3. W · delta: 3x1, one number for each input, not one for each weight; it goes back to the layer be" in text


def test_rows_for_units_swap_rows_and_columns():
    text = str(one_rule(network(), [0.05, 0.10], loss, rows="units"))
    assert "hidden layer: 2 inputs, 3 units, W is 3x2" in text
    assert "dL/dW = outer(delta, inputs), each weight's input × its unit's delta: 3x2, the shape of W" in text
    assert "delta × inputs |" in text
    assert "3. Wᵀ · delta: 2x1, one number for each input" in text
    with pytest.raises(ValueError, match="rows must be 'inputs' or 'units', got a str: 'columns'"):
        one_rule(network(), [0.05, 0.10], loss, rows="columns")


@pytest.mark.parametrize("rows", ["inputs", "units"])
def test_what_is_said_to_be_2x3_has_2_rows_and_3_columns(rows):
    for layer in one_rule(network(), [0.05, 0.10], loss, rows=rows).layers:
        n, m = layer.at.weights.shape
        q = layer.quantities()
        weights = f"{n}x{m}" if rows == "inputs" else f"{m}x{n}"
        assert {name: quantity.size for name, quantity in q.items()} == {
            "inputs": f"{n}x1", "upstream": f"{m}x1", "local derivative": f"{m}x1", "delta": f"{m}x1",
            "dL/dW": weights, "dL/db": f"{m}x1", "goes back": f"{n}x1", "new W": weights, "new b": f"{m}x1",
        }  # fmt: skip
        left, right = (q["inputs"], q["delta"]) if rows == "inputs" else (q["delta"], q["inputs"])
        assert q["dL/dW"].numbers == pytest.approx(left.numbers @ right.numbers.T)


def test_the_text_of_large_and_small_networks():
    text = str(one_rule(MLP(1, [1, 30, 2], rng=0), 0.5, loss))
    assert "hidden layer 2: 1 input, 30 units, W is 1x30" in text
    assert max(map(len, text.splitlines())) < 130
    assert "-0 " not in text
    assert len(text.splitlines()) < 75


def test_the_text_says_why_a_graph_may_have_more_in_it():
    model = network()
    text = str(one_rule(model, [0.05, 0.10], lambda out: loss(out) + sum(w**2 for w in model.parameters())))
    assert text.count("The scalar graph gives other gradients, by up to") == 2
    only_biases = [unit.b for layer in model.layers for unit in layer.neurons]
    for b in only_biases:
        b.data = 0.5
    text = str(one_rule(model, [0.05, 0.10], lambda out: loss(out) + sum(b**2 for b in only_biases)))
    assert text.count("The scalar graph gives other gradients, by up to") == 2


def test_a_nan_on_the_way_is_reported():
    text = str(one_rule(network(), [float("nan"), 0.1], loss))
    assert text.count("There is an inf or a nan on the way, so that dL/dW cannot be compared") == 2


def test_what_the_one_rule_refuses():
    with pytest.raises(TypeError, match="model must be an MLP, whose layers follow one another, got a Layer"):
        one_rule(network().layers[0], [0.05, 0.10], loss)
    with pytest.raises(TypeError, match=r"loss must return a Value, got a float: 1\.0"):
        one_rule(network(), [0.05, 0.10], lambda outputs: 1.0)
    with pytest.raises(
        TypeError, match=r"loss must be a function, as lambda outputs: mse\(outputs, .*got a str: 'mse'"
    ):
        one_rule(network(), [0.05, 0.10], "mse")


def test_the_update_that_is_shown_is_the_update_that_is_taken():
    model = network()
    rule = one_rule(model, [0.05, 0.10], loss, learning_rate=0.5)
    before = model.state_dict()
    shown = [layer.quantities() for layer in rule.layers]
    assert all((model.state_dict()[name] == before[name]).all() for name in before)
    model.zero_grad()
    loss(model([0.05, 0.10])).backward()
    for p in model.parameters():
        p.data -= 0.5 * p.grad
    for q, layer in zip(shown, reversed(model.layers), strict=True):
        assert q["new W"].numbers.T == pytest.approx(layer.state_dict()["weight"], rel=1e-14)
        assert q["new b"].numbers.ravel() == pytest.approx(layer.state_dict()["bias"], rel=1e-14)


def test_for_one_unit_the_product_has_the_shape_of_the_weights_by_chance():
    text = str(one_rule(MLP(2, [3, 1], rng=1), [0.05, 0.1], lambda out: out * out))
    assert "3x1, one number for each input, which here is also one for each weight" in text
    assert "2x1, one number for each input, not one for each weight" in text


def tables(html):
    """The tables of a rule in a notebook, as lists of rows of cells."""
    root = ET.fromstring(f"<div>{html}</div>")
    return [[["".join(cell.itertext()) for cell in row] for row in table] for table in root.iter("table")]


def test_in_a_notebook_every_quantity_is_a_table_of_its_shape():
    rule = one_rule(by_hand(), [3.0, -1.0], lambda out: out)
    delta, weights, goes_back, new_w, new_b = tables(rule._repr_html_())[5:]
    assert delta == [
        ["upstream", "", "local", "", "delta"],
        ["0.5", "×", "1", "=", "0.5"], ["0.5", "×", "0", "=", "0"], ["2", "×", "1", "=", "2"],
    ]  # fmt: skip
    assert weights == [["inputs × delta", "0.5", "0", "2"], ["3", "1.5", "0", "6"], ["-1", "-0.5", "0", "-2"]]
    assert goes_back == [["4.5"], ["0"]]
    assert new_w == [["0.85", "0", "1.4"], ["0.05", "-1", "0.2"]]
    assert new_b == [["-0.05"], ["-9"], ["-0.2"]]
