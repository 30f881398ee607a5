"""Chainrule's networks: neurons, layers and losses built from `autograd.Value` and nothing else.

Networks             MLP, Layer, Neuron, and Module for your own; ACTIVATIONS; how weights begin: INITIALIZERS, uniform,
                     glorot_uniform, glorot_normal, he_uniform, he_normal
Data                 iris, digits, moons, circles, spirals, xor, read_csv (a Dataset); standardize, train_test_split,
                     batches
Training             checkup (a Checkup) before it; fit (a History; an Epoch for each callback; NonFiniteError); predict
Losses and metrics   LOSSES: mse, mae, huber, hinge, cross_entropy, binary_cross_entropy,
                     binary_cross_entropy_with_logits; METRICS, accuracy
Optimizers           OPTIMIZERS: SGD, RMSprop, Adam, AdamW, and Optimizer for your own; clip_grad_norm, clip_grad_value;
                     learning rates that change: cosine, staircase, warm_up
Files                save_model, load_model, load_notes, save_weights, load_weights, ModelFileError; torch_source
Inside a network     one_rule (a OneRule), layer_gradients (a LayerGradient for each layer), layer_statistics
                     (NetworkStatistics, a LayerStatistics for each layer), gradient_ratios, UpdateRatios, Table
Pictures             draw_network (a NetworkDrawing), Film, decision_boundary as text, plot_decision_boundary,
                     plot_loss, plot_fit, plot_activations, plot_gradients, plot_gradient_ratios, plot_update_ratios;
                     of a function: plot_tangent, plot_gradcheck, plot_gradcheck_steps

A neuron is in `nn.networks.layers`, the update of a weight in `nn.training.optimizer`, and training in `nn.fitting`.
"""

import autograd

if not hasattr(autograd, "Value"):  # HIPS's package has the same name
    raise ImportError(
        f"nn needs Chainrule's autograd, and {autograd.__file__} is another package of that name, perhaps HIPS's: the "
        f"one installed last takes the other's place. Uninstall it, and install chainrule again"
    )

from autograd.base.tables import Table
from autograd.plots.gradient_check import plot_gradcheck, plot_gradcheck_steps
from autograd.plots.tangent import plot_tangent
from nn.advice.checkup import Checkup, checkup
from nn.data.csv_file import read_csv
from nn.data.dataset import Dataset, digits, iris
from nn.data.prepare import batches, standardize, train_test_split
from nn.data.synthetic import circles, moons, spirals, xor
from nn.files.store import ModelFileError, load_model, load_notes, load_weights, save_model, save_weights
from nn.files.torch_source import torch_source
from nn.film.film import Film
from nn.fitting.fit import fit
from nn.fitting.history import History
from nn.fitting.stopping import Epoch
from nn.inspect.decision_boundary import decision_boundary
from nn.inspect.layer_gradients import LayerGradient, layer_gradients
from nn.inspect.layer_statistics import LayerStatistics, NetworkStatistics, layer_statistics
from nn.inspect.one_rule import OneRule, one_rule
from nn.inspect.ratios import UpdateRatios, gradient_ratios
from nn.networks.activations import ACTIVATIONS
from nn.networks.init import INITIALIZERS, glorot_normal, glorot_uniform, he_normal, he_uniform, uniform
from nn.networks.layers import MLP, Layer, Neuron
from nn.networks.module import Module
from nn.plots.curves import history_in_cell, plot_loss
from nn.plots.fits import plot_fit
from nn.plots.histograms import plot_activations, plot_gradients
from nn.plots.network_drawing import NetworkDrawing, draw_network
from nn.plots.ratios import plot_gradient_ratios, plot_update_ratios
from nn.plots.regions import plot_decision_boundary
from nn.training.errors import NonFiniteError
from nn.training.losses import (
    LOSSES,
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    hinge,
    huber,
    mae,
    mse,
)
from nn.training.metrics import METRICS, accuracy
from nn.training.optim import (
    OPTIMIZERS,
    SGD,
    Adam,
    AdamW,
    RMSprop,
    clip_grad_norm,
    clip_grad_value,
)
from nn.training.optimizer import Optimizer
from nn.training.predict import predict
from nn.training.schedules import cosine, staircase, warm_up

# A notebook shows a History with its plot, by a wing above the one that trains.
History._repr_html_ = history_in_cell  # type: ignore[attr-defined]

# fmt: off
__all__ = [
    # networks
    "Module", "Neuron", "Layer", "MLP", "ACTIVATIONS",
    "INITIALIZERS", "uniform", "glorot_uniform", "glorot_normal", "he_uniform", "he_normal",
    # training
    "LOSSES", "mse", "mae", "huber", "hinge",
    "binary_cross_entropy", "binary_cross_entropy_with_logits", "cross_entropy",
    "OPTIMIZERS", "Optimizer", "SGD", "RMSprop", "Adam", "AdamW", "clip_grad_value", "clip_grad_norm",
    "cosine", "warm_up", "staircase",
    "fit", "predict", "Epoch", "History", "NonFiniteError", "METRICS", "accuracy",
    # data
    "Dataset", "moons", "circles", "spirals", "xor", "iris", "digits", "read_csv",
    "train_test_split", "standardize", "batches",
    # files
    "save_model", "load_model", "load_notes", "torch_source", "save_weights", "load_weights", "ModelFileError",
    # readings for people
    "checkup", "Checkup", "Film", "Table",
    "layer_gradients", "one_rule", "OneRule", "LayerGradient", "decision_boundary",
    "layer_statistics", "LayerStatistics", "NetworkStatistics", "gradient_ratios", "UpdateRatios",
    # pictures and plots
    "draw_network", "NetworkDrawing",
    "plot_loss", "plot_fit", "plot_decision_boundary", "plot_activations", "plot_gradients", "plot_gradient_ratios",
    "plot_update_ratios", "plot_gradcheck", "plot_gradcheck_steps", "plot_tangent",
]
# fmt: on
