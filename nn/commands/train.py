"""``python -m nn train``: train a network on a file or on built-in data, and draw it."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from autograd.base.ink import digits as four_digits
from nn.advice.checkup import checkup
from nn.advice.task import GOOD
from nn.commands.pictures import pictures
from nn.data.csv_file import read_csv
from nn.data.dataset import Dataset, digits, iris
from nn.data.prepare import Scaling, scaling, train_test_split
from nn.data.synthetic import circles, moons, spirals, xor
from nn.files.store import save_model
from nn.film.film import Film
from nn.fitting.fit import fit
from nn.networks.layers import MLP
from nn.training.metrics import accuracy
from nn.training.predict import predict

__all__ = ["DATA", "Plan", "train"]

# Built-in data; generated sets have as many points as the plots can show.
DATA: dict[str, Callable[[int], Dataset]] = {
    "iris": lambda seed: iris(),
    "digits": lambda seed: digits(),
    "moons": lambda seed: moons(200, noise=0.1, rng=seed),
    "circles": lambda seed: circles(200, noise=0.05, rng=seed),
    "spirals": lambda seed: spirals(210, noise=0.02, rng=seed),
    "xor": lambda seed: xor(200, noise=0.2, rng=seed),
}
RATES = {"sgd": 0.1}  # learning rates that suit standardized data; for other optimizers OTHERS
OTHERS = 0.01


@dataclass(frozen=True)
class Plan:
    """The data, the network and the training that were asked for."""

    data: str  # a name in DATA, or a CSV file
    folder: str  # where everything is written
    target: str | None = None  # the column to predict; the last one if None
    classes: bool = False  # whether the numbers in it stand for classes
    layers: tuple[int, ...] = (16,)  # the sizes of the hidden layers
    activation: str = "tanh"
    optimizer: str = "adam"
    learning_rate: float | None = None
    epochs: int = 60
    batch_size: int = 16
    test_size: float = 0.25
    seed: int = 0
    checkup: bool = False  # whether to look at data and network before training


class Split(NamedTuple):
    """The examples to train on and those to test on, both scaled by those to train on."""

    train: Dataset
    test: Dataset
    inputs: Scaling
    targets: Scaling  # of numbers; classes are left as they are


def train(plan: Plan) -> None:
    """Train a network, print how good it is on examples that were held out, and write it and its pictures.

    Args:
        plan: the data, the network and the training.

    Raises:
        OSError: when a file cannot be read, or the folder cannot be written to; that is tried before training.
        ValueError: when the data or a part of the plan is wrong.
    """
    data = data_of(plan)
    folder = writable(plan.folder)
    split = divided(data, plan)
    model = network(data, plan)
    loss = "cross_entropy" if data.class_names else "mse"
    print(
        f"{data!r}\n{len(split.train)} to train on, {len(split.test)} to test on\n{replace(model.summary(), note='')}"
    )
    if plan.checkup:
        for finding in checkup(model, split.train.x, split.train.y, loss):
            if finding.verdict != GOOD:
                print(f"{finding.verdict}: {finding.subject}: {finding.says}")
    film = Film(model, split.train, loss=loss) if data.x.shape[1] <= 2 else None
    history = fit(
        model,
        split.train.x,
        split.train.y,
        loss=loss,
        optimizer=plan.optimizer,
        learning_rate=RATES.get(plan.optimizer, OTHERS) if plan.learning_rate is None else plan.learning_rate,
        epochs=plan.epochs,
        batch_size=plan.batch_size,
        validation_data=split.test,
        callbacks=[film] if film else [],
        rng=plan.seed,
    )
    if not history.loss:  # interrupted before the first epoch was whole
        raise KeyboardInterrupt
    print(result(model, split))
    save_model(model, folder / "model.safetensors", notes(data, split))
    history.to_csv(folder / "history.csv")
    files = {
        "model.safetensors": "the network; python -m nn predict reads it",
        "history.csv": "the losses, a line for each epoch",
    }
    if film:
        film.save(folder / "film.html", title=f"Training on {data.source}")
        files["film.html"] = "a page on which to watch the training: open it in a browser"
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # where training blew up, which was said already, plots complain of huge numbers
        files |= pictures(folder, model, split.train, history, loss)
    for name, what in files.items():
        print(f"{folder / name!s:<{len(str(folder)) + 20}} {what}")


def data_of(plan: Plan) -> Dataset:
    """Return the data that a plan names.

    Raises:
        OSError: when a file cannot be read.
        ValueError: when it is not what is wanted, or there is nothing to tell apart.
    """
    if plan.data in DATA:
        if plan.target is not None or plan.classes:
            raise ValueError(f"--target and --classes are for a file: {plan.data} knows its classes")
        return DATA[plan.data](plan.seed)
    if not Path(plan.data).exists():
        close = get_close_matches(plan.data, DATA, n=1)
        raise FileNotFoundError(
            f"DATA must be {', '.join(DATA)} or a CSV file, got {plan.data!r}: there is no such file"
            + (f"; did you mean {close[0]}?" if close else "")
        )
    data = read_csv(plan.data, plan.target, classes=plan.classes or None)
    column = f"{data.source}, column {data.target_name!r}"
    if len(data.class_names) == 1:
        raise ValueError(f"{column} must hold at least two classes, got only {data.class_names[0]!r}")
    if not data.class_names and np.ptp(data.y) == 0:
        raise ValueError(f"{column} must hold different numbers, got only {data.y[0]:g}")
    return data


def writable(folder: str) -> Path:
    """Return the folder, which is made if it does not exist.

    Raises:
        OSError: when it cannot be made or written to.
    """
    path = Path(folder)
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe = path / f".{os.getpid()}.part"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise OSError(f"--out must be a folder that can be written to, got {folder!r}: {error.strerror}") from None
    return path


def divided(data: Dataset, plan: Plan) -> Split:
    """Return the examples divided and scaled."""
    train, test = train_test_split(data, test_size=plan.test_size, rng=plan.seed)
    inputs = scaling(train.x)
    nothing = Scaling(np.zeros(1), np.ones(1))
    targets = nothing if data.class_names else scaling(train.y.reshape(-1, 1).astype(np.float64))
    return Split(scaled(train, inputs, targets), scaled(test, inputs, targets), inputs, targets)


def scaled(data: Dataset, inputs: Scaling, targets: Scaling) -> Dataset:
    """Return the data with scaled inputs, and with scaled targets if they are numbers."""
    y = data.y if data.class_names else targets.apply(data.y.astype(np.float64))
    return Dataset(inputs.apply(data.x), y, data.feature_names, data.class_names, data.source, data.target_name)


def network(data: Dataset, plan: Plan) -> MLP:
    """Return the network: an output for each class, or one for a number."""
    sizes = [*plan.layers, len(data.class_names) or 1]
    return MLP(data.x.shape[1], sizes, activation=plan.activation, rng=plan.seed)


def result(model: MLP, split: Split) -> str:
    """Return the accuracy or error on the held-out examples, beside that of a constant answer."""
    test, outputs = split.test, predict(model, split.test.x)
    if test.class_names:
        right, common = accuracy(outputs, test.y), np.bincount(split.train.y.astype(np.int64)).argmax()
        always = float((test.y == common).mean())
        return f"held-out accuracy {right:.1%}; always answering {test.class_names[common]!r} would give {always:.1%}"
    deviation = float(split.targets.deviation[0])
    error = deviation * float(np.sqrt(((np.asarray(outputs) - test.y) ** 2).mean()))
    mean = deviation * float(np.sqrt((test.y**2).mean()))
    return (
        f"held-out error {four_digits(error)} (root mean square, in units of {test.target_name}); always answering "
        f"the mean would give {four_digits(mean)}"
    )


def notes(data: Dataset, split: Split) -> dict[str, Any]:
    """Return what ``predict`` needs to know about the data: names, and how inputs and targets were scaled."""
    return {
        "columns": list(data.feature_names),
        "target": data.target_name,
        "classes": list(data.class_names),
        "inputs": as_lists(split.inputs),
        "targets": as_lists(split.targets),
    }


def as_lists(scale: Scaling) -> dict[str, list[float]]:
    """Return a scaling as lists of numbers."""
    return {"mean": scale.mean.tolist(), "deviation": scale.deviation.tolist()}
