"""Nodes made by hand, as in Karpathy's lecture: ``out = Value(t, (x,), "tanh")``, then ``out._backward = closure``.

The table has no row for such a node. Its local derivatives are given with it, or found by calling the closure. The
closure multiplies by out.grad, so with out.grad = 1 the operands receive the local derivatives, and with out.grad = 2
they must receive twice as much. Everything is then put back.

A node has room for two operands. A node with more is a chain of parts, all with the same data. The first part takes two
operands. Each later part takes the part before it, with local derivative 1, and one more operand.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from autograd.base.real import real, shown
from autograd.engine.asking import Closure, ask
from autograd.engine.graph import uses
from autograd.engine.scalar import Scalar
from autograd.table import Domain, any_

__all__ = ["ByHand", "Recipe", "make", "set_closure"]

BEFORE = -1  # in `ByHand.places`: this operand is the part before
USE = "Value(data, (x, y), op) and out._backward = closure, or Value(data, (x, y), (dz_dx, dz_dy))"


class Recipe:
    """Everything known about a node made by hand; its parts share it."""

    __slots__ = ("closure", "data", "found", "numbers", "operands", "result", "symbol")

    def __init__(self, node: Any, symbol: str, operands: tuple[Any, ...], numbers: tuple[float, ...]) -> None:
        self.symbol = symbol
        self.result = weakref.ref(node)  # the node itself, weakly: a graph has no cycles of its own
        self.data: float = node._data  # its data when it was made
        self.operands = operands  # each once, even if it is used twice
        self.numbers = numbers  # their data when it was made
        self.closure: Closure | None = None
        self.found: tuple[float, ...] | None = None  # the local derivatives: given, or the closure's answer

    def derivatives(self) -> tuple[float, ...]:
        """Return the local derivative of the node in each of its operands.

        Raises:
            ValueError: when nothing gives them, or the closure breaks its contract.
        """
        if self.found is None:
            if self.closure is None:
                raise ValueError(
                    f"{self.symbol} was made by hand and has no local derivatives: set out._backward, or give them in "
                    f"place of its name, as in Value(data, (x, y), (dz_dx, dz_dy))"
                )
            self.found = ask(self, self.closure)
        return self.found


class ByHand(NamedTuple):
    """In place of a row of the table: the operation of a node made by hand, or of one of its parts."""

    recipe: Recipe
    places: tuple[int | None, ...]  # which of the recipe's operands each operand is; BEFORE; None: gets no gradient

    @property
    def name(self) -> str:
        """Its name, which no row of the table has."""
        return f"{self.symbol} by hand"

    @property
    def symbol(self) -> str:
        """How pictures and formulas show it."""
        return self.recipe.symbol or "by hand"

    @property
    def domain(self) -> tuple[Domain, ...]:
        """What its operands may be."""
        return (any_,) * len(self.places)

    def wants(self) -> str:
        """Return in words what its operands may be."""
        return any_.text

    @property
    def why(self) -> str:
        """The local derivative in words."""
        return "given with the node" if self.recipe.closure is None else "found by calling its _backward"

    def value(self, *operands: Any) -> Any:
        """Return the result for the operands it was made with; it is not known for any others.

        Raises:
            ValueError: for other operands.
        """
        recipe = self.recipe
        numbers = (None if i is None else recipe.data if i == BEFORE else recipe.numbers[i] for i in self.places)
        if all(number is None or number == given for number, given in zip(numbers, operands, strict=True)):
            return recipe.data
        raise ValueError(
            f"{self.symbol} was made by hand, and its value is known only for the operands it was made with: define it "
            f"with autograd.primitive to compute it for others"
        )

    def partials(self, z: Any, *operands: Any) -> tuple[Any, ...]:
        """Return the local derivatives, one per operand; they are numbers, in a formula too.

        Raises:
            TypeError: when they are wanted as Values, to be differentiated again.
        """
        if not isinstance(z, float) and not hasattr(z, "formula_of"):
            raise TypeError(
                f"{self.symbol} was made by hand: its local derivatives are numbers and cannot be differentiated "
                f"again; define it with autograd.primitive for derivatives of any order"
            )
        found = self.recipe.derivatives()
        return tuple(None if i is None else 1.0 if i == BEFORE else found[i] for i in self.places)


def make(node: Any, operands: Any, how: Any, blank: Callable[[], Any]) -> None:
    """Turn ``node``, a new leaf, into a node with operands.

    Args:
        node: the node; its data is its result.
        operands: a tuple or list of Values.
        how: the operation's symbol; or the local derivatives, a number for each operand.
        blank: makes a node without anything in it, for a part.

    Raises:
        TypeError: when operands or how are anything else.
        ValueError: when there are more or fewer derivatives than operands.
    """
    if not isinstance(operands, list | tuple):
        cure = "; a label is given by its name, Value(data, label=…)" if isinstance(operands, str) else ""
        raise TypeError(f"_children must be a tuple of Values, got {shown(operands)}{cure}")
    for i, x in enumerate(operands):
        if not isinstance(x, Scalar):
            raise TypeError(f"_children[{i}] must be a Value, got {shown(x)}; make it one, Value(number)")
    if not isinstance(how, str | list | tuple):
        raise TypeError(f"_op must be a str, or the local derivatives as a tuple of numbers, got {shown(how)}")
    if not operands:
        raise ValueError(f"an operation must have operands, got {shown(how)} without _children; write {USE}")
    each_once = tuple(dict.fromkeys(operands))
    recipe = Recipe(node, how if isinstance(how, str) else "", each_once, tuple(x._data for x in each_once))
    if not isinstance(how, str):
        recipe.found = summed(operands, how, each_once)
    first, *more = [(x, place) for place, x in enumerate(each_once)]
    if not more:
        connect(node, recipe, first)
    for i, second in enumerate(more, start=1):
        here = node
        if i < len(more):  # a part, which is the first operand of the next one
            here = blank()
            here._data, here._grad, here._label = node._data, None, ""
        connect(here, recipe, first, second)
        first = here, BEFORE


def connect(node: Any, recipe: Recipe, first: tuple[Any, int], second: tuple[Any, int] | None = None) -> None:
    """Give ``node`` one or two operands, each with its place in the recipe."""
    node.x, node.x0 = first[0], first[0]._data
    node.y, node.y0 = (None, None) if second is None else (second[0], second[0]._data)
    node.op = ByHand(recipe, (first[1],) if second is None else (first[1], second[1]))


def summed(operands: Sequence[Any], given: Sequence[Any], each_once: Sequence[Any]) -> tuple[float, ...]:
    """Return the local derivatives for operands each taken once: those of an operand used twice add up."""
    if len(given) != len(operands):
        raise ValueError(
            f"the local derivatives must be one number for each of {len(operands)} operands, got {shown(given)}"
        )
    sums = dict.fromkeys(each_once, 0.0)
    for i, (x, derivative) in enumerate(zip(operands, given, strict=True)):
        sums[x] += real(derivative, f"local derivative {i}")
    return tuple(sums.values())


def set_closure(node: Any, closure: Any) -> None:
    """Make ``closure`` the ``_backward`` of ``node``: a function that adds to the gradients of the operands.

    Raises:
        TypeError: when it is not a function, or the node is a leaf and has no operands.
    """
    if not callable(closure):
        raise TypeError(f"_backward must be a function of no arguments, got {shown(closure)}")
    if node.op is None:
        raise TypeError(f"_backward must belong to a Value with operands, and this one has none: write {USE}")
    if isinstance(node.op, ByHand):
        node.op.recipe.closure, node.op.recipe.found = closure, None
        return
    operands = {use.operand: use.number for use in uses(node) if use.operand is not None}
    recipe = Recipe(node, node.op.symbol, tuple(operands), tuple(operands.values()))
    recipe.closure = closure
    places: list[int | None] = []
    for use in uses(node):
        place = None if use.operand is None else list(operands).index(use.operand)
        places.append(
            None if place in places else place
        )  # the second use of an operand: the first use gets the whole gradient
    node.op = ByHand(recipe, tuple(places))
