"""Value: the numbers it accepts, its properties, and every operator with every kind of operand."""

import copy
import math
import numbers
import operator
import pickle
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import autograd
from autograd import Value
from autograd.engine.ops import OPS

A, B = 2.75, 1.5


@pytest.mark.parametrize(
    "data",
    [3, 3.0, Fraction(3), Decimal(3), np.float64(3), np.float32(3), np.float16(3), np.int64(3), np.uint8(3), np.array(3.0),
     np.array(3), np.longdouble(3)],
)  # fmt: skip
def test_data_is_kept_as_a_python_float(data):
    v = Value(data)
    assert type(v.data) is float
    assert v.data == 3.0
    v.data = data
    v.grad = data
    assert type(v.data) is type(v.grad) is float


BAD = [True, np.True_, "3", None, 3j, np.complex128(3), [3], (3,), {}, np.array([3.0]), np.array([1.0, 2.0]), np.array("3"),
       Decimal("sNaN"), np.timedelta64(5, "ns"), np.datetime64("2020-01-01"), np.ma.masked, [10**5000], object()]  # fmt: skip


@pytest.mark.parametrize("data", BAD, ids=lambda x: type(x).__name__)
def test_data_that_is_not_a_real_number_is_refused_by_name(data):
    with pytest.raises(TypeError, match=rf"data must be one real number .* got an? {type(data).__name__}"):
        Value(data)
    v = Value(1.0)
    with pytest.raises(TypeError, match="data must be one real number"):
        v.data = data
    with pytest.raises(TypeError, match="grad must be one real number"):
        v.grad = data
    assert (v.data, v.grad) == (1.0, 0.0)


def test_a_value_is_refused_as_data_and_a_label_must_be_a_str():
    with pytest.raises(TypeError, match=r"got a Value: .*detach"):
        Value(Value(1.0))
    with pytest.raises(TypeError, match="label must be a str, got an int: 3"):
        Value(1.0, label=3)


@pytest.mark.parametrize(
    "big", [10**400, -(10**400), Fraction(10**400), 10**5000], ids=["int", "negative", "Fraction", "huge"]
)
def test_what_is_too_large_for_a_float_is_refused(big):
    with pytest.raises(OverflowError, match="data is too large for a float"):
        Value(big)
    with pytest.raises(OverflowError, match="too large for a float"):
        Value(1.0) + big


OPERATORS = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "%": operator.mod,
    "//": operator.floordiv, "**": operator.pow,
}  # fmt: skip
IN_PLACE = {
    "+": operator.iadd, "-": operator.isub, "*": operator.imul, "/": operator.itruediv, "%": operator.imod,
    "//": operator.ifloordiv, "**": operator.ipow,
}  # fmt: skip
NUMBERS = [float, lambda x: int(x), Fraction, Decimal, np.float64, np.float32, np.array, lambda x: np.int64(x)]
SLOPES = {
    "+": (1.0, 1.0), "-": (1.0, -1.0), "*": (B, A), "/": (1 / B, -A / B**2), "%": (1.0, -1.0), "//": (0.0, 0.0),
    "**": (B * A ** (B - 1), A**B * math.log(A)),
}  # fmt: skip


@pytest.mark.parametrize("symbol", OPERATORS)
def test_operator_on_two_values(symbol):
    x, y = Value(A), Value(B)
    z = OPERATORS[symbol](x, y)
    z.backward()
    assert type(z) is Value
    assert z.data == OPERATORS[symbol](A, B)
    assert (x.grad, y.grad) == pytest.approx(SLOPES[symbol], rel=1e-14)
    assert z.operands == (x, y)


@pytest.mark.parametrize("kind", NUMBERS)
@pytest.mark.parametrize("symbol", OPERATORS)
def test_operator_on_a_value_and_a_number(symbol, kind):
    f, number = OPERATORS[symbol], float(kind(B))
    x = Value(A)
    z = f(x, kind(B))
    z.backward()
    reference, constant = Value(A), Value(number)
    f(reference, constant).backward()
    assert type(z) is Value
    assert type(z.y0) is float
    assert z.data == f(A, number)
    assert x.grad == reference.grad
    assert z.operands == (x,)


@pytest.mark.parametrize("kind", NUMBERS)
@pytest.mark.parametrize("symbol", OPERATORS)
def test_operator_on_a_number_and_a_value(symbol, kind):
    f, number = OPERATORS[symbol], float(kind(A))
    y = Value(B)
    z = f(kind(A), y)
    z.backward()
    reference = Value(B)
    f(Value(number), reference).backward()
    assert type(z) is Value
    assert z.data == f(number, B)
    assert y.grad == reference.grad
    assert z.operands == (y,)


@pytest.mark.parametrize("other", [lambda: Value(B), lambda: B])
@pytest.mark.parametrize("symbol", IN_PLACE)
def test_in_place_operators_rebind(symbol, other):
    x = kept = Value(A)
    x = IN_PLACE[symbol](x, other())
    assert x is not kept
    assert (kept.data, x.data) == (A, OPERATORS[symbol](A, B))
    x.backward()
    assert kept.grad == pytest.approx(SLOPES[symbol][0], rel=1e-14)


@pytest.mark.parametrize("symbol", OPERATORS)
@pytest.mark.parametrize("other", ["1", None, [1], {}, 1j, object()], ids=lambda x: type(x).__name__)
def test_operators_leave_other_types_to_python(symbol, other):
    with pytest.raises(TypeError):
        OPERATORS[symbol](Value(A), other)
    if not (symbol == "%" and other == "1"):  # that formats a string
        with pytest.raises(TypeError):
            OPERATORS[symbol](other, Value(A))


def test_unary_operators_and_divmod():
    x = Value(A)
    assert ((-x).data, (+x).data, abs(-x).data) == (-A, A, A)
    assert tuple(v.data for v in divmod(x, B)) == divmod(A, B)
    assert tuple(v.data for v in divmod(B, x)) == divmod(B, A)


def test_a_bool_counts_as_with_floats():
    x = Value(A)
    y = (x > 1) * x + (x < 1) * x
    y.backward()
    assert (y.data, x.grad) == (A, 1.0)


def test_comparisons_compare_numbers_and_equality_is_identity():
    x, y = Value(1.0), Value(1.0)
    assert x <= y
    assert x >= 1
    assert x < 2
    assert 2 > x
    assert not x > np.float64(1)
    assert x != y
    assert x == x
    assert len({x, y}) == 2
    with pytest.raises(TypeError):
        assert x < "2"
    assert Value(2.0**53) < 2**53 + 1  # as with floats: the number is not rounded first
    assert Value(0.1) > Fraction(1, 10)
    assert Value(3.0) < 10**400


def test_it_formats_and_converts_like_its_number():
    v = Value(-2.718)
    assert repr(v) == str(v) == f"{v}" == "Value(data=-2.718, grad=0.0)"
    assert f"{v:.2f}" == "-2.72"
    assert (float(v), int(v), bool(v), bool(Value(0.0))) == (-2.718, -2, True, False)
    assert (round(v), round(v, 1), math.floor(v), math.ceil(v), math.trunc(v)) == (-3, -2.7, -3, -2, -2)
    v = Value(1.0, label="one")
    v.backward()
    assert repr(v) == "Value(data=1.0, grad=1.0)"


def test_a_gradient_never_shows_minus_zero():
    x = Value(-1.0)
    (-x.relu() * 1.0 + 0.0 * (-x)).backward()
    y = -Value(-1.0).relu()
    y.backward()
    assert "-0.0" not in repr(x) + repr(y.operands[0])


FUNCTIONS = [name for name, op in OPS.items() if len(op.domain) == 1]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_of_one_argument_take_a_value_or_a_number(name):
    if name in ("neg", "zero", "scale", "still"):  # an operator, and what has no method
        return
    at = 1.25 if name == "acosh" else 0.25
    f = getattr(autograd, name)
    want = OPS[name].value(at)
    assert f(at) == f(Fraction(at)) == f(np.float64(at)) == want
    assert type(f(at)) is float
    assert f(Value(at)).data == getattr(Value(at), name)().data == want
    assert f.__name__ == getattr(Value, name).__name__ == name
    assert name in f.__doc__
    with pytest.raises(TypeError, match="x must be one real number"):
        f("1")


@pytest.mark.parametrize("name", ["max", "min", "pow", "hypot", "atan2"])
def test_functions_of_two_arguments_take_values_and_numbers_in_any_mix(name):
    f, want = getattr(autograd, name), OPS[name].value(A, B)
    reference = Value(A), Value(B)
    f(*reference).backward()
    assert f(A, B) == want
    for x, y in ((Value(A), Value(B)), (Value(A), B), (A, Value(B))):
        z = f(x, y)
        z.backward()
        assert z.data == want
        for v, r in zip((x, y), reference, strict=True):
            assert not isinstance(v, Value) or v.grad == pytest.approx(r.grad, rel=1e-15)
    for bad in ((A, "b"), ("a", B), (Value(A), "b"), ("a", Value(B))):
        with pytest.raises(TypeError, match=r"[xy] must be one real number"):
            f(*bad)


def test_numpy_functions_and_arrays_of_values():
    v = Value(0.25)
    for name in ("exp", "expm1", "log", "log1p", "sqrt", "cbrt", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh",
                 "cosh", "tanh", "arcsinh", "arctanh", "exp2", "log2", "log10"):  # fmt: skip
        got = getattr(np, name)(v)
        assert type(got) is Value
        assert got.data == pytest.approx(float(getattr(np, name)(0.25)), rel=1e-15)
    assert np.abs(Value(-1.0)).data == 1.0
    x = np.array([Value(1.0), Value(2.0)])
    w = np.array([[Value(3.0), Value(4.0)], [Value(5.0), Value(6.0)]])
    assert x.dtype == object
    assert [u.data for u in w @ x] == [11.0, 17.0]
    assert x.sum().data == 3.0
    assert [u.data for u in x + 1] == [2.0, 3.0]
    assert [u.data for u in np.array([10.0, 20.0]) * v] == [2.5, 5.0]
    assert [u.data for u in v * np.array([10.0, 20.0])] == [2.5, 5.0]
    assert np.hypot(Value(3.0), Value(4.0)).data == 5.0
    assert np.arctan2(Value(1.0), Value(1.0)).data == math.atan2(1.0, 1.0)
    assert np.var(x).data == 0.25
    total = (w @ x).sum()
    total.backward()
    assert [u.grad for u in x] == [8.0, 10.0]


def test_an_edited_leaf_does_not_change_what_was_recorded():
    x, y = Value(3.0), Value(4.0)
    z = x * y
    x.data = 100.0
    z.backward()
    assert (x.grad, y.grad, z.data) == (4.0, 3.0, 12.0)


def test_a_label_is_a_str_whenever_it_is_set():
    v = Value(1.0)
    with pytest.raises(TypeError, match="label must be a str, got an int: 5"):
        v.label = 5
    v.label = "a\nb"
    with pytest.raises(ZeroDivisionError, match=r"div\(a\\nb = 1.0, 0.0\): .*; div wants a divisor other than 0$"):
        v / 0


def test_a_subclass_keeps_what_is_its_own():
    for twin in (
        copy.copy(Tagged(2.0, "t")),
        copy.deepcopy(Tagged(2.0, "t")),
        pickle.loads(pickle.dumps(Tagged(2.0, "t"))),
    ):
        assert (type(twin), twin.data, twin.tag) == (Tagged, 2.0, "t")
    assert (Tagged(2.0, "t") * 3).data == 6.0


class Tagged(Value):
    def __init__(self, data, tag):
        super().__init__(data)
        self.tag = tag


def test_detach_cuts():
    x = Value(3.0, label="x")
    z = x * x.detach()
    z.backward()
    assert x.grad == 3.0
    assert x.detach().label == "x"


def test_a_graph_is_copied_whole():
    x = Value(3.0, label="x")
    y = x * x
    z = y + x
    z.backward()
    x2, y2, z2 = copy.deepcopy([x, y, z])
    assert z2.operands == (y2, x2)
    assert y2.operands == (x2, x2)
    assert (z2.data, x2.grad, x2.label) == (12.0, 7.0, "x")
    z2.backward()
    assert (x2.grad, x.grad) == (14.0, 7.0)
    assert copy.copy(y).operands == (x, x)


def test_a_leaf_is_pickled_and_a_graph_is_refused():
    x = Value(-0.0, label="x")
    x.grad = 2.0
    back = pickle.loads(pickle.dumps(x))
    assert (math.copysign(1, back.data), back.grad, back.label) == (-1.0, 2.0, "x")
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(x * 2)


class Foreign:
    """A number of another package, as SymPy's are: it multiplies what says that it is no such number only if told."""

    def __mul__(self, other):
        if getattr(other, "__sympy__", None) is False:
            return NotImplemented
        return float(other) * 2

    def __float__(self):
        return 2.0


numbers.Real.register(Foreign)


def test_a_number_of_another_package_does_not_take_the_float_out_of_a_value():
    x = Value(3.0)
    z = Foreign() * x
    z.backward()
    assert (z.data, x.grad) == (6.0, 2.0)


def test_a_number_that_numpy_picks_is_a_value_if_it_was_given_as_one():
    a = np.array([Value(2.0), Value(-3.0)])
    z = np.exp(np.maximum(a, Value(0.0))).sum()
    z.backward()
    assert [v.grad for v in a] == [math.exp(2.0), 0.0]
    with pytest.raises(TypeError, match="no callable exp method"):
        np.exp(np.maximum(a, 0))
