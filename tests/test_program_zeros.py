"""Programs to the last bit: the compiled loop is Python's arithmetic, and no way to run loses the sign of a zero that counts."""

import itertools
import math
import random
import struct

import numpy as np
import pytest
from against_eager import NUMBA, near, ways

import autograd
from autograd import Program, Value, primitive, where
from autograd.engine import OPS
from autograd.engine.value import binary

needs_numba = pytest.mark.skipif(not NUMBA, reason="numba is not installed")
PLAIN = [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, -3.0, 2.5, 40.0, -40.0, 1000.0, 1e-200, 1e200, 5e-324, 1e308]


def points(rng, count):
    """Numbers of all sizes."""
    sizes = [rng.choice([-1.0, 1.0]) * math.exp(rng.uniform(-300.0, 300.0)) for _ in range(count)]
    return [*PLAIN, *sizes, *(rng.gauss(0.0, 1.0) for _ in range(count)), *(rng.uniform(-50, 50) for _ in range(count))]


def outcome(f, *operands):
    """What f gives, or the error that it raises."""
    try:
        return f(*operands)
    except (ArithmeticError, ValueError) as error:
        return type(error)


def bits(number):
    """A number, bit by bit; every nan is one."""
    return "nan" if number != number else struct.pack("d", number)


# --- the compiled loop -----------------------------------------------------------------------------------------------


@needs_numba
@pytest.mark.parametrize("name", OPS)
def test_every_row_has_the_bits_of_python(name):
    from autograd.kernel.compiled import kernel
    from autograd.kernel.scalar_code import ROWS

    op, row, loops, rng = OPS[name], list(ROWS).index(name), kernel(), random.Random(0)
    tried = points(rng, 300) if len(op.domain) == 1 else points(rng, 12)
    for at in itertools.product(tried, repeat=len(op.domain)):
        z = outcome(op.value, *at)
        if isinstance(z, type) or not math.isfinite(z):
            continue  # Python decides there
        assert bits(loops.value(row, at[0], at[-1])) == bits(z), at
        to_x, flows_x, to_y, flows_y = loops.slope(row, z, at[0], at[-1])
        for wanted, slope, flows in zip(op.partials(z, *at), (to_x, to_y), (flows_x, flows_y), strict=False):
            assert (wanted is not None) == flows, at
            assert wanted is None or bits(float(wanted)) == bits(slope), (at, wanted, slope)


@needs_numba
def test_hypot_is_pythons_and_not_that_of_the_c_library():
    from autograd.kernel.compiled import kernel

    rng, compiled = random.Random(1), kernel().hypot
    for _ in range(20_000):
        x = math.exp(rng.uniform(-700.0, 700.0))
        y = x * math.exp(rng.gauss(0.0, rng.choice([0.01, 1.0, 20.0])))
        assert compiled(x, y) == math.hypot(x, y), (x, y)


# --- the sign of a zero ----------------------------------------------------------------------------------------------


def test_only_atan2_can_tell_one_zero_from_the_other():
    tell = set()
    for name, op in OPS.items():
        for at in itertools.product((0.0, 1.0, -1.0, 2.0, -2.0, 0.5, math.inf, -math.inf), repeat=len(op.domain)):
            for turned in itertools.product(*((x, -x) if x == 0.0 else (x,) for x in at)):
                here, there = outcome(op.value, *at), outcome(op.value, *turned)
                if isinstance(here, type) or isinstance(there, type):
                    assert here == there, (name, at)
                    continue
                slopes = zip(op.partials(here, *at), op.partials(there, *turned), strict=True)
                if not near(here, there) or not all(a == b or near(a, b) for a, b in slopes):
                    tell.add(name)
    assert tell == {"atan2"}


def largest(a, b):
    return binary(OPS["max"])(a, b)


def smallest(a, b):
    return binary(OPS["min"])(a, b)


@pytest.mark.parametrize(
    ("make", "numbers"),
    [
        (lambda a, b: a * b, (0.0, -1.0)),
        (lambda a, b: a + b, (-0.0, -0.0)),
        (lambda a, b: sum([a, b]), (-0.0, -0.0)),  # it begins with 0
        (lambda a, b: sum(x * y for x, y in [(a, b)] * 5), (-0.0, 1.0)),
        (lambda a, b: a * b + b * a, (-0.0, 1.0)),
        (lambda a, b: a - b, (-0.0, 0.0)),
        (lambda a, b: 0 - a, (0.0, 0.0)),
        (lambda a, b: -a, (0.0, 0.0)),
        (lambda a, b: a + -0.0, (-0.0, 1.0)),
        (lambda a, b: a + 0.0, (-0.0, 1.0)),
        (lambda a, b: a.relu() * b, (-0.0, -1.0)),
        (largest, (-0.0, 0.0)),
        (largest, (0.0, -0.0)),
        (smallest, (0.0, -0.0)),
        (smallest, (-0.0, 0.0)),
        (lambda a, b: autograd.floor(a), (-0.0, 1.0)),
        (lambda a, b: autograd.ceil(a), (-0.5, 1.0)),
        (lambda a, b: a % b, (-0.0, 1.0)),
        (lambda a, b: a % b, (0.0, -1.0)),
        (lambda a, b: a // b, (-0.0, 1.0)),
        (lambda a, b: where(b, a, 2.0 * a), (-0.0, 1.0)),
        (lambda a, b: where(b, a, 2.0 * a), (-0.0, -1.0)),
        (lambda a, b: where(b, 0.5, -0.0) * (a + 1.0), (0.0, -1.0)),
        (lambda a, b: where(b, -0.0, 0.5) * (a + 1.0), (0.0, 1.0)),
        (lambda a, b: autograd.clamp(a, -1.0, 1.0), (-0.0, 0.0)),
        (lambda a, b: autograd.leaky_relu(a), (-0.0, 0.0)),
    ],
)
def test_the_sign_of_a_zero_is_that_of_eager_code(make, numbers):
    for toward in (-1.0, 0.0, -0.0):
        a, b = (Value(number) for number in numbers)
        angle = make(a, b).atan2(toward)
        for program in ways(lambda angle=angle: Program(angle)):
            assert program() == angle.data, program
            assert program.gradients().value == angle.data, program


@pytest.mark.parametrize("numbers", [(0.0, 1.0, -1.0), (-0.0, 1.0, -1.0), (1.0, -0.0, -1.0), (1.0, 1.0, 0.0)])
def test_the_sign_counts_in_a_batch(numbers):
    w = Value(1.0)
    wanted = [math.atan2(number, -1.0) for number in numbers]
    for program in ways(lambda: Program.trace(lambda y: autograd.atan2(w * y, -1.0), 1.0)):
        assert program(list(numbers)).tolist() == wanted, program


def test_an_operation_of_ones_own_may_tell():
    side = primitive("side", lambda x: math.copysign(1.0, x) * (1.0 + x * x), lambda z, x: (2.0 * abs(x),))
    a, b = Value(-0.0), Value(1.0)
    loss = side(sum([a * b, b * a])) + side(a + 2.0) * 3.0
    assert loss.data == 16.0
    for program in ways(lambda: Program(loss)):
        assert program() == program.gradients().value == 16.0, program


def test_a_local_derivative_of_ones_own_may_tell():
    bend = primitive("bend", abs, lambda z, x: (autograd.atan2(x, -1e-300) * (2 / math.pi),))
    a, b = Value(-0.0), Value(1.0)
    loss = bend(sum([a * b, b * a])) + bend(a + 2.0) * 3.0
    loss.backward()
    wanted = a.grad, b.grad
    for program in ways(lambda: Program(loss)):
        a.grad = b.grad = 0.0
        program.backward()
        assert np.allclose((a.grad, b.grad), wanted, rtol=1e-15), program
