"""Derivatives of functions: values, nesting, structures of arguments, and programs that invite perturbation confusion."""

import math
from collections import namedtuple

import mpmath
import numpy as np
import pytest

import autograd
from autograd import (
    Value,
    deriv,
    exp,
    grad,
    gradients,
    hessian,
    hvp,
    jacobian,
    jvp,
    sin,
    sqrt,
    tanh,
    value_and_grad,
    vjp,
)
from autograd.engine import order


def product(x, y):
    return x * x * y


def rosenbrock(v):
    return (1 - v[0]) ** 2 + 100 * (v[1] - v[0] ** 2) ** 2


ONE_EACH = [
    (lambda: grad(product)(3, 2), 12.0),
    (lambda: grad(product, 1)(3, 2), 9.0),
    (lambda: grad(product, -1)(3, 2), 9.0),
    (lambda: grad(product, (0, 1))(3, 2), (12.0, 9.0)),
    (lambda: grad(product, [1])(3, 2), (9.0,)),
    (lambda: grad(grad(product))(3, 2), 4.0),
    (lambda: value_and_grad(product)(3, 2), (18.0, 12.0)),
    (lambda: grad(rosenbrock)([-1.2, 1]), [-215.6, -88.0]),
    (lambda: hessian(rosenbrock)([-1.2, 1]), [[1330.0, 480.0], [480.0, 200.0]]),
    (lambda: hessian(product, (0, 1))(3, 2), ((4.0, 6.0), (6.0, 0.0))),
    (lambda: hvp(rosenbrock, [-1.2, 1], [1, 0]), [1330.0, 480.0]),
    (lambda: hvp(product, (3, 2), (1, 0)), (4.0, 6.0)),
    (lambda: hvp(lambda x: x**3, 2.0, 1.0), 12.0),
    (lambda: hvp(rosenbrock, ([-1.2, 1],), ([0, 1],)), [480.0, 200.0]),
    (lambda: jacobian(lambda v: [v[0] * v[1], v[0] + v[1]])([2, 5]), [[5.0, 2.0], [1.0, 1.0]]),
    (lambda: jacobian(lambda x: (x, x * x))(3), (1.0, 6.0)),
    (lambda: jacobian(lambda x: x * x)(3), 6.0),
    (lambda: jacobian(lambda x, y: [x * y], (0, 1))(3, 2), [(2.0, 3.0)]),
    (lambda: jvp(product, (3, 2), (1, 0)), (18.0, 12.0)),
    (lambda: jvp(product, [3, 2], [1, 0]), (18.0, 12.0)),
    (lambda: jvp(rosenbrock, [1, 1], [1, 0]), (0.0, 0.0)),
    (lambda: jvp(lambda x: [x, x * x, 7], 3, 1), ([3.0, 9.0, 7.0], [1.0, 6.0, 0.0])),
    (lambda: vjp(product, 3, 2)[1](2), (24.0, 18.0)),
    (lambda: vjp(lambda v: [v[0] * v[1], v[0]], [2, 5])[1]([1, 10]), ([15.0, 2.0],)),
    (lambda: deriv(lambda x: x**3)(2), 12.0),
    (lambda: deriv(lambda x: x**3, order=0)(2), 8),
    (lambda: deriv(lambda x: x**3, order=4)(2), 0.0),
    (lambda: deriv(product, 1)(3, 2), 9.0),
    (lambda: deriv(lambda t: [t, t * t])(3), [1.0, 6.0]),
]


@pytest.mark.parametrize(("call", "want"), ONE_EACH)
def test_one_of_each(call, want):
    got = call()
    assert type(got) is type(want)
    assert np.shape(got) == np.shape(want)
    assert np.array(got) == pytest.approx(np.array(want), rel=1e-14, abs=0)


def test_the_form_of_the_argument_is_the_form_of_the_gradient():
    point = namedtuple("point", "x y")
    f = lambda p: p["w"][0] * p["w"][1] + p["b"]  # noqa: E731
    assert grad(f)({"w": (2.0, 3.0), "b": 1}) == {"w": (3.0, 2.0), "b": 1.0}
    assert grad(lambda p: p.x * p.y)(point(2, 3)) == point(3.0, 2.0)
    g = grad(lambda a: (a * a).sum())(np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert g.dtype == float
    assert g.tolist() == [[2.0, 4.0], [6.0, 8.0]]
    assert jacobian(lambda a: a * a)(np.array([1.0, 3.0])).tolist() == [[2.0, 0.0], [0.0, 6.0]]
    assert hessian(lambda a: (a**3).sum())(np.array([1.0, 2.0])).tolist() == [[6.0, 0.0], [0.0, 12.0]]
    assert grad(lambda x: x * x)(np.float64(3.0)) == 6.0


@pytest.mark.parametrize("outer", [grad, deriv])
@pytest.mark.parametrize("inner", [grad, deriv])
@pytest.mark.parametrize(
    ("program", "at", "want"),
    [
        # each is the smallest program that goes wrong when inner and outer variables are taken for one another
        (lambda d, x: x * d(lambda y: x + y)(x), 1.0, 1.0),
        (lambda d, x: x * d(lambda y: x + y)(1.0), 1.0, 1.0),
        (lambda d, x: x * d(lambda y: x * y)(2.0), 3.0, 6.0),
        (lambda d, x: x * d(lambda y: x * y * y)(2.0), 3.0, 24.0),
        (lambda d, x: d(lambda y: x * y * y)(x), 3.0, 12.0),
        (lambda d, x: d(lambda y: 7.0)(x) * x, 3.0, 0.0),
        (lambda d, x: d(lambda y: x)(x) + x, 3.0, 1.0),
        (lambda d, x: d(lambda y: y)(x) * x, 3.0, 1.0),
        (lambda d, x: d(lambda y: d(lambda z: x * y * z)(y))(x), 5.0, 1.0),
        (lambda d, x: d(lambda y: d(lambda z: x * y * z * z)(y) * y)(x), 5.0, 6 * 3 * 25.0),
    ],
)
def test_perturbations_are_not_confused(outer, inner, program, at, want):
    got = outer(lambda x: program(inner, x))(at)
    assert type(got) is float
    assert got == want


def test_derivatives_nest_to_any_order():
    f = lambda x: sin(x) * exp(x * x)  # noqa: E731
    with mpmath.workdps(40):
        for n in range(8):
            want = mpmath.diff(lambda t: mpmath.sin(t) * mpmath.exp(t * t), mpmath.mpf(0.5), n)
            assert deriv(f, order=n)(0.5) == pytest.approx(float(want), rel=1e-11)
            g = f
            for _ in range(n):
                g = grad(g)
            assert float(g(0.5)) == pytest.approx(float(want), rel=1e-11)


def test_reverse_and_forward_hessians_agree_and_are_symmetric():
    f = lambda v: tanh(v[0] * v[1] + sin(v[2])) * exp(v[0] / v[2])  # noqa: E731
    at = [0.3, -1.2, 0.8]
    h = np.array(hessian(f)(at))
    columns = [hvp(f, at, [float(i == j) for j in range(3)]) for i in range(3)]
    assert h == pytest.approx(h.T, rel=1e-13, abs=1e-15)
    assert h == pytest.approx(np.array(columns).T, rel=1e-13, abs=1e-15)


def test_what_is_ignored_has_a_slope_of_exactly_zero():
    assert repr(grad(lambda x, y: -y, 0)(1.0, 2.0)) == "0.0"
    assert repr(grad(lambda x: 5)(1.0)) == "0.0"
    assert repr(grad(lambda v: v[1])([1.0, 2.0])) == "[0.0, 1.0]"
    assert repr(jacobian(lambda x: [3, x * 0])(1.0)) == "[0.0, 0.0]"
    assert repr(grad(lambda x: x * -0.0)(1.0)) == "0.0"


def test_what_depends_on_a_value_from_outside_is_a_value():
    w = Value(3.0, label="w")
    slope = grad(lambda x: w * x * x)(2.0)
    assert slope.data == 12.0
    slope.backward()
    assert w.grad == 4.0
    assert type(grad(lambda x: w + x * x)(2.0)) is float
    x = Value(2.0)
    value, through = value_and_grad(lambda t: t**3)(x)
    (value + through).backward()
    assert (value.data, through.data, x.grad) == (8.0, 12.0, 24.0)
    value, speed = jvp(lambda t: t * t, 3.0, w)
    assert (value, speed.data) == (9.0, 18.0)


def test_a_variable_at_rest_brings_no_nan_out_of_an_infinite_slope():
    assert jvp(lambda x, y: sqrt(x) + y, (0.0, 1.0), (0.0, 1.0)) == (1.0, 1.0)
    assert jvp(lambda x, y: sqrt(x) + y, (0.0, 1.0), (1.0, 0.0)) == (1.0, math.inf)


def test_gradients_of_graphs_are_graphs():
    x, y = Value(0.7, label="x"), Value(1.3, label="y")
    inside = x * y
    z = inside.tanh() * x
    dx, dy, d_inside, none = gradients(z, [x, y, inside, Value(1.0)])
    z.backward()
    assert [dx.data, dy.data, d_inside.data, none.data] == pytest.approx([x.grad, y.grad, inside.grad, 0.0])
    (dxy,) = gradients(dx, [y])
    (dyx,) = gradients(dy, [x])
    assert dxy.data == pytest.approx(dyx.data, rel=1e-14)
    assert {x, y} <= set(order(dxy))
    assert gradients(z, [x], seed=Value(2.0))[0].data == pytest.approx(2 * x.grad)


def test_a_local_derivative_of_1_makes_no_node():
    # back through a sum of n terms, each of n additions would otherwise multiply by 1
    def nodes(n):
        xs = [Value(0.1)] * n
        return len(order(gradients(sum(xs, Value(0.0)).tanh(), [xs[0]])[0])) - n

    assert nodes(10) == nodes(2) + (10 - 2)  # the shares of the uses of x are added


def test_a_gradient_penalty_trains():
    w = Value(2.0)
    f = lambda x: w * x**3  # noqa: E731
    penalty = (grad(f)(1.0) - 1.0) ** 2  # (3 w - 1)²
    penalty.backward()
    assert w.grad == 2 * (3 * 2.0 - 1) * 3


def test_keywords_and_other_arguments_pass_through():
    def f(x, how, *, scale=1.0):
        return x * x * scale if how == "squared" else x * scale

    assert grad(f)(3.0, "squared", scale=2.0) == 12.0
    assert deriv(f)(3.0, "plain", scale=2.0) == 2.0
    assert grad(f).__name__ == "grad(f)"


@pytest.mark.parametrize("seed", range(10))
def test_forward_and_reverse_meet(seed):
    """The dot-product test: u · (J v) in forward mode equals (u J) · v in reverse mode."""
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(2, 3, 3)).tolist()

    def f(v):
        rows = [autograd.tanh(autograd.total(w * x for w, x in zip(row, v, strict=True))) for row in a]
        return [autograd.total(w * autograd.exp(-r * r) for w, r in zip(row, rows, strict=True)) for row in b]

    x, v, u = rng.normal(size=(3, 3)).tolist()
    _, jv = jvp(f, x, v)
    (uj,) = vjp(f, x)[1](u)
    assert np.dot(u, jv) == pytest.approx(np.dot(uj, v), rel=1e-13)
    assert np.array(jacobian(f)(x)) @ v == pytest.approx(np.array(jv), rel=1e-12)


def test_a_deep_function_is_differentiated():
    def f(x):
        v = x
        for _ in range(20_000):
            v = v * 1.00001
        return v

    want = math.exp(20_000 * math.log1p(1e-5))
    assert grad(f)(1.0) == pytest.approx(want, rel=1e-9)
    assert deriv(f)(1.0) == pytest.approx(want, rel=1e-9)


BAD = [
    (lambda: grad(3), TypeError, "f must be a function, got an int: 3"),
    (lambda: grad(product, "x"), TypeError, "argnums must be an int or a tuple of ints, got a str: 'x'"),
    (lambda: grad(product, True), TypeError, "argnums must be an int"),
    (
        lambda: grad(product, 2)(1, 2),
        ValueError,
        "argnums must be places of arguments, from 0: product was given 2 positional arguments, got 2",
    ),
    (lambda: grad(product)("1", 2), TypeError, "argument 0 of product must be a number, or a list"),
    (lambda: grad(rosenbrock)([1.0, None]), TypeError, r"argument 0 of rosenbrock\[1\] must be a number"),
    (lambda: grad(lambda x: [x])(1.0), TypeError, "f must return one number, got a list: .*; use jacobian"),
    (lambda: grad(lambda x: None)(1.0), TypeError, "what f returns must be a number"),
    (lambda: grad(lambda x: x > 0)(1.0), TypeError, "what f returns must be a number.* got a bool"),
    (lambda: jvp(product, (1, 2), (1,)), ValueError, "tangents must have the form of primals"),
    (lambda: jvp(product, (1, 2), (1, "2")), TypeError, r"tangents\[1\] must be a number"),
    (lambda: vjp(product, 1, 2)[1]([1, 2]), ValueError, "cotangent must have the form of a float: 2.0"),
    (lambda: deriv(rosenbrock)([1, 2]), TypeError, "the argument of deriv must be one number, got a list"),
    (lambda: deriv(product, order=-1), ValueError, "order must be an int of at least 0, got -1"),
    (lambda: deriv(product, "x"), TypeError, "argnum must be an int"),
    (lambda: gradients(1.0, []), TypeError, "y must be a Value"),
    (lambda: gradients(Value(1.0), Value(1.0)), TypeError, r"xs must be a list of Values, as in gradients\(y, \[x\]\)"),
]


@pytest.mark.parametrize(("call", "error", "says"), BAD)
def test_bad_input(call, error, says):
    with pytest.raises(error, match=says):
        call()


def test_dicts_are_matched_by_key_and_not_by_place():
    assert jvp(lambda p: p["a"] * p["b"], ({"a": 2.0, "b": 3.0},), ({"b": 1.0, "a": 0.0},)) == (6.0, 2.0)
    assert vjp(lambda x: {"a": x * 2, "b": x * 3}, 1.0)[1]({"b": 1.0, "a": 0.0}) == (3.0,)


def test_arrays_in_several_arguments_make_tuples_of_arrays():
    a = np.array([1.0, 2.0, 3.0])
    by_w, by_b = jacobian(lambda w, b: w * b, argnums=(0, 1))(a, 2.0)
    assert by_w.tolist() == (2.0 * np.eye(3)).tolist()
    assert by_b.tolist() == [1.0, 2.0, 3.0]
    (ww, wb), (bw, bb) = hessian(lambda w, b: (w * w * b).sum(), argnums=(0, 1))(a, 2.0)
    assert (ww.tolist(), wb.tolist(), bw.tolist(), bb) == ((4.0 * np.eye(3)).tolist(), [2, 4, 6], [2, 4, 6], 0.0)
    nested = hessian(lambda p: (p[0] ** 2 * p[1]).sum())([a, 2.0])
    assert nested[0][0].shape == (3, 3)
    assert nested[0][1].tolist() == nested[1][0].tolist() == [2.0, 4.0, 6.0]
    assert [part.tolist() for part in jacobian(lambda w, b: a * w * b, argnums=(0, 1))(2.0, 3.0)] == [
        [3, 6, 9],
        [2, 4, 6],
    ]
    assert jacobian(lambda v: np.array(v) * 2.0)([1.0, 2.0]).tolist() == [[2.0, 0.0], [0.0, 2.0]]


def test_an_array_without_axes_is_a_number():
    assert grad(lambda w: np.squeeze(w @ np.ones(3)))(np.ones((1, 3))).tolist() == [[1.0, 1.0, 1.0]]
    assert grad(lambda x: np.asarray(x * x))(3.0) == 6.0


def test_an_output_without_weight_brings_no_nan_out_of_an_infinite_slope():
    assert vjp(lambda x: [x.sqrt(), 2 * x], 0.0)[1]([0.0, 1.0]) == (2.0,)
    assert vjp(lambda x: [], 2.0)[1]([]) == (0.0,)


def test_an_argument_is_varied_once():
    for twice in ((0, 0), (1, -1)):
        with pytest.raises(ValueError, match="argnums must name each argument once"):
            grad(product, twice)(2.0, 3.0)


def test_an_auxiliary_result_is_returned():
    def f(x):
        y = x * x
        return y, {"half": x.data / 2}

    assert grad(f, has_aux=True)(3.0) == (6.0, {"half": 1.5})
    assert value_and_grad(f, has_aux=True)(3.0) == ((9.0, {"half": 1.5}), 6.0)
    with pytest.raises(TypeError, match=r"with has_aux, f must return a pair \(output, aux\), got a Value"):
        grad(lambda x: x, has_aux=True)(1.0)


def test_the_gradient_of_each_element():
    xs = np.array([[0.1, 0.2], [0.3, -0.4]])
    found = autograd.elementwise_grad(np.tanh)(xs)
    assert found == pytest.approx(1 - np.tanh(xs) ** 2, rel=1e-14)
    assert autograd.elementwise_grad(lambda x: x**3)(2.0) == 12.0


class Tensor:
    """What a tensor of another package looks like from outside: its size is a method."""

    shape, dtype = (2,), "float32"

    def size(self):
        return 2

    def tolist(self):
        return [1.0, 2.0]

    def __repr__(self):
        return "tensor([1., 2.])"


def test_a_tensor_of_another_package_is_refused_with_what_to_do():
    with pytest.raises(
        TypeError, match=r"argument 0 of f must be .*, got a Tensor: tensor\(\[1\., 2\.\]\); use its tolist\(\)"
    ):
        grad(lambda x: x[0])(Tensor())
