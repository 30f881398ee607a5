"""An operation of the user's own: it works in every arithmetic, and a wrong rule is refused."""

import copy
import math

import pytest

import autograd
from autograd import (
    Domain,
    Value,
    deriv,
    diagnose,
    explain,
    grad,
    gradcheck,
    gradients,
    hessian,
    jvp,
    primitive,
    sigmoid,
    tree,
)
from autograd.engine import replay
from autograd.engine.ops import OPS
from autograd.text.symbols import derivative_formulas, formula, variable

swish = primitive(
    "swish",
    lambda x: x * sigmoid(x),
    lambda z, x: (z + sigmoid(x) * (1.0 - z),),
    symbol="sw",
    why="z + σ(x) (1 - z)",
)
bowl = primitive("bowl", lambda x, y: x * x + 3.0 * y * y, lambda z, x, y: (2.0 * x, 6.0 * y))


def composed(x):
    return x * sigmoid(x)


def test_it_works_eagerly_and_backwards():
    x = Value(2.0, label="x")
    y = swish(x)
    y.backward()
    want = Value(2.0)
    composed(want).backward()
    assert y.data == swish(2.0) == composed(2.0)
    assert type(swish(2)) is float
    assert x.grad == pytest.approx(want.grad, rel=1e-14)


def test_it_works_to_any_order_forwards_and_in_checks():
    for n in range(5):
        assert deriv(swish, order=n)(0.7) == pytest.approx(deriv(composed, order=n)(0.7), rel=1e-12)
    assert grad(grad(swish))(0.7) == pytest.approx(grad(grad(composed))(0.7), rel=1e-13)
    assert jvp(swish, 0.7, 2.0)[1] == pytest.approx(2.0 * grad(swish)(0.7), rel=1e-15)
    assert hessian(bowl, (0, 1))(1.0, 2.0) == ((2.0, 0.0), (0.0, 6.0))
    assert gradcheck(lambda x, y: bowl(swish(x), y) * 2.0, (0.3, 0.8), order=2)
    x = Value(0.7)
    (g,) = gradients(swish(x), [x])
    assert g.data == pytest.approx(grad(composed)(0.7), rel=1e-15)


def test_it_takes_numbers_and_values_in_any_mix():
    x = Value(4.0)
    assert [float(bowl(*at)) for at in ((3, x), (x, 3), (3, 4), (x, x))] == [57.0, 43.0, 57.0, 64.0]
    bowl(3, x).backward()
    assert x.grad == 24.0


def test_it_shows_in_text_and_in_formulas():
    x = Value(2.0, label="x")
    y = swish(x)
    y.backward()
    assert tree(y).startswith("sw ")
    assert "z + σ(x) (1 - z)" in str(explain(y, x))
    assert formula(y.op, variable("x")).text == "sw(x)"
    (slope,) = derivative_formulas(y.op, variable("z"), variable("x"))
    assert slope.text == "z + σ(x)·(1 - z)"
    assert slope.latex == r"z + \sigma\left(x\right) \, \left(1 - z\right)"


def test_it_is_replayed_and_copied():
    x = Value(2.0)
    y = swish(x) * 3.0
    assert replay(y, {x: 5.0}, OPS)[y] == 3.0 * swish(5.0)
    twin = copy.deepcopy(y)
    assert twin.data == y.data


def test_its_failures_name_it():
    lg = primitive("lg", math.log, lambda z, x: (1.0 / x,), domain=Domain("a number above 0", low=0.0))
    with pytest.raises(ValueError, match=r"lg\(q = -1\.0\): .*; lg wants a number above 0"):
        lg(Value(-1.0, label="q"))
    with pytest.raises(ValueError, match=r"lg\(-1\.0\)"):
        lg(-1.0)
    with pytest.raises(TypeError, match="operand 0 must be one real number"):
        lg("1")
    with pytest.raises(TypeError, match="lg takes 1 operand, got 2"):
        lg(1.0, 2.0)


def test_its_rule_never_makes_backward_raise():
    root = primitive("root", math.sqrt, lambda z, x: (0.5 / z,), domain=Domain("from 0 up", low=0.0))
    x, w = Value(0.0), Value(2.0)
    (root(x) * 3.0 + w * w).backward()
    assert math.isnan(x.grad)
    assert w.grad == 4.0
    assert diagnose(root(x)).kind == "nan"


def test_it_may_be_flat_or_have_a_kink():
    steps = primitive("steps", lambda x: float(round(x)), lambda z, x: (None,))
    assert grad(lambda x: steps(x) * x)(2.2) == 2.0
    hard = primitive("hard", lambda x: min(max(x, -1.0), 1.0), lambda z, x: (1.0 if -1 <= x <= 1 else 0.0,))
    assert grad(hard)(0.5) == 1.0
    assert grad(hard)(2.0) == 0.0


unit = Domain("a number between 0 and 1", low=0.0, high=1.0)
RIGHT = [
    ("mytanh", math.tanh, lambda z, x: (1 - z * z,), None),
    ("naive", lambda x: 1 / (1 + math.exp(-x)), lambda z, x: (z * (1 - z),), None),
    ("stairs", lambda x: -math.log(1 - 1 / (1 + math.exp(-x))), lambda z, x: (sigmoid(x),), None),
    ("lower", lambda x: math.log(1 + math.exp(x)), lambda z, x: (1 - autograd.exp(-z),), None),
    ("dead", lambda x: 1 - math.tanh(x), lambda z, x: (-z * (2 - z),), None),
    ("fast", lambda x: math.sin(1000 * x), lambda z, x: (1000 * autograd.cos(1000 * x),), None),
    ("sq", lambda x: x * x, lambda z, x: (2 * x,), Domain("a number above 50", low=50.0)),
    ("root", lambda x: (x - 50) ** 0.5, lambda z, x: (0.5 / z,), Domain("a number above 50", low=50.0)),
    ("small", lambda x: x * x, lambda z, x: (2 * x,), Domain("a tiny number", low=0.0, high=1e-6)),
    ("kelvin", lambda x: math.sqrt(x + 273.15), lambda z, x: (0.5 / z,), Domain("a temperature", low=-273.15)),
    ("minus", lambda x: math.log(-x), lambda z, x: (1 / x,), Domain("a number below 0", high=0.0)),
    ("logit", lambda x: math.log(x / (1 - x)), lambda z, x: (1 / (x * (1 - x)),), unit),
    ("flat", lambda x: float(x > 0), lambda z, x: (None,), None),
    ("kl", lambda p, q: p * math.log(p / q), lambda z, p, q: (autograd.log(p / q) + 1, -p / q), (unit, unit)),
]


@pytest.mark.parametrize(("name", "value", "partials", "domain"), RIGHT)
def test_a_right_rule_is_taken_even_if_it_loses_digits_where_it_saturates(name, value, partials, domain):
    assert primitive(name, value, partials, domain=domain)


WRONG = [
    ("scaled", lambda x: x * sigmoid(x), lambda z, x: (1.0005 * (z + sigmoid(x) * (1.0 - z)),)),
    ("signed", math.sin, lambda z, x: (-autograd.cos(x),)),
    ("swapped", lambda x, y: x * x * y, lambda z, x, y: (x * x, 2.0 * x * y)),
    ("forgot", lambda x, y: x * y, lambda z, x, y: (y, None)),
    ("masked", lambda x: max(x, 0.0), lambda z, x: (1.0,)),
    ("mixed", lambda x: x**3, lambda z, x: (3.0 * z,)),
]


@pytest.mark.parametrize(("name", "value", "partials"), WRONG)
def test_a_wrong_rule_is_refused_with_the_numbers_that_show_it(name, value, partials):
    with pytest.raises(
        ValueError, match=rf"the rule of {name} is wrong: at x = .* its local derivative in [xy] is .* by partials"
    ):
        primitive(name, value, partials)


def test_a_rule_that_is_not_a_graph_is_refused():
    with pytest.raises(ValueError, match=r"the rule of cut cannot be differentiated: .* autograd\.exp for math\.exp"):
        primitive("cut", math.exp, lambda z, x: (math.exp(x),))


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        (("f", math.tanh, lambda z, x: (1.0 - z * z,), 3), TypeError, "symbol must be a str, got an int: 3"),
        (("tanh", math.tanh, lambda z, x: (1.0 - z * z,)), ValueError, "'tanh', which is taken by"),
        (("a b", math.tanh, lambda z, x: (1.0 - z * z,)), TypeError, "name must be a Python name"),
        (("f", 3, lambda z, x: (1.0,)), TypeError, "value must be a function"),
        (("f", math.tanh, lambda z: (1.0,)), TypeError, "partials must take z and the operands"),
        (("f", math.tanh, lambda z, x: 1.0 - z * z), TypeError, r"must return a tuple \(dz/dx,\), got a float"),
        (("f", math.log, lambda z, x: (1.0 / x,)), ValueError, "f has no value at x = -30.7 .*: state its domain"),
        (("f", lambda x: 1j * x, lambda z, x: (1j,)), TypeError, "the value of f must be one real number"),
    ],
)
def test_bad_rows(arguments, error, says):
    with pytest.raises(error, match=says):
        primitive(*arguments[:3], **({"symbol": arguments[3]} if len(arguments) > 3 else {}))


def test_a_symbol_is_one_line_of_text():
    hostile = primitive("hostile", lambda x: 2.0 * x, lambda z, x: (2.0,), symbol='a"\n\x1b[31m</b>', why="x\ny")
    y = hostile(Value(1.0, label="x"))
    assert len(tree(y).splitlines()) == 2
    assert "\x1b" not in tree(y) + str(explain(y, y.operands[0]))


def test_nothing_is_left_behind_in_the_table():
    assert "swish" not in OPS
    primitive("swish", lambda x: x * x, lambda z, x: (2.0 * x,))  # another one of the same name
    assert swish(2.0) == composed(2.0)
