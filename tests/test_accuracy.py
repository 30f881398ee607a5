"""Against 50 digits: random smooth expressions, and every operation at the extremes of the floats."""

import itertools
import math

import mpmath
import pytest
from accuracy import measure
from mpmath import mp, mpf
from truth import FUNCTIONS

import autograd
from autograd import Value, graphs
from autograd.ops import OPS


@pytest.mark.parametrize("seed", range(4))
def test_random_smooth_expressions(seed):
    for value, gradient, hessian, tree, at in measure(75, seed):
        assert value <= 1e-12, (tree, at)
        assert gradient <= 1e-12, (tree, at)
        assert hessian <= 1e-10, (tree, at)


# Where formulas break: denormals, the ends of the range, beside poles and branch points, where tails die out.
EXTREMES = [
    5e-324, 1e-320, 2.2250738585072014e-308, 1e-200, 1e-154, 1e-20, 1e-8, 0.5, 1 - 2**-53, 1.0, 1 + 2**-52, math.pi / 2,
    20.0, 40.0, 700.0, 709.7, 745.0, 1000.0, 1e8, 1e16, 1e154, 1e200, 1.7e308,
]  # fmt: skip
EXTREMES = sorted([*EXTREMES, *(-x for x in EXTREMES)])
FEW = [x for x in EXTREMES if abs(x) in (5e-324, 1e-200, 1e-8, 1.0, 1 + 2**-52, 20.0, 1000.0, 1e154, 1e200, 1.7e308)]
EXPONENTIAL = {"exp", "expm1", "exp2", "sinh", "cosh", "tanh", "sech", "sigmoid", "softplus", "erf", "erfc"}
PERIODIC = {"sin", "cos", "tan"}
STEPPED = {"floor", "ceil", "sign", "zero", "scale", "floordiv", "mod", "max", "min", "gate", "relu", "abs"}


def places(name):
    """Operands of an operation at the extremes of its domain."""
    axes = []
    for d in OPS[name].domain:
        axes.append(
            [x for x in (EXTREMES if len(OPS[name].domain) == 1 else FEW) if d.low < x < d.high and x != d.hole]
        )
    for at in itertools.product(*axes):
        if name in EXPONENTIAL and abs(at[0]) > (30 if name in ("erf", "erfc") else 1000):
            continue
        if name in PERIODIC and abs(at[0]) > 1e16:  # mpmath would need 300 digits of the turn
            continue
        if name in ("pow", "power") and (not 1e-8 <= abs(at[1]) <= 1e5 or abs(at[1] * math.log(abs(at[0]))) > 1e4):
            continue
        yield at


def true_slope(name, at, i):
    """The derivative by a difference far below the operand's own size."""
    digits = 1500 if len(at) == 2 or name in ("erf", "erfc", *EXPONENTIAL) else 700
    with mp.workdps(digits):
        x = mpf(at[i])
        h = abs(x) * mpf(10) ** -40

        def f(t):
            return FUNCTIONS[name](*(t if k == i else mpf(a) for k, a in enumerate(at)))

        return (f(x + h) - f(x - h)) / (2 * h)


@pytest.mark.parametrize("name", [n for n in OPS if n not in STEPPED | {"add", "sub", "neg"}])
def test_slopes_at_the_extremes(name):
    tried = 0
    for at in places(name):
        leaves = [Value(x) for x in at]
        try:
            OPS[name].value(*at)
        except (OverflowError, ValueError, ZeroDivisionError):
            continue
        z = getattr(graphs, name)(*([leaves[0], at[1]] if name == "power" else leaves))
        z.backward()
        for i, leaf in enumerate(leaves[: 1 if name == "power" else None]):
            want = true_slope(name, at, i)
            if isinstance(want, mpmath.mpc):
                continue
            tried += 1
            if abs(want) > mpf("1.797e308"):
                assert abs(leaf.grad) > 1.79e308, (at, i)
            elif abs(want) < mpf("2.3e-308"):
                assert abs(leaf.grad) < 2.4e-308, (at, i)
            else:
                assert abs(mpf(leaf.grad) - want) <= mpf("1e-12") * abs(want), (at, i, leaf.grad, want)
    assert tried > 4


def softmax_first(*xs):
    return autograd.softmax(list(xs))[0]


def true_softmax(*xs):
    return mpmath.exp(xs[0]) / sum(map(mpmath.exp, xs))


def true_logsumexp(*xs):
    return mpmath.log(sum(map(mpmath.exp, xs)))


COMPOSED = [
    (softmax_first, true_softmax, [(40.0, 0.0), (0.0, 40.0), (1.0, 1.0), (700.0, 0.0), (-3.0, 5.0, 700.0), (50.0, 0.0, 10.0)]),
    (lambda *xs: autograd.logsumexp(xs), true_logsumexp, [(40.0, 0.0), (0.0, -40.0), (1000.0, 1000.0), (-1000.0, -1001.0, -1030.0), (700.0, 1.0)]),
    (autograd.silu, lambda x: x / (1 + mpmath.exp(-x)), [(-700.0,), (-40.0,), (1e-200,), (40.0,), (1000.0,)]),
    (autograd.gelu, lambda x: x * mpmath.erfc(-x / mpmath.sqrt(2)) / 2, [(-30.0,), (-9.0,), (-1e-200,), (9.0,), (40.0,)]),
    (autograd.elu, lambda x: x if x > 0 else mpmath.expm1(x), [(-700.0,), (-1e-20,), (1e-200,), (1000.0,)]),
    (lambda x, y: (x - y).softplus(), lambda x, y: mpmath.log1p(mpmath.exp(x - y)), [(0.0, 700.0), (-40.0, 0.0), (1000.0, 0.0)]),
    (autograd.hypot, mpmath.hypot, [(5e-324, 5e-324), (1.5e308, 1.5e308), (1e-310, 3e-320), (3e200, 4e-200)]),
]  # fmt: skip


@pytest.mark.parametrize(("f", "true", "places"), COMPOSED)
def test_composed_functions_at_the_extremes(f, true, places):
    for at in places:
        leaves = [Value(x) for x in at]
        z = f(*leaves)
        z.backward()
        with mp.workdps(1500):
            point = [mpf(x) for x in at]
            here = true(*point)
            if abs(here) < mpf("1.79e308"):
                assert abs(mpf(z.data) - here) <= mpf("1e-12") * abs(here) + mpf("5e-324"), at
            for i, leaf in enumerate(leaves):
                h = max(abs(point[i]), mpf(1) if max(map(abs, at)) < 1e5 else 0) * mpf(10) ** -400
                up = true(*(x + h * (k == i) for k, x in enumerate(point)))
                down = true(*(x - h * (k == i) for k, x in enumerate(point)))
                want = (up - down) / (2 * h)
                if abs(want) > mpf("2.3e-308"):
                    assert abs(mpf(leaf.grad) - want) <= mpf("1e-12") * abs(want), (at, i, leaf.grad, want)
                else:
                    assert abs(leaf.grad) < 2.4e-308, (at, i)
