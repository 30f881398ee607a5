"""The pictures of the README, drawn by what the README describes. `make outputs` writes them anew."""

from __future__ import annotations

import contextlib
import io
import sys
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "notebooks" / "pictures"


def neuron() -> str:
    """The neuron whose tree the README opens with, in motion."""
    from autograd import animate
    from nn.demo import neuron

    return animate(neuron(), seconds=1.5).svg()


def graph() -> str:
    """A graph in which a number is used twice and a relu is off."""
    from autograd import Value, draw

    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    out = a * a + (a * b).relu() - b
    out.label = "out"
    out.backward()
    return draw(out).svg()


def network() -> str:
    """The 2-3-2 network, with the gradient of every weight."""
    from nn.demo import rule_at_every_layer

    return rule_at_every_layer().svg()


def moons() -> bytes:
    """The boundary that a network draws, and the figures of its training."""
    from matplotlib.figure import Figure

    from nn.demo import train_iris, train_moons
    from nn.plots.curves import plot_loss
    from nn.plots.regions import plot_decision_boundary

    figure = Figure(figsize=(9, 3.6), layout="constrained", dpi=100)
    left, right = figure.subplots(1, 2)
    plot_loss(train_iris(), log=True, ax=left)
    _, model, x, y = train_moons()
    plot_decision_boundary(model, x, y, ax=right)
    right.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=3)  # off the examples
    file = io.BytesIO()
    figure.savefig(file, metadata={"Software": None})
    return file.getvalue()


PICTURES = {"neuron.svg": neuron, "graph.svg": graph, "network.svg": network, "training.png": moons}


def drawn(name: str) -> bytes:
    """A picture as it is drawn today."""
    with contextlib.redirect_stdout(io.StringIO()):
        picture = PICTURES[name]()
    return picture if isinstance(picture, bytes) else picture.encode()


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in PICTURES:
        (FOLDER / name).write_bytes(drawn(name))
        print(FOLDER.name, name, (FOLDER / name).stat().st_size)


if __name__ == "__main__":
    sys.exit(main())
