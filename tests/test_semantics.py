"""Every operation at its corners, row by row."""

import math

import pytest

import autograd
from autograd import Value
from autograd.calculus import GRAPHS
from autograd.engine import as_node, ieee, pull
from autograd.table import rules

inf, nan = math.inf, math.nan


def slopes(f, *at):
    """f at a point, and its derivative in each operand."""
    leaves = [Value(x) for x in at]
    z = f(*leaves)
    z.backward()
    by_graph = pull(z, Value(1.0), GRAPHS, as_node)
    for leaf in leaves:  # the same corner holds where the gradient is itself a graph
        assert same(0.0 + by_graph[leaf].data if leaf in by_graph else 0.0, leaf.grad)
    return z.data, *(leaf.grad for leaf in leaves)


def same(a, b):
    return a == b or (math.isnan(a) and math.isnan(b))


CORNERS = [
    # f, at, (value, slopes)
    (autograd.relu, (0.0,), (0.0, 0.0)),
    (abs, (0.0,), (0.0, 0.0)),
    (autograd.sign, (3.0,), (1.0, 0.0)),
    (autograd.sign, (0.0,), (0.0, 0.0)),
    (autograd.floor, (1.5,), (1.0, 0.0)),
    (autograd.floor, (2.0,), (2.0, 0.0)),
    (autograd.ceil, (1.5,), (2.0, 0.0)),
    (autograd.sqrt, (0.0,), (0.0, inf)),
    (autograd.sqrt, (-0.0,), (0.0, inf)),
    (autograd.cbrt, (0.0,), (0.0, inf)),
    (lambda x: x**0.7, (0.0,), (0.0, inf)),
    (autograd.asin, (1.0,), (math.asin(1.0), inf)),
    (autograd.asin, (-1.0,), (math.asin(-1.0), inf)),
    (autograd.acos, (1.0,), (0.0, -inf)),
    (lambda x: x**0, (0.0,), (1.0, 0.0)),
    (lambda x, y: x**y, (0.0, 0.0), (1.0, 0.0, 0.0)),
    (lambda x: x**1, (0.0,), (0.0, 1.0)),
    (lambda x: x**2, (0.0,), (0.0, 0.0)),
    (lambda x, y: x**y, (0.0, 1.0), (0.0, 1.0, 0.0)),
    (lambda x, y: x**y, (0.0, 2.0), (0.0, 0.0, 0.0)),
    (lambda x, y: x**y, (0.0, 0.7), (0.0, inf, 0.0)),
    (lambda y: 0.0**y, (2.0,), (0.0, 0.0)),
    (lambda x, y: x**y, (-2.0, 3.0), (-8.0, 12.0, nan)),
    (lambda x: x**3, (-2.0,), (-8.0, 12.0)),
    (lambda x, y: x / y, (1e-200, 1e-200), (1.0, 1e200, -1e200)),
    (autograd.max, (2.0, 2.0), (2.0, 0.5, 0.5)),
    (autograd.min, (2.0, 2.0), (2.0, 0.5, 0.5)),
    (autograd.max, (inf, inf), (inf, 0.5, 0.5)),
    (autograd.max, (3.0, 2.0), (3.0, 1.0, 0.0)),
    (autograd.min, (3.0, 2.0), (2.0, 0.0, 1.0)),
    (lambda x: autograd.clamp(x, 0.0, 1.0), (0.0,), (0.0, 1.0)),
    (lambda x: autograd.clamp(x, 0.0, 1.0), (1.0,), (1.0, 1.0)),
    (lambda x: autograd.clamp(x, 0.0, 1.0), (1.5,), (1.0, 0.0)),
    (autograd.sigmoid, (1000.0,), (1.0, 0.0)),
    (autograd.sigmoid, (-1000.0,), (0.0, 0.0)),
    (autograd.sigmoid, (40.0,), (1.0, 4.248354255291589e-18)),
    (autograd.tanh, (20.0,), (1.0, 1.6993417021166355e-17)),
    (autograd.tanh, (1000.0,), (1.0, 0.0)),
    (autograd.softplus, (1000.0,), (1000.0, 1.0)),
    (autograd.softplus, (-1000.0,), (0.0, 0.0)),
    (autograd.softplus, (-40.0,), (4.248354255291589e-18, 4.248354255291589e-18)),
    (autograd.log1p, (1e-20,), (1e-20, 1.0)),
    (autograd.expm1, (1e-20,), (1e-20, 1.0)),
    (lambda x, y: autograd.logsumexp([x, y]), (1000.0, 1000.0), (1000.6931471805599, 0.5, 0.5)),
    (lambda x, y: autograd.logsumexp([x, y]), (-inf, -inf), (-inf, 0.5, 0.5)),
    (lambda x, y: autograd.logsumexp([x, y]), (inf, 1.0), (inf, 1.0, 0.0)),
    (autograd.hypot, (0.0, 0.0), (0.0, 0.0, 0.0)),
    (autograd.atan2, (0.0, 0.0), (0.0, 0.0, 0.0)),
    (lambda x, y: x % y, (7.5, 2.0), (1.5, 1.0, -3.0)),
    (lambda x, y: x % y, (-7.5, 2.0), (0.5, 1.0, 4.0)),
    (autograd.elu, (0.0,), (0.0, 1.0)),
    (autograd.leaky_relu, (0.0,), (0.0, 0.01)),
    (autograd.elu, (1000.0,), (1000.0, 1.0)),
]


@pytest.mark.parametrize(("f", "at", "want"), CORNERS)
def test_corner(f, at, want):
    got = slopes(f, *at)
    assert all(a == pytest.approx(b, rel=1e-15, abs=0, nan_ok=True) for a, b in zip(got, want, strict=True)), got


def test_hypot_and_atan2_far_from_one():
    assert slopes(autograd.hypot, 1e200, 1e200)[1:] == pytest.approx((math.sqrt(0.5),) * 2, rel=1e-15, abs=0)
    assert slopes(autograd.atan2, 1e-200, 1e-200)[1:] == pytest.approx((5e199, -5e199), rel=1e-15, abs=0)


@pytest.mark.parametrize("f", [autograd.max, autograd.min])
@pytest.mark.parametrize("at", [(nan, 1.0), (1.0, nan)])
def test_max_and_min_hide_no_nan(f, at):
    assert math.isnan(f(*map(Value, at)).data)
    assert math.isnan(f(*at))


def test_relu_hides_no_nan():
    assert math.isnan(Value(nan).relu().data)


RAISES = [
    (lambda x: x ** (1 / 3), (-8.0,), ValueError),
    (lambda x, y: x**y, (-8.0, 1 / 3), ValueError),
    (autograd.log, (0.0,), ValueError),
    (autograd.log, (-1.0,), ValueError),
    (autograd.sqrt, (-1.0,), ValueError),
    (autograd.asin, (2.0,), ValueError),
    (autograd.exp, (1000.0,), OverflowError),
    (lambda x, y: x / y, (1.0, 0.0), ZeroDivisionError),
    (lambda x: x**-1, (0.0,), ZeroDivisionError),
    (lambda x: 1 / x, (0.0,), ZeroDivisionError),
    (lambda x: x % 0, (1.0,), ZeroDivisionError),
    (lambda x: x**2, (1e200,), OverflowError),
]


@pytest.mark.parametrize(("f", "at", "error"), RAISES)
def test_forward_raises_as_floats_do_and_says_where(f, at, error):
    leaves = [Value(x, label=f"in{i}") for i, x in enumerate(at)]
    with pytest.raises(error, match=r"\w+\(.*in\d = ") as caught:
        f(*leaves)
    assert str(at[0]) in str(caught.value)


def test_a_product_that_overflows_is_inf_and_flows_on_as_with_floats():
    x = Value(1e200)
    z = x * x - x * x
    assert math.isnan(z.data)
    z.backward()
    assert type(x.grad) is float


@pytest.mark.parametrize("taken", [1.0, 0.0, -1.0, nan])
def test_where_takes_one_branch_and_nothing_leaks_from_the_other(taken):
    x, c = Value(0.0), Value(taken)
    safe, root = 3.0 * x, autograd.sqrt(x)  # the slope of the root is inf here
    z = autograd.where(c, safe, root) if taken > 0 else autograd.where(c, root, safe)
    z.backward()
    assert (z.data, x.grad, c.grad) == (0.0, 3.0, 0.0)
    assert root.grad == 0.0
    assert pull(z, Value(1.0), GRAPHS, as_node)[x].data == 3.0


@pytest.mark.parametrize("bad", [inf, nan])
def test_where_drops_an_inf_or_nan_that_is_not_taken(bad):
    assert autograd.where(Value(1.0), 2.0, Value(bad)).data == 2.0
    assert autograd.where(Value(0.0), Value(bad), 2.0).data == 2.0


@pytest.mark.parametrize(
    "f",
    [
        lambda x: (autograd.sqrt(x) - 1.0).relu(),
        lambda x: autograd.max(autograd.sqrt(x), 1.0),
        lambda x: (autograd.sqrt(x) + 0.5).floor(),
        lambda x: autograd.clamp(autograd.sqrt(x), 1.0, 2.0),
    ],
)
def test_a_flat_branch_passes_nothing_back_to_an_infinite_derivative(f):
    assert slopes(f, 0.0)[1] == 0.0  # and not 0 times inf, nan


def test_corners_of_the_second_order():
    def hessian(f, *at):
        leaves = [Value(x) for x in at]
        first = pull(f(*leaves), Value(1.0), GRAPHS, as_node)
        second = [pull(first[u], Value(1.0), GRAPHS, as_node) if u in first else {} for u in leaves]
        return [[0.0 + row[v].data if v in row else 0.0 for v in leaves] for row in second]

    assert hessian(autograd.hypot, 0.0, 0.0) == hessian(autograd.atan2, 0.0, 0.0) == [[0.0, 0.0], [0.0, 0.0]]
    assert hessian(autograd.tanh, 720.0) == [[0.0]]
    assert hessian(autograd.tanh, 300.0)[0][0] == pytest.approx(-8.0 * math.exp(-600.0), rel=1e-12, abs=0)
    assert hessian(lambda x, y: x**y, 2.0, 0.0)[0][1] == 0.5  # 1/x, though the slope in x is 0


def test_where_with_a_bool_picks_now_and_records_nothing():
    x, y = Value(1.0), Value(2.0)
    assert autograd.where(True, x, y) is x
    assert autograd.where(x > y, x, y) is y


def test_where_checks_what_it_picks():
    assert autograd.where(True, 1, "never") == 1.0
    assert type(autograd.where(True, 1, 2)) is float
    with pytest.raises(TypeError, match="y must be one real number"):
        autograd.where(False, Value(1.0), None)


@pytest.mark.parametrize("condition", [1, 0.5, "yes", None])
def test_where_refuses_a_condition_that_could_mean_either(condition):
    with pytest.raises(TypeError, match="condition must be a bool or a Value"):
        autograd.where(condition, 1.0, 2.0)


def test_backward_never_raises_at_a_vertical_slope_and_nan_is_honest():
    x = Value(0.0)
    z = autograd.sqrt(x) ** 2  # 0 times inf: the sweep does not pretend to know that this is 1
    z.backward()
    assert math.isnan(x.grad)


def test_ieee_partials_of_pow_keep_nan():
    partials = rules(ieee)["pow"].partials
    assert all(map(math.isnan, partials(nan, nan, 2.0)))
    assert all(map(math.isnan, partials(nan, 2.0, nan)))
