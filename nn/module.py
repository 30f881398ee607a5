"""Module: anything with parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from autograd import Value

__all__ = ["Array", "Module"]

Array: TypeAlias = npt.NDArray[np.float64]


class Module:
    """Base of everything with parameters: they are the leaf Values found in its attributes.

    An attribute may hold a Value, a Module, or lists, tuples and dicts of them to any depth. Attributes with a
    leading underscore are left out. A Value found twice (a shared weight) is one parameter.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope, self.offset = Value(2.0), Value(1.0)
    ...
    ...     def __call__(self, x):
    ...         return self.slope * x + self.offset
    >>> dict(Line().named_parameters())
    {'slope': Value(data=2.0, grad=0.0), 'offset': Value(data=1.0, grad=0.0)}
    """

    def __call__(self, x: Any) -> Any:
        """Return what the module makes of one example."""
        raise NotImplementedError(f"{type(self).__name__} defines no __call__(self, x)")

    def named_parameters(self) -> Iterator[tuple[str, Value]]:
        """Yield each parameter once, with the path to it: ``model.layers[0].neurons[2].w[1]`` is named
        ``layers[0].neurons[2].w[1]``."""
        seen: set[Value] = set()
        for attribute, held in _attributes(self):
            for path, value in _leaves(attribute, held):
                if value not in seen:
                    seen.add(value)
                    yield path, value

    def parameters(self) -> list[Value]:
        """Return each parameter once, in the order in which the attributes were set."""
        return [value for _, value in self.named_parameters()]

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        for parameter in self.parameters():
            parameter.grad = 0.0

    def groups(self) -> dict[str, Any]:
        """Return what ``state`` makes arrays of: for each name a Value or a (nested) list of Values."""
        found: dict[str, Any] = {}
        for attribute, held in _attributes(self):
            found.update(_grouped(attribute, held))
        return found

    def state(self) -> dict[str, Array]:
        """Return the numbers of all parameters as named arrays, copies that do not change with the module."""
        return {name: np.array(_data(held), dtype=np.float64) for name, held in self.groups().items()}

    def load_state(self, state: Mapping[str, npt.ArrayLike]) -> None:
        """Set all parameters from named arrays such as ``state`` returns.

        Raises:
            ValueError: when an array is missing, unknown, of another shape, no numbers or not finite; then the
                module is left as it was.
        """
        mine = self.state()
        missing, unknown = sorted(mine.keys() - state.keys()), sorted(state.keys() - mine.keys())
        if missing or unknown:
            raise ValueError(f"state does not fit: missing {missing}, unknown {unknown}; wanted are {sorted(mine)}")
        given = {name: _fitting(name, state[name], array.shape) for name, array in mine.items()}
        for name, held in self.groups().items():
            for (_, value), number in zip(_leaves(name, held), given[name].ravel().tolist(), strict=True):
                value.data = number


def _attributes(module: Module) -> Iterator[tuple[str, Any]]:
    """Yield the public attributes of a module, in the order in which they were set."""
    return ((name, held) for name, held in vars(module).items() if not name.startswith("_"))


def _leaves(path: str, held: Any) -> Iterator[tuple[str, Value]]:
    """Yield the leaf Values in ``held``, each with its path; nesting is as deep as a program writes it."""
    if isinstance(held, Value):
        if held.op is None:
            yield path, held
    elif isinstance(held, Module):
        for attribute, inner in _attributes(held):
            yield from _leaves(f"{path}.{attribute}", inner)
    elif isinstance(held, list | tuple):
        for position, inner in enumerate(held):
            yield from _leaves(f"{path}[{position}]", inner)
    elif isinstance(held, dict):
        for key, inner in held.items():
            yield from _leaves(f"{path}[{key!r}]", inner)


def _grouped(name: str, held: Any) -> dict[str, Any]:
    """Return the groups in one attribute: what makes a full array of Values stays together."""
    if _shape(held) is not None:
        return {name: held}
    if isinstance(held, Module):
        return {f"{name}.{inner}": group for inner, group in held.groups().items()}
    items = held.items() if isinstance(held, dict) else enumerate(held) if isinstance(held, list | tuple) else ()
    found: dict[str, Any] = {}
    for key, item in items:
        found.update(_grouped(f"{name}.{key}", item))
    return found


def _shape(held: Any) -> tuple[int, ...] | None:
    """Return the shape of a nested list of leaves, () for one leaf, or None for all else."""
    if isinstance(held, Value):
        return () if held.op is None else None
    if not isinstance(held, list | tuple) or not held:
        return None
    first, *others = (_shape(item) for item in held)
    return None if first is None or any(other != first for other in others) else (len(held), *first)


def _data(held: Any) -> Any:
    """Return a group with numbers in place of its Values."""
    return held.data if isinstance(held, Value) else [_data(item) for item in held]


def _fitting(name: str, given: npt.ArrayLike, shape: tuple[int, ...]) -> Array:
    """Return ``given`` as an array of finite numbers of that shape, or raise a ValueError that names it."""
    try:
        array = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"state[{name!r}] is no array of numbers: {error}") from None
    if array.shape != shape:
        raise ValueError(f"state[{name!r}] has shape {array.shape}, wanted is {shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"state[{name!r}] holds inf or nan")
    return array
