"""Checks of an MLP before training: whether its outputs suit the loss, and whether gradients reach every layer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from autograd.base.ink import digits
from nn.advice.task import BAD, GOOD, LOOK, OF_CLASSES, Finding, Task
from nn.inspect.layer_statistics import LayerStatistics, NetworkStatistics, operation, percent
from nn.networks.layers import MLP
from nn.training.losses import binary_cross_entropy, cross_entropy

__all__ = ["check_layers", "output_and_loss"]

SATURATED, DEAD = 0.3, 0.25  # fractions of a layer: with this much or more, the verdict is not "good"
MOSTLY = 0.9  # and with this much, it is "bad"; with half of its units saturated a network learns, if slowly
VANISHED = 1e-3  # of the output layer's gradient
RANGES = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0), "relu": (0.0, np.inf)}  # what an output layer can reach


def check_layers(model: MLP, task: Task, layers: NetworkStatistics) -> Iterator[Finding]:
    """Yield the findings about the network's layers."""
    yield output_and_loss(model, task)
    for layer in layers[:-1]:
        yield activity(layer, bool(model.trained_with))
    if len(layers) > 1:
        yield size_of_gradients(layers)
    yield copies(model)


def output_and_loss(model: MLP, task: Task) -> Finding:
    """The output layer must be able to give what the loss wants."""
    subject, last = "output and loss", model.layers[-1]
    made_by, count, name = operation(last.neurons[0], 0.5), len(last.neurons), task.loss.__name__
    if task.loss is cross_entropy and task.classes is not None and count <= int(task.classes.max()):
        return Finding(
            subject, BAD, f"{count} outputs for classes up to {task.classes.max():g}: one is needed for each"
        )
    if task.loss is binary_cross_entropy:
        if made_by != "sigmoid":
            words = (
                "binary_cross_entropy takes probabilities: use output_activation='sigmoid', or the loss …_with_logits"
            )
            return Finding(subject, BAD, words)
    elif task.loss in OF_CLASSES and made_by in RANGES:
        words = f"{name} takes scores of any size, and the output layer is a {made_by}: use output_activation='linear'"
        return Finding(subject, BAD if made_by != "tanh" else LOOK, words)
    elif task.loss not in OF_CLASSES and made_by in RANGES:
        low, high = RANGES[made_by]
        outside = float(((task.y < low) | (task.y > high)).mean())
        if outside:
            words = f"{percent(outside)} of the targets lie outside what a {made_by} reaches ({low:g} to {high:g})"
            return Finding(subject, BAD, f"{words}: use output_activation='linear', or scale y")
    return Finding(
        subject, GOOD, f"{count} {made_by or 'linear'} output{'s' * (count > 1)} suit{'s' * (count == 1)} {name}"
    )


def activity(layer: LayerStatistics, trained: bool = False) -> Finding:
    """Units that are saturated or dead pass next to no gradient back; some are to be expected after training."""
    dead, saturated = layer.dead or 0.0, layer.saturated or 0.0
    says = f"{layer.outputs.shape[1]} {layer.activation} units"
    if layer.dead is not None:
        says += f", {percent(dead)} of them dead"
    if layer.saturated is not None:
        says += f", {percent(saturated)} of their outputs saturated"
    if trained and MOSTLY > max(dead, saturated) >= min(DEAD, SATURATED):
        return Finding(f"{layer.name} units", GOOD, f"{says}; some are to be expected after training")
    if dead < DEAD and saturated < SATURATED:
        return Finding(f"{layer.name} units", GOOD, says)
    return Finding(f"{layer.name} units", BAD if max(dead, saturated) >= MOSTLY else LOOK, f"{says}: {remedy(layer)}")


def remedy(layer: LayerStatistics) -> str:
    """Return what to do about units that are dead or saturated."""
    init = "he_uniform" if layer.saturated is None else "glorot_uniform"
    return f"standardize x, or start from smaller weights with init='{init}'"


def size_of_gradients(layers: NetworkStatistics) -> Finding:
    """The gradient should be of about the same size in every layer."""
    sizes = [layer.gradient_rms or 0.0 for layer in layers]
    subject, last = "gradient by layer", sizes[-1]
    if last == 0:
        return Finding(subject, BAD, "the output layer gets no gradient at all: the loss does not depend on it here")
    k = int(np.argmin(sizes))
    if sizes[k] == 0:
        words = f"{layers[k].name} gets none: its units are dead, or the weights after them are 0"
        return Finding(subject, BAD, f"{words}; start from other weights")
    if sizes[k] < VANISHED * last:
        part = f"1/{last / sizes[k]:,.0f} of the output's gradient"
        kinds = {layer.activation for layer in layers[k:-1]}
        cause = "sigmoids pass back a quarter at most" if "sigmoid" in kinds else "it shrinks from layer to layer"
        cure = "try tanh or relu" if "sigmoid" in kinds else "start from init='glorot_uniform' or 'he_uniform'"
        return Finding(subject, BAD, f"{layers[k].name} gets {part}: {cause}; {cure}, or fewer layers")
    k = int(np.argmax(sizes))
    if sizes[k] > last / VANISHED:
        times = f"{sizes[k] / last:,.0f} times the output's gradient"
        return Finding(
            subject, BAD, f"{layers[k].name} gets {times}: start from smaller weights, init='glorot_uniform'"
        )
    spread = f"{digits(min(sizes) / last)} to {digits(max(sizes) / last)}"
    return Finding(subject, GOOD, f"{spread} times the output layer's, in every layer")


def copies(model: MLP) -> Finding:
    """Units with equal weights in and out get equal gradients, and stay copies of each other forever."""
    worst, name = 0, ""
    for k, (layer, after) in enumerate(zip(model.layers, model.layers[1:], strict=False)):
        looks = Counter(
            (unit.activation, tuple(w.data for w in unit.w), unit.b.data, tuple(u.w[j].data for u in after.neurons))
            for j, unit in enumerate(layer.neurons)
        )
        alike = max(looks.values())
        if alike > max(worst, 1):
            worst, name = alike, f"{alike} of {len(layer.neurons)} units of layers[{k}]"
    if worst:
        return Finding("copies", BAD, f"{name} have the same weights and always will: start from random weights")
    return Finding("copies", GOOD, "no two units have the same weights")
