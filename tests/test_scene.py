"""The content of a picture: boxes and arrows, whole or folded, in the same order in every run."""

import math
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import autograd
import nn
from autograd import Value, logsumexp, softmax, sqrt, where
from autograd.engine.graph import count, order
from autograd.pictures.drawing import draw
from autograd.scenes.scene import BUDGET, LEVELS, TooManyNodes, scene
from nn import MLP, Layer, mse

ROOT = Path(__file__).parent.parent


def one_rule(examples=1):
    """The loss of a 2-3-2 network over some examples, after backward."""
    network = MLP(2, [3, 2], activation="sigmoid", output_activation="sigmoid", rng=7)
    rows = [network([0.05 + i, 0.10]) for i in range(examples)]
    loss = mse(rows, [[0.01, 0.99]] * examples)
    loss.label = "loss"
    loss.backward()
    return loss


def box(found, label):
    (only,) = [b for b in found.boxes if label in (b.label, b.symbol)]
    return only


# --- whole ------------------------------------------------------------------------------------------------------


def test_both_arrows_of_a_square_bring_their_share():
    a = Value(3.0, label="a")
    y = a * a
    before = scene(y)
    assert [(b.id, b.kind, b.label, b.symbol, b.data, b.grad) for b in before.boxes] == [
        ("n0", "leaf", "a", "", 3.0, None),
        ("n1", "operation", "", "×", 9.0, None),
    ]
    assert [(a.tail, a.head, a.position, a.local, a.share) for a in before.arrows] == [
        ("n0", "n1", 0, 3.0, None),
        ("n0", "n1", 1, 3.0, None),
    ]
    assert not before.swept
    y.backward(2.0)
    after = scene(y)
    assert after.swept
    assert [a.share for a in after.arrows] == [6.0, 6.0]


@pytest.mark.parametrize("level", ["scalars", "neurons"])
def test_the_shares_of_a_box_add_up_to_its_gradient(level):
    found = scene(one_rule(), level=level)
    for b in found.boxes:
        shares = [a.share for a in found.arrows if a.tail == b.id]
        if shares and b.kind != "constant":
            assert sum(shares) == pytest.approx(b.grad, rel=1e-12)


def test_constants_have_boxes_of_their_own_at_their_place():
    x = Value(3.0)
    found = scene(2.0 / x)
    assert [(b.id, b.kind, b.data) for b in found.boxes if b.kind == "constant"] == [("n1x", "constant", 2.0)]
    assert [(a.tail, a.position, a.constant, a.local) for a in found.arrows] == [
        ("n1x", 0, True, None),
        ("n0", 1, False, -2.0 / 9.0),
    ]


def test_an_arrow_says_what_an_edited_leaf_was():
    x, n = Value(3.0), Value(math.nan)
    y = x * x + n
    x.data = 5.0
    assert [a.was for a in scene(y).arrows] == [3.0, 3.0, None, None]


def test_nothing_is_shown_to_flow_where_nothing_flows():
    x = Value(0.0, label="x")
    y = where(x, sqrt(x), 2.0 * x)
    y.backward()
    found = scene(y)
    root = box(found, "√")
    assert root.dead
    assert [a.share for a in found.arrows if a.head == root.id] == [None]  # and not 0 × inf
    assert not box(found, "x").dead
    assert sum(a.share for a in found.arrows if a.tail == "n0" and a.share is not None) == x.grad == 2.0


def test_a_leaf_that_only_feeds_branches_not_taken_is_dead():
    x, y = Value(-1.0, label="x"), Value(1.0, label="y")
    z = x.relu() + y
    z.backward()
    assert [b.label for b in scene(z).boxes if b.dead] == ["x"]


# --- folded -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "labels"),
    [
        ("neurons", [*(f"layers[0].neurons[{i}]" for i in range(3)), *(f"layers[1].neurons[{i}]" for i in range(2))]),
        ("layers", ["layers[0]", "layers[1]"]),
    ],
)
def test_a_network_folds_into_its_modules(level, labels):
    loss = one_rule()
    found = scene(loss, level=level)
    folded = [b for b in found.boxes if b.kind == "module"]
    assert sorted(b.label for b in folded) == labels
    assert Counter(b.symbol for b in found.boxes if b.kind == "operation") == Counter("--^^+/")
    assert sorted(map(id, order(loss))) == sorted(id(v) for b in found.boxes for v in b.nodes)
    assert found.note.startswith(f"{len(order(loss))} nodes folded into {6 + len(folded)} boxes by {level}")
    assert all(b.uses == 1 for b in folded)


def test_a_folded_neuron_has_the_numbers_of_its_output():
    loss = one_rule()
    out = next(v for v in order(loss) if v.op and v.label == "layers[0].neurons[1]")
    neuron = box(scene(loss, level="neurons"), "layers[0].neurons[1]")
    assert (neuron.data, neuron.grad) == (out.data, out.grad)
    layers = scene(loss, level="layers")
    below, above = box(layers, "layers[0]"), box(layers, "layers[1]")
    assert (below.data, below.grad) == (None, None)
    shares = {(a.tail, a.head): a.share for a in layers.arrows}
    assert shares[below.id, above.id] is None  # the outputs of three units have three gradients
    assert sorted(share for (tail, _), share in shares.items() if tail == above.id) == sorted(
        v.grad for v in order(loss) if v.op and v.label.startswith("layers[1]")
    )


def test_modules_used_for_many_examples_are_drawn_once():
    loss = one_rule(examples=4)
    for level in ("neurons", "layers"):
        found = scene(loss, level=level)
        assert {b.uses for b in found.boxes if b.kind == "module"} == {4}
        assert {b.data for b in found.boxes if b.kind == "module"} == {None}
    uses = {(a.tail, a.head): a.uses for a in found.arrows}
    ids = {b.label: b.id for b in found.boxes}
    assert uses[ids["layers[0]"], ids["layers[1]"]] == 4 * 3 * 2


def test_what_is_computed_before_a_network_is_not_in_it():
    network = MLP(2, [2, 1], activation="tanh", rng=0)
    raw = [Value(1.0, label="a"), Value(2.0, label="b")]
    found = scene(network([(raw[0] - 0.5) / 2.0, raw[1] * raw[0]]), level="neurons")
    assert Counter(b.symbol for b in found.boxes if b.kind == "operation") == Counter("-/×")
    assert [b.label for b in found.boxes if b.kind == "leaf"] == ["a", "b"]


def test_a_recurrent_neuron_is_one_box():
    network = Layer(2, 1, "tanh", rng=0)
    h = Value(0.0, label="h0")
    for i in range(5):
        h = network([float(i), h])
    h.backward()
    found = scene(h, level="neurons")
    assert [(b.kind, b.label, b.uses, b.data) for b in found.boxes] == [
        ("leaf", "h0", 1, 0.0),
        ("module", "neurons[0]", 5, None),
    ]


def test_modules_that_feed_each_other_in_turn_are_all_drawn():
    network = MLP(1, [1, 1], activation="tanh", rng=0)
    h = Value(0.5, label="h0")
    for _ in range(3):
        h = network([h])
    found = scene(h, level="layers")
    assert [(b.label, b.uses) for b in found.boxes] == [("h0", 1), ("layers[0]", 3), ("layers[1]", 3)]
    name = {b.id: b.label for b in found.boxes}
    assert {(name[a.tail], name[a.head]): a.uses for a in found.arrows} == {
        ("h0", "layers[0]"): 1,
        ("layers[0]", "layers[1]"): 3,
        ("layers[1]", "layers[0]"): 2,
    }


@pytest.mark.parametrize("level", LEVELS)
def test_each_box_comes_after_what_feeds_it(level):
    found = scene(one_rule(), level=level)
    place = {b.id: i for i, b in enumerate(found.boxes)}
    assert len(place) == len(found.boxes)
    assert all(place[a.tail] < place[a.head] for a in found.arrows)


# --- budgets ----------------------------------------------------------------------------------------------------


def test_the_most_detailed_level_that_fits_is_chosen():
    assert scene(one_rule()).level == "scalars"
    assert scene(one_rule(), max_nodes=20).level == "neurons"
    assert scene(one_rule(), max_nodes=5).level == "layers"


def test_a_loss_over_many_examples_is_folded_under_its_label():
    found = scene(one_rule(examples=60))
    assert found.level == "neurons"
    assert box(found, "loss").kind == "module"
    assert box(found, "loss").data == found.root.data


def test_the_rest_is_not_folded_into_the_module_that_the_root_is():
    network = MLP(2, [1], "tanh", rng=0)
    x = Value(1.0)
    for _ in range(200):
        x = x + 1.0
    found = scene(network([x, 1.0]))
    assert [b.label for b in found.boxes if b.kind == "module"] == ["the rest", "layers[0].neurons[0]"]


def test_many_inputs_are_folded_too():
    network = MLP(200, [2], "tanh", rng=0)
    found = scene(mse(network([Value(1.0, label=f"x{i}") for i in range(200)]), [0.0, 1.0]))
    assert [(b.label, len(b.nodes)) for b in found.boxes if b.label == "inputs"] == [("inputs", 200)]


@pytest.mark.parametrize("level", [None, *LEVELS])
def test_what_cannot_be_folded_is_refused_with_the_count_and_the_ways_out(level):
    v = Value(1.0)
    for _ in range(300):
        v = v + 1.0
    with pytest.raises(TooManyNodes, match=r"the graph has 301 nodes.*more than max_nodes = 150") as caught:
        scene(v, level=level)
    assert all(way in str(caught.value) for way in ("a part", "level='layers'", "raise max_nodes"))
    assert len(scene(v, level=level, max_nodes=301).boxes) == 601  # constants are not counted


def test_a_network_that_is_too_wide_says_how_far_it_folds():
    loss = one_rule()
    with pytest.raises(TooManyNodes, match="52 nodes, which fold into 3 boxes, more than max_nodes = 2"):
        scene(loss, max_nodes=2)


def test_deep_graphs_are_refused_not_walked_into_the_ground():
    v = Value(1.0)
    for _ in range(100_000):
        v = v + 1.0
    assert count(v, 10**9) == 100_001
    with pytest.raises(TooManyNodes, match="100,001 nodes"):
        scene(v)


def test_counting_looks_no_further_than_it_must():
    class Far:
        y = None

        @property
        def x(self):
            raise AssertionError("looked too far")

    v = Value(1.0)
    v.x = Far()
    for _ in range(9):
        v = v + 1.0
    assert count(v, 11) == 11
    with pytest.raises(AssertionError, match="too far"):
        count(v, 12)


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"level": "neuron"}, ValueError, "level must be one of scalars, neurons, layers, cells, or None"),
        ({"level": 3}, ValueError, "level must be"),
        ({"level": ["scalars"]}, ValueError, "level must be"),
        ({"max_nodes": "all"}, TypeError, "max_nodes must be an int of at least 1, got a str: 'all'"),
        ({"max_nodes": True}, TypeError, "max_nodes must be an int"),
        ({"max_nodes": 1.5}, TypeError, "max_nodes must be an int"),
        ({"max_nodes": 0}, ValueError, "max_nodes must be an int of at least 1, got 0"),
    ],
)
def test_bad_arguments_are_named(arguments, error, says):
    for look in (scene, draw):
        with pytest.raises(error, match=says):
            look(Value(1.0), **arguments)


@pytest.mark.parametrize("bad", [1.0, None, [Value(1.0)]])
def test_a_root_is_a_value(bad):
    for look in (scene, draw):
        with pytest.raises(TypeError, match="root must be a Value, got a"):
            look(bad)


def test_the_budget_is_said_once_more_where_it_is_the_default():
    assert draw.__kwdefaults__["max_nodes"] == BUDGET


# --- always the same ---------------------------------------------------------------------------------------------

PRINT = """
from autograd import draw
from tests.test_scene import one_rule
for level in ("scalars", "neurons", "layers"):
    print(draw(one_rule(3), level=level, max_nodes=200).source)
"""


@pytest.mark.slow
def test_the_same_graph_is_the_same_text_whatever_the_hash_seed():
    printed = {
        subprocess.run(
            [sys.executable, "-c", PRINT], cwd=ROOT, env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1", "31415")
    }
    assert len(printed) == 1
    assert len(printed.pop()) > 10_000


def test_labels_are_kept_as_they_are_and_do_not_steer_what_is_drawn():
    hostile = ['"', "\\", "n0", "m0", "x", "a.b", "layers[0].neurons[0]", "\0", "the rest", "x" * 10_000]
    y = Value(1.0)
    for label in hostile:
        y = y * Value(2.0, label=label)
    y.label = "a"  # with the leaf a.b, a module
    found = scene(y, level="scalars")
    assert [b.label for b in found.boxes if b.label] == [*hostile, "a"]
    assert len({b.id for b in found.boxes}) == len(found.boxes)
    for level in ("neurons", "layers"):
        folded = scene(y, level=level)
        assert sum(len(b.nodes) for b in folded.boxes) == len(order(y))


def test_a_module_that_a_circle_feeds_comes_after_the_circle():
    a, b, c = (Value(0.5, label=f"{name}.w") for name in "abc")

    def unit(weight, x):
        out = (weight * x).tanh()
        out.label = weight.label[0]
        return out

    first = unit(c, 1.0)  # c computes first, and again with what a and b make, which feed each other
    found = scene(first + unit(c, unit(a, unit(b, unit(a, 1.0)))), level="neurons")
    assert [b.label or b.symbol for b in found.boxes if b.kind != "constant"] == ["a", "c", "+", "b"]


# --- what repeats -----------------------------------------------------------------------------------------------


def recurrence(steps):
    """A recurrence by hand, and a loss at each step."""
    w, u, b, h = (Value(n, label=name) for n, name in ((0.5, "w"), (-0.7, "u"), (0.1, "b"), (0.2, "h0")))
    loss = Value(0.0, label="zero")
    for step in range(1, steps + 1):
        h = (w * (0.1 * step) + u * h + b).tanh()
        h.label = f"h{step}"
        loss = loss + (h - 0.5) ** 2
    loss.label = "loss"
    loss.backward()
    return loss


def batch(examples):
    """A network of two units by hand, over a batch whose inputs are leaves."""
    w, v = [Value(0.3 + i, label=f"w{i}") for i in range(2)], [Value(0.5 - i, label=f"v{i}") for i in range(2)]
    inputs = [Value(0.1 * i, label=f"x{i}") for i in range(examples)]
    outputs = [sum(b * (a * x).tanh() for a, b in zip(w, v, strict=True)) for x in inputs]
    return sum((y - 1.0) ** 2 for y in outputs) / examples


@pytest.mark.parametrize(
    ("make", "boxes"),
    [
        (lambda: recurrence(40), {"h1 … h40": 40, "+": 39}),
        (lambda: batch(40), {"x0 … x39": 40, "+": 40}),
    ],
)
def test_what_repeats_is_one_box(make, boxes):
    root = make()
    found = scene(root, cut=True)
    assert found.level == "cells"
    assert {b.label: b.uses for b in found.boxes if b.kind == "module"} == boxes
    drawn = [b for b in found.boxes if b.kind != "constant"]
    assert found.note.startswith(f"{len(order(root))} nodes folded into {len(drawn)} boxes: what repeats")
    assert sorted(map(id, order(root))) == sorted(id(v) for b in found.boxes for v in b.nodes)
    assert found.boxes[-1].nodes == (root,)


def test_the_shares_of_what_repeats_add_up():
    found = scene(recurrence(40), level="cells")
    for b in found.boxes:
        shares = [a.share for a in found.arrows if a.tail == b.id]
        if b.kind == "leaf":
            assert sum(shares) == pytest.approx(b.grad, rel=1e-12)


def test_what_does_not_repeat_is_not_folded():
    two = scene(recurrence(2), level="cells")
    assert (two.level, two.note) == ("scalars", "")
    v = Value(1.0)
    for _ in range(300):
        v = v + 1.0  # each is made from the one before
    assert scene(v, cut=True).note.startswith("301 nodes: the 149 nearest")
    with pytest.raises(TooManyNodes, match="301 nodes"):
        scene(v, level="cells")


def test_cells_that_look_the_same_are_two():
    a, b = Value(0.3, label="a"), Value(0.7, label="b")
    both = [sum(((p * (0.1 * i)).tanh() for i in range(5)), Value(0.0)) for p in (a, b)]
    names = [box.label for box in scene(both[0] * both[1], level="cells").boxes if box.kind == "module"]
    assert sorted(names) == ["× tanh +", "× tanh + (2)"]


def folded_boxes(root):
    """The boxes of the cells of a graph: name and times of each."""
    return {box.label: box.uses for box in scene(root, level="cells").boxes if box.kind == "module"}


def logits(count, name="z"):
    return [Value(0.3 * i, label=f"{name}{i}") for i in range(count)]


def test_a_call_of_softmax_is_one_box():
    z = logits(3)
    loss = -softmax(z)[1].log()
    found = scene(loss, level="cells")
    assert {box.label or box.symbol for box in found.boxes} == {"z0 … z2", "softmax", "log", "neg"}
    assert found.note.endswith(" nodes folded into 4 boxes: what repeats is one box, ×N, and so is each softmax")
    (inside,) = (box.nodes for box in found.boxes if box.label == "softmax")
    assert len(inside) == len(order(loss)) - 5
    two = scene(-softmax(z[:2])[1].log(), level="cells")
    assert two.note.endswith(" nodes folded into 5 boxes: each softmax is one box")


@pytest.mark.parametrize(
    ("function", "name", "outside"),
    [
        (logsumexp, "logsumexp", 4),  # three leaves and the root
        (autograd.max, "max", 4),
        (autograd.min, "min", 4),
        (lambda z: nn.cross_entropy([z], [1]), "cross_entropy", 5),  # and the mean over one example
    ],
)
def test_a_call_of_another_function_of_many_operations_is_one_box(function, name, outside):
    root = function(logits(3)) * 2.0
    folds = {box.label: len(box.nodes) for box in scene(root, level="cells").boxes if box.kind == "module"}
    assert folds == {"z0 … z2": 3, name: len(order(root)) - outside}


def test_two_calls_are_two_boxes_and_three_that_are_alike_one():
    def heads(count):
        return sum((softmax(logits(3, f"h{h}z"))[0] for h in range(count)), start=Value(0.0))

    assert {name: n for name, n in folded_boxes(heads(2)).items() if "z" not in name} == {
        "softmax": 1,
        "softmax (2)": 1,
    }
    assert folded_boxes(heads(3))["softmax"] == 3
    same = logits(3)
    assert {"softmax", "softmax (2)"} <= folded_boxes(softmax(same)[0] * softmax(same)[1]).keys()


def test_a_call_in_a_nudged_graph_is_one_box():
    p = softmax(logits(3))
    p[1].data = 0.5
    assert "softmax" in folded_boxes(p[1] * 2.0)


def test_a_call_of_computed_items_ends_at_them():
    z = [v * 2.0 for v in logits(2)]
    (box,) = (box for box in scene(logsumexp(z) * 3.0, level="cells").boxes if box.kind == "module")
    assert not set(box.nodes) & set(z)


def test_the_leaves_of_a_call_are_named_in_their_order():
    assert "z0 … z11" in folded_boxes(logsumexp(logits(12)) * sum(logits(12, "y")))


def test_the_windows_of_a_convolution_are_one_box():
    """The inputs, each in up to three windows, were taken for parameters, and nothing was folded."""
    x, w = logits(8, "x"), logits(3, "w")
    y = [sum((w[j] * x[i + j] for j in range(3)), start=Value(0.0)).tanh() for i in range(6)]
    assert folded_boxes(sum((v * v for v in y), start=Value(0.0))) == {"× + tanh": 6, "x2 … x5": 4, "+": 5}


def test_no_box_holds_what_comes_before_the_mean_and_what_comes_after_it():
    x = logits(8, "x")
    mean = sum(x) / 8
    found = scene(sum((v - mean) ** 2 for v in x) / 8, level="cells")
    assert [(box.label or box.symbol, box.uses) for box in found.boxes if box.kind != "constant"] == [
        ("x0 … x7", 8),
        ("+", 8),
        ("/", 1),
        ("- ^", 8),
        ("+ (2)", 8),
        ("/", 1),
    ]
    place = {box.id: i for i, box in enumerate(found.boxes)}
    assert all(place[arrow.tail] < place[arrow.head] for arrow in found.arrows)
