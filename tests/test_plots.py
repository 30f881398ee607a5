"""Plots: the data they draw, for networks whose answer is known by hand, and that no figure is left open.
The pixels are left to human eyes."""

import math
import os
import subprocess
import sys
from types import SimpleNamespace

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex

import autograd as ag
from autograd import Value
from nn import (
    MLP,
    SGD,
    History,
    Module,
    UpdateRatios,
    fit,
    gradient_ratios,
    layer_statistics,
    moons,
    mse,
    plot_activations,
    plot_decision_boundary,
    plot_gradcheck,
    plot_gradcheck_steps,
    plot_gradient_ratios,
    plot_gradients,
    plot_loss,
    plot_tangent,
    plot_update_ratios,
)

HOSTILE = [
    '"',
    "\\",
    "<b>bold</b>",
    "a\nb",
    "\0",
    "🙂",
    "中文",
    "x" * 10_000,
    "$\\frac{",
    "$$",
    "_hidden",
    "{|}&'",
    "a\u202eb",
    "",
]


@pytest.fixture(autouse=True)
def nothing_is_left_open():
    """Plots do not use pyplot and change no settings."""
    before = dict(matplotlib.rcParams)
    yield
    assert plt.get_fignums() == []
    assert dict(matplotlib.rcParams) == before


@pytest.fixture
def axes():
    """Creates axes for the caller, as plt.subplots does, and closes them afterwards."""

    def make(*shape):
        return plt.subplots(*shape)[1]

    yield make
    plt.close("all")


def drawn(ax):
    """Draws the figure: only then does matplotlib notice what it cannot draw (and warnings are errors here)."""
    ax.figure.draw_without_rendering()
    return ax


def legend(ax):
    (found,) = [one for one in (ax.get_legend(), *ax.figure.legends) if one]
    return [text.get_text() for text in found.get_texts()]


def line(ax, label):
    (found,) = [one for one in ax.get_lines() if str(one.get_label()).startswith(label)]
    return found


def network(*layers, activation="linear", output_activation="linear"):
    """An MLP whose layers are given as (weights, biases), with one row of weights for each unit."""
    model = MLP(
        len(layers[0][0][0]), [len(w) for w, _ in layers], activation=activation, output_activation=output_activation
    )
    state = {}
    for k, (w, b) in enumerate(layers):
        state |= {f"layers.{k}.weight": w, f"layers.{k}.bias": b}
    model.load_state_dict(state)
    return model


def sample_plots():
    """Every plot as a function of its ``ax`` or ``axes``, with the number of axes it needs."""
    model, x, y = MLP(2, [3, 1], activation="tanh", rng=0), [[0.0, 1.0], [1.0, 0.0], [0.5, 0.5]], [0.0, 1.0, 1.0]
    mse([model(row) for row in x], y).backward()
    ratios = UpdateRatios(model)
    SGD(model.parameters(), learning_rate=0.1).step()
    ratios.record()
    return {
        "loss": (1, lambda ax: plot_loss(History([2.0, 1.0], [3.0, 2.5]), ax=ax)),
        "boundary": (1, lambda ax: plot_decision_boundary(model, x, y, resolution=5, ax=ax)),
        "gradcheck": (1, lambda ax: plot_gradcheck([1.0, 2.0], [1.0, 2.0], ax=ax)),
        "tangent": (1, lambda ax: plot_tangent(ag.tanh, 0.5, samples=21, ax=ax)),
        "gradient ratios": (1, lambda ax: plot_gradient_ratios(model, ax=ax)),
        "update ratios": (1, lambda ax: plot_update_ratios(ratios, ax=ax)),
        "activations": (2, lambda ax: plot_activations(model, x, axes=ax)),
        "gradients": (2, lambda ax: plot_gradients(model, x, y, "mse", axes=ax)),
    }


PLOTS = sample_plots()


# --- where a plot is made -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PLOTS)
def test_a_plot_is_drawn_in_the_axes_it_is_given(name, axes):
    count, plot = PLOTS[name]
    given = axes(count)
    got = plot(given)
    if count == 1:
        assert got is given
    else:
        assert got is given[0].figure
        assert all(ax.patches for ax in given)
    assert plt.get_fignums() == [1]
    drawn(got if count == 1 else given[0])
    plt.close("all")


@pytest.mark.parametrize("name", PLOTS)
def test_a_plot_without_axes_has_a_figure_of_its_own_that_a_notebook_shows(name):
    count, plot = PLOTS[name]
    got = plot(None)
    panels = [got] if count == 1 else got.axes
    assert all(ax.get_xlabel() or ax is not panels[-1] for ax in panels)
    assert all(ax.get_ylabel() or name == "gradient ratios" for ax in panels)
    assert all(ax.get_title() or ax.get_title("left") for ax in panels)
    shown = got._repr_html_()
    assert shown.startswith('<img alt="')
    assert 'src="data:image/png;base64,iVBORw0KGgo' in shown
    assert (panels[0].get_title() or panels[0].get_title("left")).split(":")[0] in shown
    assert name not in ("loss", "activations") or plot(None)._repr_html_() == shown


def test_many_plots_bring_no_warning():
    for _ in range(25):
        plot_loss(History([1.0]))


@pytest.mark.parametrize("bad", [5, "ax", (1, 2)])
def test_what_axes_must_be(bad):
    with pytest.raises(TypeError, match=r"ax must be one matplotlib Axes, got an? (int|str|tuple)"):
        PLOTS["loss"][1](bad)
    with pytest.raises(TypeError, match="axes must be a list of matplotlib Axes, got"):
        PLOTS["activations"][1](bad)


def test_axes_must_be_as_many_as_layers(axes):
    with pytest.raises(ValueError, match="axes must be 2, one for each layer, got 3"):
        PLOTS["activations"][1](axes(3))
    plt.close("all")


SHOW = """
import sys
import nn
assert not [m for m in sys.modules if m.startswith("matplotlib")], "import nn imports matplotlib"
ax = nn.plot_loss(nn.History([1.0]))
ax.figure.savefig(sys.argv[1])
assert "matplotlib.pyplot" not in sys.modules
"""


@pytest.mark.slow
@pytest.mark.parametrize("backend", [None, "TkAgg"])
def test_importing_nn_leaves_matplotlib_alone_and_a_plot_needs_no_display(backend, tmp_path):
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "MPLBACKEND")}
    environment |= {"MPLBACKEND": backend} if backend else {}
    file = tmp_path / "loss.png"
    subprocess.run([sys.executable, "-W", "error", "-c", SHOW, file], env=environment, check=True)
    assert file.read_bytes().startswith(b"\x89PNG")


# --- the loss -----------------------------------------------------------------------------------------------------


def test_the_loss_curves_are_the_history():
    history = History([4.0, 2.0, 1.0], [5.0, 3.0, 2.0])
    ax = drawn(plot_loss(history))
    for name, losses in (("training", history.loss), ("validation", history.val_loss)):
        assert line(ax, name).get_xdata().tolist() == [1, 2, 3]
        assert line(ax, name).get_ydata().tolist() == losses
    assert legend(ax) == ["training (last 1)", "validation (last 2)"]
    styles = [(one.get_linestyle(), one.get_marker(), one.get_color()) for one in ax.get_lines()]
    assert all(a != b for a, b in zip(*styles, strict=True))
    assert ax.get_yscale() == "linear"
    assert all(tick == int(tick) for tick in ax.get_xticks())


def test_the_loss_on_a_log_scale_leaves_out_zeros_and_says_so():
    ax = drawn(plot_loss(History([1.0, 0.0, 0.1, 0.0]), log=True))
    assert ax.get_yscale() == "log"
    assert np.array_equal(line(ax, "training").get_ydata(), [1.0, math.nan, 0.1, math.nan], equal_nan=True)
    assert legend(ax) == ["training (last 0; 2 not above 0 left out)"]
    assert line(ax, "training").get_markevery() == 1  # 0.1 stands alone: there is no line through it


def test_a_history_shows_its_plot_and_its_table():
    shown = History([4.0, 2.0, 1.0])._repr_html_()
    assert shown.startswith('<img alt="Loss in each epoch')
    assert "<table" in shown
    assert "<img" not in History()._repr_html_()


def test_what_plot_loss_refuses():
    with pytest.raises(ValueError, match="history is empty: train with fit"):
        plot_loss(History())
    with pytest.raises(TypeError, match="history must be a History, which fit returns, got a list"):
        plot_loss([1.0, 2.0])
    with pytest.raises(ValueError, match="one loss for each epoch, got 2 in training and 1 in validation"):
        plot_loss(History([1.0, 2.0], [1.0]))
    with pytest.raises(ValueError, match="no loss is above 0"):
        plot_loss(History([0.0]), log=True)


# --- the decision boundary ----------------------------------------------------------------------------------------


def contours(ax):
    """The unfilled contour sets: their levels, and the points of their lines."""
    found = [c for c in ax.collections if type(c).__name__ == "QuadContourSet" and not c.filled]
    return [(list(c.levels), np.concatenate([path.vertices for path in c.get_paths()])) for c in found]


def shading(ax):
    (found,) = [c for c in ax.collections if type(c).__name__ == "QuadContourSet" and c.filled]
    return found


X, Y = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]]), np.array([0, 0, 1, 1])


@pytest.mark.parametrize("y", [Y, 2 * Y - 1, Y.astype(float), Y.astype(bool)])
def test_the_boundary_of_a_score_is_where_it_is_0(y):
    ax = drawn(plot_decision_boundary(network(([[2.0, 0.0]], [-0.5])), X, y, resolution=20))  # 2 x1 - 0.5
    ((levels, points),) = contours(ax)
    assert levels == [0.0]
    assert points[:, 0] == pytest.approx(0.25)
    below, above = (to_hex(shading(ax).get_cmap()(end)) for end in (0.0, 1.0))
    assert shading(ax).norm.vcenter == 0.0
    low, high = shading(ax).levels[[0, -1]]
    assert low == -high
    scatters = [c for c in ax.collections if c.get_label() in ("class 0", "class 1")]
    assert [c.get_offsets().data.tolist() for c in scatters] == [X[:2].tolist(), X[2:].tolist()]
    assert [to_hex(c.get_facecolor()[0]) for c in scatters] == [below, above] == ["#d55e00", "#0072b2"]
    shapes = [c.get_paths()[0].vertices for c in scatters]
    assert shapes[0].shape != shapes[1].shape  # another marker, not only another color
    assert legend(ax) == ["boundary: score 0", "class 0", "class 1"]


def test_the_boundary_of_a_probability_is_where_it_is_a_half():
    model = network(([[0.0, 3.0]], [1.5]), output_activation="sigmoid")
    ax = drawn(plot_decision_boundary(model, X, Y, resolution=41, class_names=["cold", "warm"]))
    ((levels, points),) = contours(ax)
    assert levels == [0.5]
    assert points[:, 1] == pytest.approx(-0.5, abs=1e-3)
    assert shading(ax).norm.vcenter == 0.5
    assert legend(ax) == ["boundary: score 0.5", "cold", "warm"]


def test_where_no_boundary_is_the_title_says_so():
    def probability(point):
        return 1 / (1 + (-4.0 * Value(point[0])).exp())

    title = drawn(plot_decision_boundary(probability, X, Y, resolution=5)).get_title()
    assert title == "No boundary: no score is below 0\nfor a model of probabilities: threshold=0.5"
    assert plot_decision_boundary(probability, X, Y, threshold=0.5, resolution=5).get_title() == "Decision boundary"
    constant = network(([[0.0, 0.0]], [-7.0]))
    assert plot_decision_boundary(constant, X, Y, resolution=5).get_title() == "No boundary: no score is above 0"
    ax = drawn(plot_decision_boundary(lambda point: Value(0.0), X, Y, resolution=5))
    assert ax.get_title().startswith("No boundary")
    assert contours(ax) == []
    rows = network(([[0.0, 0.0]] * 3, [0.0, 1.0, 0.0]))
    title = drawn(plot_decision_boundary(rows, X, Y, class_names=["a", "$b", "c"], resolution=5)).get_title()
    assert title == r"No boundary: \$b everywhere"


def test_the_boundaries_of_several_classes_are_where_two_scores_are_equal():
    # class 0 leads left of x1 = -0.5, class 1 between, class 2 right of x1 = 0.5
    model = network(([[-2.0, 0.0], [0.0, 0.0], [2.0, 0.0]], [-1.0, 0.0, -1.0]))
    ax = drawn(plot_decision_boundary(model, X, [0, 1, 2, 2], resolution=24))
    found = contours(ax)
    assert [levels for levels, _ in found] == [[0.0]] * 3
    assert [sorted({round(float(u), 6) for u in points[:, 0]}) for _, points in found] == [[-0.5], [-0.5, 0.5], [0.5]]
    assert legend(ax) == ["class 0", "class 1", "class 2"]


def test_what_plot_decision_boundary_refuses():
    plane = MLP(2, [1], rng=0)
    for model, x, y, says in (
        (MLP(3, [1], rng=0), X, Y, "model must have 2 inputs, .* got one with 3"),
        (plane, np.zeros((4, 3)), Y, r"x must have shape \(examples, 2\) and y one class each, got \(4, 3\), \(4,\)"),
        (plane, X, Y[:3], r"y one class each, got \(4, 2\), \(3,\)"),
        (plane, X * math.inf, Y, "x must hold finite numbers, got inf or nan"),
        (plane, X, [0.5, 0, 0, 0], "y must hold classes, whole numbers"),
        (plane, X, [math.nan, 0, 0, 0], "y must hold classes, whole numbers"),
        (plane, X, [1e300, 0, 0, 0], "y must hold classes, whole numbers"),
        (plane, X, ["a"] * 4, "y must hold classes, whole numbers"),
        (plane, X, [0, 1, 2, 1], "classes from 0 to 1, .* got class 2 and a model of 2 classes"),
        (MLP(2, [3], rng=0), X, [0, 1, 3, 1], "classes from 0 to 2, .* got class 3"),
        (MLP(2, [3], rng=0), X, [0, 1, -1, 1], "y must hold classes from 0, as the model gives a row of scores"),
        (MLP(2, [8], rng=0), X, Y, "at most 7 can be shown; got class 1 and a model of 8 classes"),
        (lambda point: Value(math.inf), X, Y, "model gives inf or nan"),
    ):
        with pytest.raises(ValueError, match=says):
            plot_decision_boundary(model, x, y, resolution=4)
    with pytest.raises(ValueError, match="class_names must be 2, one for each class, got 1"):
        plot_decision_boundary(plane, X, Y, class_names=["a"], resolution=4)
    with pytest.raises(ValueError, match="resolution must be an int of at least 2, got 1"):
        plot_decision_boundary(plane, X, Y, resolution=1)


@pytest.mark.parametrize("names", [HOSTILE[:7], HOSTILE[-7:]])
def test_a_name_is_text_and_brings_no_warning(names):
    ax = plot_decision_boundary(MLP(2, [7], rng=0), X, Y, class_names=names, resolution=2)
    assert len(legend(ax)) == 7
    assert max(map(len, legend(ax))) < 50
    assert all(text.isprintable() for text in legend(ax))
    assert not any(text.replace(r"\$", "").count("$") for text in legend(ax))
    assert ax._repr_html_().count("<") == 1


# --- layers, by hand ----------------------------------------------------------------------------------------------


def test_what_is_saturated_and_dead_in_a_tanh_layer():
    # on x = -1, 0, 1: the first unit is saturated at both ends, the second nowhere, the third everywhere
    model = network(([[5.0], [1.0], [0.1]], [0.0, 0.0, 5.0]), ([[1.0, 1.0, 1.0]], [0.0]), activation="tanh")
    hidden, output = layer_statistics(model, [[-1.0], [0.0], [1.0]])
    assert hidden.outputs == pytest.approx(np.tanh([[-5.0, -1.0, 4.9], [0.0, 0.0, 5.0], [5.0, 1.0, 5.1]]), rel=1e-14)
    assert hidden.flat.tolist() == [[True, False, True], [False, False, True], [True, False, True]]
    assert hidden.saturated == pytest.approx(5 / 9)
    assert hidden.dead == pytest.approx(1 / 3)
    assert (hidden.name, hidden.activation, hidden.gradients) == ("hidden", "tanh", None)
    assert (output.name, output.activation, output.saturated, output.dead) == ("output", "linear", None, None)


@pytest.mark.parametrize(
    ("activation", "sums", "saturated"),
    [
        ("tanh", [-2.10, -2.09, 2.09, 2.10], [True, False, False, True]),  # tanh(2.0923) = 0.97
        ("sigmoid", [-4.19, -4.18, 4.18, 4.19], [True, False, False, True]),  # sigmoid(4.1846) = 0.985
        (lambda v: v.tanh(), [-2.10, -2.09, 2.09, 2.10], [True, False, False, True]),
        ("softplus", [-50.0, -1.0, 1.0, 50.0], None),
        ("leaky_relu", [-50.0, -1.0, 1.0, 50.0], None),
        ("linear", [-50.0, -1.0, 1.0, 50.0], None),
    ],
)
def test_where_saturation_begins(activation, sums, saturated):
    (layer,) = layer_statistics(network(([[1.0]], [0.0]), output_activation=activation), [[s] for s in sums])
    assert layer.saturated == (None if saturated is None else 0.5)
    assert layer.dead == (None if saturated is None else 0.0)
    assert layer.flat.ravel().tolist() == (saturated or [False] * 4)


def test_a_relu_unit_is_dead_when_it_is_0_on_every_example():
    # weighted sums on x = -1, 1: (-1, 1), (-3, -1), (0, 0), (1, 3)
    model = network(([[1.0], [1.0], [0.0], [1.0]], [0.0, -2.0, 0.0, 2.0]), output_activation="relu")
    (layer,) = layer_statistics(model, [[-1.0], [1.0]])
    assert layer.dead == 0.5
    assert layer.zero == 5 / 8
    assert layer.saturated is None


def test_gradients_of_layers_by_hand():
    # relu(x w) v with w = (1, -1), v = (2, 5), summed; on x = 3 only the first unit is on, on x = -1 only the second
    model = network(([[1.0], [-1.0]], [0.0, 0.0]), ([[2.0, 5.0]], [0.0]), activation="relu")
    hidden, output = layer_statistics(model, [[3.0], [-1.0]], [0.0, 0.0], lambda p, t: p[0] * 10.0 + p[1])
    assert output.gradients.tolist() == [[10.0], [1.0]]
    assert hidden.gradients.tolist() == [[20.0, 0.0], [0.0, 5.0]]


@pytest.mark.parametrize("activation", ["tanh", "relu", "gelu"])
def test_gradients_of_layers_sum_to_those_of_the_biases(activation):
    model = MLP(3, [5, 4, 2], activation=activation, output_activation="sigmoid", rng=3)
    x, y = np.random.default_rng(0).normal(size=(6, 3)), np.zeros((6, 2))
    found = layer_statistics(model, x, y, "mse")
    assert {p.grad for p in model.parameters()} == {0.0}
    mse([model(row) for row in x], y).backward()
    for layer, at in zip(model.layers, found, strict=True):
        assert at.gradients.sum(axis=0) == pytest.approx([unit.b.grad for unit in layer.neurons], rel=1e-12, abs=1e-17)
    assert found[-1].outputs == pytest.approx(np.array([[v.data for v in model(row)] for row in x]), rel=1e-14)


def bars(ax):
    """The heights of a histogram's bars: those in plain color, and the hatched ones."""
    plain, hatched = ax.containers
    assert all(bar.get_hatch() for bar in hatched)
    assert [bar.get_y() for bar in hatched] == [bar.get_height() for bar in plain]  # on top of them
    return [bar.get_height() for bar in plain], [bar.get_height() for bar in hatched]


def test_the_histograms_of_outputs_count_them():
    model = network(([[5.0], [1.0], [0.1]], [0.0, 0.0, 5.0]), ([[1.0, 1.0, 1.0]], [0.0]), activation="tanh")
    x = [[-1.0], [0.0], [1.0]]
    figure = plot_activations(model, x, bins=4)
    hidden, output = figure.axes
    # tanh: ±0.99 twice, 0 twice, ±0.76, and three times 0.99
    assert bars(hidden) == ([1, 0, 2, 1], [1, 0, 0, 4])
    assert [bar.get_x() for bar in hidden.containers[0]] == [-1.0, -0.5, 0.0, 0.5]
    assert hidden.get_title("left").startswith("hidden, 3 × tanh: 56% saturated (hatched), 33% of units dead, mean")
    assert sum(bars(output)[0]) == 3
    assert output.get_title("left").startswith("output, 1 × linear: mean")
    drawn(hidden)


def test_the_zeros_of_a_relu_are_hatched():
    model = network(([[1.0], [1.0], [0.0], [1.0]], [0.0, -2.0, 0.0, 2.0]), output_activation="relu")
    (ax,) = plot_activations(model, [[-1.0], [1.0]], bins=3).axes
    assert bars(ax) == ([0, 2, 1], [5, 0, 0])
    assert ax.get_title("left").startswith("output, 4 × relu: 62% exactly 0 (hatched), 50% of units dead")


def test_the_histograms_of_gradients_share_a_scale_and_count_what_is_0():
    model = network(([[1.0], [-1.0], [-1.0]], [0.0, 0.0, -9.0]), ([[2.0, 5.0, 1.0]], [0.0]), activation="relu")
    figure = plot_gradients(model, [[3.0], [-1.0]], [0.0, 0.0], lambda p, t: p[0] * 10.0 + p[1], bins=4)
    hidden, output = figure.axes
    assert hidden.get_xlim() == output.get_xlim() == (-20.0, 20.0)
    # five bars of 8 each: 20, 5 and four zeros; 10 and 1
    assert bars(hidden) == ([0, 0, 0, 1, 1], [0, 0, 4, 0, 0])
    assert bars(output) == ([0, 0, 1, 1, 0], [0, 0, 0, 0, 0])
    assert hidden.get_title("left") == (
        "hidden, 3 × relu: rms 8.4e+00, 67% exactly 0 (hatched), 33% of units get none"  # √(425/6)
    )
    assert output.get_title("left") == "output, 1 × linear: rms 7.1e+00, 0% exactly 0, 0% of units get none"
    drawn(hidden)


@pytest.mark.parametrize("factor", [0.0, 1e-320, 1e-200, 1e200])
def test_gradients_of_any_size_are_drawn(factor):
    model = MLP(1, [2, 1], activation="tanh", rng=0)
    figure = plot_gradients(model, [[1.0], [2.0]], [0.0, 0.0], lambda p, t: (p[0] + p[1]) * factor)
    drawn(figure.axes[0])


def test_outputs_that_are_all_the_same_are_drawn():
    (ax,) = plot_activations(network(([[0.0]], [1e9])), [[1.0], [2.0]]).axes
    assert sum(bars(ax)[0]) == 2
    drawn(ax)


def test_what_layer_plots_refuse():
    model, x, y = MLP(2, [2, 1], rng=0), [[1.0, 2.0]], [1.0]
    for plot in (plot_activations, layer_statistics):
        with pytest.raises(TypeError, match="model must be an MLP, whose layers follow one another, got a Layer"):
            plot(model.layers[0], x)
        for bad in ([1.0, 2.0], np.zeros((0, 2)), [[1.0, math.nan]]):
            with pytest.raises(ValueError, match="x must be a batch of finite numbers"):
                plot(model, bad)
        with pytest.raises(ValueError, match="x must have 2 inputs, got 3"):
            plot(model, [[1.0, 2.0, 3.0]])
    with pytest.raises(ValueError, match="bins must be an int of at least 1, got 0"):
        plot_activations(model, x, bins=0)
    with pytest.raises(ValueError, match="y and loss must be given together"):
        layer_statistics(model, x, y)
    with pytest.raises(ValueError, match="predictions and targets must have one length, got 1 and 2"):
        plot_gradients(model, x, [1.0, 2.0], "mse")
    with pytest.raises(ValueError, match="got 'msee'; did you mean 'mse'"):
        plot_gradients(model, x, y, "msee")
    model.layers[0].neurons[0].w[0].data = math.inf
    with pytest.raises(ValueError, match=r"the outputs of layers\[0\] hold inf or nan"):
        plot_activations(model, x)


# --- ratios -------------------------------------------------------------------------------------------------------


def two_groups():
    """A network with weights (3, 4), of norm 5, and a bias of 0."""
    return network(([[3.0, 4.0]], [0.0]))


def test_gradient_ratios_are_quotients_of_norms():
    model = two_groups()
    for w, g in zip(model.parameters(), (0.6, -0.8, 2.0), strict=True):
        w.grad = g
    ratios = gradient_ratios(model)
    assert ratios == {"layers.0.weight": pytest.approx(0.2), "layers.0.bias": math.inf}
    ax = drawn(plot_gradient_ratios(model))
    (points,) = ax.get_lines()
    assert (list(points.get_xdata()), list(points.get_ydata())) == ([ratios["layers.0.weight"]], [0])
    assert [text.get_text() for text in ax.get_yticklabels()] == ["layers.0.weight", "layers.0.bias"]
    assert [text.get_text() for text in ax.texts] == ["2.0e-01", "data are all 0"]
    low, high = ax.get_xlim()
    assert (low, high) == (pytest.approx(0.1), pytest.approx(1.0))


def test_a_group_without_gradient_is_said_to_have_none():
    model = two_groups()
    model.parameters()[0].grad, model.parameters()[2].data = 1.0, 1.0
    assert [text.get_text() for text in drawn(plot_gradient_ratios(model)).texts] == ["2.0e-01", "gradient is 0"]
    model.zero_grad()
    with pytest.raises(ValueError, match=r"every gradient of model is 0: call backward\(\) on a loss first"):
        plot_gradient_ratios(model)


def test_update_ratios_by_hand():
    model = two_groups()
    w1, w2, b = model.parameters()
    ratios = UpdateRatios(model)
    assert len(ratios) == 0
    w1.data, w2.data, b.data = 3.3, 4.4, 1.0  # an update of norm 0.5, beside 5
    ratios.record()
    b.data = 1.001
    ratios.record()
    assert ratios.ratios == {
        "layers.0.weight": [pytest.approx(0.1), 0.0],
        "layers.0.bias": [math.inf, pytest.approx(0.001)],
    }
    ax = drawn(plot_update_ratios(ratios))
    assert line(ax, "layers.0.weight").get_xdata().tolist() == [1, 2]
    assert line(ax, "layers.0.weight").get_ydata() == pytest.approx([-1.0, math.nan], nan_ok=True)
    assert line(ax, "layers.0.bias").get_ydata() == pytest.approx([math.nan, -3.0], nan_ok=True)
    assert list(line(ax, "guide").get_ydata()) == [-3.0, -3.0]
    assert legend(ax) == ["layers.0.weight (1 not shown)", "layers.0.bias (1 not shown)", "guide: -3"]


def test_update_ratios_of_a_fit_are_one_for_each_step():
    model = MLP(2, [4, 1], activation="tanh", rng=0)
    x, y = moons(20, rng=0)
    before = model.state_dict()
    ratios = UpdateRatios(model)
    fit(model, x, y, loss="mse", learning_rate=0.1, epochs=1, after_step=ratios.record, progress=False)
    after = model.state_dict()
    assert len(ratios) == 1
    expected = np.linalg.norm(after["layers.0.weight"] - before["layers.0.weight"])
    assert ratios.ratios["layers.0.weight"] == [pytest.approx(expected / np.linalg.norm(before["layers.0.weight"]))]
    fit(
        model,
        x,
        y,
        loss="mse",
        learning_rate=0.1,
        epochs=3,
        batch_size=8,
        rng=0,
        after_step=ratios.record,
        progress=False,
    )
    assert len(ratios) == 1 + 3 * 3
    ax = drawn(plot_update_ratios(ratios))
    for name, numbers in ratios.ratios.items():
        shown = line(ax, name).get_ydata()
        assert shown[1:] == pytest.approx(np.log10(numbers[1:]))
    looks = [(one.get_linestyle(), one.get_marker(), one.get_color()) for one in ax.get_lines()]
    assert all(len(set(column)) >= 4 for column in zip(*looks, strict=True))


def test_what_happens_after_a_step_may_fail_and_costs_nothing():
    model = MLP(1, [1], rng=0)

    def after_step():
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no") as caught:
        fit(model, [[1.0]], [5.0], loss="mse", after_step=after_step, progress=False)
    assert "at step 1; the parameters are those of the last finite step" in caught.value.__notes__
    with pytest.raises(TypeError, match="after_step must be a function of no arguments, got a list"):
        fit(model, [[1.0]], [5.0], loss="mse", after_step=[], progress=False)


class Tangled(Module):
    """A module whose parameters have names of any kind."""

    def __init__(self):
        self.held = {name: Value(1.0) for name in HOSTILE}


def test_groups_of_any_name_are_text():
    model = Tangled()
    ratios = UpdateRatios(model)
    for value in model.parameters():
        value.data, value.grad = 1.5, 0.1
    ratios.record()
    assert len(legend(drawn(plot_update_ratios(ratios)))) == len(HOSTILE) + 1
    drawn(plot_gradient_ratios(model))


def test_what_ratios_refuse():
    for make in (UpdateRatios, gradient_ratios, plot_gradient_ratios):
        with pytest.raises(TypeError, match=r"model must be an nn\.Module, got a list"):
            make([Value(1.0)])
        with pytest.raises(ValueError, match="model has no parameters"):
            make(Module())
    with pytest.raises(TypeError, match="ratios must be an UpdateRatios, got a dict"):
        plot_update_ratios({})
    with pytest.raises(ValueError, match="nothing is recorded"):
        plot_update_ratios(UpdateRatios(MLP(1, [1])))


# --- slopes -------------------------------------------------------------------------------------------------------


def points(ax):
    return {str(c.get_label()): c.get_offsets().data.tolist() for c in ax.collections}


def identity(ax):
    (found,) = [one for one in ax.get_lines() if one.get_label() == "equal"]
    return found


def test_a_gradient_check_is_a_scatter_about_the_identity():
    analytic, numeric = [1.0, -2.0, 3.0, 1e6, math.inf], [1.0, -2.0 + 1e-9, 3.5, 1e6 + 0.1, 0.0]
    ax = drawn(plot_gradcheck(analytic, numeric))
    assert (identity(ax).get_xy1(), identity(ax).get_slope()) == ((0.0, 0.0), 1.0)
    assert list(points(ax).values()) == [
        [[1.0, 1.0], [-2.0, -2.0 + 1e-9], [1e6, 1e6 + 0.1]],
        [[3.0, 3.5]],
    ]
    assert legend(ax) == [
        "equal",
        "3 agree: apart by at most 1.0e-01",
        "1 differ: apart by at most 5.0e-01",
        "1 with inf or nan, not shown",
    ]
    rows = [SimpleNamespace(analytic=a, numeric=n) for a, n in zip(analytic, numeric, strict=True)]
    assert points(plot_gradcheck(SimpleNamespace(rows=rows))) == points(ax)
    assert next(iter(points(plot_gradcheck(analytic, numeric, tolerance=1.0)).values())) == [
        [1.0, 1.0], [-2.0, -2.0 + 1e-9], [3.0, 3.5], [1e6, 1e6 + 0.1],
    ]  # fmt: skip


def test_what_plot_gradcheck_refuses():
    with pytest.raises(ValueError, match="analytic and numeric must have the same length, got 1 and 2"):
        plot_gradcheck([1.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="analytic and numeric are empty"):
        plot_gradcheck([], [])
    with pytest.raises(TypeError, match="numeric is missing"):
        plot_gradcheck([1.0])
    with pytest.raises(TypeError, match="numeric goes with a sequence of derivatives"):
        plot_gradcheck(SimpleNamespace(rows=[]), [1.0])
    with pytest.raises(ValueError, match="tolerance must be a finite number of at least 0"):
        plot_gradcheck([1.0], [1.0], tolerance=-1.0)


def tangent(ax):
    """The line that touches, or None."""
    found = [one for one in ax.get_lines() if hasattr(one, "get_slope")]
    return found[0] if found else None


@pytest.mark.parametrize(
    ("f", "at", "value", "slope"),
    [
        (lambda v: v * v, 3.0, 9.0, 6.0),
        (ag.tanh, 0.0, 0.0, 1.0),
        (ag.relu, 1.0, 1.0, 1.0),
        (ag.relu, -1.0, 0.0, 0.0),
        (lambda v: v * 0.0 + 3.0, 1.0, 3.0, 0.0),
        (lambda v: 1 / v, 1.0, 1.0, -1.0),
        (lambda v: (1000.0 * v).sin(), 0.0, 0.0, 1000.0),
        (lambda v: (1000.0 * v).sin(), math.pi / 2000, 1.0, 0.0),  # sharply bent, and no kink
        (lambda v: 1e9 * v, 0.0, 0.0, 1e9),  # steep, and no jump
    ],
)
def test_a_tangent_has_the_slope_that_backward_computes(f, at, value, slope):
    ax = plot_tangent(f, at, samples=101)
    assert tangent(ax).get_slope() == pytest.approx(slope, abs=1e-9)
    assert tangent(ax).get_xy1() == (at, pytest.approx(value))
    assert tangent(ax).get_linestyle() == "--"
    assert legend(ax)[1].startswith("tangent, slope ")
    assert "ends" not in legend(ax)[1]


def test_the_curve_is_the_function():
    ax = plot_tangent(ag.tanh, 0.5, span=1.0, samples=5)
    curve = line(ax, "tanh")
    assert curve.get_xdata().tolist() == [-0.5, 0.0, 0.5, 1.0, 1.5]
    assert curve.get_ydata() == pytest.approx(np.tanh(curve.get_xdata()), rel=1e-15)
    assert (ax.get_title(), ax.get_ylabel()) == ("tanh at x = 0.5", "tanh(x)")


@pytest.mark.parametrize(
    ("f", "at", "says", "style"),
    [
        (ag.relu, 0.0, "kink, slopes 0 and 1; backward takes 0", ":"),
        (abs, 0.0, "kink, slopes -1 and 1; backward takes 0", ":"),
        (lambda v: ag.max(v, 1.0), 1.0, "kink, slopes 0 and 1; backward takes 0.5", ":"),
        (lambda v: abs(v - 100.0), 100.0, "kink, slopes -1 and 1; backward takes 0", ":"),
        (ag.sqrt, 0.0, "no tangent: the slope is inf", None),
        (ag.cbrt, 0.0, "no tangent: the slope is inf", None),
        (lambda v: ag.sqrt(v) - ag.sqrt(v), 0.0, "no tangent: the slope is nan", None),
        (ag.floor, 1.0, "no tangent: a jump of 1", None),
        (lambda v: v**1.5, 0.0, "tangent, slope 0 (f ends here)", "--"),
    ],
)
def test_where_there_is_no_tangent_the_plot_says_so(f, at, says, style):
    ax = drawn(plot_tangent(f, at, samples=61))
    assert legend(ax)[1] == says
    assert (tangent(ax) and tangent(ax).get_linestyle()) == style


@pytest.mark.parametrize(("f", "at"), [(lambda v: 1 / v, 1.0), (ag.tan, 1.0), (ag.floor, 0.5), (ag.sign, 1.0)])
def test_no_line_is_drawn_across_a_jump_or_a_pole(f, at):
    ys = plot_tangent(f, at, samples=600).get_lines()[0].get_ydata()
    assert 1 <= np.isnan(ys).sum() <= 7
    smooth = ~np.isnan(ys[:-1]) & ~np.isnan(ys[1:])
    if f in (ag.floor, ag.sign):
        assert set(np.diff(ys)[smooth]) == {0.0}
    else:
        assert (ys[:-1] * ys[1:])[smooth & (np.abs(np.diff(ys)) > 1)].min() > 0  # never from -inf to inf


def test_a_pole_does_not_flatten_the_rest():
    low, high = plot_tangent(lambda v: 1 / v, 1.0).get_ylim()
    assert -30 < low < high < 30


def test_other_gradients_are_left_alone():
    w = Value(2.0)
    w.grad = 7.0
    assert tangent(plot_tangent(lambda v: w * v, 1.0, samples=5)).get_slope() == 2.0
    assert w.grad == 7.0


def test_what_plot_tangent_refuses():
    with pytest.raises(TypeError, match=r"f must be a function, as autograd\.sin is, got a str: 'sin'"):
        plot_tangent("sin", 0.0)
    with pytest.raises(TypeError, match=r"f must return a Value, got a float: 1\.0"):
        plot_tangent(lambda v: 1.0, 0.0)
    with pytest.raises(ValueError, match=r"log\(x = -1\.0\)"):
        plot_tangent(ag.log, -1.0)
    with pytest.raises(ValueError, match="f must be finite at x = 1, got inf"):
        plot_tangent(lambda v: v * 1e308 * 1e308, 1.0)
    for bad in (math.nan, math.inf, "0", None, True):
        with pytest.raises(ValueError, match="at must be a finite number, got"):
            plot_tangent(ag.tanh, bad)
    with pytest.raises(ValueError, match="span must be a finite number above 0"):
        plot_tangent(ag.tanh, 0.0, span=0.0)
    with pytest.raises(ValueError, match="samples must be an int of at least 3"):
        plot_tangent(ag.tanh, 0.0, samples=2)


def test_the_errors_of_a_gradient_check_are_drawn_by_their_step():
    report = ag.gradcheck(lambda x, y: x.exp() * y, (1.0, 2.0))
    ax = plot_gradcheck_steps(report)
    steps, errors = ax.get_lines()[0].get_data()
    want = [(step, abs(found - report.rows[0].analytic)) for step, found in report.rows[0].curve]
    assert list(zip(steps, errors, strict=True)) == [pair for pair in want if pair[1] > 0]
    assert min(errors) < 1e-7 < errors[0]
    assert ax.get_xscale() == ax.get_yscale() == "log"
    assert plot_gradcheck_steps(report, 0, ax=ax) is ax
    with pytest.raises(ValueError, match="there is no error to draw for y"):
        plot_gradcheck_steps(ag.gradcheck(lambda x, y: x * 1.0 + y * 0.0, (1.0, 2.0)), 1)
    with pytest.raises(ValueError, match="row must be an int below 2"):
        plot_gradcheck_steps(report, 2)
    with pytest.raises(TypeError, match="report must be what gradcheck returned"):
        plot_gradcheck_steps([1.0])


def test_the_scatter_takes_a_real_report():
    report = ag.gradcheck(lambda x, y: x.exp() * y, (1.0, 2.0), order=2)
    ax = plot_gradcheck(report)
    (points,) = ax.collections
    assert len(points.get_offsets()) == len(report.rows) == 6
