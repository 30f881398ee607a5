"""The demo: one neuron, the one rule, two networks trained on data, and their pictures in a folder."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any

from autograd import Value, draw, explain, explore, tree
from nn.data.dataset import iris
from nn.data.prepare import standardize, train_test_split
from nn.data.synthetic import moons
from nn.film.film import Film
from nn.fitting.fit import fit
from nn.fitting.history import History
from nn.inspect.decision_boundary import decision_boundary
from nn.inspect.one_rule import one_rule
from nn.networks.layers import MLP
from nn.plots.curves import plot_loss
from nn.plots.histograms import plot_activations
from nn.plots.network_drawing import NetworkDrawing, draw_network
from nn.plots.regions import plot_decision_boundary
from nn.training.losses import mse
from nn.training.metrics import accuracy
from nn.training.optim import Adam
from nn.training.predict import predict

__all__ = ["demo"]


def demo(folder: str | PathLike[str] = "demo") -> None:
    """Print the whole path from one neuron to trained networks, and write pictures of it.

    Args:
        folder: where the pictures, the plots and the page go; it is made if it is not there.
    """
    out, network = neuron(), rule_at_every_layer()
    history = train_iris()
    film, model, x, y = train_moons()
    heading("5. Pictures")
    into = Path(folder)
    into.mkdir(parents=True, exist_ok=True)
    draw(out).save(into / "neuron.svg")
    explore(out, title="One neuron").save(into / "neuron.html")
    network.save(into / "network.svg")
    film.save(into / "moons-film.html", title="Two moons")
    save_plot(plot_loss(history, log=True), into / "iris-loss.png")
    save_plot(plot_decision_boundary(model, x, y), into / "moons-boundary.png")
    save_plot(plot_activations(model, x), into / "moons-activations.png")
    says = {
        "neuron.svg": "the graph of the neuron, with data, gradients and local derivatives",
        "neuron.html": "a page that steps through it: open it in a browser, and press the arrow keys",
        "network.svg": "the 2-3-2 network: every weight with its gradient; in a browser, point at one",
        "moons-film.html": "a page on which to watch the training: every unit and every weight at any epoch",
        "iris-loss.png": "the loss while training on Iris",
        "moons-boundary.png": "the boundary between the moons",
        "moons-activations.png": "what the units of each layer give, and how many are saturated or dead",
    }
    for name, what in says.items():
        print(f"{into / name!s:<{len(str(into)) + 24}} {what}")


def neuron() -> Value:
    """Show one neuron: its graph, and why one weight's gradient is what it is."""
    heading("1. One neuron: tanh(x1 w1 + x2 w2 + b), with data and gradient at every node")
    x1, w1 = Value(2.0, label="x1"), Value(-3.0, label="w1")
    x2, w2 = Value(0.0, label="x2"), Value(1.0, label="w2")
    b = Value(6.8813735870195432, label="b")
    out = (x1 * w1 + x2 * w2 + b).tanh()
    out.label = "out"
    out.backward()
    print(tree(out), explain(out, w1), sep="\n\n")
    return out


def rule_at_every_layer() -> NetworkDrawing:
    """Show that output and hidden weights of a 2-3-2 network follow one rule, with its shapes; return its picture."""
    heading("2. One rule for every layer: a 2-3-2 network")
    network, x = MLP(2, [3, 2], activation="sigmoid", output_activation="sigmoid", rng=7), [0.05, 0.10]

    def loss(outputs: Any) -> Value:
        return mse(outputs, [0.01, 0.99])

    print(one_rule(network, x, loss))
    print(
        "\nBoth layers follow the same lines. The gradient of W is an outer product and has the shape of W. The\n"
        "product W · delta, 2x1 for the hidden layer, is the gradient of its inputs: it goes back to the layer before."
    )
    return draw_network(network, x, loss)


def train_iris() -> History:
    """Train on Fisher's Iris and print the accuracy on flowers that were held out."""
    heading("3. Iris: 4 lengths, 3 species, a quarter of the flowers held out")
    x, y = iris()
    x_train, x_test, y_train, y_test = train_test_split(x, y, rng=0)
    x_train, x_test = standardize(x_train, x_test)
    model = MLP(4, [8, 3], activation="tanh", init="glorot_uniform", rng=1)
    adam = Adam(model.parameters(), learning_rate=0.02)
    history = fit(
        model,
        x_train,
        y_train,
        loss="cross_entropy",
        optimizer=adam,
        epochs=60,
        batch_size=16,
        validation_data=(x_test, y_test),
        rng=2,
    )
    print(f"held-out accuracy {accuracy(predict(model, x_test), y_test):.1%} on {len(y_test)} flowers")
    return history


def train_moons() -> tuple[Film, MLP, Any, Any]:
    """Train on two half moons and draw the boundary between them; return the film of it too."""
    heading("4. Moons: 100 points, and the boundary that a 2-16-16-1 network draws between them")
    x, y = moons(100, noise=0.1, rng=3)
    model = MLP(2, [16, 16, 1], activation="tanh", init="glorot_uniform", rng=4)
    adam = Adam(model.parameters(), learning_rate=0.03)
    film = Film(model, x, 2 * y - 1, "hinge")
    fit(model, x, 2 * y - 1, loss="hinge", optimizer=adam, epochs=60, batch_size=25, callbacks=[film], rng=5)
    print(decision_boundary(model, x, y))
    print(f"accuracy {accuracy(predict(model, x), y):.1%} on {len(y)} points")
    return film, model, x, y


def save_plot(plot: Any, file: Path) -> None:
    """Write a plot, a figure or the axes of one, to a file."""
    getattr(plot, "figure", plot).savefig(file)


def heading(text: str) -> None:
    """Print a title with a line under it."""
    print(f"\n{text}\n{'-' * len(text)}")
