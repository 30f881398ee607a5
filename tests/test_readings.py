"""tree, explain and diagnose as people read them."""

import math
import re
import sys

import pytest

import autograd
from autograd import Value, diagnose, explain, source_lines, sqrt, tree, where


def test_a_tree_shows_data_and_grad_at_every_node_and_a_dash_before_backward():
    x, w = Value(2.0, label="x"), Value(-3.0, label="w")
    out = (x * w).tanh()
    out.label = "out"
    assert tree(out).splitlines() == [
        "out = tanh   data -0.999988  grad –",
        "└── ×        data -6         grad –",
        "    ├── x    data 2          grad –",
        "    └── w    data -3         grad –",
    ]
    out.backward()
    assert "–" not in tree(out)
    assert "grad 4.91531e-05" not in tree(x)


def test_a_tree_says_what_an_edited_leaf_was():
    x = Value(3.0, label="x")
    y = x * x
    x.data = 5.0
    assert "data 5 (3 here)" in tree(y)
    assert "here" not in tree(x)


def test_a_tree_writes_a_shared_node_once():
    x = Value(1.0, label="x")
    y = x + 1.0
    text = tree(y * y)
    assert text.count("data 2") == 1
    assert text.count("^ above") == 1


@pytest.mark.parametrize("label", ['"', "\\", "<b>bold</b>", "a\nb", "\0", "🙂", "x" * 10_000, "{|}&'"])
def test_a_label_is_text_and_never_breaks_a_line(label):
    x = Value(1.0, label=label)
    text = tree(x + 1.0)
    assert len(text.split("\n")) == 3
    assert text.replace("\n", "").isprintable()
    assert max(map(len, text.split("\n"))) < 100


def test_a_tree_of_many_nodes_is_refused_with_the_count():
    v = Value(1.0)
    for _ in range(300):
        v = v + 1.0
    with pytest.raises(ValueError, match="the graph has 301 nodes, more than max_nodes = 200"):
        tree(v)
    assert len(tree(v, max_nodes=301).splitlines()) == 601


@pytest.mark.parametrize("bad", [[Value(1.0)], 1.0, None])
def test_what_readings_refuse(bad):
    for read in (tree, diagnose, lambda v: explain(v, Value(1.0))):
        with pytest.raises(TypeError, match="root must be a Value, got a"):
            read(bad)
    with pytest.raises(TypeError, match="wrt must be a Value, or the label of one, got a"):
        explain(Value(1.0), bad)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda x: x * 2.0, None),
        (lambda x: Value(math.nan, label="bad") + x, "forward: the leaf bad = nan was given"),
        (lambda x: (x * 1e308) * 10.0 + 1.0, "forward: × of (1e+308), 10.0 is inf"),
        (lambda x: (x * 1e308 * 10.0) * 0.0, "forward: × of (1e+308), 10.0 is inf"),
        (lambda x: sqrt(x - 1.0) * 3.0, "backward: the local derivative of √ in (0.0) is inf, with 3.0 from upstream"),
    ],
)
def test_where_an_inf_or_nan_was_born(make, says):
    found = diagnose(make(Value(1.0, label="x")))
    assert says == (None if found is None else str(found))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda x, w: (x * w).relu() + 1.0, "x = -3.0, since relu in (-6.0) passes back nothing of the 1.0"),
        (lambda x, w: (x * w).relu() * 5.0 + x, "w = 2.0, since relu in (-6.0) passes back nothing of the 5.0"),
        (lambda x, w: (w * 1000.0).tanh() * x, "w = 2.0, since tanh in (2000.0) passes back nothing of the -3.0"),
        (lambda x, w: (x * 0.0 * w).exp() + x, "w = 2.0: it is multiplied by 0, because of 0.0"),
        (lambda x, w: where(x, w, 2.0 * x), "w = 2.0, since gate in w = 2.0 passes back nothing of the 1.0"),
    ],
)
def test_where_a_gradient_died(make, says):
    found = diagnose(make(Value(-3.0, label="x"), Value(2.0, label="w")))
    assert found.kind == "dead"
    assert says in str(found)


def test_a_gradient_that_underflows_is_dead():
    x = Value(1.0, label="x")
    found = diagnose(((x * 400).sigmoid() - 2.0).__mul__(400).sigmoid())
    assert found.kind == "dead"
    assert "which underflows to 0" in str(found)


def test_source_lines_inside_one_another_see_all():
    with source_lines() as outer:
        with source_lines() as inner:
            x = Value(1.0) * 2.0
        y = x * 2.0
    assert x in outer
    assert x in inner
    assert y in outer
    assert y not in inner


def test_a_gradient_that_cancels_is_not_dead():
    x = Value(2.0)
    assert diagnose(x - x + x * x - 4.0 * x) is None


def test_a_diagnosis_says_what_where_and_on_which_line():
    with source_lines() as lines:
        x = Value(800.0, label="x")
        y = x.exp2() * 0.0  # 2^800 is finite
        z = (y + x) * 1e308
        out = z * 10.0
    found = diagnose(out, lines=lines)
    assert (found.kind, found.sweep, found.node) == ("inf", "forward", z)
    assert re.search(r"; made at test_readings\.py:\d+: z = \(y \+ x\) \* 1e308$", str(found))
    assert x in lines
    assert out in lines
    assert Value(1.0) not in lines


def test_source_lines_skip_our_own_and_leave_the_profiler_as_it_was():
    def seen(*event):
        pass

    sys.setprofile(seen)
    try:
        with source_lines() as lines:
            u = autograd.logsumexp([Value(1.0), Value(2.0)])
        assert sys.getprofile() is seen
    finally:
        sys.setprofile(None)
    assert {line.split(":")[0] for line in lines.values()} == {"test_readings.py"}
    assert "autograd.logsumexp" in lines[u]
