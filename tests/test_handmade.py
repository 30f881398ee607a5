"""Nodes made by hand, nudges and old records: what a lecture does with its own class works here, and says what is wrong."""

import copy
import gc
import math
import warnings
from functools import partial

import pytest

from autograd import (
    Program,
    Value,
    diagnose,
    draw,
    explain,
    explore,
    grad,
    gradcheck,
    gradients,
    hessian,
    jvp,
    tree,
    value_and_grad,
)
from autograd.engine import gc_paused, order


def by_hand(x, result, symbol, derivative):
    """One operation in the lecture's way."""
    out = Value(result, (x,), symbol)

    def _backward():
        x.grad += derivative * out.grad

    out._backward = _backward
    return out


def tanh(x):
    t = math.tanh(x.data)
    return by_hand(x, t, "tanh", 1 - t**2)


def exp(x):
    e = math.exp(x.data)
    return by_hand(x, e, "exp", e)


def product(x, y):
    out = Value(x.data * y.data, (x, y), "*")

    def _backward():
        x.grad += y.data * out.grad
        y.grad += x.data * out.grad

    out._backward = _backward
    return out


def mixed(x, w):
    """Nodes of both kinds, with shared operands."""
    h = product(x, w) + x
    return tanh(h * 0.5) * exp(w) + product(h, h)


def ours(x, w):
    h = x * w + x
    return (h * 0.5).tanh() * w.exp() + h * h


def test_a_mixed_graph_has_the_gradients_of_the_table():
    x, w = Value(0.7, label="x"), Value(-1.2, label="w")
    z = mixed(x, w)
    a, b = Value(0.7), Value(-1.2)
    want = ours(a, b)
    z.backward()
    want.backward()
    assert z.data == want.data
    once = x.grad, w.grad
    assert once == pytest.approx((a.grad, b.grad), rel=1e-15, abs=0)
    z.backward()
    assert (x.grad, w.grad) == (2 * once[0], 2 * once[1])
    assert grad(mixed, (0, 1))(0.7, -1.2) == pytest.approx(once, rel=1e-15)
    assert value_and_grad(mixed, (0, 1))(0.7, -1.2)[0] == z.data
    assert jvp(mixed, (0.7, -1.2), (1.0, 0.0))[1] == pytest.approx(once[0], rel=1e-15)


def test_every_reading_of_it_works():
    x, w = Value(0.7, label="x"), Value(-1.2, label="w")
    z = mixed(x, w)
    z.backward()
    assert "tanh" in tree(z)
    assert f"{x.grad:.6g}" in str(explain(z, x))
    assert diagnose(z) is None
    assert "tanh" in draw(z).source
    assert "tanh" in explore(z).html
    assert gradcheck(mixed, (0.7, -1.2)).ok
    assert (tanh(x)._op, list(tanh(x)._prev)) == ("tanh", [x])
    twin = copy.deepcopy(z)
    assert len(order(twin)) == len(order(z))


def test_asking_leaves_everything_as_it_was():
    x = Value(0.5)
    out = tanh(x)
    x.data, x.grad, out.grad = 3.0, 7.0, 9.0
    assert out.op.partials(out.data, 0.5) == (1 - math.tanh(0.5) ** 2,)
    assert (x.data, x.grad, out.data, out.grad) == (3.0, 7.0, math.tanh(0.5), 9.0)
    fresh = Value(0.5)
    assert tanh(fresh).op.partials(0.0, 0.5)
    assert fresh._grad is None


def test_a_leaf_that_is_edited_changes_nothing_that_was_recorded():
    x, y = Value(2.0), Value(5.0)
    z = product(x, y)
    x.data = 100.0
    z.backward()
    assert (x.grad, y.grad, x.data) == (5.0, 2.0, 100.0)


def test_a_copy_outlives_the_node_that_the_closure_belongs_to():
    x = Value(0.5)
    twin = copy.deepcopy(tanh(x) * 3.0)
    gc.collect()
    twin.backward()
    (leaf,) = [node for node in order(twin) if node.op is None]
    assert leaf.grad == 3.0 * (1 - math.tanh(0.5) ** 2)


def closure_that(does):
    x, z = Value(0.5, label="x"), Value(2.0, label="z")
    out = Value(0.25, (x,), "sq")
    out._backward = partial(does, x, z, out)
    if does is adds_to_another:

        def closure():
            does(x, z, out)

        out._backward = closure
    return x, out


def forgets(x, z, out):
    x.grad += 2 * x.data


def assigns(x, z, out):
    x.grad = 2 * x.data * out.grad


def squares(x, z, out):
    x.grad += 2 * x.data * out.grad**2


def adds_to_another(x, z, out):
    x.grad += 2 * x.data * out.grad
    z.grad += out.grad


@pytest.mark.parametrize(
    ("does", "says"),
    [
        (forgets, r"the _backward of sq does not multiply by out\.grad: it gives x 1\.0 whether out\.grad is 1 or 2"),
        (
            assigns,
            r"the _backward of sq does not add to the gradient that x has: .* write x\.grad \+= …, not x\.grad = …",
        ),
        (squares, r"the _backward of sq is not proportional to out\.grad: it gives x 1\.0 at 1 and 4\.0 at 2"),
        (adds_to_another, r"the _backward of sq gives a gradient to z, which is not among its operands"),
    ],
)
def test_a_closure_that_is_wrong_is_found(does, says):
    x, out = closure_that(does)
    with pytest.raises(ValueError, match=says):
        (out * 3.0).backward()
    assert (x.data, x.grad, out.data) == (0.5, 0.0, 0.25)


REFUSED = [
    (lambda x: Value(1.0, (x,), "f").backward(), ValueError, r"f was made by hand and has no local derivatives: set out\._backward"),
    (lambda x: setattr(Value(1.0), "_backward", print), TypeError, "_backward must belong to a Value with operands"),
    (lambda x: setattr(Value(1.0, (x,), "f"), "_backward", 3), TypeError, "_backward must be a function of no arguments, got an int: 3"),
    (lambda x: Value(1.0, (x, 2.0), "f"), TypeError, r"_children\[1\] must be a Value, got a float: 2\.0; make it one"),
    (lambda x: Value(1.0, "x"), TypeError, r"_children must be a tuple of Values, got a str: 'x'; a label is given by its name"),
    (lambda x: Value(1.0, {x}, "f"), TypeError, "_children must be a tuple of Values, got a set"),
    (lambda x: Value(1.0, (x,), 3.0), TypeError, "_op must be a str, or the local derivatives as a tuple of numbers, got a float"),
    (lambda x: Value(1.0, (), "f"), ValueError, "an operation must have operands"),
    (lambda x: Value(1.0, (x,), (1.0, 2.0)), ValueError, "the local derivatives must be one number for each of 1 operands"),
    (lambda x: Value(1.0, (x,), ("1",)), TypeError, "local derivative 0 must be one real number"),
    (lambda x: gradients(tanh(x), [x]), TypeError, r"tanh was made by hand: .* autograd\.primitive for derivatives of any order"),
    (lambda x: hessian(tanh)(0.5), TypeError, "tanh was made by hand"),
    (lambda x: Program(tanh(x) * 2.0), TypeError, r"tanh was made by hand: define it with autograd\.primitive"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "says"), REFUSED)
def test_what_cannot_be_made_by_hand(call, error, says):
    with pytest.raises(error, match=says):
        call(Value(0.5))


def test_a_subclass_keeps_no_silent_zero():
    class Cubed(Value):
        def cube(self):
            out = Cubed(self.data**3, (self,), "cube")

            def _backward():
                self.grad += 3 * self.data**2 * out.grad

            out._backward = _backward
            return out

    x = Cubed(2.0)
    x.cube().backward()
    assert x.grad == 12.0
    with pytest.raises(TypeError, match=r"Never\._backward would never be called: set it on each result"):

        class Never(Value):
            def _backward(self):
                pass


def test_local_derivatives_given_as_numbers():
    a, b, c = (Value(x, label=n) for x, n in ((1.0, "a"), (2.0, "b"), (3.0, "c")))
    out = Value(6.0, (a, b, c), (6.0, 3.0, 2))
    (out * 2.0).backward()
    assert (a.grad, b.grad, c.grad) == (12.0, 6.0, 4.0)
    assert list(out._prev) == [a, b, c]
    assert "by hand" in tree(out)
    squared = Value(9.0, (c, c), (3.0, 3.0))
    c.grad = 0.0
    squared.backward()
    assert c.grad == 6.0


def test_any_number_of_operands():
    xs = [Value(float(i)) for i in range(50)]
    out = Value(sum(x.data**2 for x in xs), xs, "norm²")

    def _backward():
        for x in xs:
            x.grad += 2 * x.data * out.grad

    out._backward = _backward
    (out * 1.0).backward()
    assert [x.grad for x in xs] == [2.0 * i for i in range(50)]
    assert list(out._prev) == xs
    parts = [node for node in order(out) if node.op is not None]
    assert len(parts) == 49
    assert {node.data for node in parts} == {out.data}


def test_the_rule_of_a_table_s_node_can_be_replaced():
    x = Value(3.0)
    out = x * x
    out._backward = lambda: setattr(x, "grad", x.grad + 100.0 * out.grad)
    (out + 1.0).backward()
    assert x.grad == 100.0
    y = Value(3.0)
    twice = 2.0 * y
    twice._backward = lambda: setattr(y, "grad", y.grad + 5.0 * twice.grad)
    twice.backward()
    assert y.grad == 5.0


def test_a_sweep_of_your_own_over_both_kinds_of_nodes():
    """The lecture's backward: topological order by recursion over _prev, then each node's own _backward."""
    x, w = Value(0.7), Value(-1.2)
    z = mixed(x, w)
    topo, visited = [], set()

    def build(v):
        if v not in visited:
            visited.add(v)
            for child in v._prev:
                build(child)
            topo.append(v)

    build(z)
    z.grad = 1.0
    for node in reversed(topo):
        node._backward()
    swept = x.grad, w.grad
    x.grad = w.grad = 0.0
    z.backward()
    assert swept == pytest.approx((x.grad, w.grad), rel=1e-15)


def test_the_graph_for_a_picture_of_your_own_has_constants_too():
    def trace(root):
        nodes, edges = set(), set()

        def walk(v):
            if v not in nodes:
                nodes.add(v)
                for child in v._prev:
                    edges.add((id(child), id(v)))
                    walk(child)

        walk(root)
        return nodes, edges

    n = Value(3.0, label="n")
    out = (2 * n + 1) ** 2 - n / 4
    nodes, edges = trace(out)
    assert len(nodes) == 9  # n, 2, 2n, 1, 2n + 1, its square, 4, n / 4, and the difference
    assert len(edges) == 9
    assert trace(out) == (nodes, edges)  # the same constants again
    out.backward()
    quarter = list(out._prev)[1]
    assert [(v.data, v.grad) for v in quarter._prev] == [(3.0, n.grad), (4.0, 3.0 / 16.0)]
    assert [v.grad for v in (2 * n + 1)._prev] == [0.0, 0.0]
    assert list((n**2)._prev) == [n]


def test_constants_go_when_their_node_goes():
    from autograd.engine.micrograd import constants

    gc.collect()
    before = len(constants)
    with gc_paused():
        node = Value(1.0) + 2.0
        assert len(node._prev) == 2
        assert len(constants) == before + 1
        del node
        assert len(constants) == before


# --- nudges -------------------------------------------------------------------------------------------------------


def test_a_nudge_is_recorded_as_old_plus_step():
    a, b, c = (Value(x, label=n) for x, n in ((2.0, "a"), (-3.0, "b"), (10.0, "c")))
    d = a * b + c
    d.label = "d"
    before = d * d
    d.data += 0.001
    after = d * -2.0
    assert (d.data, before.data, after.data) == (4.001, 16.0, -8.002)
    assert d.label == "d"
    assert "d = +" in tree(after)
    assert "0.001" in tree(after)
    before.backward()
    assert (a.grad, b.grad, c.grad, d.grad) == (-24.0, 16.0, 8.0, 8.0)  # of the number that was recorded
    a.grad = b.grad = c.grad = 0.0
    after.backward()
    assert (a.grad, b.grad, c.grad) == (6.0, -4.0, -2.0)
    with pytest.raises(ValueError, match=r"d was 4\.0 when the graph was recorded and is 4\.001 now"):
        gradients(before, [a])
    assert gradients(after, [a])[0].data == 6.0


def test_nudges_of_nodes_made_by_hand():
    x = Value(0.5)
    out = tanh(x)
    first = out * 3.0
    out.data = 1.0
    out.data -= 0.25
    second = out * 4.0
    first.backward()
    assert x.grad == 3.0 * (1 - math.tanh(0.5) ** 2)
    x.grad = 0.0
    second.backward()
    assert (x.grad, second.data) == (4.0 * (1 - math.tanh(0.5) ** 2), 3.0)


def test_a_nudge_to_anything_but_a_number_changes_nothing():
    v = Value(2.0) * 3.0
    with pytest.raises(TypeError, match="data must be one real number"):
        v.data = "7"
    assert (v.data, len(v.operands), v.op.symbol) == (6.0, 1, "×")


# --- old records --------------------------------------------------------------------------------------------------


def test_a_loop_that_never_computes_its_loss_again_causes_a_warning():
    w = Value(1.0, label="w")
    loss = (w * 2 - 3) ** 2
    loss.backward()
    w.data -= 0.1 * w.grad
    w.grad = 0.0
    with pytest.warns(
        UserWarning, match=r"w was 1 when this was recorded and is 1\.4 now: .* loss again inside the loop"
    ) as told:
        loss.backward()
    assert len(told) == 1
    assert told[0].filename == __file__
    assert w.grad == -4.0  # of what was recorded
    w.data = 1.0
    w.grad = 0.0
    loss.backward()  # it is again what it was


def test_a_part_that_is_kept_from_an_earlier_step_causes_a_warning_too():
    w, b = Value(1.0, label="w"), Value(2.0)
    kept = w * w
    (kept + b).backward()
    w.data, b.data = 0.5, 1.5
    with pytest.warns(UserWarning, match=r"w was 1 when this was recorded and is 0\.5 now:"):
        (kept + b * w).backward()


def test_a_warning_that_is_an_error_costs_the_leaves_nothing():
    w = Value(1.0)
    loss = w * w
    loss.backward()
    w.data = 2.0
    with warnings.catch_warnings(action="error"), pytest.raises(UserWarning, match=r"a leaf was 1 when"):
        loss.backward()
    assert w.grad == 2.0


def right_loop():
    w = Value(1.0)
    for _ in range(3):
        loss = (w * 2 - 3) ** 2
        w.grad = 0.0
        loss.backward()
        w.data -= 0.1 * w.grad
    return w.grad


def edited_once_then_swept_twice():
    x = Value(3.0)
    z = x * x
    x.data = 4.0
    z.backward()
    z.backward()
    return x.grad


def nudged_and_computed_again():
    x = Value(3.0)
    z = x * x
    z.backward()
    x.data += 0.5
    (x * x).backward()
    return x.grad


def nudged_between_two_sweeps():
    x, other = Value(3.0), Value(1.0)
    d = x * 2.0
    z = d * d
    z.backward()
    d.data += 0.1
    other.data = 2.0
    z.backward()
    return x.grad


def edited_and_restored():
    x = Value(0.1)
    z = x * x
    z.backward()
    for _ in range(10):
        x.data += 0.3
        x.data -= 0.3
    assert x.data != 0.1
    z.backward()
    return x.grad


def constants_kept():
    x, w = Value(3.0), Value(1.0)
    kept = x * x
    for _ in range(3):
        (kept * w).backward()
        w.data -= 0.1
    return w.grad


@pytest.mark.parametrize(
    ("program", "result"),
    [
        (right_loop, -0.16),
        (edited_once_then_swept_twice, 12.0),
        (nudged_and_computed_again, 13.0),
        (nudged_between_two_sweeps, 48.0),
        (edited_and_restored, 0.4),
        (constants_kept, 27.0),
    ],
)
def test_there_is_no_false_alarm(program, result):
    assert program() == pytest.approx(result, rel=1e-12)


# --- the rest of the lecture's habits -----------------------------------------------------------------------------


def test_functions_of_one_argument_are_methods_too():
    import autograd

    for name in ("square", "silu", "gelu", "elu", "leaky_relu"):
        assert getattr(Value(-0.7), name)().data == getattr(autograd, name)(-0.7)
    assert Value(3.0).clamp(0, 1).data == 1.0
    assert Value(-1.0).elu(alpha=2.0).data == 2.0 * math.expm1(-1.0)


def test_label_none_means_the_empty_label():
    v = Value(1.0, label=None)
    v.label = None
    assert v.label == ""
    assert Value(1.0, (), "", "x").label == "x"


@pytest.mark.parametrize("name", ["atan2", "hypot", "arctan2"])
def test_a_method_of_two_arguments_refuses_anything_but_a_number(name):
    with pytest.raises(TypeError, match=r"takes a Value or a number, got a str: '3'"):
        getattr(Value(1.0), name)("3")


def test_adam_with_its_state_beside_the_parameters():
    """A Value is light and has no room for p.m: a subclass has, and so has a dict, whose keys are the Values."""

    class Parameter(Value):
        pass

    def adam(parameters, step):
        for p in parameters:
            p.m = 0.9 * p.m + 0.1 * p.grad
            p.v = 0.99 * p.v + 0.01 * p.grad**2
            p.data -= 0.1 * (p.m / (1 - 0.9**step)) / ((p.v / (1 - 0.99**step)) ** 0.5 + 1e-8)
            p.grad = 0.0

    a, b = Parameter(3.0), Parameter(-2.0)
    for p in (a, b):
        p.m = p.v = 0.0
    for step in range(1, 400):
        loss = (a - 1) ** 2 + (b + a) ** 2
        loss.backward()
        adam([a, b], step)
    assert (a.data, b.data) == pytest.approx((1.0, -1.0), abs=0.01)
    with pytest.raises(AttributeError):
        Value(1.0).m = 0.0


def test_a_sweep_of_your_own_by_children_and_local_derivatives():
    """microgpt's backward: each node keeps its operands and its local derivatives, as numbers."""
    x, w = Value(0.7), Value(-1.2)
    e = math.exp(x.data * 0.5)
    z = Value(e, (x * 0.5,), (e,)) * w + (2.0 - w) ** 3 - w / x
    z.backward()
    want = x.grad, w.grad
    x.grad = w.grad = 0.0
    topo, seen = [], set()

    def build(v):
        if v not in seen:
            seen.add(v)
            for child in v._children:
                build(child)
            topo.append(v)

    build(z)
    for v in topo:
        v.grad = 0.0
    z.grad = 1.0
    for v in reversed(topo):
        for child, local_grad in zip(v._children, v._local_grads, strict=True):
            child.grad += local_grad * v.grad
    assert (x.grad, w.grad) == pytest.approx(want, rel=1e-14)
    assert (x._children, x._local_grads) == ((), ())
