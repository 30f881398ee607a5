"""The command line: ``python -m nn demo``, ``train`` and ``predict``."""

from __future__ import annotations

import argparse
import io
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from typing import Any

from nn.commands.predict import predictions
from nn.commands.train import DATA, Plan, train
from nn.demo import demo
from nn.networks.activations import ACTIVATIONS
from nn.training.optim import OPTIMIZERS


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the command line names; return 0, or 1 when something was wrong with what it was given."""
    asked = parser().parse_args(arguments)
    try:
        with warnings.catch_warnings(), output():
            warnings.showwarning = lambda message, *given, **more: print(f"warning: {message}", file=sys.stderr)
            asked.run(asked)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except (OSError, ValueError, ArithmeticError) as error:
        print(f"error: {said(error)}", file=sys.stderr)
        return 1
    return 0


def said(error: Exception) -> str:
    """Return the message of an error; the system's own are written with the file first, and without their number.

    >>> said(FileNotFoundError(2, "No such file or directory", "new.csv"))
    'new.csv: no such file or directory'
    """
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror[0].lower()}{error.strerror[1:]}"
    return str(error)


class Pipe(io.FileIO):
    """A file of which nobody may read the end: ``train | head -1`` trains on, and writes its files."""

    def write(self, data: Any) -> int:
        """Write data, or forget it where the reader has gone."""
        try:
            return super().write(data)
        except BrokenPipeError:
            return len(data)


@contextmanager
def output() -> Iterator[None]:
    """Let standard output be a `Pipe` inside a ``with`` block, with ? for what its encoding lacks."""
    usual = sys.stdout
    try:
        pipe = Pipe(usual.fileno(), "w", closefd=False)
    except (AttributeError, OSError):  # there is none, or it is not a file, as in a notebook
        yield
        return
    at_once = bool(usual.line_buffering or getattr(usual, "write_through", False))
    text = io.TextIOWrapper(io.BufferedWriter(pipe), usual.encoding, errors="replace", line_buffering=at_once)
    with redirect_stdout(text):
        try:
            yield
        finally:
            text.flush()


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    whole = argparse.ArgumentParser(prog="python -m nn", description="Chainrule's networks.")
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    add_demo(commands.add_parser("demo", help="one neuron, the one rule, two networks trained on data, and pictures"))
    add_train(commands.add_parser("train", help="train a network on data, and write it with its pictures"))
    add_predict(
        commands.add_parser("predict", help="print what a trained network predicts for each line of a CSV file")
    )
    return whole


def add_demo(command: argparse.ArgumentParser) -> None:
    """Add the options of demo."""
    command.add_argument("--folder", default="demo", help="where the pictures go (default: %(default)s)")
    command.set_defaults(run=lambda asked: demo(asked.folder))


def add_train(command: argparse.ArgumentParser) -> None:
    """Add the options of train."""
    plan = Plan("", "")
    command.add_argument("data", metavar="DATA", help=f"{', '.join(DATA)}, or a CSV file with a heading")
    command.add_argument("--target", help="the column to predict; the last one if not given")
    command.add_argument("--classes", action="store_true", help="numbers in that column stand for classes, as 1, 2, 3")
    default = "(default: %(default)s)"
    command.add_argument("--layers", type=sizes, default=plan.layers, help="sizes of the hidden layers (default: 16)")
    command.add_argument(
        "--activation", choices=ACTIVATIONS, default=plan.activation, help=f"of the hidden layers {default}"
    )
    command.add_argument(
        "--optimizer", choices=OPTIMIZERS, default=plan.optimizer, help=f"how gradients become steps {default}"
    )
    command.add_argument("--learning-rate", type=float, help="(default: 0.1 for sgd, 0.01 for the others)")
    command.add_argument("--epochs", type=int, default=plan.epochs, help=f"how often every example is seen {default}")
    command.add_argument("--batch-size", type=int, default=plan.batch_size, help=f"examples in a step {default}")
    command.add_argument(
        "--test-size", type=float, default=plan.test_size, help=f"the fraction that is held out {default}"
    )
    command.add_argument("--seed", type=int, default=plan.seed, help=f"of everything that is drawn at random {default}")
    command.add_argument("--checkup", action="store_true", help="look at data and network before training")
    command.add_argument(
        "--out", dest="folder", default="trained", metavar="FOLDER", help=f"where everything is written {default}"
    )
    fields = Plan.__dataclass_fields__
    command.set_defaults(run=lambda asked: train(Plan(**{name: getattr(asked, name) for name in fields})))


def add_predict(command: argparse.ArgumentParser) -> None:
    """Add the arguments of predict."""
    command.add_argument("model", metavar="MODEL", help="model.safetensors as train writes it, or its folder")
    command.add_argument("file", metavar="FILE.csv", help="the lines to predict, with a heading")
    command.add_argument("--probabilities", action="store_true", help="print the probability of each class, as CSV")
    command.set_defaults(run=lambda asked: print("\n".join(predictions(asked.model, asked.file, asked.probabilities))))


def sizes(text: str) -> tuple[int, ...]:
    """Return the sizes of layers in a text such as ``16,16``; none for an empty one."""
    try:
        return tuple(int(size) for size in text.split(",")) if text else ()
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"must be whole numbers with commas between them, as 16,16, got {text!r}"
        ) from None


if __name__ == "__main__":
    sys.exit(main())
