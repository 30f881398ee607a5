"""The parameters of a module as named arrays, and back again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from autograd import Value
from autograd.base.checks import shown
from nn.networks.search import inside, is_module, search

__all__ = ["Array", "arrays_of", "groups_in", "load"]

Array: TypeAlias = npt.NDArray[np.float64]


def groups_in(held: Any, usual: Callable[..., Any], above: tuple[int, ...] = ()) -> dict[str, Any]:
    """Return the groups of parameters in a module or container: Values that form a full array are one group.

    Args:
        held: the module or container.
        usual: the method ``groups`` that modules inherit; a class that defines its own is asked by that one.
        above: the ids of its containers; a container inside itself is not entered again.

    Raises:
        ValueError: when two groups have one name.
    """
    found: dict[str, Any] = {}
    above = (*above, id(held))
    for _, name, inner in inside(held):
        if id(inner) in above:
            continue
        if shape_of(inner) is not None:
            parts = {name: inner}
        else:
            own = is_module(inner) and type(inner).groups is not usual
            below = inner.groups() if own else groups_in(inner, usual, above)
            parts = {f"{name}.{rest}": group for rest, group in below.items()}
        if twice := found.keys() & parts.keys():
            raise ValueError(f"two parameters would have one name in the state: {sorted(twice)}")
        found.update(parts)
    return found


def arrays_of(groups: Mapping[str, Any]) -> dict[str, Array]:
    """Return the numbers of each group as an array."""
    return {name: np.array(numbers_in(held), dtype=np.float64) for name, held in groups.items()}


def load(groups: Mapping[str, Any], state: Mapping[str, npt.ArrayLike]) -> None:
    """Set the Values of all groups from named arrays; nothing is set unless everything fits.

    Raises:
        TypeError: when state is not a mapping.
        ValueError: when it does not fit.
    """
    if not isinstance(state, Mapping):
        raise TypeError(f"state must map names to arrays, got {shown(state)}")
    missing, unknown = sorted(groups.keys() - state.keys()), sorted(state.keys() - groups.keys())
    if missing or unknown:
        lacks = [f"lacks {missing}"] if missing else []
        more = [f"has unknown {unknown}"] if unknown else []
        raise ValueError(f"state must have the names of this module's arrays; it {' and '.join(lacks + more)}")
    loaded: dict[Value, float] = {}
    for name, held in groups.items():
        numbers = fitting(name, state[name], np.shape(numbers_in(held))).ravel().tolist()
        for (path, value), number in zip(search(name, held), numbers, strict=True):
            if loaded.setdefault(value, number) != number:
                raise ValueError(f"{path} is shared, and state has {loaded[value]} and {number} for it")
    for value, number in loaded.items():
        value.data = number


def shape_of(held: Any) -> tuple[int, ...] | None:
    """Return the shape of a nested list of leaves, () for one leaf, or None for anything else."""
    if isinstance(held, Value):
        return () if held.op is None else None
    if is_module(held) or isinstance(held, Mapping) or not (inner := [part for _, _, part in inside(held)]):
        return None
    first, *others = map(shape_of, inner)
    return None if first is None or any(other != first for other in others) else (len(inner), *first)


def numbers_in(held: Any) -> Any:
    """Return a group with numbers in place of its Values."""
    return held.data if isinstance(held, Value) else [numbers_in(inner) for inner in held]


def fitting(name: str, given: npt.ArrayLike, shape: tuple[int, ...]) -> Array:
    """Return ``given`` as an array of finite numbers of that shape, or raise a ValueError that names it."""
    try:
        array = np.asarray(given)
    except ValueError as error:  # rows of different length
        raise ValueError(f"state[{name!r}] must be an array of numbers: {error}") from None
    if array.dtype.kind not in "iuf":
        raise ValueError(f"state[{name!r}] must be an array of real numbers, got {shown(given)}")
    if array.shape != shape:
        raise ValueError(f"state[{name!r}] must have shape {shape}, got {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"state[{name!r}] must be finite, got inf or nan")
    return array.astype(np.float64)
