"""backward gives the same bits as pull; push, replay and higher derivatives agree with it."""

import math
import struct

import pytest
from hypothesis import HealthCheck, assume, given, settings, strategies as st

import autograd
from autograd import Value
from autograd.calculus import GRAPHS
from autograd.engine import as_node, as_number, floats, ieee, order, pull, push, replay
from autograd.table import rules

IEEE = rules(ieee)


def bits(x):
    return struct.pack("<d", x)


SAFE_ONE = ["exp", "sin", "tanh", "relu", "sigmoid", "softplus", "abs", "atan", "neg", "sqrt", "floor"]
SAFE_TWO = ["add", "sub", "mul", "div", "max", "hypot", "gate", "add", "mul"]
numbers = st.floats(-4, 4, allow_nan=False)


@st.composite
def recorded(draw):
    """A random graph with shared nodes and constants, and its leaves."""
    leaves = [Value(x) for x in draw(st.lists(numbers, min_size=1, max_size=4))]
    nodes = list(leaves)
    for _ in range(draw(st.integers(1, 25))):
        x = nodes[draw(st.integers(0, len(nodes) - 1))]
        if draw(st.booleans()):
            nodes.append(GRAPHS[draw(st.sampled_from(SAFE_ONE))].value(x) if draw(st.booleans()) else -x)
        else:
            y = nodes[draw(st.integers(0, len(nodes) - 1))] if draw(st.booleans()) else draw(numbers)
            x, y = (y, x) if draw(st.booleans()) else (x, y)
            nodes.append(GRAPHS[draw(st.sampled_from(SAFE_TWO))].value(x, y))
    return nodes[-1], leaves


@settings(max_examples=300)
@given(recorded(), st.floats(-2, 2))
def test_backward_is_pull_bit_for_bit(graph, seed):
    root, _ = graph
    gradient = pull(root, seed, IEEE, as_number)
    root.backward(seed)
    for node in order(root):
        want = gradient.get(node, 0.0)
        if node.op is None:
            want = 0.0 + want
        assert bits(node._grad) == bits(want) or (math.isnan(node._grad) and math.isnan(want))


@settings(max_examples=300)
@given(recorded())
def test_a_gradient_made_of_values_has_the_same_numbers(graph):
    root, leaves = graph
    by_number, by_graph = pull(root, 1.0, IEEE, as_number), pull(root, Value(1.0), GRAPHS, as_node)
    for leaf in leaves:
        assert (leaf in by_number) == (leaf in by_graph)
        if leaf in by_graph:
            assert float(by_graph[leaf]) == pytest.approx(by_number[leaf], rel=1e-12, nan_ok=True)


@settings(max_examples=300, suppress_health_check=[HealthCheck.filter_too_much])
@given(recorded())
def test_forwards_and_backwards_meet(graph):
    root, leaves = graph
    gradient = pull(root, 1.0, IEEE, as_number)
    speeds = {leaf: 0.5 + i for i, leaf in enumerate(leaves)}
    speed = push(root, speeds, IEEE, as_number)
    # the two multiply in another order, which may underflow or overflow in one of them alone
    tame = [abs(x) for x in (*gradient.values(), *speed.values(), *(v.data for v in order(root)))]
    assume(all(x == 0 or 1e-30 < x < 1e30 for x in tame))
    forwards = speed.get(root, 0.0)
    backwards = [speeds[leaf] * gradient.get(leaf, 0.0) for leaf in leaves]
    assert forwards == pytest.approx(sum(backwards), rel=1e-9, abs=1e-9 * (1 + sum(map(abs, backwards))))


@settings(max_examples=200)
@given(recorded())
def test_a_replay_on_the_same_leaves_gives_the_same_bits(graph):
    root, _ = graph
    again = replay(root, {}, IEEE)
    for node in order(root):
        assert bits(again[node]) == bits(node.data) or math.isnan(node.data)


def test_a_replay_decides_afresh():
    x = Value(2.0)
    y = autograd.where(x, x * x, autograd.sqrt(-x + 4.0))
    assert y.data == 4.0
    assert replay(y, {x: -5.0}, rules(floats))[y] == 3.0
    other = Value(-5.0)
    over_values = replay(y, {x: other}, GRAPHS)[y]
    over_values.backward()
    assert (over_values.data, other.grad) == (3.0, -1 / 6)


def test_why_an_order_is_needed():
    a = Value(1.0)
    b = a + a
    c = b + b
    c.backward()
    assert (b.grad, a.grad) == (2.0, 4.0)


def test_why_gradients_add_up():
    x = Value(3.0)
    (x * x).backward()
    assert x.grad == 6.0


def test_each_node_comes_after_its_operands_in_the_order_of_a_recursive_walk():
    a, b = Value(1.0), Value(2.0)
    c = a * b
    d = c + a
    e = d * c
    assert order(e) == [a, b, c, d, e]


def test_twice_is_exactly_twice_on_leaves_and_fresh_inside():
    x, y = Value(0.1), Value(0.7)
    inside = x * y
    z = inside.exp() + inside * x + y / x
    z.backward()
    once = x.grad, y.grad, inside.grad
    z.backward()
    assert (x.grad, y.grad, inside.grad) == (2 * once[0], 2 * once[1], once[2])


def test_two_losses_that_share_nodes_add_up():
    x = Value(0.5)
    shared = x.exp()
    first, second = shared * 2.0, shared * shared
    first.backward()
    second.backward()
    y = Value(0.5)
    both = y.exp() * 2.0 + y.exp() * y.exp()
    both.backward()
    assert x.grad == pytest.approx(y.grad, rel=1e-15)


def test_a_seed_scales_and_must_be_a_number():
    x = Value(3.0)
    (x * 2.0).backward(seed=5)
    assert x.grad == 10.0
    with pytest.raises(TypeError, match="seed must be one real number"):
        (x * 2.0).backward("1")
    assert x.grad == 10.0


def test_backward_of_a_leaf():
    x = Value(3.0)
    x.backward()
    x.backward(2.0)
    assert x.grad == 3.0


def test_an_interrupt_costs_the_leaves_nothing():
    def interrupted(z, x):
        raise KeyboardInterrupt

    x = Value(3.0)
    x.grad = 5.0
    y = x.exp()
    y.op = y.op._replace(partials=interrupted)
    with pytest.raises(KeyboardInterrupt):
        (y + x).backward()
    assert x.grad == 5.0


def test_derivatives_to_any_order():
    x = Value(0.7)
    z = x.sin() * x**3
    for _ in range(4):
        z = pull(z, Value(1.0), GRAPHS, as_node)[x]
    want = (0.7**3 - 36 * 0.7) * math.sin(0.7) + (24 - 12 * 0.7**2) * math.cos(0.7)
    assert z.data == pytest.approx(want, rel=1e-12)


def test_a_graph_of_an_edited_leaf_is_refused_rather_than_mixed():
    x = Value(3.0, label="x")
    z = x * x
    x.data = 4.0
    with pytest.raises(ValueError, match=r"x was 3\.0 when the graph was recorded and is 4\.0 now"):
        pull(z, Value(1.0), GRAPHS, as_node)
    assert pull(z, 1.0, IEEE, as_number)[x] == 6.0


def test_nothing_that_was_not_asked_is_moved():
    x, y = Value(3.0), Value(4.0)
    assert y not in push(x * 2.0, {x: 1.0}, IEEE, as_number)
    assert push(x * 2.0, {y: 1.0}, IEEE, as_number) == {y: 1.0}


def test_a_gradient_for_some_nodes_visits_only_nodes_that_depend_on_them():
    x, w = Value(2.0), Value(3.0)
    inside, other = x.exp(), w.sin()
    z = inside * other
    assert set(pull(z, 1.0, IEEE, as_number, [x])) == {z, inside, x}
    assert pull(z, 1.0, IEEE, as_number, [inside]) == {z: 1.0, inside: other.data}  # and not on from there
    assert pull(z, 1.0, IEEE, as_number, [x, w]) == pull(z, 1.0, IEEE, as_number)
