"""The reach of the loss: the first steps of training show which weights would silently stay as they are.

Three sets are compared: the leaves that the loss depends on, the parameters of the model, and the parameters that the
optimizer moves. An error is raised where training would be wrong and nothing would show it; a warning is given where
it may be meant.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from autograd import Value
from autograd.base.caller import warn
from autograd.engine import order
from nn.networks.module import Module
from nn.networks.search import HIDDEN, found_elsewhere, search
from nn.training.optimizer import Optimizer

__all__ = ["Reach"]

NUDGE = 1e-6  # by which a weight is moved, relative to itself, to see whether the loss notices
REPEATS = 6  # of the loss, to see that it is not drawn at random
MOST_NAMES = 4  # in a message


class Reach:
    """The comparison, from the first step of training to the end of its first epoch, and at least to its second step.

    Args:
        model: the model that is trained.
        optimizer: what moves its parameters.
        data: examples and targets; a Value among them is not a weight.
    """

    def __init__(self, model: Module, optimizer: Optimizer, data: Iterable[Any]) -> None:
        self.model, self.optimizer = model, optimizer
        self.names = {p: path for path, p in model.named_parameters()}
        self.held = [*self.names, *(p for p in model.parameters() if p not in self.names)]
        self.moved = set(optimizer.parameters)
        self.given = {v for v in flat(data) if isinstance(v, Value)}
        self.computed = [(path, v) for path, v in search("", model) if isinstance(v, Value) and v.op is not None]
        self.missed: list[Value] | None = None  # parameters that no loss has reached yet; None before the first step
        self.strangers: list[Value] = []  # leaves that the first loss reached, and nobody holds
        self.steps = 0

    def step(self, value: Value, again: Callable[[], Value]) -> None:
        """Look at the loss of one step.

        Args:
            value: the loss.
            again: computes the loss again.

        Raises:
            ValueError: when training would be silently wrong.
        """
        nodes = order(value)
        reached = set(nodes)
        self.steps += 1
        if self.missed is not None:
            self.missed = [p for p in self.missed if p not in reached]
            self.second_step(reached)
            return
        self.refuse_computed(reached)
        self.refuse_other_optimizer(reached)
        self.strangers = self.strangers_among(nodes)
        self.missed = [p for p in self.held if p in self.moved and p not in reached]
        if self.missed:
            self.refuse_lost(again, nothing=reached.isdisjoint(self.moved))

    @property
    def done(self) -> bool:
        """Whether further steps can show nothing new."""
        return self.steps > 1 and not self.missed

    def epoch(self) -> None:
        """Warn of the parameters that no loss of a whole epoch has reached."""
        missed = set(self.missed or ())
        if not missed:
            return
        reached = {group_of(self.names.get(p, "")) for p in self.held if p not in missed}
        never = [p for p in self.held if p in missed and group_of(self.names.get(p, "")) not in reached]
        if never:
            warn(
                f"the loss does not depend on {counted(never, self.held)}, which stay as they are: "
                f"{self.listed(never)}. If this is meant, give the optimizer only the parameters to train"
            )
        self.missed = []

    def refuse_computed(self, reached: set[Value]) -> None:
        """Raise an error when the loss depends on an attribute that was computed before training began."""
        for path, v in self.computed:
            if v in reached and v.op is not None:
                raise ValueError(
                    f"{path} must be a leaf to be trained, got a Value that was computed by {v.op.name} before "
                    f"training began: as recorded, it never changes. Make it a leaf, Value({v.data!r}), or compute it "
                    f"again in each call"
                )

    def refuse_other_optimizer(self, reached: set[Value]) -> None:
        """Raise an error when the optimizer was made for other parameters than the model now has.

        An optimizer of some parameters only, and one that also moves others which the loss depends on, are fine.
        """
        unknown = [p for p in self.held if p in reached and p not in self.moved]
        held = set(self.held)
        gone = [p for p in self.optimizer.parameters if p not in held and p not in reached]
        if unknown and gone:
            raise ValueError(
                f"optimizer must be made after the model has its parameters: it moves {len(gone)} that are not in the "
                f"model, and not {counted(unknown, self.held)} that are: {self.listed(unknown)}. Make it again from "
                f"model.parameters()"
            )

    def strangers_among(self, nodes: Sequence[Value]) -> list[Value]:
        """Return the leaves of the first loss that are neither parameters nor data nor held on purpose.

        Raises:
            ValueError: when the model holds one where parameters are not looked for.
        """
        known = {*self.held, *self.moved, *self.given}
        strangers = [v for v in nodes if v.op is None and v not in known]
        elsewhere = found_elsewhere(self.model) if strangers else {}
        for v in strangers:
            path = elsewhere.get(v)
            if path is not None and not HIDDEN.search(path):
                raise ValueError(
                    f"{path} must be held where parameters are found, in a Module or in lists, tuples, deques and "
                    f"dicts of its attributes: the loss depends on it and it would never move. If that is meant, begin "
                    f"the attribute's name with an underscore"
                )
        return [v for v in strangers if v not in elsewhere]

    def second_step(self, reached: set[Value]) -> None:
        """Warn of a leaf that two losses depend on and that nobody holds: what is made in a call is made anew."""
        stay = [v for v in self.strangers if v in reached]
        self.strangers = []
        if stay:
            called = ", ".join(v.label or f"Value({v.data!r})" for v in stay[:MOST_NAMES])
            warn(
                f"the loss depends on Values that are not parameters of the model and never move: {called}. "
                f"Hold them in an attribute of the model to train them, or in one that begins with an underscore to "
                f"keep them as they are"
            )

    def refuse_lost(self, again: Callable[[], Value], nothing: bool) -> None:
        """Raise an error when the loss changes with parameters whose gradient is lost on the way.

        A parameter that is not used, such as the row of a table for a word that does not occur, changes nothing.

        Args:
            again: computes the loss anew.
            nothing: whether no parameter at all is reached, so that nothing can be learned.
        """
        assert self.missed is not None
        if not changes_with(self.missed, again):
            if nothing:
                raise ValueError(
                    f"loss must depend on the parameters of the model to train them, got one that depends on none of "
                    f"{len(self.held)}: {self.listed(self.held)}"
                )
            return
        text = (
            f"the loss changes with {counted(self.missed, self.held)} to which no gradient goes back: "
            f"{self.listed(self.missed)}. A Value that becomes a plain number, by float(v), v.data or math.exp(v), is "
            f"cut from the graph: keep it a Value, and use autograd's functions"
        )
        if self.strangers and not nothing:  # new leaves, as v.detach() makes them, perhaps on purpose
            warn(text)
            self.missed = []
        else:
            raise ValueError(text)

    def listed(self, parameters: Sequence[Value]) -> str:
        """Return the names of the first few parameters."""
        names = [self.names.get(p) or p.label or f"Value({p.data!r})" for p in parameters[:MOST_NAMES]]
        return ", ".join(names) + (", …" if len(parameters) > MOST_NAMES else "")


def changes_with(parameters: Sequence[Value], again: Callable[[], Value]) -> bool:
    """Return whether a loss, computed again, changes when all parameters are moved a little.

    A model that draws random numbers of its own, as for a mask, gives another loss each time, though sometimes the same
    one twice; for it nothing can be said. So both losses must come back whenever they are asked for.
    """
    kept, state = [p.data for p in parameters], random.getstate()

    def loss() -> float:
        random.setstate(state)
        return again().data

    def put(numbers: Iterable[float]) -> None:
        for p, number in zip(parameters, numbers, strict=True):
            p.data = number

    moved = [number * (1.0 + NUDGE) + (0.0 if number else NUDGE) for number in kept]
    before: set[float] = set()
    after: set[float] = set()
    try:
        for _ in range(REPEATS):
            before.add(loss())
            put(moved)
            after.add(loss())
            put(kept)
            if len(before) > 1 or len(after) > 1 or before == after:
                return False
    finally:
        put(kept)
        random.setstate(state)
    return True


def group_of(path: str) -> str:
    """Return the group of a parameter: all entries of one list, ``layers[0].neurons[1].w``, are one group."""
    return re.sub(r"(\[[^\]]*\])+$", "", path)


def counted(some: Sequence[Value], every: Sequence[Value]) -> str:
    """Return how many parameters of how many."""
    return f"{len(some)} of {len(every)} parameters"


def flat(data: Any) -> Iterable[Any]:
    """Yield the entries of nested lists."""
    for entry in data.values() if isinstance(data, Mapping) else data:
        if isinstance(entry, list | tuple):
            yield from flat(entry)
        else:
            yield entry
