"""Every row of the table, compared with 50 digits in its domain."""

import inspect
import itertools
import math

import pytest
from truth import FUNCTIONS, close, points, slope

import autograd
from autograd import Value, table
from autograd.calculus import GRAPHS
from autograd.check import complexes
from autograd.engine import as_node, floats, ieee, pull
from autograd.engine.ops import OPS
from autograd.table import rules

NAMES = list(OPS)
FLAT = {"floordiv", "floor", "ceil", "sign", "zero", "scale", "still"}


def record(name, at):
    """z = op(operands) on new leaves; `power` keeps its exponent a constant."""
    leaves = [Value(x) for x in at]
    given = [leaves[0], at[1]] if name == "power" else leaves
    return GRAPHS[name].value(*given), leaves[: 1 if name == "power" else None]


def test_every_row_has_a_truth_and_no_truth_is_left_over():
    assert set(FUNCTIONS) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_values(name):
    op = OPS[name]
    for at in points(op):
        try:
            got = op.value(*at)
        except OverflowError:
            continue
        assert close(got, FUNCTIONS[name](*at), 4e-15), (name, at, got)


@pytest.mark.parametrize("name", NAMES)
def test_first_derivatives(name):
    op = OPS[name]
    for at in points(op):
        z, leaves = record(name, at)
        z.backward()
        for i, leaf in enumerate(leaves):
            want = 0.0 if name == "still" else slope(FUNCTIONS[name], at, i)
            assert close(leaf.grad, want), (name, at, i, leaf.grad, want)


@pytest.mark.parametrize("name", NAMES)
def test_second_derivatives(name):
    for at in points(OPS[name])[::3]:
        z, leaves = record(name, at)
        first = pull(z, Value(1.0), GRAPHS, as_node)
        for i, leaf in enumerate(leaves):
            if leaf not in first:
                continue
            for other in leaves:
                other.grad = 0.0
            first[leaf].backward()
            want = slope(FUNCTIONS[name], at, i, order=2)
            # a second derivative may cancel, as 1 - tan² does: then its size is that of what cancels
            scale = max(abs(want), abs(first[leaf].data / at[i]))
            assert abs(leaf.grad - want) <= 1e-12 * scale + 1e-300, (name, at, i, leaf.grad, want)


NASTY = [-math.inf, -1e308, -1e200, -2.5, -1.0, -1e-200, -5e-324, -0.0, 0.0, 5e-324, 1e-200, 0.5, 1.0, 2.5, 1e200, 1e308,
         math.inf, math.nan]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_ieee_values_and_partials_never_raise(name):
    op = rules(ieee)[name]
    for at in itertools.product(NASTY, repeat=len(op.domain)):
        z = op.value(*at)
        assert type(z) is float, (name, at, z)
        for partial in op.partials(z, *at):
            assert partial is None or type(partial) is float, (name, at, partial)


@pytest.mark.parametrize("name", NAMES)
def test_ieee_is_floats_where_floats_do_not_raise(name):
    strict, quiet = rules(floats)[name], rules(ieee)[name]
    for at in itertools.product(NASTY, repeat=len(strict.domain)):
        try:
            want = strict.value(*at)
        except (ArithmeticError, ValueError):
            continue
        got = quiet.value(*at)
        assert got == want or (math.isnan(got) and math.isnan(want)), (name, at)


@pytest.mark.parametrize(
    ("name", "at", "want"),
    [
        ("log", (0.0,), -math.inf),
        ("log1p", (-1.0,), -math.inf),
        ("atanh", (-1.0,), -math.inf),
        ("exp", (1000.0,), math.inf),
        ("sinh", (-1000.0,), -math.inf),
        ("div", (1.0, -0.0), -math.inf),
        ("div", (-1.0, 0.0), -math.inf),
        ("pow", (-0.0, -1.0), -math.inf),
        ("pow", (0.0, -2.0), math.inf),
        ("pow", (-10.0, 1001.0), -math.inf),
        ("pow", (-10.0, 1000.0), math.inf),
        ("floor", (math.inf,), math.inf),
    ],
)
def test_ieee_answers(name, at, want):
    assert rules(ieee)[name].value(*at) == want


@pytest.mark.parametrize("name", ["log", "sqrt", "asin", "acosh", "pow", "div", "mod"])
def test_ieee_undefined_is_nan(name):
    at = {"pow": (-8.0, 1 / 3), "div": (0.0, 0.0), "mod": (1.0, 0.0), "asin": (2.0,)}.get(name, (-1.0,))
    assert math.isnan(rules(ieee)[name].value(*at))


def test_a_row_says_what_it_is():
    for name, op in OPS.items():
        assert op.name == name
        assert op.symbol
        assert op.why
        assert op.value.__code__.co_argcount == len(op.domain) if hasattr(op.value, "__code__") else True
        assert (op.partials(*[1.5] * (1 + len(op.domain)))).__class__ is tuple


def test_flat_rows_pass_no_slope():
    for name in FLAT:
        assert set(OPS[name].partials(0.0, *[1.5] * len(OPS[name].domain))) == {None}


def test_what_is_held_still_has_its_number_and_passes_no_gradient():
    x = Value(3.0)
    y = x * autograd.still(x)
    y.backward()
    assert (y.data, x.grad) == (9.0, 3.0)
    assert autograd.still(3) == 3.0
    assert rules(complexes)["still"].value(3.0 + 1e-200j) == 3.0


def test_the_table_is_read_without_scrolling_sideways():
    source = inspect.getsource(table)
    assert max(map(len, source.splitlines())) <= 120
    assert set(table.WHY) == set(OPS)
    assert set(table.SYMBOLS) <= set(OPS)
