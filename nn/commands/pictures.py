"""The pictures that ``python -m nn train`` draws."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from autograd import explore
from nn.data.dataset import Dataset
from nn.fitting.history import History
from nn.networks.layers import MLP
from nn.networks.module import Array
from nn.plots.curves import plot_loss
from nn.plots.fits import plot_fit
from nn.plots.histograms import plot_activations
from nn.plots.network_drawing import draw_network
from nn.plots.regions import plot_decision_boundary
from nn.training.losses import cross_entropy, mse

__all__ = ["pictures"]


def pictures(folder: Path, model: MLP, data: Dataset, history: History, loss: str) -> dict[str, str]:
    """Write the pictures, and return a description of each file."""
    said = {"loss.png": "the loss in each epoch", "activations.png": "what the units of each layer put out"}
    plot_loss(history, log=True).get_figure(root=True).savefig(folder / "loss.png")  # type: ignore[union-attr]
    plot_activations(model, data.x[:500]).savefig(folder / "activations.png")
    if data.class_names and data.x.shape[1] == 2:
        plot = plot_decision_boundary(model, data.x, data.y, class_names=data.class_names)
        plot.get_figure(root=True).savefig(folder / "boundary.png")  # type: ignore[union-attr]
        said["boundary.png"] = "the class that the network gives everywhere in the plane, inputs scaled"
    if not data.class_names and data.x.shape[1] == 1:
        plot_fit(model, data.x, data.y).get_figure(root=True).savefig(folder / "fit.png")  # type: ignore[union-attr]
        said["fit.png"] = "the curve that the network has learned, scaled"
    return said | one_example(folder, model, data.x[0], data.y[0].item(), loss)


def one_example(folder: Path, model: MLP, x: Array, y: float, loss: str) -> dict[str, str]:
    """Write the picture and the page of the first example."""

    def loss_of(outputs: Any) -> Any:
        return cross_entropy([outputs], [int(y)]) if loss == "cross_entropy" else mse([outputs], [y])

    draw_network(model, x, loss_of).save(folder / "network.svg")
    error = loss_of(model(x.tolist()))
    error.label = "loss"
    model.zero_grad()
    error.backward()
    explore(error, title="The first example").save(folder / "page.html")
    return {
        "network.svg": "the network on the first example: its weights with their gradients",
        "page.html": "a page that steps through that example: open it in a browser",
    }
