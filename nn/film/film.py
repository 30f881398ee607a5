"""Film: a callback of `fit` that records every epoch, and the page on which training is watched."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Page, Value, explore, gc_paused
from autograd.base.checks import shown, whole
from autograd.base.files import file_path, replace
from autograd.engine import OPS, as_number, pull
from nn.advice.task import task
from nn.data.dataset import Dataset
from nn.film.columns import in_columns, sizes_of, with_weights
from nn.film.gif import as_gif, as_still
from nn.film.given import brief, chosen, evenly, given_pair, names_of_all, names_of_inputs, size_of_image
from nn.film.graphs import recordable
from nn.film.page import page
from nn.film.plane import Plane, plane_of_inputs, plane_of_variation, telling_pair
from nn.film.record import Frame, Record, drawable
from nn.fitting.given import examples_and_targets
from nn.inspect.layer_gradients import forward_batch
from nn.networks.module import Array, Module
from nn.training.losses import Loss, as_loss
from nn.training.predict import predict

if TYPE_CHECKING:
    import os
    from pathlib import Path

__all__ = ["Film"]


class Film:
    """A record of training, which shows itself as a page on which to watch it.

    Args:
        model: a `Module` that is called with one example.
        x: the examples that are shown, shape (examples, inputs): as a rule those trained on. Of more than 300, 300 are
            recorded, evenly spaced. A `Dataset` is given alone, without y: ``Film(model, data, loss="cross_entropy")``.
        y: their targets, as ``loss`` wants them.
        loss: a name in ``LOSSES``, or a function of (predictions, targets).
        class_names: the names of the classes; None for those of a Dataset.
        input_names: the names of the inputs; None for those of a Dataset or a data frame.
        along: the places of the two inputs over which everything is drawn, if there are more than two; the others are
            held at their mean. None for the two that move the outputs of the trained network most.
        image: the height and width of the images, if the examples are images, row by row. The weights of units are
            then drawn as images too, and everything else in the plane in which the examples differ most.
        most: the most epochs that are kept; of a longer training every second, fourth, … epoch and the last.

    Raises:
        TypeError: when model is not a Module, x or y does not hold numbers, or no loss is given.
        ValueError: when x, y, or the names do not fit the model.

    Give it to `fit` as a callback. On the page a slider goes through the epochs, and everything moves with it: the
    output of every unit over the inputs, the weights, the decision boundary or the fitted curve, and the loss. A click
    on an example shows its share of the gradient of every weight at that moment, and a button opens its graph as it was
    then, to be stepped through and changed. `explore` returns the page of that graph, for a loss or an activation of
    your own too, and `model_at` returns the network as it was.

    Units are drawn for an MLP. Of any other model the page shows what it predicts, and the loss; of examples that
    differ in length, the loss.

    >>> from nn import MLP, fit, moons
    >>> x, y = moons(20, rng=0)
    >>> model = MLP(2, [4, 1], activation="tanh", rng=0)
    >>> film = Film(model, x, y, "binary_cross_entropy_with_logits")
    >>> _ = fit(model, x, y, loss="binary_cross_entropy_with_logits", epochs=3, callbacks=[film], progress=False)
    >>> film
    <Film: a 2-4-1 network on 20 examples, 4 moments from epoch 0 to 3>
    """

    def __init__(
        self,
        model: Module,
        x: Any,
        y: Any = None,
        loss: str | Loss | None = None,
        *,
        class_names: Sequence[str] | None = None,
        input_names: Sequence[str] | None = None,
        along: tuple[int, int] | None = None,
        image: tuple[int, int] | None = None,
        most: int = 120,
    ) -> None:
        if not isinstance(model, Module):
            raise TypeError(f"model must be an nn.Module, such as an MLP, got {shown(model)}")
        self.model, self.most = model, whole("most", most, least=2)
        self.columns = in_columns(model)  # its units are drawn
        if isinstance(x, Dataset):
            class_names = (x.class_names or None) if class_names is None else class_names
            input_names = x.feature_names if input_names is None else input_names
        x, y = examples_and_targets(x, y)
        self.given = found = task(x, y, loss)
        self.places = evenly(len(found.rows))  # of the examples that are recorded
        self.task = chosen(found, self.places)
        self.known = self.columns and recordable(model, self.task)  # type: ignore[arg-type]  # the page computes alone
        sizes = sizes_of(model) if self.columns else None  # type: ignore[arg-type]
        if sizes and (found.x is None or found.x.shape[1] != sizes[0]):
            raise ValueError(
                f"x must have shape (examples, {sizes[0]}), a column for each input of the model, got {shown(x)}"
            )
        n = 0 if found.x is None else found.x.shape[1]
        self.input_names = names_of_inputs(input_names, x, n)
        self.class_names = names_of_all(class_names, found.classes)
        self.along = None if along is None else given_pair(along, n)
        self.image = None if image is None else size_of_image(image, n)
        self.epochs, self.every, self.reach = 0, 1, 8.0
        self.broken = False  # numbers became too large to be drawn: the film ends there
        self.last = self.best = self.frame(0, None)
        self.lowest = inf  # the loss of the best epoch, to which patience goes back
        self.frames = [self.last]

    def __call__(self, now: Any) -> None:
        """Record an epoch; `fit` calls it with its `Epoch`."""
        self.epochs += 1  # a second fit goes on where the first one ended
        with np.errstate(all="ignore"), gc_paused():  # a training that blows up says so itself
            frame = self.frame(self.epochs, now.val_loss)
        self.broken = self.broken or not drawable(frame)
        if self.broken:
            return
        self.last = frame
        loss = now.loss if now.val_loss is None else now.val_loss
        if now.epoch == 1 or loss < self.lowest:  # each fit looks for its own best epoch
            self.best, self.lowest = frame, loss
        if self.epochs % self.every == 0:
            self.frames.append(self.last)
        if len(self.frames) > self.most:
            self.every *= 2
            self.frames = [frame for frame in self.frames if frame.epoch % self.every == 0]

    def frame(self, epoch: int, val_loss: float | None) -> Frame:
        """Return the record of the network at this moment."""
        sums: list[Array] = []
        if self.columns:
            assert self.task.x is not None
            _, sums, layers = forward_batch(self.model, self.task.x)  # type: ignore[arg-type]
            outputs = layers[-1]
        else:
            outputs = np.array(predict(self.model, self.task.rows), dtype=np.float64).reshape(len(self.task.rows), -1)
        leaves = [[Value(number) for number in row] for row in outputs.tolist()]
        predictions = [row[0] if len(row) == 1 else row for row in leaves]
        value = as_loss(self.task.loss(predictions, self.task.targets(np.arange(len(leaves)))))
        by_leaf = {} if self.known or not self.columns else pull(value, 1.0, OPS, as_number)
        pulls = np.array([[by_leaf.get(leaf, 0.0) for leaf in row] for row in leaves] if by_leaf else [])
        weights = np.array([parameter.data for parameter in self.model.parameters()], dtype=np.float32)
        found = Frame(epoch, weights, value.data, val_loss, outputs, pulls)
        if drawable(found):
            self.reach = max(self.reach, *(1.2 * float(np.abs(layer).max()) for layer in sums), 0.0)
        return found

    def moments(self) -> list[Frame]:
        """Return the moments that are kept: some epochs, that to which `fit` went back, and the last one."""
        more = [frame for frame in (self.put_back(), self.last) if frame is not None]
        kept = {frame.epoch: frame for frame in (*self.frames, *more)}
        return [kept[epoch] for epoch in sorted(kept)]

    def put_back(self) -> Frame | None:
        """Return the frame whose weights patience gave back to the network; None if it has those of the last epoch."""
        with np.errstate(over="ignore"):  # a training that blew up has said so
            now = np.array([parameter.data for parameter in self.model.parameters()], dtype=np.float32)
        if self.best is self.last or np.array_equal(now, self.last.weights):
            return None
        return self.best if np.array_equal(now, self.best.weights) else None

    def plane(self) -> Plane | None:
        """Return the plane, or the line, over which the network is drawn; None where examples differ in length."""
        x, twin = self.task.x, self.model_at(self.last.epoch)
        if x is None:
            return None
        if self.image is not None:
            return plane_of_variation(x)
        if x.shape[1] <= 2:
            return plane_of_inputs(x, self.input_names, None)

        def outputs(rows: Array) -> Array:
            return np.array(predict(twin, rows), dtype=np.float64)

        return plane_of_inputs(x, self.input_names, self.along or telling_pair(outputs, x))

    def model_at(self, epoch: int) -> Any:
        """Return the network as it was after an epoch: a copy, whose weights are those of the record.

        Args:
            epoch: 0 for before training.

        Raises:
            ValueError: when that epoch was not kept.

        The record holds seven digits of each weight.
        """
        kept = {frame.epoch: frame for frame in self.moments()}
        if epoch not in kept:
            raise ValueError(f"epoch must be one that was kept, {brief(list(kept))}; got {shown(epoch)}")
        return with_weights(self.model, kept[epoch].weights)

    def explore(self, epoch: int, example: int) -> Page:
        """Return the page of `autograd.explore` for one example at one epoch: its graph, alive.

        Args:
            epoch: one that was kept; 0 for before training.
            example: its place in x.
        """
        count = len(self.given.rows)
        if isinstance(example, bool) or not isinstance(example, int) or not 0 <= example < count:
            raise ValueError(f"example must be an int from 0 to {count - 1}, got {shown(example)}")
        model, place = self.model_at(epoch), np.array([example])
        loss = as_loss(self.given.loss([model(self.given.rows[example])], self.given.targets(place)))
        loss.label = "loss"
        return explore(loss, title=f"Example {example} at epoch {epoch}")

    def page(self, title: str = "Training", theme: str | None = None) -> Page:
        """Return the page on which the film is watched.

        Args:
            title: its title.
            theme: "light" or "dark"; None for the setting of the reader's system.
        """
        if theme not in (None, "light", "dark"):
            raise ValueError(f"theme must be 'light', 'dark' or None, got {shown(theme)}")
        record = self.record()
        return page(record, title, theme, lambda: as_still(record, title))

    def record(self) -> Record:
        """Return all that the film holds."""
        return Record(
            self.model,
            self.what,
            self.columns,
            self.known,
            self.task,
            self.places,
            self.moments(),
            self.plane(),
            self.image,
            self.input_names,
            self.class_names,
            self.reach,
            self.broken,
            None if (frame := self.put_back()) is None else frame.epoch,
        )

    def save(self, file: str | os.PathLike[str], title: str = "Training", theme: str | None = None) -> Path:
        """Write the film to a file and return its path.

        Args:
            file: its name ends in .html for the page, which opens in any browser and needs nothing else; or in .gif
                for a picture that moves, of the boundary (or what is predicted) and the loss.
            title: its title.
            theme: of the page, "light" or "dark"; None for the setting of the reader's system.

        Raises:
            ValueError: for another suffix or theme.
            FileNotFoundError: when its folder does not exist.
        """
        path = file_path(file)
        if path.suffix.lower() == ".html":
            return self.page(title, theme).save(path)
        if path.suffix.lower() != ".gif":
            raise ValueError(f"file must end in .html or .gif, got {shown(file)}")
        return replace(path, as_gif(self.record(), title))

    @property
    def what(self) -> str:
        """What is trained, in words: "a 2-4-1 network", or the name of its class."""
        if self.columns:
            return f"a {'-'.join(map(str, sizes_of(self.model)))} network"  # type: ignore[arg-type]
        return f"a {type(self.model).__name__} of {len(self.last.weights):,} parameters"

    def __repr__(self) -> str:
        kept, count = self.moments(), len(self.given.rows)
        part = f"{len(self.places)} of {count:,}" if len(self.places) < count else f"{count}"
        moments = f"{len(kept)} moment{'s' * (len(kept) > 1)} from epoch {kept[0].epoch} to {kept[-1].epoch}"
        end = "; then its numbers are too large to be drawn" if self.broken else ""
        return f"<Film: {self.what} on {part} examples, {moments}{end}>"

    def _repr_html_(self) -> str:
        return self.page()._repr_html_()
