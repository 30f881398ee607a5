"""Module: anything with parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from autograd import Value
from autograd.base.checks import shown

__all__ = ["Array", "Module"]

Array: TypeAlias = npt.NDArray[np.float64]


class Module:
    """Base of everything with parameters: they are the leaf Values found in its attributes.

    An attribute may hold a Value, a Module, or lists, tuples, dicts and object arrays of them to any depth.
    Attributes with a leading underscore are left out. A Value found twice (a shared weight) is one parameter.

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
        for path, value in _leaves("", self, ()):
            if value not in seen:
                seen.add(value)
                yield path, value

    def parameters(self) -> list[Value]:
        """Return each parameter once, in the order in which the attributes were set."""
        return [value for _, value in self.named_parameters()]

    def label_parameters(self, path: str = "") -> None:
        """Label every parameter with its path, which pictures and explanations show and fold networks by.

        Args:
            path: where this module stands in a larger one.

        Networks of `nn` do so when they are made; a module of your own can at the end of its ``__init__``.
        """
        for step, inner in _modules("", self, ()):
            if inner is self:
                for name, value in self.named_parameters():
                    value.label = f"{path}.{name}".lstrip(".")
            else:
                inner.label_parameters(f"{path}.{step}".lstrip("."))

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        for parameter in self.parameters():
            parameter.grad = 0.0

    def groups(self) -> dict[str, Any]:
        """Return what ``state_dict`` makes arrays of: for each name a Value or a (nested) list of Values.

        Raises:
            ValueError: when two of them have one name.
        """
        return _grouped(self, ())

    def state_dict(self) -> dict[str, Array]:
        """Return the numbers of all parameters as named arrays, copies that do not change with the module."""
        return {name: np.array(_data(held), dtype=np.float64) for name, held in self.groups().items()}

    def load_state_dict(self, state: Mapping[str, npt.ArrayLike]) -> None:
        """Set all parameters from named arrays such as ``state_dict`` returns.

        Raises:
            TypeError: when state is no mapping.
            ValueError: when an array is missing, unknown, of another shape, no real numbers or not finite, or two
                arrays disagree about a shared parameter; then the module is left as it was.
        """
        if not isinstance(state, Mapping):
            raise TypeError(f"state must map names to arrays, got {shown(state)}")
        groups = self.groups()
        missing, unknown = sorted(groups.keys() - state.keys()), sorted(state.keys() - groups.keys())
        if missing or unknown:
            raise ValueError(f"state does not fit: missing {missing}, unknown {unknown}; wanted are {sorted(groups)}")
        loaded: dict[Value, float] = {}
        for name, held in groups.items():
            numbers = _fitting(name, state[name], np.shape(_data(held))).ravel().tolist()
            for (path, value), number in zip(_leaves(name, held, ()), numbers, strict=True):
                if loaded.setdefault(value, number) != number:
                    raise ValueError(f"{path} is shared, and state has {loaded[value]} and {number} for it")
        for value, number in loaded.items():
            value.data = number


def _inside(held: Any) -> Iterator[tuple[str, str, Any]]:
    """Yield what a container holds, each with its step in a path and its part of an array's name."""
    if isinstance(held, Module):
        for name, inner in vars(held).items():
            if not name.startswith("_"):
                yield f".{name}", name, inner
    elif isinstance(held, dict):
        for key, inner in held.items():
            yield f"[{key!r}]", str(key), inner
    elif isinstance(held, list | tuple) or (isinstance(held, np.ndarray) and held.dtype == object and held.ndim):
        for position, inner in enumerate(held):
            yield f"[{position}]", str(position), inner
    elif isinstance(held, set | frozenset) and any(isinstance(inner, Value | Module) for inner in held):
        raise TypeError("parameters are held in a set, which has no order that stays; hold them in a list")


def _leaves(path: str, held: Any, above: tuple[int, ...]) -> Iterator[tuple[str, Value]]:
    """Yield the leaf Values in ``held``, each with its path; what holds itself is not entered again."""
    if isinstance(held, Value):
        if held.op is None:
            yield path, held
    elif id(held) not in above:
        for step, _, inner in _inside(held):
            yield from _leaves(path + step if path else step.lstrip("."), inner, (*above, id(held)))


def _modules(path: str, held: Any, above: tuple[int, ...]) -> Iterator[tuple[str, Module]]:
    """Yield ``held`` and the modules in it, but not those inside of these, each with its path."""
    if isinstance(held, Module):
        yield path, held
    if (not above or not isinstance(held, Module)) and not isinstance(held, Value) and id(held) not in above:
        for step, _, inner in _inside(held):
            yield from _modules(path + step if path else step.lstrip("."), inner, (*above, id(held)))


def _grouped(held: Any, above: tuple[int, ...]) -> dict[str, Any]:
    """Return the groups in a container: what makes a full array of Values stays together."""
    found: dict[str, Any] = {}
    above = (*above, id(held))
    for _, name, inner in _inside(held):
        if id(inner) in above:
            continue
        if _shape(inner) is not None:
            parts = {name: inner}
        else:
            own = isinstance(inner, Module) and type(inner).groups is not Module.groups
            below = inner.groups() if own else _grouped(inner, above)
            parts = {f"{name}.{rest}": group for rest, group in below.items()}
        if twice := found.keys() & parts.keys():
            raise ValueError(f"two parameters would have one name in the state: {sorted(twice)}")
        found.update(parts)
    return found


def _shape(held: Any) -> tuple[int, ...] | None:
    """Return the shape of a nested list of leaves, () for one leaf, or None for all else."""
    if isinstance(held, Value):
        return () if held.op is None else None
    if isinstance(held, Module | dict) or not (inner := [part for _, _, part in _inside(held)]):
        return None
    first, *others = map(_shape, inner)
    return None if first is None or any(other != first for other in others) else (len(inner), *first)


def _data(held: Any) -> Any:
    """Return a group with numbers in place of its Values."""
    return held.data if isinstance(held, Value) else [_data(inner) for inner in held]


def _fitting(name: str, given: npt.ArrayLike, shape: tuple[int, ...]) -> Array:
    """Return ``given`` as an array of finite numbers of that shape, or raise a ValueError that names it."""
    try:
        array = np.asarray(given)
    except ValueError as error:  # ragged
        raise ValueError(f"state[{name!r}] is no array of numbers: {error}") from None
    if array.dtype.kind not in "iuf":
        raise ValueError(f"state[{name!r}] is no array of real numbers but of {array.dtype}")
    if array.shape != shape:
        raise ValueError(f"state[{name!r}] has shape {array.shape}, wanted is {shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"state[{name!r}] holds inf or nan")
    return array.astype(np.float64)
