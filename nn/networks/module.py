"""Module: anything with parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from weakref import WeakSet

import numpy.typing as npt

from autograd import Value
from nn.networks.remember import recall
from nn.networks.search import HIDDEN, MOST_ENTRIES, found_elsewhere, inside, other_origin, search
from nn.networks.state import Array, arrays_of, groups_in, load

__all__ = ["ERASED", "Array", "Module"]

# One parameter of each model whose zero_grad has erased gradients. From it, an optimizer's step knows that it came too
# late. One is enough and keeps zero_grad fast; the next step of any optimizer clears the set.
ERASED: WeakSet[Value] = WeakSet()


class Module:
    """Base of everything with parameters, which are the leaf Values in its attributes.

    An attribute may hold a Value, a Module, or lists, tuples, deques, dicts and object arrays of them to any depth.
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

    has_parameters: ClassVar[bool] = True
    weight_names: ClassVar[tuple[str, ...]] = ()  # attributes in which a subclass holds leaf Values and nothing else
    trained_with: str = ""  # the name of the loss that `fit` last trained it with, "" for any other

    def __call__(self, x: Any) -> Any:
        """Return the output of the module for one example."""
        raise NotImplementedError(f"{type(self).__name__} defines no __call__(self, x)")

    def named_parameters(self) -> Iterator[tuple[str, Value]]:
        """Yield each parameter once, with the path to it: ``model.layers[0].neurons[2].w[1]`` is named
        ``layers[0].neurons[2].w[1]``.

        Raises:
            TypeError: when a weight of a unit is a plain number, or parameters are held in a set, in a generator, or
                in an object that is not a Module.
            ValueError: when a weight was computed, as by ``w = w - 0.1 * w.grad``: it could be neither trained nor
                saved.
        """
        leaves: dict[Value, str] = {}
        computed, others = [], []
        for path, held in search("", self):
            if not isinstance(held, Value):
                others.append((path, held))
            elif held.op is None:
                leaves.setdefault(held, path)
            else:
                computed.append((path, held))
        check_computed(self, computed, leaves)
        check_others(others, leaves)
        yield from ((path, value) for value, path in leaves.items())

    def parameters(self) -> list[Value]:
        """Return each parameter once, in the order in which the attributes were set."""
        return [value for _, value in self.named_parameters()]

    def label_parameters(self, path: str = "") -> None:
        """Label every parameter with its path, which pictures and explanations show and fold networks by.

        Args:
            path: where this module stands in a larger one.

        Networks of `nn` do so when they are made; a module of your own can at the end of its ``__init__``.
        """
        for step, inner in modules_in("", self, ()):
            if inner is self:
                for name, value in self.named_parameters():
                    value.label = f"{path}.{name}".lstrip(".")
            else:
                inner.label_parameters(f"{path}.{step}".lstrip("."))

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        erased = None
        for parameter in recall(self, self.parameters):
            if parameter._grad:  # None, before any sweep, stays: an optimizer's step reads it
                parameter._grad, erased = 0.0, parameter
        if erased is not None:
            ERASED.add(erased)

    def groups(self) -> dict[str, Any]:
        """Return the groups for ``state_dict``: for each name a Value or a (nested) list of Values.

        Raises:
            ValueError: when two of them have one name.
        """
        return groups_in(self, Module.groups)

    def state_dict(self) -> dict[str, Array]:
        """Return the numbers of all parameters as named arrays, copies that do not change with the module.

        Raises:
            TypeError, ValueError: as for `named_parameters`, when what looks like a weight is not a parameter.
        """
        self.parameters()
        return arrays_of(self.groups())

    def load_state_dict(self, state: Mapping[str, npt.ArrayLike]) -> None:
        """Set all parameters from named arrays such as ``state_dict`` returns.

        Raises:
            TypeError: when state is not a mapping.
            ValueError: when an array is missing, unknown, of another shape, not of real numbers or not finite, or
                two arrays disagree about a shared parameter; then the module is left as it was.
        """
        self.parameters()
        load(self.groups(), state)


def check_computed(module: Module, computed: list[tuple[str, Value]], leaves: Mapping[Value, str]) -> None:
    """Raise an error for an attribute that holds a computed Value which was meant to be a weight.

    A module may keep results of its own calls: those depend on its parameters. A computed Value that depends on none of
    them was meant to be a weight: ``Value(2.0) * 0.01``, or ``w - 0.1 * w.grad`` in the place of w.
    """
    elsewhere: Mapping[Value, str] | None = None
    for path, value in computed:
        origin = other_origin(value, leaves)
        if not origin:
            continue
        elsewhere = found_elsewhere(module) if elsewhere is None else elsewhere
        if elsewhere.keys().isdisjoint(origin):
            assert value.op is not None
            raise ValueError(
                f"{path} must be a leaf to be a parameter, got a Value that was computed by {value.op.name}: it could "
                f"be neither trained nor saved. Begin with {path} = Value({value.data!r}), and change it in place, as "
                f"in w.data -= 0.1 * w.grad"
            )


def check_others(others: list[tuple[str, Any]], leaves: Mapping[Value, str]) -> None:
    """Raise an error for an object of another class that holds Values which are not found as parameters."""
    for path, held in others:
        for value, place in found_elsewhere(held, path, MOST_ENTRIES).items():
            if value not in leaves and not HIDDEN.search(place):
                raise TypeError(
                    f"{place} must be held in a Module to be a parameter, got it in a {type(held).__name__}: make that "
                    f"class a subclass of nn.Module, or begin the name with an underscore if it holds no parameters"
                )


def modules_in(path: str, held: Any, above: tuple[int, ...]) -> Iterator[tuple[str, Module]]:
    """Yield ``held`` and the modules in it, but not those inside of these, each with its path."""
    if isinstance(held, Module):
        yield path, held
    if (not above or not isinstance(held, Module)) and not isinstance(held, Value) and id(held) not in above:
        for step, _, inner in inside(held, path):
            yield from modules_in(path + step if path else step.lstrip("."), inner, (*above, id(held)))
