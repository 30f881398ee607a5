"""checkup: the checks of an expert before training, in one call."""

from __future__ import annotations

import math
import textwrap
import warnings
from typing import Any

import numpy as np

from autograd.base.checks import shown
from autograd.base.tables import Table
from nn.advice.data_advice import check_data
from nn.advice.layer_advice import check_layers, output_and_loss
from nn.advice.task import BAD, LOOK, Finding, Task, task
from nn.advice.training_advice import check_training, weights_kept
from nn.fitting.given import examples_and_targets
from nn.inspect.layer_statistics import layer_statistics
from nn.networks.habits import our_words
from nn.networks.layers import MLP
from nn.networks.module import Module
from nn.training.losses import Loss, check_targets
from nn.training.memory import as_it_was
from nn.training.predict import outputs_of

__all__ = ["Checkup", "checkup"]

WIDTH = 112  # characters of a line
BATCH = 64  # examples on which the layers are looked at


class Checkup(tuple[Finding, ...]):
    """The findings of a checkup, in the order of the checks: print it, or name it in a notebook.

    ``ok`` is whether none of them is bad. A finding is found by its subject: ``report["scales"].verdict`` is "good",
    "look" or "bad", and ``report["scales"].says`` what was found and what to do.
    """

    @property
    def ok(self) -> bool:
        """Whether no finding is bad."""
        return not any(finding.verdict == BAD for finding in self)

    def __getitem__(self, subject: Any) -> Any:
        """Return the finding on a subject, or at a place.

        Raises:
            KeyError: when there is no such subject.
        """
        if not isinstance(subject, str):
            return super().__getitem__(subject)
        for finding in self:
            if finding.subject == subject:
                return finding
        raise KeyError(f"no check is named {subject!r}; there are: {', '.join(finding.subject for finding in self)}")

    def title(self) -> str:
        """Return how many findings there are of each kind."""
        counts = {verdict: sum(finding.verdict == verdict for finding in self) for verdict in (BAD, LOOK)}
        return f"Checkup: {counts[BAD]} bad, {counts[LOOK]} to look at, {len(self) - sum(counts.values())} good"

    def __repr__(self) -> str:
        wide = max(len(finding.subject) for finding in self)
        lines = [self.title()]
        for finding in self:
            begin = f"{finding.verdict:<5} {finding.subject:<{wide}}  "
            lines += textwrap.wrap(finding.says, WIDTH, initial_indent=begin, subsequent_indent=" " * len(begin))
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return Table(
            ("verdict", "check", "what was found"), [(f.verdict, f.subject, f.says) for f in self], self.title()
        )._repr_html_()


@our_words
def checkup(model: Module, x: Any, y: Any = None, loss: str | Loss | None = None) -> Checkup:
    """Return the findings of an expert before training ``model``, each with a verdict in plain words.

    Args:
        model: a `Module`; its layers are looked at if it is an MLP.
        x: the examples, shape (examples, features); for a model of your own, sequences of any length. A `Dataset` is
            given alone, without y: ``checkup(model, data, loss="cross_entropy")``.
        y: their targets, as ``loss`` wants them.
        loss: a name in ``LOSSES``, or a function of (predictions, targets).

    Raises:
        TypeError: when model is not a Module, x or y does not hold numbers, or no loss is given.
        ValueError: when one of them holds inf or nan, or y does not have one target for each example.

    It checks the data (scales, constant columns, repeated examples, balance), the layers (whether outputs suit the
    loss, saturated and dead units, the size of gradients, copies), the loss before training, whether the network can
    learn eight examples by heart, and which learning rate works. The last two checks train on a few examples.
    Afterwards the model is as it was, with every parameter and every gradient.

    >>> from nn import MLP, moons
    >>> x, y = moons(40, rng=0)
    >>> report = checkup(MLP(2, [8, 1], activation="tanh", rng=1), x, y, "binary_cross_entropy_with_logits")
    >>> report.ok, report["class balance"].says
    (True, '2 classes of 20 examples each')
    """
    if not isinstance(model, Module):
        raise TypeError(f"model must be an nn.Module, got {shown(model)}")
    to_learn = task(*examples_and_targets(x, y), loss)
    findings = list(check_data(to_learn))
    with weights_kept(model), as_it_was(model), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the loss, about outputs that do not suit it: a finding says so
        if problem := no_loss(model, to_learn):
            findings += [output_and_loss(model, to_learn)] if isinstance(model, MLP) else []
            return Checkup([*findings, Finding("loss before training", BAD, problem)])
        findings += layers(model, to_learn)
        findings += check_training(model, to_learn)
    return Checkup(findings)


def no_loss(model: Module, to_learn: Task) -> str:
    """Return why there is no loss to begin with, "" if there is one."""
    try:
        some = to_learn.sample(BATCH)
        output = outputs_of(model, to_learn.examples(some[:1]), some.tolist())[0]
        check_targets(to_learn.loss, to_learn.targets(np.arange(len(to_learn.y))), output, "y")
        found = to_learn.loss_of(model, some)
    except (ValueError, TypeError, ArithmeticError) as error:  # outputs that do not suit the loss, say
        return f"it cannot be computed: {error}"
    names = {p: name for name, p in model.named_parameters()}
    broken = next((f"{name} is {p.data}" for p, name in names.items() if not math.isfinite(p.data)), "")
    return "" if math.isfinite(found) else f"it is {found}{'; ' * bool(broken)}{broken}"


def layers(model: Module, to_learn: Task) -> list[Finding]:
    """Return the findings about the layers of an MLP; none for another module."""
    if not isinstance(model, MLP) or to_learn.x is None:
        return []
    places = to_learn.sample(BATCH)
    batch = layer_statistics(model, to_learn.x[places], to_learn.targets(places), to_learn.loss)
    return list(check_layers(model, to_learn, batch))
