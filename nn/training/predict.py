"""The forward pass over a batch: outputs of a model, for training and for prediction."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import Value, gc_paused
from autograd.base.checks import shown
from autograd.base.real import plain
from nn.data.examples import check_inputs, examples
from nn.networks.habits import our_words
from nn.networks.layers import ACTIVATIONS, MLP, Layer, Neuron
from nn.training.forward import Forward, NotOnArrays, as_it_was, full_array

MANY = 500  # examples, from which on a program is worth its recording
AGAIN = 4  # times that a program is compared with the model

__all__ = ["Predictions", "as_numbers", "as_predictions", "outputs_of", "predict", "threshold_of"]


class Predictions(np.ndarray):
    """The outputs of a model as an array, which remembers above which score an example is of class 1.

    ``threshold`` is 0.5 for the probabilities that a sigmoid gives, 0 for other outputs of a network, and None where
    it is not known: for rows of scores, whose largest decides, and for a model of one's own. What is computed from
    predictions is a plain array.
    """

    threshold: float | None

    def __array_finalize__(self, source: Any) -> None:
        self.threshold = getattr(source, "threshold", None)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """Compute with the plain arrays: a sum of two probabilities is not a probability."""
        out = kwargs.pop("out", ())
        if out:
            kwargs["out"] = tuple(plain_array(x) for x in out)
        return getattr(ufunc, method)(*map(plain_array, inputs), **kwargs)


def plain_array(x: Any) -> Any:
    """Return predictions as a plain array, and anything else as it is."""
    return x.view(np.ndarray) if isinstance(x, Predictions) else x


@our_words
def predict(model: Callable[..., Any], x: Any) -> Any:
    """Return what the model gives for every example, as an array of shape (examples,) or (examples, outputs).

    Args:
        model: called with one example.
        x: the examples: a list, an array or a data frame, shape (examples, features).

    Raises:
        TypeError: when an example of a network of `nn` has an entry that is not a number.
        ValueError: when an example has another length than the network's inputs.

    Outputs of different length, as a model of one's own may give, are returned as a list of lists. More than 500
    examples are computed together, by a `Program`, where the model allows it; the last bits may then be others.

    >>> predict(lambda row: [row[0], 2 * row[0]], [[1.0], [3.0]]).tolist()
    [[1.0, 2.0], [3.0, 6.0]]
    """
    rows = examples(x, "x")
    check_inputs(model, rows, "x")
    if not rows:
        return as_predictions([], None)
    with gc_paused():
        threshold = threshold_of(model, outputs_of(model, rows[:1], [0])[0])
        with as_it_was(model):
            numbers = on_arrays(model, rows) if len(rows) > MANY else None
        if numbers is None:
            numbers = [as_numbers(outputs_of(model, rows[i : i + 1], [i])[0]) for i in range(len(rows))]
    return as_predictions(numbers, threshold)


def on_arrays(model: Callable[..., Any], rows: list[Any]) -> list[Any] | None:
    """Return the outputs for many examples, computed together by programs; None where that cannot be done.

    The outputs for the first and the last example are compared with those of the model, more than once, for a model
    may draw random numbers.
    """
    try:
        forward, ends = Forward(model, rows[0]), [rows[0], rows[-1]] * AGAIN
        found = forward(full_array(rows, "x"))
        wanted = [as_numbers(model(row)) for row in ends]
        same = np.allclose([found[0], found[-1]] * AGAIN, wanted, rtol=1e-9, atol=1e-12)
    except (NotOnArrays, ArithmeticError, TypeError, ValueError):  # the model itself will say what is wrong, and where
        return None
    return found if same else None


def as_predictions(numbers: list[Any], threshold: float | None) -> Any:
    """Return outputs as an array that remembers its threshold; as a list where they differ in length."""
    try:
        found = np.array(numbers, dtype=np.float64).view(Predictions)
    except ValueError:
        return numbers
    found.threshold = threshold
    return found


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
        return [as_numbers(v) for v in output]
    except TypeError:
        raise TypeError(f"model must return Values, numbers or lists of them, got {shown(output)}") from None


def threshold_of(model: Any, output: Any) -> float | None:
    """Return above which score an example is of class 1, as far as the model and one output of it show.

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
