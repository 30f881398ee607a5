"""Comparison with 50 digits: random smooth expressions, and every operation at the extremes of the floats."""

import mpmath
import pytest
from accuracy import AT_EXTREMES, extremes, measure, right
from mpmath import mp, mpf

import autograd
from autograd import Value


@pytest.mark.parametrize("seed", range(4))
def test_random_smooth_expressions(seed):
    for value, gradient, hessian, tree, at in measure(75, seed):
        assert value <= 1e-12, (tree, at)
        assert gradient <= 1e-12, (tree, at)
        assert hessian <= 1e-10, (tree, at)


@pytest.mark.parametrize("name", AT_EXTREMES)
def test_slopes_at_the_extremes(name):
    tried = 0
    for at, i, got, want in extremes(name):
        tried += 1
        assert right(got, want), (at, i, got, want)
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
