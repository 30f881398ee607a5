"""Our own drawing: no text overlaps another, a box, or an arrow; no arrow runs through a box; titles fit their boxes."""

from itertools import combinations

import pytest

from autograd import Value
from autograd.pictures.drawing import PAGE, draw
from autograd.pictures.lettering import BOLD, breadth
from autograd.pictures.plan import plan
from autograd.scenes.scene import scene
from nn import MLP, Layer, Module, mse


def lecture():
    """A graph of 27 nodes, two relus in it, of which one is off."""
    a, b = Value(-4.0, label="a"), Value(2.0, label="b")
    c, d = a + b, a * b + b**3
    c = c + c + 1
    c = c + 1 + c + -a
    d = d + d * 2 + (b + a).relu()
    d = d + 3 * d + (b - a).relu()
    f = (c - d) ** 2
    return f / 2.0 + 10.0 / f


def recurrence():
    w, u, b, h = (Value(n, label=name) for n, name in ((0.5, "w"), (-0.7, "u"), (0.1, "b"), (0.0, "h0")))
    for t, x in enumerate((0.1, 0.4, -0.3, 0.8, 0.2), 1):
        h = (w * x + u * h + b).tanh()
        h.label = f"h{t}"
    return (h - 1.0) ** 2


class Recurrent(Module):
    """A network whose units feed each other in turn."""

    def __init__(self):
        self.cell, self.out = Layer(3, 2, "tanh", rng=0), Layer(2, 1, "linear", rng=1)

    def __call__(self, xs):
        h = [0.0, 0.0]
        for x in xs:
            h = self.cell([x, *h])
        return self.out(h)


def loss(widths, examples=1):
    model = MLP(2, [*widths, 2], activation="sigmoid", rng=7)
    return mse([model([0.05 + i, 0.10]) for i in range(examples)], [[0.01, 0.99]] * examples)


def edited():
    x = Value(2.0, label="W" * 200)  # the widest letters, and more than anyone writes
    y = x * x * 1.0 - x / -3e-300
    x.data = -1.23456789e-200
    return y


GRAPHS = {
    "lecture": (lecture, {}),
    "recurrence": (recurrence, {}),
    "units": (lambda: loss([3]), {"level": "neurons"}),
    "layers": (lambda: loss([3, 3], 4), {"level": "layers"}),
    "all scalars": (lambda: loss([3]), {}),
    "edited": (edited, {}),
    "in turn": (lambda: (Recurrent()([0.1, 0.2, 0.3]) - 1.0) ** 2, {"level": "neurons"}),
    "a leaf": (lambda: Value(1.0), {}),
    "in part": (lambda: loss([4], 3), {"max_nodes": 4, "cut": True}),
}


def rectangle(text):
    """The place of a line of text, as wide as in the widest of the usual fonts."""
    (x, y), width = text.at, text.size * sum(map(breadth, text.text)) * (BOLD if text.bold else 1.0)
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[text.anchor]
    return left, y - text.size * 0.75, left + width, y + text.size * 0.2


def overlap(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def frame(box):
    (x, y), (w, h) = box.center, box.size
    return x - w / 2, y - h / 2, x + w / 2, y + h / 2


def points(arrow):
    """Points along the curves of an arrow."""
    at = arrow.start
    for (first, second), end in arrow.bends:
        for k in range(21):
            t = k / 20
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            yield tuple(
                sum(w * p[axis] for w, p in zip(weights, (at, first, second, end), strict=True)) for axis in (0, 1)
            )
        at = end


@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT"])
@pytest.mark.parametrize("name", GRAPHS)
def test_nothing_overlaps(name, direction):
    make, how = GRAPHS[name]
    root = make()
    root.backward()
    drawing = plan(scene(root, **how), direction=direction)
    texts = [(rectangle(text), text.text) for placed in (*drawing.boxes, *drawing.arrows) for text in placed.texts]
    for (a, said), (b, also) in combinations(texts, 2):
        assert not overlap(a, b), f"{said} and {also}"
    frames = {placed.box.id: frame(placed) for placed in drawing.boxes}
    for a, b in combinations(frames.values(), 2):
        assert not overlap(a, b)
    for placed in drawing.boxes:
        left, top, right, bottom = frames[placed.box.id]
        for a in map(rectangle, placed.texts):
            assert left <= a[0] <= a[2] <= right
            assert top <= a[1] <= a[3] <= bottom
    for placed in drawing.arrows:
        for a in map(rectangle, placed.texts):
            assert not [id for id, other in frames.items() if overlap(a, other)], placed
        for x, y in points(placed):
            assert -1 <= x <= drawing.size[0] + 1
            assert -1 <= y <= drawing.size[1] + 1
            for a, said in texts:
                assert not (a[0] < x < a[2] and a[1] < y < a[3]), f"an arrow runs through {said}"
            for id, (left, top, right, bottom) in frames.items():
                inside = left + 1 < x < right - 1 and top + 1 < y < bottom - 1
                assert not inside, f"{placed.arrow} runs through {id}"


def test_a_long_graph_reads_from_top_to_bottom():
    long, short = draw(lecture()), draw(Value(1.0) * 2.0 + 3.0)
    assert (long.direction, short.direction) == ("TB", "LR")
    assert plan(long.scene).size[0] > PAGE > plan(long.scene, direction="TB").size[0]
    assert draw(lecture(), direction="LR").direction == "LR"


def test_a_box_without_a_label_has_the_name_that_explain_gives_it():
    drawing = plan(scene(Value(2.0) * Value(3.0, label="x")))
    assert [text.text for placed in drawing.boxes for text in placed.texts if text.text[0] == "n"] == ["n0", "n2"]
