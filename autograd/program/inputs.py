"""The arguments of a traced program: the form of one example, and the arrays for many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.base.real import shown
from autograd.calculus.nest import fill, flatten
from autograd.engine import Value
from autograd.reverse.build import Input
from autograd.source.run import Numbers

__all__ = ["batch", "variables"]


def variables(f: Callable[..., Any], example: Sequence[Any]) -> tuple[list[Any], list[Input]]:
    """Return the arguments to call f with, Values in place of all numbers, and what they are.

    Raises:
        TypeError: when f does not take so many arguments, or one is not made of numbers.
        ValueError: when the numbers of an argument do not make a full array.
    """
    import inspect

    try:
        names = list(inspect.signature(f).bind(*example).signature.parameters)
        names = list(inspect.signature(f).parameters)[: len(example)]
        inspect.signature(f).bind(*example)
    except TypeError as error:
        raise TypeError(f"example must be the arguments of one call of f: {error}") from None
    if len(names) < len(example):  # *args
        names += [f"{names[-1] if names else 'x'}{i}" for i in range(len(names), len(example))]
    given: list[Any] = []
    inputs: list[Input] = []
    for name, one in zip(names, example, strict=True):
        numbers = flatten(one, name)
        if any(isinstance(number, Value) for number in numbers):
            raise TypeError(f"{name} must be made of numbers, got a Value in it; pass v.data for its number")
        try:
            shape = np.shape(np.asarray(one, np.float64))
        except (ValueError, TypeError):
            raise ValueError(f"{name} must be a number or a full array of numbers, got {shown(one)}") from None
        fresh = [Value(number, label=name if not shape else "") for number in numbers]
        grid = np.empty(len(fresh), object)
        grid[:] = fresh
        kept = tuple(m for m in shape if m != 1)
        inputs.append(Input(name, shape, grid.reshape(kept)))
        given.append(fill(one, iter(fresh)))
    return given, inputs


def batch(inputs: Sequence[Input], arrays: Sequence[Any]) -> tuple[list[Numbers], int]:
    """Return the arrays for a batch as programs take them, examples last, and the number of examples.

    Raises:
        TypeError: when an array is missing or too many are given, or one does not hold real numbers.
        ValueError: when an array has another shape than (examples, *shape of one), holds inf or nan, or another number
            of examples than the first.
    """
    if len(arrays) != len(inputs):
        n, names = len(inputs), ", ".join(one.name for one in inputs)
        wanted = f"{n} array{'s' * (n > 1)} ({names})" if inputs else "no arrays"
        raise TypeError(f"the program takes {wanted}, got {len(arrays)}")
    found: list[Numbers] = []
    count = 1
    for one, given in zip(inputs, arrays, strict=True):
        array = as_array(one, given)
        if found and len(array) != count:
            raise ValueError(f"{one.name} must have as many examples as {inputs[0].name}, {count}, got {len(array)}")
        count = len(array)
        if 1 in one.shape:
            array = array.reshape(count, *(m for m in one.shape if m != 1))
        found.append(array.T if array.ndim <= 2 else array.transpose((*range(1, array.ndim), 0)))
    return found, count


def as_array(one: Input, given: Any) -> Numbers:
    """Return an input as an array of finite numbers, examples first."""
    if given.__class__ is not np.ndarray and np.ma.is_masked(given):
        raise ValueError(f"{one.name} must be a full array, got one with masked entries; fill them, or leave them out")
    try:
        array = np.asarray(given)
    except ValueError:
        raise ValueError(f"{one.name} must be a full array, got {shown(given)}") from None
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{one.name} must be an array of real numbers, got {shown(given)}")
    if array.ndim == 0 or array.shape[1:] != one.shape:
        wanted = "(" + ", ".join(["examples", *map(str, one.shape)]) + ("," if not one.shape else "") + ")"
        raise ValueError(f"{one.name} must have the shape {wanted}, got {array.shape}")
    if not len(array):
        raise ValueError(f"{one.name} must have at least one example, got none")
    if not np.isfinite(array).all():
        bad = np.argwhere(~np.isfinite(array))[0]
        raise ValueError(f"{one.name} must be finite, got {array[tuple(bad)]} in example {bad[0]}")
    return array if array.dtype == np.float64 else array.astype(np.float64)
