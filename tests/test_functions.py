"""Composed functions: their values and derivatives compared with 50 digits, and the arguments they refuse."""

import math

import mpmath
import numpy as np
import pytest
from mpmath import mpf
from truth import close

import autograd
from autograd import Value
from autograd.engine import OPS, order, push, replay

POINTS = [-30.0, -5.5, -1.0, -0.1, 0.2, 1.0, 4.5, 30.0]


def sigmoid(x):
    return 1 / (1 + mpmath.exp(-x))


TRUE = {
    "square": lambda x: x * x,
    "silu": lambda x: x * sigmoid(x),
    "gelu": lambda x: x * mpmath.ncdf(x),
    "elu": lambda x: x if x > 0 else mpmath.expm1(x),
    "leaky_relu": lambda x: x if x > 0 else x / 100,
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
}


@pytest.mark.parametrize("name", TRUE)
@pytest.mark.parametrize("at", POINTS)
def test_functions_of_one_argument(name, at):
    f, x = getattr(autograd, name), Value(at)
    z = f(x)
    z.backward()
    assert close(z.data, TRUE[name](mpf(at)), 2e-13)  # at -30 the rounding of x/√2 alone is 1e-13
    assert close(x.grad, mpmath.diff(TRUE[name], mpf(at)), 1e-12)
    assert f(at) == z.data


@pytest.mark.parametrize("at", [-1.5, 0.25, 3.0])
def test_clamp(at):
    x = Value(at)
    z = autograd.clamp(x, -1, 1)
    z.backward()
    assert z.data == autograd.clamp(at, -1, 1) == max(-1.0, min(1.0, at))
    assert type(autograd.clamp(at, -1, 1)) is float
    assert x.grad == (abs(at) <= 1)
    with pytest.raises(ValueError, match="low must not be above high"):
        autograd.clamp(x, 1.0, -1.0)
    assert math.isnan(autograd.clamp(Value(math.nan), 0.0, 1.0).data)


def test_sums_and_products():
    xs = [Value(2.0), 3, Value(4.0)]
    assert (autograd.total(xs).data, autograd.mean(xs).data, autograd.prod(xs).data) == (9.0, 3.0, 24.0)
    assert autograd.mean(range(5)) == 2.0
    assert autograd.prod(Value(x) for x in (2.0, 5.0)).data == 10.0


@pytest.mark.parametrize("f", [autograd.total, autograd.mean, autograd.prod, autograd.logsumexp, autograd.softmax])
def test_what_a_sum_refuses(f):
    with pytest.raises(ValueError, match=f"{f.__name__} takes at least one .* an empty list"):
        f([])
    with pytest.raises(TypeError, match=f"{f.__name__} takes a sequence .* got a float"):
        f(3.0)
    with pytest.raises(TypeError, match=f"item 1 of {f.__name__} must be one real number"):
        f([1.0, "2"])


def test_softmax_and_logsumexp_are_stable():
    logits = [Value(1000.0), Value(-1000.0), Value(999.0)]
    p = autograd.softmax(logits)
    assert [v.data for v in p] == pytest.approx([1 / (1 + math.exp(-1)), 0.0, 1 / (1 + math.exp(1))], rel=1e-14, abs=0)
    z = autograd.logsumexp(logits)
    z.backward()
    assert [v.grad for v in logits] == pytest.approx([v.data for v in p], rel=1e-14, abs=0)
    assert autograd.softmax([0.0, 0.0]) == [0.5, 0.5]


def test_infinite_ties_share_evenly():
    xs = [Value(-math.inf) for _ in range(3)]
    autograd.logsumexp(xs).backward()
    assert [x.grad for x in xs] == pytest.approx([1 / 3] * 3, rel=1e-15, abs=0)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: autograd.exp(1000.0), r"exp\(1000.0\): math range error"),
        (lambda: autograd.log(0), r"log\(0.0\): .*; log wants a number above 0$"),
        (lambda: autograd.pow(-2.0, 0.5), r"pow\(-2.0, 0.5\): a negative base needs an integer exponent"),
        (lambda: Value(1e308) ** 2, r"power\(1e\+308, 2.0\): Numerical result out of range"),
    ],
)
def test_errors_name_the_operation_on_plain_numbers_too(call, says):
    with pytest.raises((ValueError, OverflowError), match=says):
        call()


INF, NAN = math.inf, math.nan


@pytest.mark.parametrize(
    ("f", "at", "value", "gradient"),
    [
        (autograd.max, (2.0, 2.0, 2.0), 2.0, (1 / 3, 1 / 3, 1 / 3)),
        (autograd.max, (1.0, 3.0, 3.0, 2.0), 3.0, (0.0, 0.5, 0.5, 0.0)),
        (autograd.min, (1.0, 3.0, 1.0, 2.0), 1.0, (0.5, 0.0, 0.5, 0.0)),
        (autograd.min, (5.0,), 5.0, (1.0,)),
        (autograd.max, (1e308, -1e308, 0.0), 1e308, (1.0, 0.0, 0.0)),
        (autograd.max, (INF, 1.0, INF, INF), INF, (1 / 3, 0.0, 1 / 3, 1 / 3)),
        (autograd.min, (-INF, -INF, 0.0), -INF, (0.5, 0.5, 0.0)),
        (autograd.max, (-INF, -1.0, -INF), -1.0, (0.0, 1.0, 0.0)),
        (autograd.hypot, (0.0, 0.0, 0.0), 0.0, (0.0, 0.0, 0.0)),
        (autograd.norm, (2e200, 3e200, 6e200), 7e200, (2 / 7, 3 / 7, 6 / 7)),
        (autograd.norm, (-3.0,), 3.0, (-1.0,)),
    ],
)
def test_the_largest_the_smallest_and_the_length(f, at, value, gradient):
    xs = [Value(x) for x in at]
    z = f(xs)
    z.backward()
    assert z.data == f(at) == value
    assert [x.grad for x in xs] == pytest.approx(gradient, rel=1e-14, abs=0)
    if f is not autograd.norm and len(at) > 1:
        assert f(*xs).data == f(*at) == value


def test_the_largest_keeps_nan_and_the_sign_of_zero():
    assert math.isnan(autograd.max([1.0, NAN, 2.0]))
    assert math.isnan(autograd.min([Value(NAN), 1.0, 2.0]).data)
    assert math.copysign(1.0, autograd.max([Value(-0.0), -1.0, -2.0]).data) == -1.0


def replayed(f, recorded, at):
    """f recorded at one point and run again on other numbers, with its gradient there."""
    xs = [Value(x) for x in recorded]
    z = f(xs)
    values = replay(z, dict(zip(xs, at, strict=True)), OPS)
    tangents = [push_on(z, values, x) for x in xs]
    return values[z], tangents


def push_on(z, values, x):
    """The derivative of z in x where every node is what ``values`` says."""
    return push(z, {x: 1.0}, OPS, lambda node, _: values[node]).get(z, 0.0)


@pytest.mark.parametrize("at", [(1.0, 2.0, 3.0), (3.0, 3.0, 3.0), (0.5, 7.0, 7.0), (-800.0, 0.0, 800.0)])
@pytest.mark.parametrize(
    "f", [autograd.max, autograd.min, autograd.logsumexp, lambda xs: autograd.softmax(xs)[0], autograd.norm]
)
def test_a_record_holds_for_other_numbers_too(f, at):
    """No choice is made by a Python number: which item is the largest is recorded, and decided afresh."""
    value, gradient = replayed(f, (9.0, -1.0, 0.25), at)
    xs = [Value(x) for x in at]
    z = f(xs)
    z.backward()
    assert value == pytest.approx(z.data, rel=1e-14, abs=1e-15)
    assert gradient == pytest.approx([x.grad for x in xs], rel=1e-14, abs=1e-15)


def test_xs_of_a_choice_are_one_sequence_or_several_arguments():
    with pytest.raises(TypeError, match=r"max takes a sequence of Values or numbers, got a float: 3\.0"):
        autograd.max(3.0)
    with pytest.raises(TypeError, match="item 2 of max must be one real number"):
        autograd.max(1.0, 2.0, "3")


def called(*_):
    raise AssertionError("this branch is not taken")


@pytest.mark.parametrize(
    ("make", "at", "value", "gradient"),
    [
        (lambda x: autograd.where(x > 0, x * x, 0.0), -1.0, 0.0, 0.0),
        (lambda x: autograd.where(x > 0, x * x, 0.0), 3.0, 9.0, 6.0),
        (lambda x: autograd.where(x > 0, lambda: autograd.sqrt(x), 0.0), -3.0, 0.0, 0.0),
        (lambda x: autograd.where(x > 0, lambda: autograd.sqrt(x), called), 4.0, 2.0, 0.25),
        (lambda x: autograd.where(x, lambda: autograd.sqrt(x), 0.0), -3.0, 0.0, 0.0),
        (lambda x: autograd.where(False, called, lambda: 2), 1.0, 2.0, 0.0),
        (lambda x: autograd.where(np.bool_(True), 1, x), 5.0, 1.0, 0.0),
        (lambda x: autograd.where(x, autograd.log(autograd.where(x, x, 1.0)), 0.0), 0.0, 0.0, 0.0),
        (lambda x: autograd.where(x, autograd.log(autograd.where(x, x, 1.0)), 0.0), 2.0, math.log(2.0), 0.5),
    ],
)
def test_where_evaluates_a_function_only_if_it_is_taken_and_gives_a_value(make, at, value, gradient):
    x = Value(at)
    z = make(x)
    assert isinstance(z, Value)
    z.backward()
    assert (z.data, x.grad) == (value, gradient)


def test_where_of_numbers_alone_is_a_number():
    assert type(autograd.where(True, 1, 2.0)) is float
    with pytest.raises(TypeError, match="y must be one real number"):
        autograd.where(False, 1.0, "2")
    with pytest.raises(TypeError, match=r"condition must be a bool or a Value \(positive means true\), got a float"):
        autograd.where(1.0, 1.0, 2.0)


@pytest.mark.parametrize("zero", [0.0, -0.0])
@pytest.mark.parametrize(
    "f",
    [
        autograd.elu,
        autograd.leaky_relu,
        lambda x: autograd.clamp(x, -1.0, 1.0),
        lambda x: autograd.where(Value(1.0), x, 7.0),
        lambda x: autograd.where(Value(-1.0), 7.0, x),
        lambda x: autograd.where(True, x, 7.0),
        lambda x: autograd.max([x, x, -5.0]),
    ],
)
def test_the_sign_of_zero_is_kept(f, zero):
    assert math.copysign(1.0, f(Value(zero)).data) == math.copysign(1.0, zero)
    result = f(zero)
    assert math.copysign(1.0, result.data if isinstance(result, Value) else result) == math.copysign(1.0, zero)


def test_xlogy_is_0_for_0_log_0():
    x, y = Value(0.0), Value(0.0)
    z = autograd.xlogy(x, y)
    z.backward()
    assert (z.data, x.grad, y.grad) == (0.0, 0.0, 0.0)
    x, y = Value(0.0), Value(2.0)
    autograd.xlogy(x, y).backward()
    assert (x.grad, y.grad) == (math.log(2.0), 0.0)
    x, y = Value(3.0), Value(2.0)
    z = autograd.xlogy(x, y)
    z.backward()
    assert (z.data, x.grad, y.grad) == (3.0 * math.log(2.0), math.log(2.0), 1.5)
    assert autograd.xlogy(0, 0) == 0.0
    with pytest.raises(ValueError, match="log wants a number above 0"):
        autograd.xlogy(1.0, 0.0)


@pytest.mark.parametrize(
    "f", [autograd.logsumexp, lambda xs: autograd.softmax(xs)[0], lambda xs: autograd.softmax(xs)[2]]
)
def test_a_record_made_with_a_mask_holds_without_it(f):
    """Attention's mask: all others are -inf when it is recorded, and finite when it is run again."""
    at = (0.5, -0.25, 2.0)
    value, gradient = replayed(f, (0.5, -INF, -INF), at)
    xs = [Value(x) for x in at]
    z = f(xs)
    z.backward()
    assert value == pytest.approx(z.data, rel=1e-14)
    assert gradient == pytest.approx([x.grad for x in xs], rel=1e-14)


def test_a_mask_takes_nothing_and_gets_no_gradient():
    xs = [Value(0.5), Value(-INF), Value(-INF)]
    z = autograd.logsumexp(xs)
    p = autograd.softmax(xs)
    (z + p[0] * 2.0 + p[1]).backward()
    assert (z.data, [v.data for v in p]) == (0.5, [1.0, 0.0, 0.0])
    assert [x.grad for x in xs] == [1.0, 0.0, 0.0]
    assert not any(math.isnan(node.data) for node in order(z))


def test_second_derivatives_of_logsumexp_keep_their_tails():
    tail = math.exp(-40.0)
    assert autograd.hessian(autograd.logsumexp)([40.0, 0.0])[0] == pytest.approx([tail, -tail], rel=1e-12)
    assert autograd.hessian(autograd.logsumexp)([0.0, 40.0])[0] == pytest.approx([tail, -tail], rel=1e-12)
    assert autograd.hessian(autograd.logsumexp)([0.0, 0.0]) == [[0.25, -0.25], [-0.25, 0.25]]
    big = autograd.grad(autograd.logsumexp)([1e9, 1e9 - 3.0, 1e9 + 1.5])
    assert big == pytest.approx(autograd.softmax([0.0, -3.0, 1.5]), rel=1e-14)
