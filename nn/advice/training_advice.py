"""Checks that train a little, on a few examples, and put every weight back."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from autograd.base.ink import digits
from nn.advice.task import BAD, GOOD, LOOK, Finding, Places, Task
from nn.fitting.fit import fit
from nn.networks.module import Module
from nn.training.losses import LOSSES
from nn.training.optim import Adam
from nn.training.optimizer import Optimizer

__all__ = ["check_training", "weights_kept"]

EIGHT = 8
LEARNED = 0.1  # of the loss at the start: with less left, examples count as learned by heart
STEPS = (60, 300)  # the fewest and the most steps that are taken to learn them
WORK = 400_000  # parameters × steps, which decides between the two
RATES = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)
TRIAL = 10  # steps at each of these learning rates
ROUND = 20  # steps between two looks at whether the examples are learned
NOTICED = 0.01  # of the loss: a smaller fall does not count


def check_training(model: Module, task: Task) -> Iterator[Finding]:
    """Yield the findings about the loss before training, and about a first training on a few examples."""
    yield loss_before_training(model, task)
    places = few_examples(task)
    yield (learned := learned_by_heart(model, task, places))
    yield learning_rate(model, task, places, learned.verdict == GOOD)


def loss_before_training(model: Module, task: Task) -> Finding:
    """A network that knows nothing should lose about as much as one that predicts the same for every example."""
    subject, found = "loss before training", task.loss_of(model, task.sample(100))
    guess = task.loss_of_guessing()
    if guess is None:
        return Finding(subject, GOOD, f"{digits(found)}, a finite number")
    wanted, source = guess
    if wanted == 0:  # every target is the same: a finding of its own says so
        return Finding(subject, GOOD, f"{digits(found)}, and predicting the target itself gives 0")
    beside = f"{digits(found)}, and predicting the same for every example gives {digits(wanted)} ({source})"
    if found > 2 * wanted and task.classes is None and task.far_from_zero():
        return Finding(subject, LOOK, f"{beside}: the targets are far from 0, where a network begins; standardize y")
    if found > 2 * wanted + 1e-12:
        return Finding(subject, LOOK, f"{beside}: outputs begin too large; standardize x, or use smaller weights")
    if found < 0.5 * wanted:
        return Finding(subject, GOOD, f"{beside}: this network knows something already")
    return Finding(subject, GOOD, beside)


def few_examples(task: Task) -> Places:
    """Return the places of eight different examples, of all classes in turn, or spread over the range of y."""
    first = {repr(row): place for place, row in reversed(list(enumerate(task.rows)))}
    different = np.sort(np.array(list(first.values()), dtype=np.int64))
    if task.classes is None:
        by_target = different[np.argsort(task.y[different].reshape(len(different), -1)[:, 0], kind="stable")]
        return np.unique(by_target[np.linspace(0, len(by_target) - 1, EIGHT).round().astype(np.int64)])
    by_class = [spread(different[task.y[different] == c]) for c in task.classes]
    in_turn = [members[turn] for turn in range(EIGHT) for members in by_class if turn < len(members)]
    return np.array(in_turn[:EIGHT], dtype=np.int64)


def spread(places: Places) -> list[int]:
    """Return at most eight of some places, from all over: the first of a spiral lie together in its middle."""
    count = min(EIGHT, len(places))
    middles = ((np.arange(count) + 0.5) * len(places) / count).astype(np.int64)
    shuffled = np.random.default_rng(0).permutation(middles)
    return [int(place) for place in places[shuffled]]


def learned_by_heart(model: Module, task: Task, places: Places) -> Finding:
    """A network that cannot learn eight examples by heart will not learn the rest."""
    subject, most = "eight examples by heart", int(np.clip(WORK // len(model.parameters()), *STEPS))
    before, least = task.loss_of(model, places), task.least_loss(places)
    goal = least + LEARNED * (before - least)
    after, steps = learn(model, task, places, rate=0.03, goal=goal, most=most)
    if after > goal:
        after, steps = min((after, steps), learn(model, task, places, rate=0.003, goal=goal, most=most))
    how = f"loss {digits(before)} to {digits(after)} in {steps} steps of adam on {len(places)} examples"
    if least:
        how += f", where {digits(least)} is the least for these targets"
    if after <= goal:
        return Finding(subject, GOOD, f"learned: {how}")
    if task.loss not in LOSSES.values():  # where nothing is lost in a loss of one's own is not known
        return Finding(subject, LOOK, f"{how}; a loss of your own, with a penalty say, need not fall to 0")
    if after - least <= 0.5 * (before - least):
        return Finding(subject, LOOK, f"half learned: {how}; more units may help")
    return Finding(subject, BAD, f"not learned: {how}; look at the other findings, and at the loss")


def learn(model: Module, task: Task, places: Places, rate: float, goal: float, most: int) -> tuple[float, int]:
    """Return the loss after training until it reaches the goal, or for the most steps, and how many were taken."""
    after, steps = math.inf, 0
    with weights_kept(model):
        adam = Adam(model.parameters(), rate)
        while steps < most:
            after, steps = trained(model, task, places, adam, None, ROUND), steps + ROUND
            if after <= goal or math.isinf(after):
                break
    return after, steps


def learning_rate(model: Module, task: Task, places: Places, learned: bool = False) -> Finding:
    """The smallest learning rate that lowers the loss at least half as far, in a few steps, as the best one does.

    The best one on a few examples is often too large for all of them. ``learned`` is whether they were learned by heart
    in more steps: then it is only the start that is slow.
    """
    subject, before = "learning rate", task.loss_of(model, places)
    works = []
    for optimizer in ("sgd", "adam"):
        after = {}
        for rate in RATES:
            with weights_kept(model):
                after[rate] = trained(model, task, places, optimizer, rate, TRIAL)
        drop = before - min(after.values())
        if drop > NOTICED * abs(before):
            rate = next(rate for rate in RATES if before - after[rate] >= 0.5 * drop)
            works.append(f"about {rate:g} for {optimizer} (loss {digits(before)} to {digits(after[rate])})")
    if not works:
        words = f"none from {RATES[0]:g} to {RATES[-1]:g} lowers the loss of {digits(before)} in {TRIAL} steps"
        return Finding(subject, *((LOOK, f"{words}: a plateau, which takes many") if learned else (BAD, words)))
    return Finding(subject, GOOD, f"{' and '.join(works)} in {TRIAL} steps on {len(places)} examples")


def trained(
    model: Module,
    task: Task,
    places: Places,
    optimizer: str | Optimizer,
    rate: float | None,
    steps: int,
) -> float:
    """Return the loss on some examples after more training on them; inf when it diverges."""
    x, y = task.examples(places), task.targets(places)
    try:
        fit(model, x, y, loss=task.loss, optimizer=optimizer, learning_rate=rate, epochs=steps, rng=0, progress=False)
        found = task.loss_of(model, places)
    except ArithmeticError:  # NonFiniteError, and an overflow after the last step
        return math.inf
    return found if math.isfinite(found) else math.inf


@contextmanager
def weights_kept(model: Module) -> Iterator[None]:
    """Put every parameter and its gradient back at the end of the block, whatever happens in it."""
    before = [(p, p.data, p.grad) for p in model.parameters()]
    try:
        yield
    finally:
        for p, data, grad in before:
            p.data, p.grad = data, grad
