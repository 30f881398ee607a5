"""Where every item lives: the array and the place in it, and the views by which grids of items are read."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from autograd.lift.contract import Cells
from autograd.lift.steps import Array, Gather, Ints, Step, Sum, Term, View, natural, size
from autograd.lift.views import even, moving, spread, strided, two_axes

__all__ = ["Layout"]


@dataclass
class Layout:
    """The arrays made so far, the steps that fill them, and the place of each item in them."""

    cells: Cells
    arrays: list[Array] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    leaves: dict[int, Ints] = field(default_factory=dict)  # of each array of parameters or inputs: its items
    right: set[int] = field(default_factory=set)  # the arrays of leaves that were settled as right factors
    constants: dict[tuple[bytes, tuple[int, ...]], int] = field(default_factory=dict)
    first_uses: dict[int, tuple[int, int, int]] = field(default_factory=dict)  # noted when rows are put in order
    grids: dict[int, Ints] = field(default_factory=dict)  # of each array with padding: the items of all its places
    padding: dict[int, float | None] = field(default_factory=dict)  # of each such array: the number there, if known

    def __post_init__(self) -> None:
        items = len(self.cells.levels)
        self.array = np.full(items, -1, np.int64)  # -1: not stored yet
        self.place = np.zeros(items, np.int64)
        self.levels = np.array(self.cells.levels, np.int64)
        self.batched = np.array(self.cells.batched)
        self.numbers = np.array(self.cells.constants, np.float64)
        self.n_leaves = len(self.cells.leaves)

    def new(self, array: Array) -> int:
        """Add an array and return its number."""
        self.arrays.append(array)
        return len(self.arrays) - 1

    def settle(self, items: Ints, batched: bool, role: str) -> int:
        """Store ``items`` in a new array, one at each place; return the number of the array."""
        number = self.new(Array(items.shape, batched, role))
        self.array[items.ravel()] = number
        self.place[items.ravel()] = np.arange(items.size)
        if role in ("parameter", "input"):
            self.leaves[number] = items
        return number

    def is_constant(self, items: Ints) -> npt.NDArray[np.bool_]:
        """Return which of ``items`` are constants."""
        found: npt.NDArray[np.bool_] = (items >= self.n_leaves) & (items < self.cells.first)
        return found

    def is_number(self, items: Ints, number: float) -> npt.NDArray[np.bool_]:
        """Return which of ``items`` are a certain constant; 0.0 is not -0.0."""
        constant = self.is_constant(items)
        if not constant.any():
            return constant
        numbers = self.numbers[np.where(constant, items - self.n_leaves, 0)]
        found: npt.NDArray[np.bool_] = constant & (numbers == number) & (np.signbit(numbers) == np.signbit(number))
        return found

    def is_padding(self, items: Ints) -> npt.NDArray[np.bool_]:
        """Return which of ``items`` are padding."""
        found: npt.NDArray[np.bool_] = items >= len(self.cells.levels)
        return found

    def more_items(self, count: int, level: int, batched: bool) -> Ints:
        """Return new items, for padding."""
        first = len(self.array)
        self.array = np.append(self.array, np.full(count, -1))
        self.place = np.append(self.place, np.zeros(count, np.int64))
        self.levels = np.append(self.levels, np.full(count, level))
        self.batched = np.append(self.batched, np.full(count, batched))
        return np.arange(first, first + count)

    def read(self, items: Ints, factor: bool = False) -> View:
        """Return the view that reads ``items``, a grid of them, each where it lives.

        Constants are written down as the grid without its repeated axes; those that are factors in a sum of products,
        whose last axis counts the terms, as they would be given: (features, examples).

        Leaves that live nowhere yet are settled as the grid without its repeated axes, which makes a matrix of the
        weights of a layer. What does not lie evenly in one array is gathered into a new one first.
        """
        axes = moving(items)
        inner = items[tuple(slice(None) if axis in axes else 0 for axis in range(items.ndim))]
        constant = self.is_constant(inner)
        if constant.all():
            if factor and inner.ndim == 2 and axes[-1] == items.ndim - 1:
                number = self.constant(self.numbers[inner.T - self.n_leaves])
                return spread(View(number, 0, natural(inner.T.shape)[::-1]), axes, items.ndim)
            number = self.constant(self.numbers[inner - self.n_leaves])
            return spread(View(number, 0, natural(inner.shape)), axes, items.ndim)
        self.settle_leaves(inner)
        numbers = self.array[inner]
        if (numbers == numbers.flat[0]).all() and not constant.any():
            number = int(numbers.flat[0])
            view = even(number, self.place[inner])
            if view is not None and strided(view, inner.shape, self.arrays[number].shape) is not None:
                return spread(view, axes, items.ndim)
        return spread(self.gather(inner), axes, items.ndim)

    def settle_right(self, items: Ints) -> None:
        """Settle leaves that are right factors, the inputs of a layer, as they are given: (features, examples)."""
        if not self.is_constant(items).any() and ((self.array[items] < 0) & (items < self.n_leaves)).all():
            before = len(self.arrays)
            self.settle_leaves(items)
            self.right.update(range(before, len(self.arrays)))

    def settle_leaves(self, items: Ints) -> None:
        """Settle the leaves among ``items`` that live nowhere yet, in their grid if it holds nothing else."""
        loose = (self.array[items] < 0) & (items < self.n_leaves)
        if loose.any():
            fresh = items[loose]
            once = np.unique(fresh, return_index=True)[1]
            grid = items if loose.all() and len(once) == items.size else fresh[np.sort(once)]
            self.settle(grid if grid.size > 1 else grid.reshape(()), False, "parameter")

    def constant(self, numbers: npt.NDArray[np.float64]) -> int:
        """Return the number of the array that holds these constants."""
        key = numbers.tobytes(), numbers.shape
        if key not in self.constants:
            self.constants[key] = self.new(
                Array(numbers.shape, False, "constant", numbers if numbers.ndim else float(numbers))
            )
        return self.constants[key]

    def numbers_over(self, grid: npt.NDArray[np.float64]) -> View:
        """Return the view of a constant that holds a grid of numbers, without its repeated axes."""
        axes = moving(grid)
        inner = grid[tuple(slice(None) if axis in axes else 0 for axis in range(grid.ndim))]
        return spread(View(self.constant(inner), 0, natural(inner.shape)), axes, grid.ndim)

    def turn(self, items: Ints) -> View | None:
        """Return the view of a new array if ``items`` are all in one array, whose axes only come in another order.

        The heads of attention, one after the other, make the columns of a matrix: an axis of it is two of the array.
        """
        number = int(self.array[items.flat[0]])
        if number < 0 or (self.array[items] != number).any():
            return None
        places = self.place[items]
        shape = tuple(part for axis in range(items.ndim) for part in two_axes(places, axis))
        view = even(number, places.reshape(shape)) if shape != items.shape else None
        if view is None or strided(view, shape, self.arrays[number].shape) is None:
            return None
        out = self.new(Array(shape, self.arrays[number].batched, "cell"))
        self.steps.append(Sum(View(out, 0, natural(shape)), False, shape, (Term((), (view,)),)))
        return View(out, 0, natural(items.shape))

    def gather(self, items: Ints) -> View:
        """Return the view of a new array, gathered from the arrays in which ``items`` live."""
        turned = self.turn(items)
        if turned is not None:
            return turned
        constant = self.is_constant(items)
        where, place = self.array[items], self.place[items]
        if constant.any():
            values, at = np.unique(items[constant], return_inverse=True)
            where[constant] = self.constant(self.numbers[values - self.n_leaves].reshape(-1))
            place[constant] = at
        sources = tuple(int(a) for a in np.unique(where))
        starts = np.cumsum([0, *(size(self.arrays[a].shape) for a in sources)])
        index = starts[np.searchsorted(sources, where)] + place
        number = self.new(Array(items.shape, any(self.arrays[a].batched for a in sources), "cell"))
        self.steps.append(Gather(number, sources, index))
        return View(number, 0, natural(items.shape))
