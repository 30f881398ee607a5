"""Checks of the data alone: faults for which no network can compensate."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograd.base.ink import digits
from nn.advice.task import BAD, GOOD, LOOK, Finding, Places, Task
from nn.networks.module import Array

__all__ = ["check_data"]

LARGE = 10.0  # the root mean square of a column, beyond which units begin saturated or the loss jumps
UNEVEN = 100.0  # the largest column over the smallest, beyond which one learning rate does not suit both
SCARCE = 0.2  # of an equal share of the examples: a class with less is easily overlooked
NAMED = 5  # columns or examples that a verdict names


def check_data(task: Task) -> Iterator[Finding]:
    """Yield the findings about the examples and their targets."""
    if task.x is not None:  # examples of different length have no columns
        yield scales(task.x)
        yield constant_columns(task.x)
        yield repeated_examples(task.x, task.y)
    yield balance(task) if task.classes is not None else size_of_targets(task)


def scales(x: Array) -> Finding:
    """Columns should be of about the same size, around 1."""
    size = np.sqrt((x**2).mean(axis=0))
    varied = np.flatnonzero((np.ptp(x, axis=0) > 0) & (size > 0))
    if not len(varied):
        return Finding("scales", BAD, "no column of x varies: there is nothing to learn from")
    most, least = varied[size[varied].argmax()], varied[size[varied].argmin()]
    if size[most] > LARGE:
        found = f"column {most} is of size {digits(float(size[most]))}, which saturates units or makes steps too large"
    elif size[most] > UNEVEN * size[least]:
        found = (
            f"column {most} is of size {digits(float(size[most]))} and column {least} of {digits(float(size[least]))}"
        )
    else:
        spread = f"{digits(float(size[least]))} to {digits(float(size[most]))}"
        return Finding("scales", GOOD, f"the columns of x are of similar size: {spread} (root mean square)")
    return Finding("scales", LOOK, f"{found}: use standardize(x)")


def constant_columns(x: Array) -> Finding:
    """A column that is the same in every example teaches nothing."""
    constant = np.flatnonzero(np.ptp(x, axis=0) == 0)
    if not len(constant):
        return Finding("constant columns", GOOD, "every column of x varies")
    count = f"{len(constant)} of {x.shape[1]} ({listed(constant)})"
    return Finding("constant columns", LOOK, f"the same in every example: {count}; they teach nothing, leave them out")


def repeated_examples(x: Array, y: Array) -> Finding:
    """The same example with two targets cannot be learned; one that comes often counts often."""
    both = np.column_stack([x, y.reshape(len(y), -1)])
    _, first, group = np.unique(x, axis=0, return_index=True, return_inverse=True)
    leader = first[group.ravel()]  # the place where each example comes first
    repeats = np.flatnonzero(leader != np.arange(len(x)))
    against = [place for place in repeats.tolist() if (both[place] != both[leader[place]]).any()]
    subject, share = "repeated examples", len(repeats) / len(x)
    if against:
        pair = f"example {against[0]} is example {leader[against[0]]} again, with another target"
        return Finding(subject, LOOK, f"with two targets: {len(against)} ({pair}); not all can be right")
    if share > 0.05:
        return Finding(
            subject, LOOK, f"examples that repeat another: {len(repeats)} of {len(x)}; one copy may be held out"
        )
    if len(repeats):
        return Finding(subject, GOOD, f"examples that repeat another: only {len(repeats)} of {len(x)}")
    return Finding(subject, GOOD, "no example repeats another")


def balance(task: Task) -> Finding:
    """A network that always answers with the most frequent class should not look good."""
    assert task.classes is not None
    counts = np.array([(task.y == c).sum() for c in task.classes])
    shares = counts / counts.sum()
    subject, k = "class balance", len(counts)
    if k == 1:
        return Finding(subject, BAD, f"every example is of class {task.classes[0]:g}: there is nothing to tell apart")
    rare, common = int(shares.argmin()), int(shares.argmax())
    if shares[rare] * k < SCARCE:
        return Finding(
            subject,
            LOOK,
            f"class {task.classes[rare]:g} has {counts[rare]} of {counts.sum()} examples; always "
            f"answering {task.classes[common]:g} would be right for {shares[common]:.0%}: compare accuracy with that",
        )
    if counts.min() == counts.max():
        return Finding(subject, GOOD, f"{k} classes of {counts[0]} examples each")
    return Finding(subject, GOOD, f"{k} classes of {counts.min()} to {counts.max()} examples")


def size_of_targets(task: Task) -> Finding:
    """Targets of about size 1 are within reach of weights of about size 1."""
    size = float(np.sqrt((task.y**2).mean()))
    if float(np.ptp(task.y)) == 0:
        return Finding("targets", BAD, f"every target is {task.y.ravel()[0]:g}: there is nothing to learn")
    if size > LARGE:
        words = f"y is of size {digits(size)}, far from where a network begins: divide it, or standardize it"
        return Finding("targets", LOOK, words)
    return Finding("targets", GOOD, f"y is of size {digits(size)} (root mean square)")


def listed(places: Places) -> str:
    """Return the first few of some numbers, "0, 32, 39 and 4 more"."""
    numbers = [str(int(place)) for place in places]
    more = f" and {len(numbers) - NAMED} more" if len(numbers) > NAMED else ""
    return ", ".join(numbers[:NAMED]) + more
