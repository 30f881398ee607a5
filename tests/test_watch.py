"""Numbers that leave the graph: noted where somebody watches, and an error where a gradient would be lost."""

import math
import threading
import warnings
from math import sin as sinus

import numpy as np
import pytest

import autograd
from autograd import Value, deriv, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from autograd.engine.watch import peeks, watch

OWN = __file__.rsplit("/", 1)[-1]

WAYS = [  # (how, what does it)
    ("float", float),
    ("float", math.exp),
    ("float", lambda v: np.array([v], dtype=float)),
    ("int", int),
    ("round", round),
    ("floor", math.floor),
    ("ceil", math.ceil),
    ("trunc", math.trunc),
    ("bool", bool),
    ("<", lambda v: v < 1),
    ("<=", lambda v: v <= 1),
    ("<", lambda v: 1 > v),
    (">", lambda v: v > 1.0),
    (">=", lambda v: v >= 1.0),
    ("==", lambda v: v == 2.5),
    ("==", lambda v: v != 2),
    ("==", lambda v: v in (1.0,)),
]


@pytest.mark.parametrize(("how", "away"), WAYS)
def test_a_number_that_leaves_is_noted_with_its_line(how, away):
    v = Value(2.5)
    with watch() as escapes:
        away(v)
    assert [(e.node, e.how) for e in escapes] == [(v, how)]
    (escape,) = escapes
    assert escape.file == __file__
    assert escape.place.startswith(f"line {escape.line} of {OWN}")
    with watch() as later:
        pass
    away(v)
    assert (len(escapes), later) == (1, [])


def test_both_sides_of_a_comparison_are_noted():
    a, b = Value(1.0), Value(2.0)
    with watch() as escapes:
        assert a < b
    assert [e.node for e in escapes] == [a, b]


def test_only_code_of_the_user_that_reads_data_is_noted():
    v = Value(2.0)
    with peeks() as reads:
        autograd.softmax([v, 2 * v])
        assert v.data > 1
    assert [(r.node, r.how, r.file) for r in reads] == [(v, "data", __file__)]
    with peeks() as later:
        pass
    assert v.data + len(later) == 2


def test_what_only_shows_a_value_is_not_noted():
    v = Value(2.0, label="v")
    with watch() as escapes:
        f"{v} {v:.2f} {v!r} {v.data} {autograd.tree(v + 1)} {autograd.softmax([v, 2 * v])} {autograd.max([v, v, 1])}"
    assert escapes == []


def test_an_outer_block_gets_what_an_inner_one_saw():
    v = Value(2.0)
    with watch() as outer:
        with watch() as inner:
            float(v)
        int(v)
    assert [e.how for e in inner] == ["float"]
    assert [e.how for e in outer] == ["float", "int"]


def test_a_thread_is_not_watched_by_another():
    v = Value(2.0)
    with watch() as escapes:
        thread = threading.Thread(target=float, args=(v,))
        thread.start()
        thread.join()
    assert escapes == []


def filled(p):
    r = np.zeros(2)
    for m in range(2):
        r[m] = p[m] * p[0]
    return np.sum(r)


LOST = [
    lambda: grad(lambda x: math.exp(x * x))(2.0),
    lambda: grad(filled)([3.0, 5.0]),
    lambda: grad(lambda x: np.array([x, 2 * x], dtype=float).sum())(1.0),
    lambda: grad(lambda p: p[0] * math.exp(p[1]))([1.0, 2.0]),
    lambda: grad(lambda x, y: x * float(y), (0, 1))(1.0, 2.0),
    lambda: grad(lambda x: Value(float(x)) ** 2)(3.0),
    lambda: value_and_grad(lambda x: math.exp(x))(2.0),
    lambda: jacobian(lambda x: [x, math.exp(x)])(2.0),
    lambda: hessian(lambda x: math.exp(x))(2.0),
    lambda: jvp(lambda x: math.exp(x), 2.0, 1.0),
    lambda: vjp(lambda x: math.exp(x), 2.0),
    lambda: hvp(lambda x: math.exp(x), 2.0, 1.0),
    lambda: deriv(lambda x: math.exp(x))(2.0),
    lambda: grad(lambda x: grad(lambda y: y * math.exp(x))(1.0))(2.0),
    lambda: grad(lambda x: int(x) * 1.0)(2.5),
]


@pytest.mark.parametrize("call", LOST)
def test_a_gradient_is_not_lost_in_silence(call):
    with pytest.raises(
        TypeError, match=rf"a gradient is lost: .* became a plain number, by \w+\(\), in line \d+ of {OWN}"
    ):
        call()


def test_the_error_names_what_was_converted_and_the_line():
    def f(w):
        w.label = "w"
        return math.exp(w)  # the line

    with pytest.raises(TypeError, match=r"w = 2\.0 became .* return math\.exp\(w\)  # the line\. Use operators"):
        grad(f)(2.0)


def printing(x):
    str(float(x))
    return x * x


SILENT = [
    (lambda: grad(printing)(2.0), 4.0),
    (lambda: grad(lambda x: 3.0)(1.0), 0.0),
    (lambda: grad(lambda x: x if x > 0 else 0.0)(-1.0), 0.0),
    (lambda: grad(lambda x: x.data * 3.0)(1.0), 0.0),
    (lambda: grad(lambda x: x * float(x.detach()))(3.0), 3.0),
    (lambda: grad(lambda x: x * float(Value(2.0)))(3.0), 2.0),
    (lambda: grad(lambda x: grad(printing)(x))(3.0), 2.0),
    (lambda: jacobian(lambda x: [x * x, 7])(3.0), [6.0, 0.0]),
    (lambda: grad(lambda x, n: x ** int(n))(3.0, 2), 6.0),
]


@pytest.mark.parametrize(("call", "want"), SILENT)
def test_there_is_no_false_alarm(call, want):
    assert call() == want


def log_of(x):
    return x * math.log(x)


@pytest.mark.parametrize(
    "call",
    [
        lambda: grad(lambda x: x * math.exp(x))(2.0),
        lambda: grad(log_of)(2.0),
        lambda: jvp(lambda x: x + sinus(x), 2.0, 1.0),
        lambda: jacobian(lambda x: [x * math.hypot(x, 1.0)])(2.0),
    ],
)
def test_a_part_of_a_gradient_that_goes_into_math_is_warned_of(call):
    with pytest.warns(
        UserWarning, match=r"a part of the gradient may be lost: x = 2\.0 became .* in line \d+ of"
    ) as told:
        call()
    assert [warning.filename for warning in told] == [__file__]


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x * x if math.isfinite(x) else x,
        lambda x: x * x + math.floor(x),
        lambda x: x * x + math.exp(x.data),
        lambda x: x * x + math.exp(Value(1.0)),
        lambda x: x * x if float(x) > math.sqrt(2.0) else x,
        lambda x: x * x if "%.2f" % x else x,  # noqa: UP031
    ],
)
def test_what_is_looked_at_is_not_warned_of(f):
    assert grad(f)(3.0) == 6.0


def test_an_escape_knows_the_expression_that_made_it():
    v, r = Value(2.0), np.zeros(1)
    with watch() as escapes:
        math.exp(v * v)
        r[0] = v
        sinus(v)
        eval("float(v)")
    assert [escape.call for escape in escapes] == ["math.exp(v * v)", "r[0]", "sinus(v)", ""]
    assert [escape.by_math for escape in escapes] == [True, False, True, False]


@pytest.mark.parametrize("f", [lambda x: 2 * x if x == 3.0 else x, lambda x: x if x != 3 else 2 * x])
def test_an_equality_that_holds_for_the_numbers_alone_causes_a_warning(f):
    with pytest.warns(UserWarning, match="== compares Values as nodes, .* Write v.data == 3.0") as told:
        assert grad(f)(3.0) == 1.0
    assert [warning.filename for warning in told] == [__file__]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert grad(f)(2.5) == 1.0
        assert grad(lambda x: 2 * x if x.data == 3.0 else x)(3.0) == 2.0
