"""A regression in one dimension: the examples, the curve, and what each unit adds to it."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from autograd import Value
from nn import MLP, plot_fit

X = np.array([-1.0, 0.0, 1.0])


def relu_units():
    """max(x, 0) and 2 max(-x, 0), with a bias of 3."""
    model = MLP(1, [2, 1], activation="relu", rng=0)
    model.load_state_dict(
        {
            "layers.0.weight": [[1.0], [-1.0]],
            "layers.0.bias": [0.0, 0.0],
            "layers.1.weight": [[1.0, 2.0]],
            "layers.1.bias": [3.0],
        }
    )
    return model


def lines(ax):
    return {str(line.get_label()): line.get_xydata() for line in ax.get_lines()}


@pytest.mark.parametrize("x", [X, X[:, None], X.tolist()])
def test_the_curve_is_the_model_and_the_points_are_the_examples(x):
    ax = plot_fit(relu_units(), x, [5.0, 3.0, 3.5], samples=23)
    xs, ys = lines(ax)["prediction"].T
    assert (xs[0], xs[-1]) == (pytest.approx(-1.1), pytest.approx(1.1))
    assert ys == pytest.approx(3 + np.maximum(xs, 0) + 2 * np.maximum(-xs, 0))
    (points,) = ax.collections
    assert points.get_offsets().tolist() == [[-1.0, 5.0], [0.0, 3.0], [1.0, 3.5]]
    assert ax.get_title() == "Fit: mean squared error 0.08333"  # 0.5² / 3
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["examples", "prediction"]
    assert "Fit: mean squared error" in ax._repr_html_()
    assert plt.get_fignums() == []


def test_the_parts_of_the_units_and_the_bias_add_up_to_the_curve():
    ax = plot_fit(relu_units(), X, X, parts=True, samples=11)
    first, second, curve = (line.get_ydata() for line in ax.get_lines())
    assert first + second + 3.0 == pytest.approx(curve)
    assert second == pytest.approx(2 * np.maximum(-ax.get_lines()[1].get_xdata(), 0))


def test_it_draws_in_the_axes_it_is_given():
    ax = plt.subplots()[1]
    assert plot_fit(lambda row: Value(row[0]), X, X, ax=ax) is ax
    plt.close("all")
    assert plot_fit(lambda row: Value(2.0), [1.0], [2.0]).get_xlim() == (0.0, 2.0)


def test_what_plot_fit_refuses():
    model = relu_units()
    for x, y, says in (
        (np.zeros((3, 2)), X, r"x must hold one number for each example, got shape \(3, 2\)"),
        (X, X[:2], "x and y must have the same length, got 3 and 2"),
        ([], [], r"x must hold one number for each example, got shape \(0,\)"),
        (X, [0.0, np.nan, 0.0], "y must hold finite numbers"),
    ):
        with pytest.raises(ValueError, match=says):
            plot_fit(model, x, y)
    with pytest.raises(ValueError, match=r"model must return one number, got a list: \["):
        plot_fit(MLP(1, [2], rng=0), X, X)
    with pytest.raises(ValueError, match="model must have 1 input, the place on the x axis, got one with 2"):
        plot_fit(MLP(2, [1], rng=0), X, X)
    for other, error, says in (
        (lambda row: Value(1.0), TypeError, "parts are those of an MLP, got a function"),
        (MLP(1, [1], rng=0), ValueError, "model has no hidden layer"),
        (MLP(1, [2, 1], output_activation="tanh", rng=0), ValueError, "parts add up to the curve of a linear output"),
        (MLP(1, [13, 1], rng=0), ValueError, "parts of at most 12 units can be drawn, got 13"),
    ):
        with pytest.raises(error, match=says):
            plot_fit(other, X, X, parts=True)
