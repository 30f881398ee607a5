"""The one rule on a learner's network: shapes, numbers, and the text that shows them."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from autograd import Value
from nn import MLP, decision_boundary, layer_gradients, mse, one_rule

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
    assert hidden.handed_down.shape == (2,)  # the "2x1" of the question: not a gradient of weights at all
    assert np.array_equal(output.handed_down, hidden.upstream)


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


def test_the_text_shows_the_same_three_lines_for_both_layers():
    text = str(one_rule(network(), [0.05, 0.10], loss))
    for line in ("= upstream * slope", "= outer(inputs, delta)", "= W · delta", "dL/dW is what the scalar graph gave"):
        assert text.count(line) == 2
    hidden = text[text.index("hidden weights") :]
    assert "W is 2x3" in hidden
    assert "dL/dW     2x3  = outer(inputs, delta)" in hidden
    assert "not       2x1    W · delta, not of the shape of W" in hidden
    assert "down      2    = W · delta" in hidden
    assert "new W     2x3  = W - 0.1 * dL/dW" in hidden
    swapped = str(one_rule(network(), [0.05, 0.10], loss, rows="units"))
    assert "dL/dW     3x2  = outer(delta, inputs)" in swapped
    assert "not       1x2    delta · W, not of the shape of W" in swapped
    assert "down      2    = delta · W" in swapped
    with pytest.raises(ValueError, match="rows must be 'inputs' or 'units', got a str: 'columns'"):
        one_rule(network(), [0.05, 0.10], loss, rows="columns")


def test_the_text_of_large_and_small_networks():
    text = str(one_rule(MLP(1, [1, 30, 2], rng=0), 0.5, loss))
    assert "hidden 2 weights, W is 1x30: 1 input, 30 units" in text
    assert max(map(len, text.splitlines())) < 130
    assert "-0 " not in text


def test_the_text_says_why_a_graph_may_have_more_in_it():
    model = network()
    text = str(one_rule(model, [0.05, 0.10], lambda out: loss(out) + sum(w**2 for w in model.parameters())))
    assert "the scalar graph gave other gradients, by up to" in text


def test_what_the_one_rule_refuses():
    with pytest.raises(TypeError, match="model must be an MLP, whose layers follow one another, got a Layer"):
        one_rule(network().layers[0], [0.05, 0.10], loss)
    with pytest.raises(TypeError, match=r"loss must return a Value, got a float: 1\.0"):
        one_rule(network(), [0.05, 0.10], lambda outputs: 1.0)


def test_a_boundary_is_a_picture_of_the_model():
    def right_half(point):
        return Value(point[0])

    picture = decision_boundary(right_half, [[-1.0, 0.0], [1.0, 0.0]], [0, 1], width=21, height=5).splitlines()
    assert len(picture) == 5
    assert (
        decision_boundary(right_half, [[-1.0, 0.0], [1.0, 0.0]], [-1.0, 1.0], width=21, height=5).splitlines()
        == picture
    )
    assert picture[0] == " " * 11 + "·" * 10
    assert picture[2].index("o") < 10 < picture[2].index("x")
    rows = decision_boundary(
        lambda p: [Value(p[1]), Value(-p[1]), Value(-9.0)], [[0.0, -1.0], [1.0, 1.0]], [1, 0], 11, 5
    ).splitlines()
    assert rows[0].strip(" ox") == ""
    assert set(rows[-1]) <= {"·", "x"}
    with pytest.raises(ValueError, match=r"x must have shape \(examples, 2\)"):
        decision_boundary(right_half, [[1.0]], [0])
    with pytest.raises(ValueError, match="at most 4 classes can be drawn, got class 7"):
        decision_boundary(right_half, [[1.0, 2.0]] * 2, [0, 7])
    with pytest.raises(ValueError, match="at most 4 classes can be drawn, got class 4"):
        decision_boundary(lambda p: [Value(float(i)) for i in range(5)], [[1.0, 2.0]], [0])
    with pytest.raises(ValueError, match="x holds inf or nan"):
        decision_boundary(right_half, [[1.0, np.nan]], [0])
    with pytest.raises(ValueError, match="width must be an int of at least 2"):
        decision_boundary(right_half, [[1.0, 2.0]], [0], width=0)


def test_the_update_that_is_shown_is_the_update_that_is_taken():
    model = network()
    rule = one_rule(model, [0.05, 0.10], loss, learning_rate=0.5)
    before = model.state_dict()
    shown = [next(line.numbers for line in rule.lines(at) if line.name == "new W") for at in rule.layers]
    assert all((model.state_dict()[name] == before[name]).all() for name in before)
    model.zero_grad()
    loss(model([0.05, 0.10])).backward()
    for p in model.parameters():
        p.data -= 0.5 * p.grad
    for numbers, layer in zip(shown, reversed(model.layers), strict=True):
        assert numbers.T == pytest.approx(layer.state_dict()["weight"], rel=1e-14)


def test_for_one_unit_the_wrong_product_has_the_right_shape_by_chance():
    text = str(one_rule(MLP(2, [3, 1], rng=1), [0.05, 0.1], lambda out: out * out))
    assert "3x1    W · delta, of W's shape by chance" in text
    assert "2x1    W · delta, not of the shape of W" in text


def test_in_a_notebook_it_is_a_table():
    rule = one_rule(network(), [0.05, 0.10], loss)
    root = ET.fromstring(f"<div>{rule._repr_html_()}</div>")
    text = "".join(root.itertext())
    assert text.count("outer(inputs, delta)") == 2
    assert "W is 2x3" in text
    assert "2x1" in text
