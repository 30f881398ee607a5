"""Boxes and arrows with their numbers: what is in a picture, before anything has a place."""

from __future__ import annotations

from typing import NamedTuple

from autograd.engine.value import Value

__all__ = ["Arrow", "Box", "Scene"]


class Box(NamedTuple):
    """One box: a leaf, an operation, a constant, or a module with everything it computes."""

    id: str  # n0, n1, … each after its operands; a constant's is that of its operation and x or y, a module's m0, m1, …
    kind: str  # "leaf", "operation", "constant" or "module"
    label: str  # the name, "" for none; a module's path
    symbol: str  # of the operation; "" for other kinds
    why: str  # its local derivative in words; "" for other kinds
    data: float | None  # None for a module used more than once, or with several outputs
    grad: float | None  # None before a backward pass, and where data is
    nodes: tuple[Value, ...]  # the scalars in it; none in a constant
    uses: int = 1  # how often a module was used: ×N
    dead: bool = False  # no gradient reaches it along any path: it only feeds branches that were not taken


class Arrow(NamedTuple):
    """One arrow: a use of an operand by an operation, or all uses between two boxes."""

    tail: str  # the id of the box that is used
    head: str  # the id of the box that uses it
    position: int  # 0 for the first operand, 1 for the second
    local: float | None  # the local derivative; None: no gradient goes back, or an end is a module
    share: float | None  # upstream × local, summed over the uses of one scalar; None before a backward pass, where no
    # gradient goes back, and when several scalars are used
    uses: int = 1  # how many uses of scalars it stands for
    was: float | None = None  # what the operand was when it was used, if its data has been edited since
    constant: bool = False  # it comes from a constant
    folded: bool = False  # an end of it is a module, so that there is no one local derivative


class Scene(NamedTuple):
    """The contents of a picture of a graph; each box comes after the boxes that feed it."""

    root: Value
    level: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    note: str  # what was folded and how to unfold it; "" if nothing was

    @property
    def swept(self) -> bool:
        """Whether there has been a backward pass: the root has a gradient."""
        return self.root._grad is not None
