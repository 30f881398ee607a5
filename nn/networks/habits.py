"""Words that people type by habit from other libraries: each is answered with the word used here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar

from autograd.base.checks import chosen

__all__ = ["by_name", "our_words"]

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

# Arguments as other libraries call them, and what they are called here: the first of these that a function has.
ARGUMENTS = {
    "lr": "learning_rate",
    "rate": "learning_rate",
    "alpha": "learning_rate",
    "eta": "learning_rate",
    "step_size": "learning_rate",
    "optimiser": "optimizer",
    "optim": "optimizer",
    "opt": "optimizer",
    "loss_fn": "loss",
    "criterion": "loss",
    "objective": "loss",
    "n_epochs": "epochs",
    "num_epochs": "epochs",
    "epoch": "epochs",
    "n_iter": "epochs",
    "iterations": "epochs",
    "steps": "epochs",
    "batch": "batch_size",
    "batchsize": "batch_size",
    "minibatch_size": "batch_size",
    "size": "batch_size n",
    "validation": "validation_data",
    "val_data": "validation_data",
    "valid_data": "validation_data",
    "eval_set": "validation_data",
    "seed": "rng",
    "random_state": "rng",
    "generator": "rng",
    "verbose": "progress",
    "test": "test_size",
    "test_share": "test_size",
    "test_fraction": "test_size",
    "output": "output_activation",
    "out_activation": "output_activation",
    "final_activation": "output_activation",
    "activation_fn": "activation",
    "nonlinearity": "activation",
    "transfer": "activation",
    "act": "activation",
    "in_features": "n_inputs",
    "input_size": "n_inputs",
    "n_in": "n_inputs",
    "nin": "n_inputs",
    "out_features": "n_outputs",
    "nout": "n_outputs",
    "units": "n_outputs",
    "hidden_layer_sizes": "layer_sizes",
    "layers": "layer_sizes",
    "sizes": "layer_sizes",
    "nouts": "layer_sizes",
    "initializer": "init",
    "initialiser": "init",
    "kernel_initializer": "init",
    "weight_init": "init",
    "eps": "epsilon",
    "wd": "weight_decay",
    "l2": "weight_decay",
    "params": "parameters",
    "rho": "decay",
    "largest": "max_norm",
    "clip_value": "max_value",
    "level": "threshold",
    "cutoff": "threshold",
    "n_samples": "n",
    "n_points": "n",
    "y_true": "targets y",
    "labels": "targets y",
    "target": "targets y",
    "y_pred": "outputs predictions logits probabilities",
    "outputs": "predictions logits probabilities",
    "predictions": "outputs logits probabilities",
    "preds": "outputs predictions logits probabilities",
    "input": "x",
    "inputs": "x",
    "data": "x",
    "n_classes": "classes",
}

# Names of activations, losses, optimizers and initializers that are known elsewhere, and what to do here.
NAMES = {
    "swish": "'silu' is the same function",
    "identity": "'linear' is the same function",
    "none": "'linear' is the same function",
    "logistic": "'sigmoid' is the same function",
    "leakyrelu": "write 'leaky_relu'",
    "softmax": (
        "a softmax needs all outputs of a layer at once: leave the output linear and train with loss='cross_entropy', "
        "which takes logits; autograd.softmax turns logits into probabilities"
    ),
    "log_softmax": "leave the output linear and train with loss='cross_entropy', which takes logits",
    "crossentropy": "write 'cross_entropy'",
    "categorical_crossentropy": "write 'cross_entropy'; its targets are class numbers, not one-hot rows",
    "sparse_categorical_crossentropy": "write 'cross_entropy'",
    "nll": "write 'cross_entropy', which takes logits",
    "nll_loss": "write 'cross_entropy', which takes logits",
    "bce": "write 'binary_cross_entropy' for probabilities, 'binary_cross_entropy_with_logits' for logits",
    "bce_with_logits": "write 'binary_cross_entropy_with_logits'",
    "binary_crossentropy": (
        "write 'binary_cross_entropy' for probabilities, 'binary_cross_entropy_with_logits' for logits"
    ),
    "log_loss": "write 'binary_cross_entropy' for probabilities, 'cross_entropy' for the logits of several classes",
    "mean_squared_error": "write 'mse'",
    "squared_error": "write 'mse'",
    "l2": "write 'mse'",
    "mean_absolute_error": "write 'mae'",
    "l1": "write 'mae'",
    "smooth_l1": "write 'huber'",
    "svm": "write 'hinge'",
    "gd": "write 'sgd'",
    "gradient_descent": "write 'sgd'",
    "momentum": "use nn.SGD(model.parameters(), momentum=0.9)",
    "nesterov": "use nn.SGD(model.parameters(), momentum=0.9, nesterov=True)",
    "xavier": "write 'glorot_uniform' or 'glorot_normal': Xavier is Glorot's first name",
    "xavier_uniform": "write 'glorot_uniform'",
    "xavier_normal": "write 'glorot_normal'",
    "kaiming_uniform": "write 'he_uniform'",
    "kaiming_normal": "write 'he_normal'",
    "glorot": "write 'glorot_uniform' or 'glorot_normal'",
    "kaiming": "write 'he_uniform' or 'he_normal'",
    "he": "write 'he_uniform' or 'he_normal'",
}


def by_name(given: Any, known: Mapping[str, T], what: str) -> T:
    """Return what the name ``given`` stands for, or ``given`` itself if it is a function or a class.

    Args:
        given: a name, a function or a class.
        known: what the names stand for.
        what: the argument that an error names.

    Raises:
        TypeError: when ``given`` is neither a name nor callable.
        ValueError: for an unknown name; a name from another library is translated.

    >>> by_name("swish", {"silu": abs}, "activation")
    Traceback (most recent call last):
    ...
    ValueError: activation must be one of silu or a function, got 'swish'; 'silu' is the same function
    """
    if isinstance(given, str) and given not in known:
        word = given.lower().replace(" ", "_").replace("-", "_")
        advice = f"write {word!r}" if word in known else NAMES.get(word)
        if advice is not None:
            raise ValueError(f"{what} must be one of {', '.join(known)} or a function, got {given!r}; {advice}")
    return chosen(given, known, what)


def our_words(function: Callable[P, R]) -> Callable[P, R]:
    """Return ``function`` with an answer to unknown argument names: the name that is used here.

    >>> @our_words
    ... def train(epochs, learning_rate=0.1): ...
    >>> train(3, lr=0.5)
    Traceback (most recent call last):
    ...
    TypeError: train() has no argument 'lr'; it is called learning_rate here
    """
    known = set(signature(function).parameters)

    @wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        for name in kwargs:
            if name not in known:
                raise TypeError(no_such_argument(function, name, known))
        return function(*args, **kwargs)

    return checked


def no_such_argument(function: Callable[..., object], name: str, known: set[str]) -> str:
    """Return a sentence that says which argument was probably meant by ``name``."""
    from difflib import get_close_matches  # only a wrong name needs it

    called = function.__qualname__.removesuffix(".__init__")
    words = [name.lower(), *ARGUMENTS.get(name.lower(), "").split(), *get_close_matches(name, known, n=1)]
    meant = next((word for word in words if word in known), None)
    if meant is None:
        return f"{called}() has no argument {name!r}; it takes {', '.join(sorted(known - {'self'}))}"
    return f"{called}() has no argument {name!r}; it is called {meant} here"
