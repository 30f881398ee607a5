"""gradcheck itself: mistakes of every kind are planted, and gradcheck finds each of them."""

import math
import struct

import battery
import pytest
from truth import points

import autograd
from autograd import Value, gradcheck
from autograd.check import complexes
from autograd.check.differences import slope_at
from autograd.check.rounding import EPS, Sample, rounding_error
from autograd.engine import as_number, order
from autograd.engine.ops import OPS
from autograd.engine.sweep import local_derivatives
from autograd.engine.value import binary, unary
from autograd.table import rules


def maximum(x, y):
    return binary(OPS["max"])(x, y)


def everything(x, y):
    """A function that uses every operation which is given a mistake below."""
    shared = x * y + x
    return (
        (shared / (1.0 + y * y)).tanh() * shared
        + (x - y).exp() * y.sigmoid()
        + abs(x) ** 3
        + maximum(x, y) * x.relu()
        + y.exp2()
        + (2.0 + x).log()
    )


AT = (1.3, -0.4)


def test_the_clean_engine_passes():
    for n in (1, 2):
        report = gradcheck(everything, AT, order=n)
        assert report, str(report)
        assert len(report.rows) == (2 if n == 1 else 6)
        assert max(row.relative_error for row in report.rows) < (1e-12 if n == 1 else 1e-8)


# name of the method -> the operation, and the mistake in its local derivatives
WRONG_ROWS = {
    "wrong sign": ("__sub__", "sub", lambda z, x, y: (1.0, 1.0)),
    "scale off by 0.05 %": ("exp", "exp", lambda z, x: (1.0005 * z,)),
    "scale off by 0.0005 %": ("exp", "exp", lambda z, x: (1.000005 * z,)),
    "operands swapped": ("__mul__", "mul", lambda z, x, y: (x, y)),
    "quotient upside down": ("__truediv__", "div", lambda z, x, y: (1.0 / y, -y / (x * x))),
    "one operand forgotten": ("__truediv__", "div", lambda z, x, y: (1.0 / y, None)),
    "mask dropped": ("relu", "relu", lambda z, x: (2.0 if x > 0 else 1.0,)),
    "factor missing": ("exp2", "exp2", lambda z, x: (z,)),
    "exponent off by one": ("_to_constant", "power", lambda z, x, k: (k * x**k, None)),
    "square missing": ("tanh", "tanh", lambda z, x: (1.0 - z,)),
    "result for operand": ("log", "log", lambda z, x: (1.0 / z,)),
    "constant for slope": ("sigmoid", "sigmoid", lambda z, x: (0.25,)),
    "nan": ("log", "log", lambda z, x: (math.nan,)),
    "inf": ("log", "log", lambda z, x: (math.inf,)),
    "the smaller operand gets as much": ("maximum", "max", lambda z, x, y: (1.0, 1.0)),
    "sign of the operand forgotten": ("__abs__", "abs", lambda z, x: (-1.0,)),
    "not the inverse": ("log", "log", lambda z, x: (x,)),
    "log 10 for log 2": ("exp2", "exp2", lambda z, x: (math.log(10.0) * z,)),
    "off by two millionths": ("sigmoid", "sigmoid", lambda z, x: (1.000002 * z * (1.0 - z),)),
    "sign in one operand": ("__truediv__", "div", lambda z, x, y: (1.0 / y, z / y)),
    "factor of the power rule forgotten": ("_to_constant", "power", lambda z, x, k: (x ** (k - 1.0), None)),
}


@pytest.mark.parametrize("fault", WRONG_ROWS)
def test_a_wrong_row_is_caught(fault, monkeypatch):
    method, name, partials = WRONG_ROWS[fault]
    wrong = OPS[name]._replace(partials=partials)
    made = unary(wrong) if len(wrong.domain) == 1 else binary(wrong)
    if hasattr(Value, method):
        monkeypatch.setattr(Value, method, made)
    else:
        monkeypatch.setitem(globals(), method, made)
    report = gradcheck(everything, AT)
    assert not report
    assert "WRONG" in str(report)


def sweep(root, seed, *, fault):
    """A plain backward pass with one mistake."""
    nodes = order(root)
    had = {v: v._grad or 0.0 for v in nodes}
    for v in nodes:
        if v.op is not None or fault == "leaves start afresh":
            v._grad = had[v] if fault == "interior not reset" else 0.0
        else:
            v._grad = had[v]
    root._grad = seed if fault != "interior not reset" else had[root] + seed
    if fault == "seed ignored after the first sweep" and had[root]:
        root._grad = 0.0
    walk = sorted(nodes, key=lambda v: v.data) if fault == "no order" else nodes[::-1]
    for v in walk:
        if v.op is None:
            continue
        read = (lambda node, number: node.data) if fault == "reads what leaves are now" else as_number
        if fault == "reads what leaves are now":
            numbers = [n if w is None else w.data for w, n in ((v.x, v.x0), (v.y, v.y0)) if n is not None]
            local = v.op.partials(v.data, *numbers)
        else:
            local = local_derivatives(v, OPS, read)
        if fault == "operands swapped in the sweep" and len(local) == 2:
            local = local[::-1]
        for operand, slope in zip((v.x, v.y), local, strict=False):
            if operand is None or slope is None:
                continue
            share = slope if fault == "chain factor missing" else v._grad * slope
            if fault == "shares kept in four bytes":
                (share,) = struct.unpack("f", struct.pack("f", share))
            if fault == "shares held within 1":
                share = min(max(share, -1.0), 1.0)
            if fault == "= for +=":
                operand._grad = share
            elif fault == "a second use forgotten" and operand is v.x and operand is v.y:
                operand._grad += share / 2
            else:
                operand._grad += share


WRONG_SWEEPS = [
    "= for +=",
    "interior not reset",
    "leaves start afresh",
    "no order",
    "reads what leaves are now",
    "operands swapped in the sweep",
    "chain factor missing",
    "a second use forgotten",
    "seed ignored after the first sweep",
    "shares kept in four bytes",
    "shares held within 1",
]


def test_the_plain_sweep_is_right_without_a_fault(monkeypatch):
    monkeypatch.setattr("autograd.engine.value.backward", lambda root, seed: sweep(root, seed, fault=""))
    assert gradcheck(lambda x, y: everything(x, y) + y * y, AT)


@pytest.mark.parametrize("fault", WRONG_SWEEPS)
def test_a_wrong_sweep_is_caught(fault, monkeypatch):
    monkeypatch.setattr("autograd.engine.value.backward", lambda root, seed: sweep(root, seed, fault=fault))
    assert not gradcheck(lambda x, y: everything(x, y) + y * y, AT)


def drifting():
    calls = []
    return lambda x: calls.append(1) or x * len(calls)


def cached():
    memory = {}
    return lambda x: memory.setdefault("first", x * x)


WRONG_FUNCTIONS = {
    "a number taken out of the graph": lambda x: x * x.data,
    "another value at every call": drifting(),
    "math's function in place of ours": lambda x: x * math.exp(x),
    "detached": lambda x: x * x.detach(),
    "kept from the first call": cached(),
    "statistics taken from the data": lambda x: (x - (x.data + x.data**2) / 2) ** 2,
    "detached at a kink": lambda x: abs(x - 1.5) + 0.5 * x.detach(),
    "detached in an exponent": lambda x: x**x.data,
}


@pytest.mark.parametrize("fault", WRONG_FUNCTIONS)
def test_a_function_that_hides_from_the_graph_is_caught(fault):
    assert not gradcheck(WRONG_FUNCTIONS[fault], 1.5)


def test_a_second_derivative_that_is_lost_is_caught_by_order_2():
    once = OPS["exp"]._replace(name="once", partials=lambda z, x: (float(z),))  # right, but no graph
    exp = unary(once)
    assert gradcheck(exp, 0.5)
    report = gradcheck(exp, 0.5, order=2)
    assert [row.verdict for row in report.rows] == ["ok", "WRONG"]


HALF_OF_IT = unary(OPS["asin"]._replace(partials=lambda z, x: (0.5 * ((1.0 - x) * (1.0 + x)) ** -0.5,)))


@pytest.mark.parametrize(
    ("f", "at", "verdict", "says"),
    [
        (abs, 0.0, "at a kink", "the slope is -1 on the left and 1 on the right"),
        (autograd.relu, 0.0, "at a kink", "the slope is 0 on the left and 1 on the right"),
        (lambda x: autograd.max(x, x * x), 1.0, "at a kink", "the slope is 1 on the left and 2 on the right"),
        (lambda x: autograd.clamp(x, 0, 1), 1.0, "at a kink", "on the right"),
        (autograd.sqrt, 0.0, "ok", "vertical"),
        (autograd.cbrt, 0.0, "ok", "vertical"),
        (autograd.asin, 1.0, "ok", "vertical"),
        (autograd.asin, 1.0 - 2**-53, "unclear", "cannot tell"),
        (lambda x: (1.0 - x).sqrt(), 1.0 - 2**-53, "unclear", "cannot tell"),
        (autograd.cbrt, 5e-324, "unclear", "cannot tell"),
        (HALF_OF_IT, 1.0 - 2**-53, "WRONG", "vertical"),
        (lambda x: x**1.5, 0.0, "ok", "one side"),
        (autograd.floor, 2.0, "unclear", "jumps"),
        (autograd.floor, 2.5, "ok", ""),
        (lambda x: x * 3.0, 1e-200, "ok", ""),
        (autograd.tanh, 20.0, "ok", ""),
        (lambda x: autograd.where(x, x, 3.0 * x), 0.0, "at a kink", "3 on the left and 1 on the right"),
    ],
)
def test_corners_are_said_to_be_corners(f, at, verdict, says):
    (row,) = gradcheck(f, at).rows
    assert row.verdict == verdict
    assert says in row.remark


@pytest.mark.parametrize(
    ("f", "at", "order"),
    [
        (lambda x: x**3, 0.0, 2),
        (lambda x: (x - 1) ** 3, 1.0, 2),
        (lambda x: (x * x).cos(), 0.0, 2),
        (lambda x: 1 / x, 1e-9, 1),
        (lambda x: x.sin(), 1e10, 1),
        (lambda x: (1e9 * x).sin(), 1.0, 1),
        (lambda x: x * (1e4 * x).sigmoid(), 0.0, 1),
        (lambda x: autograd.softmax(x)[0] - 1 / 3, [0.0, 0.0, 0.0], 1),
        (lambda x, y: 1e8 * x.erf(), (3.0, 2.0), 1),
        (lambda x, y: 1e8 * x * x, (3.0, 2.0), 2),
        (lambda x: 1e-200 * x.sin() + 1.0, 0.5, 1),
        (lambda x: x**2, 1e-200, 1),
        (lambda x: x.exp() * 1e200, 0.3, 2),
        (lambda x, y: autograd.hypot(x, y), (1e-8, 1.0), 1),
    ],
)
def test_a_right_gradient_is_not_called_wrong_at_awkward_points(f, at, order):
    report = gradcheck(f, at, order=order)
    assert report, str(report)


@pytest.mark.parametrize(
    ("f", "at"),
    [
        (lambda x: 1 - autograd.sigmoid(x), 40.0),
        (lambda z: -autograd.log(1 - autograd.sigmoid(z)), 21.16839673198946),
        (lambda z: -autograd.log(1 - autograd.sigmoid(z)), 30.4),
        (lambda xs: sum(autograd.softmax(xs)), [0.1, 0.7, -0.3]),
        (lambda x: 1 - autograd.tanh(x) ** 2, -18.0),
        (lambda x: autograd.log(1.0 + autograd.exp(x)), -30.7),
        (lambda x: autograd.sqrt(x + 1e12) - autograd.sqrt(x), 3.0),
        (lambda x: (x + 1e9) ** 2 - x * x, 0.5),
        (lambda x: autograd.erf(x) + autograd.erfc(x), 0.4),
        (lambda x: autograd.gelu(x), -9.0),
        (lambda x: 1e6 + 1e-5 * autograd.relu(x), 0.0),
        (lambda x: (1 - autograd.sigmoid(x)) ** 2 * autograd.log(autograd.sigmoid(x) + 1e-30), 54.30433314210616),
        (lambda x: autograd.log(x), 1e-300),
        (lambda x: autograd.exp(x), -700.0),
    ],
)
def test_a_right_derivative_is_not_called_wrong_where_the_function_cancels(f, at):
    report = gradcheck(f, at)
    assert not report.wrong, str(report)
    assert report, str(report)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: 1e6 + 1e-9 * x + 3e-9 * (x - x.detach()),
        lambda x: 1e6 + 1e-5 * autograd.erf(x) + 5e-8 * (autograd.erf(x) - autograd.erf(x.detach())),
        lambda x: 1e8 + 1e-12 * x.detach(),
        lambda x: 1e8 + x * 0.0 + x.data * 1e-12,
        lambda x: 1e8 + 1e-9 * x**x.data,
        lambda x: 1e8 + (x - 0.3) ** 3 + 1e-12 * x.detach(),
    ],
)
def test_a_lost_path_is_unclear_where_rounding_drowns_it(f):
    """The complex step follows the record, and so repeats what the record has lost; but the constant moved."""
    report = gradcheck(f, 0.3)
    (row,) = report.rows
    assert row.verdict == "unclear"
    assert "differences resolve only ±" in row.remark
    assert "a number that left the graph depends on it and accounts for" in row.remark
    assert not report
    assert not report.wrong
    assert str(report).splitlines()[-1] == "0 of 1 correct, 1 unclear"


def test_a_lost_path_is_named_with_its_part_of_the_derivative():
    (row,) = gradcheck(lambda x: x * x + 3.0 * x.detach(), 2.0).rows
    assert row.verdict == "WRONG"
    assert row.remark == "a number that left the graph depends on it and accounts for 3 of the derivative"


def shifted_softmax(z):
    largest = max(map(float, z))
    powers = [autograd.exp(x - largest) for x in z]
    return [power / sum(powers) for power in powers]


def test_a_constant_that_moves_without_effect_is_not_a_lost_path():
    """softmax takes the largest out as a number: its part of the derivative is 0."""
    for f in (lambda z: autograd.log(shifted_softmax(z)[0]), lambda z: sum(shifted_softmax(z))):
        report = gradcheck(f, [3.0, 0.5, -2.0])
        assert report, str(report)


def test_a_wrong_value_is_not_excused_by_the_complex_form(monkeypatch):
    """The rule is right for sin, and so is the complex step; what was computed is not sin."""
    monkeypatch.setattr(Value, "sin", unary(OPS["sin"], lambda x: math.sin(x) + 0.01 * x))
    assert gradcheck(lambda x: x.sin(), 0.7).wrong


def test_the_complex_step_is_not_used_where_it_has_lost_its_digits():
    (row,) = gradcheck(autograd.exp, -700.0).rows
    assert row.by != "complex step"
    assert row.relative_error < 1e-9


def test_the_rounding_of_what_moves_unseen_is_known_too():
    """The mean cancels in the variance; what it does to the last digits looked like a vertical tangent."""

    def variance(z):
        m = float(z[0])  # any number would do
        return sum((x - m) ** 2 for x in z[1:]) / 3 - (sum(x - m for x in z[1:]) / 3) ** 2

    report = gradcheck(variance, [-28.955503802949988, 2.377984981662294, -0.8075981930580909, 4.285322324091169])
    assert not report.wrong, str(report)


def wave(frequency, size):
    """x² with a wave on it, of which steps that are powers of two may see nothing."""
    return lambda x: x * x + size * (2.0 * math.pi * frequency * x).cos()


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (wave(1, 10), -143.77809806110812),
        (wave(4096, 10), 37.27349215202304),
        (wave(1, 0.1), 191.08194607159214),
        (wave(1000, 10), 37.0),
        (wave(4096, 10), 15.0),
        (lambda x: sorted([x, Value(-1.798), Value(-1.2269321196835297)], key=float)[1], -0.7374),
    ],
)
def test_what_steps_of_one_kind_miss_is_seen_by_others(f, x):
    (row,) = gradcheck(f, x).rows
    assert row.verdict == "ok", row


def test_differences_that_a_witness_contradicts_are_unclear():
    """A bump too narrow for large steps, and below the rounding for small ones."""
    (row,) = gradcheck(lambda x: 1.0 + 1e-12 * autograd.exp(-((8.0 * (x - 57.3) - 1.8) ** 2)), 57.3).rows
    assert (row.verdict, row.remark) == ("unclear", "differences disagree, but the complex step confirms it")


def test_rounding_is_bounded_by_the_graph_and_not_by_the_result():
    x = Value(40.0)
    out = 1.0 - autograd.sigmoid(x)
    assert out.data == 0.0
    assert EPS / 2 <= rounding_error(out) <= 2 * EPS
    assert rounding_error(x) == 0.0


def test_a_slope_that_is_not_between_those_of_a_kink_is_wrong(monkeypatch):
    monkeypatch.setattr(Value, "__abs__", unary(OPS["abs"]._replace(partials=lambda z, x: (1.5,))))
    assert not gradcheck(abs, 0.0)


def test_a_report_reads_well():
    report = gradcheck(lambda w, x: (w[0] * x).tanh() + w[1], ([0.5, 1.0], 2.0))
    text = str(report).splitlines()
    assert [line.split()[0] for line in text[1:4]] == ["w[0]", "w[1]", "x"]
    assert text[-1] == "3 of 3 correct"
    assert "complex step" in text[1]
    assert repr(report) == str(report)


def test_the_picture_is_a_valley_for_a_right_slope_and_a_floor_for_a_wrong_one(monkeypatch):
    def errors(report):
        return [float(line.split()[1]) for line in report.picture().splitlines()[1:]]

    good = errors(gradcheck(autograd.exp, 1.0))
    assert min(good) < 1e-8
    assert min(good) < good[0] / 1e4
    assert min(good) < good[-1] / 100
    wrong = errors(gradcheck(unary(OPS["exp"]._replace(partials=lambda z, x: (1.01 * z,))), 1.0))
    assert min(wrong[2:]) > 0.01


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: gradcheck(abs, "1"), TypeError, "must be a number"),
        (lambda: gradcheck(lambda x: [x], 1.0), TypeError, "must return one number, got a list"),
        (lambda: gradcheck(abs, 1.0, order=3), ValueError, "order must be 1 or 2, got an int: 3"),
        (lambda: gradcheck(3, 1.0), TypeError, "f must be a function"),
        (lambda: gradcheck(abs, 1.0, order=True), ValueError, "order must be 1 or 2, got a bool"),
        (lambda: gradcheck(abs, 1.0, tolerance=-1), ValueError, "tolerance must be a relative error of at least 0"),
        (lambda: gradcheck(abs, 1.0, tolerance="a"), TypeError, "tolerance must be one real number"),
    ],
)
def test_bad_input(call, error, says):
    with pytest.raises(error, match=says):
        call()


@pytest.mark.parametrize(
    ("f", "x", "slope", "relative"),
    [
        (math.exp, 1.0, math.e, 1e-11),
        (math.sin, 1e8, math.cos(1e8), 1e-7),
        (lambda x: math.sin(1e5 * x), 0.3, 1e5 * math.cos(3e4), 1e-7),
        (lambda x: math.sin(7503.0 * x) + x, 1.8, 7503.0 * math.cos(7503.0 * 1.8) + 1.0, 1e-6),
        (lambda x: 10.0 * math.sin(26875.0 * x) + x, 0.8, 268750.0 * math.cos(26875.0 * 0.8) + 1.0, 1e-6),
        (lambda x: 1e8 + x * x, 1.0, 2.0, 1e-7),
        (lambda x: x * x, 1e-100, 2e-100, 1e-9),
        (math.log, 1e-200, 1e200, 1e-9),
        (math.exp, 500.0, math.exp(500.0), 1e-9),
        (lambda x: max(x - 1.0, 0.0), 1.0 + 1e-9, 1.0, 1e-9),
    ],
)
def test_differences_find_their_own_step(f, x, slope, relative):
    found = slope_at(lambda t: Sample(f(t), EPS * abs(f(t))), x)
    assert found.sides.kind == "smooth"
    assert found.value == pytest.approx(slope, rel=relative, abs=0)


@pytest.mark.parametrize("name", OPS)
def test_every_complex_form_gives_the_slopes_of_its_row(name):
    """A wrong one would never show in a report: what differences contradict is not used."""
    op, form = OPS[name], rules(complexes)[name]
    for at in points(op)[::4]:
        if name in ("pow", "power") and at[0] < 0:
            continue
        try:
            z = op.value(*at)
        except OverflowError:
            continue
        for i, want in enumerate(op.partials(z, *at)):
            moved = form.value(*(complex(x, 2.0**-500) if k == i else x for k, x in enumerate(at)))
            if (name, i) == ("power", 1):  # a constant: nothing flows, though it would
                continue
            assert complex(moved).real == pytest.approx(z, rel=1e-9, abs=1e-12)
            assert complex(moved).imag / 2.0**-500 == pytest.approx(want or 0.0, rel=1e-9, abs=1e-9)


def test_the_functions_that_networks_are_made_of_raise_no_alarm_and_pass_no_lost_path():
    tally = battery.whole(3)
    assert not tally.alarms
    assert not tally.passed
    assert tally.verdicts["ok"] > 0.95 * tally.verdicts.total()
