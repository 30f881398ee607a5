"""Program: a recorded graph as array code."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Any

import numpy as np

from autograd.base.caller import warn
from autograd.base.checks import shown
from autograd.engine import Value, gc_paused
from autograd.engine.backward import CLOCK
from autograd.lift.record import Record
from autograd.program.arrays import Arrays, Gradients, into
from autograd.program.baked import traced
from autograd.program.batches import Batches
from autograd.program.cell import cell
from autograd.program.decisions import basis
from autograd.program.plan import compiled, plan
from autograd.program.sentences import unseen
from autograd.program.validity import Validity
from autograd.reverse.build import Input
from autograd.source.run import Numbers

__all__ = ["Gradients", "Program"]

number_of = attrgetter("_data")  # a Value's number, without the call of a property for each of a million


class Program:
    """The graph of a loss, recorded once, as array code that computes it and its gradient for other numbers.

    Args:
        loss: the root of the graph. Its leaves are read anew at every run; its constants stay as they are.
        map: the function that runs the blocks of a batch: the built-in ``map``, or the method of a pool of processes,
            of an executor, or of a Dask client.

    The decisions that Python took while the loss was recorded stay too: ``v if v > 0 else 0 * v``, ``max(a, b)``,
    ``range(int(v))``. They are in ``decisions``, every run checks them, and a warning names each line whose decisions
    no longer hold. Two kinds go unseen: those by ``v.data`` and ``float(v)``, and most of those by a Value that the
    loss does not use. ``Program.trace(f)``, where f takes no arguments and returns the loss, finds and refuses all of
    them.

    >>> from autograd import Value
    >>> w, b = Value(2.0, label="w"), Value(1.0, label="b")
    >>> program = Program((w * 3.0 + b - 5.0) ** 2)
    >>> w.data = 1.0
    >>> program.backward()
    1.0
    >>> w.grad, b.grad
    (-6.0, -2.0)

    Attributes:
        parameters: the leaves as named arrays (W1, b1, …), which may be edited in place.
        weights: all parameters end to end; the named arrays are views of it.
    """

    def __init__(self, loss: Value, *, map: Callable[..., Iterable[Any]] = map) -> None:
        if not isinstance(loss, Value):
            raise TypeError(f"loss must be a Value, got {shown(loss)}")
        self._prepare(loss, [], map)

    @classmethod
    def trace(cls, f: Callable[..., Value], *example: Any, map: Callable[..., Iterable[Any]] = map) -> Program:
        """Return the program of ``f``: its arguments are the inputs, and all other leaves are parameters.

        A Value that f makes anew in every call, such as the first state of a recurrence, is a constant.

        Args:
            f: a function of numbers and lists or arrays of numbers that returns one Value.
            example: the arguments of one call; a program takes an array of as many of each as there are examples.
            map: the function that runs the blocks of a batch, as for `Program`.

        Raises:
            TypeError: when f does not return a Value, or an argument is not made of numbers.
            ValueError: when f compares Values, takes a number out of one and computes with it, or draws random numbers:
                the program would repeat for all examples what happened for this one.

        >>> from autograd import Value
        >>> w = Value(2.0, label="w")
        >>> program = Program.trace(lambda x, t: (w * x - t) ** 2, 1.0, 0.0)
        >>> program.backward([1.0, 2.0], [0.0, 0.0])
        10.0
        >>> w.grad
        10.0
        """
        root, inputs, graph = traced(f, example)
        self = cls.__new__(cls)
        self._prepare(root, inputs, map, graph)
        return self

    @gc_paused()  # a graph has no cycles, and the lists made of it have none
    def _prepare(
        self, root: Value, inputs: list[Input], mapped: Callable[..., Iterable[Any]], graph: Record | None = None
    ) -> None:
        if not callable(mapped):
            raise TypeError(f"map must be a function like the built-in map, got {shown(mapped)}")
        self._root, self._plan = root, plan(root, inputs, graph)
        self._batches = Batches(self._plan, inputs, mapped)
        self._weights = self._read()
        given = [v for one in inputs for v in one.variables.ravel().tolist()]
        kept, gone = basis(self._plan.graph, given)
        CLOCK.edits += 1  # what was decided until now is no matter of a loss that is recorded later
        self._validity = Validity(kept, self._plan.parameters) if kept else None
        for sentence in unseen(gone):
            warn(sentence)
        self._parameters = Arrays(self._plan.pieces, self._weights)

    @property
    def source(self) -> str:
        """Source that ``exec`` runs: the functions ``forward`` and ``program``; "" if the graph is not lifted."""
        return self._plan.listing.source if self._plan.listing else ""

    @property
    def leaves(self) -> list[Value]:
        """The Values whose numbers are in ``weights``, in the same order."""
        return list(self._plan.parameters)

    # --- weights in arrays ---------------------------------------------------------------------------------------

    @property
    def parameters(self) -> Arrays:
        """The leaves as named arrays, views of ``weights``. What it is set to is copied into them, name by name."""
        return self._parameters

    @parameters.setter
    def parameters(self, arrays: Mapping[str, Any]) -> None:
        if arrays is self._parameters:
            return
        if not isinstance(arrays, Mapping):
            raise TypeError(f"parameters must be a dict of arrays by name, got {shown(arrays)}")
        if arrays.keys() != self._parameters.keys():
            wanted, came = (", ".join(map(str, names)) or "none" for names in (self._parameters, arrays))
            raise ValueError(f"parameters must have the names {wanted}, got {came}")
        weights = self._weights.copy()
        for name, numbers in arrays.items():
            into(Arrays(self._plan.pieces, weights)[name], numbers, f"parameters[{name!r}]")
        self._weights[:] = weights

    @property
    def weights(self) -> Numbers:
        """All parameters end to end. What it is set to is copied into it."""
        return self._weights

    @weights.setter
    def weights(self, numbers: Any) -> None:
        if numbers is not self._weights:  # weights -= … changes it in place
            into(self._weights, numbers, "weights")

    def read(self) -> None:
        """Copy the numbers of the Values into ``parameters``."""
        self._weights[:] = self._read()

    def write(self) -> None:
        """Copy ``parameters`` into the data of the Values."""
        before = [leaf._data for leaf in self._plan.parameters]
        try:
            for leaf, number in zip(self._plan.parameters, self.weights.tolist(), strict=True):
                leaf.data = number
        except BaseException:  # an interrupt writes all of them or none
            for leaf, number in zip(self._plan.parameters, before, strict=True):
                leaf._data = number
            raise

    def _read(self) -> Numbers:
        return np.array([*map(number_of, self._plan.parameters)], np.float64)

    # --- running -------------------------------------------------------------------------------------------------

    def jit(self) -> Program:
        """Run from now on by the compiled kernel, and return this program.

        numba compiles the kernel once on a machine, in half a minute, and keeps it. Single programs are not compiled.

        Raises:
            ImportError: when numba is not installed.
        """
        self._plan = compiled(self._plan)
        if self._validity:
            self._validity.compile()
        self._batches = Batches(self._plan, self._batches.inputs, self._batches.map)
        return self

    def __call__(self, *arrays: Any) -> Any:
        """Return the root, computed from the leaves as they are now; of a traced program, one for each example."""
        values = self._batches.values(self._checked(self._read()), arrays)
        return values if self._batches.inputs else float(values[0])

    def backward(self, *arrays: Any, reduction: str = "mean") -> float:
        """Add the gradient of the root to the ``grad`` of every leaf, as `Value.backward` does, and return the root.

        Args:
            arrays: of a traced program: one for each input, the examples along the first axis.
            reduction: of a traced program: whether the "mean" or the "sum" of the roots of all examples is
                differentiated.

        It recomputes everything from the leaves as they are now, while `Value.backward` differentiates what was
        recorded. The nodes inside the graph keep the gradients they have.
        """
        value, gradient = self._batches.total(self._checked(self._read()), arrays, is_mean(reduction))
        before = [leaf._grad for leaf in self._plan.parameters]
        try:
            for leaf, had, share in zip(self._plan.parameters, before, gradient.tolist(), strict=True):
                leaf._grad = (had or 0.0) + share
        except BaseException:  # an interrupt adds all of it or nothing
            for leaf, had in zip(self._plan.parameters, before, strict=True):
                leaf._grad = had
            raise
        return value

    def gradients(self, *arrays: Any, reduction: str | None = "mean") -> Gradients:
        """Return the gradient in ``parameters``, from these arrays as they are, under the same names.

        Args:
            arrays: of a traced program: one for each input, the examples along the first axis.
            reduction: "mean", "sum", or None for the gradient of each example, along the first axis.

        No Value is read or changed. The root is the result's ``value``.
        """
        value: Any
        if reduction is None:
            value, flat = self._batches.each(self._checked(self.weights), arrays, self._root)
        else:
            value, flat = self._batches.total(self._checked(self.weights), arrays, is_mean(reduction))
        return Gradients(self._plan.pieces, flat, value)

    def _checked(self, weights: Numbers) -> Numbers:
        """Return the parameters, and warn of what the program keeps though it no longer holds for them."""
        for sentence in self._validity.broken(weights) if self._validity else ():
            warn(sentence)
        return weights

    # --- copies --------------------------------------------------------------------------------------------------

    def __deepcopy__(self, memo: dict[int, Any]) -> Program:
        """Return a program with Values of its own, in its ``leaves``: those of its model, if that is copied with it."""
        memo[id(self._batches.map)] = self._batches.map  # a pool cannot be copied
        twin = memo[id(self)] = type(self).__new__(type(self))
        twin.__dict__.update(copy.deepcopy(self.__dict__, memo))
        return twin

    def __copy__(self) -> Program:
        """Return a program of the same Values and the same arrays."""
        twin = type(self).__new__(type(self))
        twin.__dict__.update(self.__dict__)
        return twin

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError(
            "a program cannot be pickled, since it belongs to Values: pickle program.weights, and make the program anew"
        )

    # --- how it shows itself -------------------------------------------------------------------------------------

    @property
    def decisions(self) -> list[str]:
        """What Python decided while the loss was recorded, and the program keeps; it is checked at every run."""
        return self._validity.lines() if self._validity else []

    def __str__(self) -> str:
        decided = "".join(f"# keeps: {line}\n" for line in self.decisions)
        return decided + (self._plan.listing.shown if self._plan.listing else f"# {self._plan.way}")

    def __repr__(self) -> str:
        kept = len(self.decisions)
        more = f"; it keeps {kept} decision{'s' * (kept > 1)}, see program.decisions" if kept else ""
        return f"Program: {self._plan.way}{more}"

    def _repr_html_(self) -> str:
        return cell(self._plan, repr(self), self.decisions)


def is_mean(reduction: Any) -> bool:
    """Return whether a reduction is "mean", not "sum"."""
    if reduction not in ("mean", "sum"):
        raise ValueError(f"reduction must be 'mean', 'sum' or, in gradients, None, got {shown(reduction)}")
    return bool(reduction == "mean")
