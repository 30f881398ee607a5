"""predict: the outputs of a model for many examples, or their meaning: probabilities, classes, names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, overload

import numpy as np
import numpy.typing as npt

from autograd import Value, gc_paused
from autograd.base.checks import shown
from autograd.base.real import plain
from nn.data.dataset import Dataset
from nn.data.examples import check_inputs, examples
from nn.networks.activations import ACTIVATIONS
from nn.networks.habits import our_words
from nn.networks.layers import MLP, Layer, Neuron
from nn.training.classes import as_names, classes_in, finite_threshold, named, probabilities_in, way_to_probabilities
from nn.training.forward import Forward, NotOnArrays, full_array, is_plain
from nn.training.memory import as_it_was
from nn.training.predictions import Predictions, as_predictions, plain_array

MANY = 500  # examples, from which on a program is worth its recording
SPREAD = 16  # examples on which a program is compared with the model
AGAIN = 4  # times that the first of them is compared again

__all__ = ["as_numbers", "outputs_of", "predict", "threshold_of"]


@overload
def predict(
    model: Callable[..., Any], x: Any, *, probabilities: Literal[False] = False, classes: Literal[False] = False
) -> Any: ...
@overload
def predict(model: Callable[..., Any], x: Any, *, probabilities: Literal[True] | str) -> npt.NDArray[np.float64]: ...
@overload
def predict(
    model: Callable[..., Any], x: Any, *, classes: Literal[True] | Sequence[Any], threshold: float | None = None
) -> npt.NDArray[Any]: ...
@our_words
def predict(
    model: Callable[..., Any],
    x: Any,
    *,
    probabilities: bool | str = False,
    classes: bool | Sequence[Any] = False,
    threshold: float | None = None,
) -> Any:
    """Return the outputs of the model for every example, as an array of shape (examples,) or (examples, outputs).

    Args:
        model: called with one example.
        x: the examples: a list, an array, a data frame or a `Dataset`, shape (examples, features).
        probabilities: whether to return probabilities in place of the outputs: of each class, or of class 1 where
            there is one output. True relies on what is known: the outputs of a sigmoid or a softmax are probabilities,
            and a model that `fit` trained with ``cross_entropy`` or ``binary_cross_entropy_with_logits`` gives logits.
            For other models, say how logits become probabilities: "softmax", which adds up to 1, or "sigmoid".
        classes: whether to return the class of each example, shape (examples,): its name where x is a `Dataset` with
            names of classes, or where the names are given here; otherwise its number.
        threshold: for classes of a single output: above it an example is of class 1. None stands for 0.5 where the
            output is a probability and 0 where it is a logit, or a network trained with hinge.

    Raises:
        TypeError: when an example of a network of `nn` has an entry that is not a number.
        ValueError: when an example has another length than the network's inputs; when it cannot be known what the
            outputs mean, or they have no probabilities or classes, as those of a regression.

    Of several outputs, the largest decides the class. Outputs of different length, as your own model may give them, are
    returned as a list of lists. More than 500 examples are computed together, by a `Program`, where the model allows
    it; the last bits may then differ.

    >>> predict(lambda row: [row[0], 2 * row[0]], [[1.0], [3.0]]).tolist()
    [[1.0, 2.0], [3.0, 6.0]]
    >>> predict(lambda row: [row[0], 2 * row[0]], [[-1.0], [3.0]], classes=["small", "large"]).tolist()
    ['small', 'large']
    """
    if not callable(model):
        raise TypeError(f"model must be a network, or a function of one example, got {shown(model)}")
    asked_for_classes = classes is not False and classes is not None
    if probabilities and asked_for_classes:
        raise ValueError("probabilities and classes must be asked for one at a time, got both")
    if threshold is not None and not asked_for_classes:
        raise ValueError("threshold must be left out where no classes are asked for: give classes=True")
    names = names_of_classes(x, classes) if asked_for_classes else None
    rows = examples(x.x if isinstance(x, Dataset) else x, "x")
    check_inputs(model, rows, "x")
    if not rows:
        return as_predictions([], None) if not asked_for_classes else np.zeros(0, dtype=np.int64)
    with gc_paused():
        first = outputs_of(model, rows[:1], [0])[0]
        scores = as_predictions(scores_of(model, rows), threshold_of(model, first))
    if not (probabilities or asked_for_classes):
        return scores
    if not isinstance(scores, Predictions) or scores.ndim > 2:
        raise ValueError("model must give one output or one row of them to have probabilities or classes, got others")
    trained_with, plain_scores = getattr(model, "trained_with", ""), plain_array(scores)
    if probabilities:
        way = way_to_probabilities(probabilities, first, trained_with)
        single = scores.ndim == 1 or scores.shape[1] == 1
        return as_predictions(probabilities_in(plain_scores, way), 0.5 if single else None)
    limit = None if threshold is None else finite_threshold(threshold)
    found = classes_in(plain_scores, trained_with, scores.threshold, limit)
    return found if names is None else named(found, names, 1 if scores.ndim == 1 else scores.shape[1])


def names_of_classes(x: Any, classes: Any) -> list[Any] | None:
    """Return the names of the classes, those given or those of the data; None where there are none.

    Raises:
        TypeError: when classes is neither True nor a list of names.
        ValueError: when the data has numbers as targets.
    """
    if classes is not True or not isinstance(x, Dataset):
        return as_names(classes)
    if not x.class_names:
        raise ValueError(f"classes must be left out for data whose targets are numbers ({x.target_name})")
    return list(x.class_names)


def scores_of(model: Callable[..., Any], rows: list[Any]) -> list[Any]:
    """Return the outputs for every example as numbers."""
    numbers = None
    if len(rows) > MANY:
        with as_it_was(model):
            numbers = on_arrays(model, rows)
    if numbers is None:
        numbers = [as_numbers(outputs_of(model, rows[i : i + 1], [i])[0]) for i in range(len(rows))]
    return numbers


def on_arrays(model: Callable[..., Any], rows: list[Any]) -> list[Any] | None:
    """Return the outputs for many examples, computed together by programs; None where that cannot be done.

    Those of some examples from all over the data are compared with what the model gives, and that of the first more
    than once, for a model may draw random numbers.
    """
    spread = np.linspace(0, len(rows) - 1, SPREAD).round().astype(np.intp).tolist() + [0] * AGAIN
    spread = [0, len(rows) - 1] if is_plain(model) else spread
    try:
        found = Forward(model, rows[0])(full_array(rows, "x"))
        wanted = [as_numbers(model(rows[i])) for i in spread]
        same = np.allclose([found[i] for i in spread], wanted, rtol=1e-9, atol=1e-12)
    except (NotOnArrays, ArithmeticError, TypeError, ValueError):  # the model itself will say what is wrong, and where
        return None
    return found if same else None


def outputs_of(model: Callable[..., Any], rows: Sequence[Any], places: Sequence[int]) -> list[Any]:
    """Return what the model gives for each row; an error is noted with the row's place in the data."""
    outputs = []
    i = 0
    try:
        for i, row in enumerate(rows):  # noqa: B007  (the place of the row that raised)
            outputs.append(model(row))
    except Exception as error:
        error.add_note(f"at example {places[i]}, x[{places[i]}]")
        raise
    return outputs


def as_numbers(output: Any) -> Any:
    """Return an output with numbers in place of Values.

    Raises:
        TypeError: when it is neither a Value, a number nor a sequence of them.
    """
    if isinstance(output, Value):
        return output.data
    if (number := plain(output)) is not None:
        return float(number)
    try:
        if isinstance(output, str | bytes | Mapping):  # whose entries are texts, without end
            raise TypeError
        return [as_numbers(v) for v in output]
    except TypeError:
        raise TypeError(f"model must return Values, numbers or lists of them, got {shown(output)}") from None


def threshold_of(model: Any, output: Any) -> float | None:
    """Return the score above which an example is of class 1, as far as the model and one of its outputs show it.

    Args:
        model: what gave the output.
        output: a Value, or a row of them.
    """
    if not isinstance(output, Value):
        return threshold_of(model, output[0]) if isinstance(output, list | tuple) and len(output) == 1 else None
    if output.op is not None and output.op.name == "sigmoid":
        return 0.5
    if re.search(r"neurons\[\d+\]$", output.label):  # the output of a layer, which labels it so
        return 0.0
    last: Any = model
    while isinstance(last, MLP | Layer) and type(last).__call__ in (MLP.__call__, Layer.__call__):
        last = last.layers[-1] if isinstance(last, MLP) else last.neurons[-1]
    known = isinstance(last, Neuron) and last.activation in ACTIVATIONS.values()
    return 0.0 if known else None
