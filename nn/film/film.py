"""Film: a callback of `fit` that records every epoch, and the page on which training is watched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Page, Value, explore
from autograd.base.checks import shown, whole
from autograd.base.files import file_path, replace
from autograd.engine import OPS, as_number, pull
from nn.advice.task import Task, task
from nn.film.frame import Frame
from nn.film.gif import MOMENTS, as_gif
from nn.film.graphs import graphs_of, recordable
from nn.film.page import page
from nn.inspect.layer_gradients import forward_batch
from nn.networks.layers import MLP
from nn.training.losses import Loss, checked

if TYPE_CHECKING:
    import os
    from pathlib import Path

__all__ = ["Film"]


class Film:
    """A record of training, which shows itself as a page on which to watch it.

    Args:
        model: an MLP of one or two inputs.
        x: the examples that are shown, shape (examples, 1) or (examples, 2): as a rule those trained on.
        y: their targets, as ``loss`` wants them.
        loss: a name in ``LOSSES``, or a function of (predictions, targets).
        class_names: what to call the classes.
        most: the most epochs that are kept; of a longer training every second, fourth, … epoch and the last.

    Raises:
        TypeError: when model is not an MLP, or x or y does not hold numbers.
        ValueError: when it has more than two inputs, or x and y do not fit it.

    Give it to `fit` as a callback. On the page a slider goes through the epochs, and everything moves with it: the
    output of every unit over the inputs, the weights, the decision boundary or the fitted curve, and the loss. A click
    on an example shows its share of the gradient of every weight at that moment, and a button opens its graph as it was
    then, to be stepped through and changed. `explore` returns the page of that graph, for a loss or an activation of
    your own too, and `model_at` returns the network as it was.

    >>> from nn import fit, moons
    >>> x, y = moons(20, rng=0)
    >>> model = MLP(2, [4, 1], activation="tanh", rng=0)
    >>> film = Film(model, x, y, "binary_cross_entropy_with_logits")
    >>> _ = fit(model, x, y, loss="binary_cross_entropy_with_logits", epochs=3, callbacks=[film], progress=False)
    >>> film
    <Film: a 2-4-1 network on 20 examples, 4 moments from epoch 0 to 3>
    """

    def __init__(
        self,
        model: MLP,
        x: Any,
        y: Any,
        loss: str | Loss,
        *,
        class_names: Sequence[str] | None = None,
        most: int = 120,
    ) -> None:
        if not isinstance(model, MLP):
            raise TypeError(f"model must be an MLP, whose layers follow one another, got {shown(model)}")
        if (n := len(model.layers[0].neurons[0].w)) > 2:
            raise ValueError(f"model must have one or two inputs, over which its units are drawn, got one with {n}")
        self.model, self.most = model, whole("most", most, least=2)
        self.task: Task = task(x, y, loss)
        if self.task.x is None or self.task.x.shape[1] != n:
            raise ValueError(f"x must have shape (examples, {n}), as model has inputs, got {shown(x)}")
        self.class_names = None if class_names is None else [str(name) for name in class_names]
        self.epochs, self.every, self.reach = 0, 1, 8.0
        self.broken = False  # numbers became too large to be drawn: the film ends there
        self.last = self.frame(0, None)
        self.frames = [self.last]

    def __call__(self, now: Any) -> None:
        """Record an epoch; `fit` calls it with its `Epoch`."""
        self.epochs += 1  # a second fit goes on where the first one ended
        with np.errstate(all="ignore"):  # a training that blows up says so itself
            frame = self.frame(self.epochs, now.val_loss)
        self.broken = self.broken or not drawable(frame)
        if self.broken:
            return
        self.last = frame
        if self.epochs % self.every == 0:
            self.frames.append(self.last)
        if len(self.frames) > self.most:
            self.every *= 2
            self.frames = [frame for frame in self.frames if frame.epoch % self.every == 0]

    def frame(self, epoch: int, val_loss: float | None) -> Frame:
        """Return what is recorded of the network at this moment."""
        assert self.task.x is not None
        _, sums, outputs = forward_batch(self.model, self.task.x)
        leaves = [[Value(number) for number in row] for row in outputs[-1].tolist()]
        predictions = [row[0] if len(row) == 1 else row for row in leaves]
        value = checked(self.task.loss(predictions, self.task.targets(np.arange(len(leaves)))))
        by_leaf = pull(value, 1.0, OPS, as_number)
        pulls = np.array([[by_leaf.get(leaf, 0.0) for leaf in row] for row in leaves])
        states = [layer.state_dict() for layer in self.model.layers]
        weights = np.concatenate([part for state in states for part in (state["weight"].ravel(), state["bias"])])
        found = Frame(epoch, weights.astype(np.float32), value.data, val_loss, pulls)
        if drawable(found):
            self.reach = max(self.reach, *(1.2 * float(np.abs(layer).max()) for layer in sums))
        return found

    def moments(self) -> list[Frame]:
        """Return what is kept, the last epoch included."""
        return self.frames if self.frames[-1] is self.last else [*self.frames, self.last]

    def model_at(self, epoch: int) -> MLP:
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
        layers = self.model.layers
        sizes, activations = [len(layer.neurons) for layer in layers], [unit.neurons[0].activation for unit in layers]
        copy = MLP(len(layers[0].neurons[0].w), sizes, activations[:-1], activations[-1], rng=0)
        numbers = iter(kept[epoch].weights.tolist())
        for layer in copy.layers:
            for unit in layer.neurons:
                for w in unit.w:
                    w.data = next(numbers)
            for unit in layer.neurons:
                unit.b.data = next(numbers)
        return copy

    def explore(self, epoch: int, example: int) -> Page:
        """Return the page of `autograd.explore` for one example at one epoch: its graph, alive.

        Args:
            epoch: one that was kept; 0 for before training.
            example: its place in x.
        """
        count = len(self.task.rows)
        if isinstance(example, bool) or not isinstance(example, int) or not 0 <= example < count:
            raise ValueError(f"example must be an int from 0 to {count - 1}, got {shown(example)}")
        model, place = self.model_at(epoch), np.array([example])
        loss = checked(self.task.loss([model(self.task.rows[example])], self.task.targets(place)))
        loss.label = "loss"
        return explore(loss, title=f"Example {example} at epoch {epoch}")

    def page(self, title: str = "Training") -> Page:
        """Return the page on which the film is watched.

        Args:
            title: its title.
        """
        graphs = graphs_of(self.model_at(0), self.task) if recordable(self.model, self.task) else None
        return page(self.model, self.task, self.moments(), self.reach, self.class_names, title, graphs, self.broken)

    def save(self, file: str | os.PathLike[str], title: str = "Training") -> Path:
        """Write the film to a file and return its path.

        Args:
            file: its name ends in .html for the page, which opens in any browser and needs nothing else; or in .gif
                for a picture that moves, of the boundary (or the curve) and the loss.
            title: its title.

        Raises:
            ValueError: for another suffix; for a GIF of numbers predicted from two inputs, of which there is no plot.
            FileNotFoundError: when its folder does not exist.
        """
        path = file_path(file)
        if path.suffix.lower() == ".html":
            return self.page(title).save(path)
        if path.suffix.lower() != ".gif":
            raise ValueError(f"file must end in .html or .gif, got {shown(file)}")
        if self.task.classes is None and len(self.model.layers[0].neurons[0].w) == 2:
            raise ValueError("a GIF shows classes, or numbers predicted from one input; save the page, as .html")
        kept = self.moments()
        places = np.unique(np.linspace(0, len(kept) - 1, min(len(kept), MOMENTS)).round().astype(int)).tolist()
        shown_moments = [(kept[k], self.model_at(kept[k].epoch)) for k in places]
        return replace(path, as_gif(shown_moments, self.task, self.class_names, title))

    def __repr__(self) -> str:
        sizes = [len(self.model.layers[0].neurons[0].w), *(len(layer.neurons) for layer in self.model.layers)]
        kept = self.moments()
        return (
            f"<Film: a {'-'.join(map(str, sizes))} network on {len(self.task.rows)} examples, "
            f"{len(kept)} moments from epoch {kept[0].epoch} to {kept[-1].epoch}"
            f"{'; then its numbers are too large to be drawn' if self.broken else ''}>"
        )

    def _repr_html_(self) -> str:
        return self.page()._repr_html_()


def drawable(frame: Frame) -> bool:
    """Return whether the numbers of a moment are small enough for a page: finite in seven digits, and so their sums."""
    numbers = [frame.loss, *([] if frame.val_loss is None else [frame.val_loss])]
    parts = [np.abs(part).max(initial=0.0) for part in (frame.weights, frame.pulls)]
    return all(abs(float(number)) < 1e15 for number in (*numbers, *parts))


def brief(epochs: list[int]) -> str:
    """Return a list of epochs as text, cut if it is long."""
    if len(epochs) > 6:
        return f"{', '.join(map(str, epochs[:3]))}, … {epochs[-1]}"
    return ", ".join(map(str, epochs))
