"""The way steps are taken: on Values at first, on arrays as soon as they are known to give the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import isfinite
from typing import Any

from autograd import Value
from autograd.base.checks import shown
from nn.fitting.arrays import ArrayRun
from nn.fitting.history import History
from nn.fitting.reach import Reach
from nn.fitting.setup import Seen, Setup
from nn.fitting.step import Batch, loss_of, uninterrupted
from nn.training.forward import NotOnArrays, full_array, is_plain

__all__ = ["ENGINES", "Way"]

ENGINES = ("auto", "program", "eager")
FEW = 4  # steps, for which a program is not worthwhile


class Way:
    """How the steps of one training are taken.

    Args:
        setup: what is trained, and how.
        data: all examples and targets.
        engine: "auto", "program" or "eager".
        called_back: whether callbacks may change the model or the loss after an epoch.
        looked_at: whether somebody looks at the Values after an epoch; otherwise they get their numbers at the end.

    Raises:
        ValueError: for an unknown engine.
    """

    def __init__(
        self, setup: Setup, data: Batch, engine: str, called_back: bool = False, looked_at: bool = True
    ) -> None:
        if engine not in ENGINES:
            raise ValueError(f"engine must be one of {', '.join(ENGINES)}, got {shown(engine)}")
        self.setup, self.data, self.engine = setup, data, engine
        self.reach: Reach | None = Reach(setup.model, setup.optimizer, (data.x, data.y))
        self.run: ArrayRun | None = None
        self.called_back, self.looked_at = called_back, looked_at or called_back
        self.reason = ""  # why steps are taken on Values

    def prepare(self, steps: int) -> None:
        """Record the program, unless so few steps will be taken that it is not worthwhile.

        Raises:
            ValueError: when engine is "program" and this cannot be trained on arrays.
        """
        if self.engine == "program" or (self.engine == "auto" and steps > FEW):
            try:
                self.run = ArrayRun(self.setup, self.data)
            except NotOnArrays as error:
                self.stay_on_values(error)

    @property
    def may_change(self) -> bool:
        """Whether anything but the steps themselves may change the model while it is trained."""
        return self.called_back or self.setup.after_step is not None or not is_plain(self.setup.model)

    @property
    def on_arrays(self) -> bool:
        """Whether steps are taken on arrays now."""
        return self.run is not None and self.reach is None

    def stay_on_values(self, error: NotOnArrays) -> None:
        """Take all steps on Values, and note the reason.

        Raises:
            ValueError: when arrays were asked for.
        """
        if self.engine == "program":
            raise ValueError(f"engine must be 'eager' for this training: {error}") from None
        self.run, self.reason = None, f"Trained on Values, without a program: {error}."

    def look(self, value: Value, batch: Batch) -> None:
        """Look at the loss of a step on Values, after the backward pass and before anything moves."""
        if self.reach is None:
            return
        first = self.reach.missed is None
        self.reach.step(value, lambda: loss_of(self.setup.model, batch, self.setup.loss))
        if first and self.run is not None:
            try:
                self.run.check(value, batch)
            except NotOnArrays as error:
                self.stay_on_values(error)
        elif self.run is not None:  # each example depends on the same weights: there is no more to see
            self.end_epoch()

    def end_epoch(self) -> None:
        """Say which parameters no loss has reached, and stop looking when further steps can show nothing new."""
        if self.reach is not None:
            self.reach.epoch()
            self.reach = None if self.reach.done else self.reach

    @contextmanager
    def in_arrays(self) -> Iterator[None]:
        """Keep the numbers in arrays inside a ``with`` block, from the Values and back."""
        if self.run is not None and self.on_arrays and (self.called_back or not self.run.plain):
            try:
                changed = not self.run.agrees(*self.run.first)
            except (ArithmeticError, ValueError):
                changed = True
            if changed:
                self.stay_on_values(NotOnArrays("the model or the loss computes something else than in the first step"))
        if not self.looked_at:
            yield
            return
        self.read()
        try:
            yield
        finally:
            if self.run is not None:
                self.run.hand_over()

    def read(self) -> None:
        """Copy the numbers of the Values into the arrays."""
        if self.run is not None and self.on_arrays:
            self.run.read()

    def write(self) -> None:
        """Copy the numbers in the arrays into the Values; no interrupt leaves half of them."""
        if self.run is not None and self.on_arrays:
            with uninterrupted():
                self.run.write()

    def step_on_arrays(
        self, places: Sequence[int], history: History, seen: Seen, targets: Sequence[Any]
    ) -> float | None:
        """Take a step and return the loss before it; None, with the Values up to date, when it is to be taken on them.

        Where a number is not finite, or an operation refuses one, the step on Values says which and where.
        """
        if self.run is None or not self.on_arrays:
            return None
        try:
            outputs = self.run.outputs(self.run.x[places]) if self.run.forward is not None else []
            loss = self.run.step(places, history.count_step)
        except (ArithmeticError, ValueError):
            loss = None
        if loss is None:
            self.run.hand_over()
        elif self.run.forward is not None:
            seen.threshold = self.run.threshold
            seen.outputs += outputs
            seen.targets += [targets[i] for i in places]
        return loss

    def on_validation(self, data: Batch) -> tuple[float, list[Any]] | None:
        """Return the mean loss and, for metrics, the outputs of some examples; None when Values are to compute them."""
        if self.run is None or not self.on_arrays:
            return None
        try:
            x = full_array(data.x, "x")
            loss = self.run.loss(x, full_array(data.y, "y"))
            outputs = self.run.forward(x) if self.run.forward is not None else []
        except (ArithmeticError, ValueError):
            return None
        return (loss, outputs) if isfinite(loss) else None
