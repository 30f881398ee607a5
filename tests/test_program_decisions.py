"""What Python decided while a loss was recorded, and what its program says when that no longer holds."""

import math
import warnings

import numpy as np
import pytest
from against_eager import near, ways
from hypothesis import given, settings, strategies as st

import autograd
from autograd import Program, Value, grad, gradients, jvp, relu, where
from autograd.engine.watch import DECISIONS, HELD

W = Value(1.0, label="W")
U = Value(2.0, label="U")


@pytest.fixture(autouse=True)
def fresh():
    DECISIONS.clear()
    HELD.clear()
    W.data, U.data, W.grad, U.grad = 1.0, 2.0, 0.0, 0.0


def by_comparison():
    v = W * 2.0
    h = v if v > 0 else 0.0 * v
    return (h - 3.0) ** 2


def by_forgetting():
    v = W * -2.0
    h = v if v >= 0 else 0.0
    return (h - W) ** 2


def by_two():
    a, b = W * W, U * U
    return a * 3.0 if a < b else b * 2.0


def by_truth():
    v = relu(W - 0.5)
    return v + W if v else W * 3.0


def by_loop():
    v, s = W * 2.5, W * 0.0
    for _ in range(int(v)):
        s = s + W
    return s * s


def by_floor():
    return W * math.floor(W * 1.5)


def by_ceil():
    return W * math.ceil(W * -1.5)


def by_round():
    return W * round(W * 1.6)


def by_max():
    return max(W * W, U) * 3.0


def by_sorting():
    return sorted([W * W, U * 1.0, W * 0.5])[0] ** 2


def by_numpy():
    return np.max(np.array([W * W, U])) * 3.0


def by_lambda():
    return where(W - 0.5, lambda: autograd.log(W), 0.5)


def by_product():
    return (W > 0) * W + W


def by_number():
    v = (W * 0.3).tanh()
    return (v - v.data) ** 2 + W * W


def by_gradient_of_relu():
    return gradients((-W).relu() * 3.0 + W * W, [W])[0]


def by_gradient_of_max():
    return gradients(autograd.max(W * W, U), [W])[0] * W


def by_second_gradient():
    first = gradients((W - 2.0).relu() ** 3, [W])[0]
    return gradients(first + W**3, [W])[0]


def by_grad():
    return grad(lambda x: (x * (W - 2.0)).relu() + x * W)(1.0)


def by_jvp():
    return jvp(lambda x: (x * (W - 2.0)).relu() + x * W, 1.0, 1.0)[1]


CHANGED = [  # a loss, what the message quotes, the number of W at which it is another
    (by_comparison, "decision v > 0 in line", -1.0),
    (by_forgetting, "decision v >= 0 in line", -1.0),
    (by_two, "a < b", 3.0),
    (by_truth, "decision bool(v) in line", 0.25),
    (by_loop, "decision int(v) in line", 2.0),
    (by_loop, "which was 2 when", -2.0),
    (by_floor, "math.floor(W * 1.5)", 3.0),
    (by_ceil, "math.ceil(W * -1.5)", 3.0),
    (by_round, "round(W * 1.6)", 3.0),
    (by_max, "choice of max(W * W, U) in line", 3.0),
    (by_numpy, "choice of np.max(np.array([W * W, U])) in line", 3.0),
    (by_sorting, "choice of sorted([", 5.0),
    (by_lambda, "lambda: autograd.log(W)", 0.25),
    (by_product, "W > 0", -1.0),
    (by_number, "constant 0.291313", 2.0),
    (by_gradient_of_relu, "part of a gradient", -1.0),
    (by_gradient_of_max, "part of a gradient", 2.0),
    (by_second_gradient, "part of a gradient", 3.0),
    (by_grad, "part of a gradient", 3.0),
    (by_jvp, "part of a gradient", 3.0),
]


@pytest.mark.parametrize(("loss", "words", "number"), CHANGED)
@pytest.mark.parametrize("way", [0, 1, 2, 3])
def test_a_decision_that_no_longer_holds_is_said_once(loss, words, number, way):
    programs = ways(lambda: Program(loss()))
    program = programs[way % len(programs)]
    assert program.decisions
    assert program() == loss().data
    W.data = number
    assert not near(program._batches.values(program._read(), ())[0], loss().data, 0.0, 1e-9), "it is no other here"
    with pytest.warns(UserWarning, match="the program (keeps|leaves out)") as told:
        program()
    (message,) = (str(warning.message) for warning in told)
    assert words in message
    assert told[0].filename == __file__
    assert "it no longer holds" in program.decisions[0]
    program()  # a second warning would be an error


@pytest.mark.parametrize("run", [Program.__call__, Program.backward, Program.gradients])
def test_every_way_to_run_checks(run):
    program = Program(by_comparison())
    program.weights[:] = -1.0
    W.data = 1.0 if run is Program.gradients else -1.0
    with pytest.warns(UserWarning, match="v > 0"):
        run(program)


def test_it_is_said_before_the_error_that_comes_of_it():
    program = Program(autograd.log(W) if W > 0 else W * 1.0)
    W.data = -1.0
    with pytest.warns(UserWarning, match="W > 0"), pytest.raises(ValueError, match="log wants a number above 0"):
        program()


def test_a_program_says_what_it_keeps():
    program = Program(by_comparison())
    line = by_comparison.__code__.co_firstlineno + 2
    assert program.decisions == [
        f"v > 0 in line {line} of test_program_decisions.py: h = v if v > 0 else 0.0 * v (True)"
    ]
    assert repr(program).endswith("; it keeps 1 decision, see program.decisions")
    assert str(program).startswith(f"# keeps: v > 0 in line {line}")
    assert f"<li>v &gt; 0 in line {line} of" in program._repr_html_()
    assert "decision" not in repr(Program(W * 2.0)) + str(Program(W * 2.0))


def network(units, activation):
    rng = np.random.default_rng(0)
    first, last = rng.normal(size=(units, 3)).tolist(), rng.normal(size=units).tolist()
    first, last = [[Value(w) for w in row] for row in first], [Value(w) for w in last]

    def loss():
        ys = []
        for x in np.random.default_rng(1).normal(size=(30, 2)).tolist():
            hidden = [activation(sum((w * a for w, a in zip(row, x, strict=False)), row[2])) for row in first]
            ys.append(sum(w * h for w, h in zip(last, hidden, strict=True)))
        return sum((y - 1.0) ** 2 for y in ys)

    return loss


def leaky(v):
    return v if v > 0 else 0.1 * v


def rectified(v):
    return v if v > 0 else 0.0


def test_a_network_with_an_activation_of_ones_own_is_right_until_it_speaks():
    loss = network(8, leaky)
    for program in ways(lambda: Program(loss())):
        (line,) = program.decisions
        assert "False 1" in line or "True 1" in line
        said = False
        for _ in range(50):
            with warnings.catch_warnings(record=True) as told:
                warnings.simplefilter("always")
                value = program.backward()
            said |= bool(told)
            if said:
                break
            assert near(value, loss().data, 1.0)
            for leaf in program.leaves:
                leaf.data -= 1e-3 * leaf.grad
                leaf.grad = 0.0
        assert said


def test_decisions_by_values_that_are_gone_are_told_when_the_program_is_made():
    loss = network(30, rectified)  # 900 decisions: more than are kept alive
    with pytest.warns(UserWarning, match=r"cannot tell .* v > 0 in line \d+ .*Values that no longer exist"):
        Program(loss())


def test_what_only_looks_at_a_value_is_no_decision(capsys):
    best, hits, t, xs = math.inf, 0, 0.5, [W * 1.0, U * 1.0]
    loss = xs[0] * xs[1] * 3.0
    assert xs[0] > 0
    print(xs[0] > 0.5, f"{xs[0] > 0.5}", max(xs), sum(x > 1.5 for x in xs))
    xs[0] > 0.5  # noqa: B015
    hits += (xs[0] > 0.5) == (t > 0.4)
    if xs[0] < 0.5:
        raise ValueError
    if (xs[0] > 0.5) == (t > 0.4):
        hits += 1
    if loss < best:
        best = loss.data
    str(xs[0]), f"{xs[0]:.2f}", repr(xs[0]), hash(xs[0]), xs[0] in {xs[0]: 1}, xs[0] == xs[1], xs[0].grad
    assert Program(loss).decisions == []
    capsys.readouterr()


def test_another_loss_is_another_matter():
    earlier = Program(by_comparison())
    assert Program(W * U + W).decisions == []
    by_comparison()
    W.data = 2.0
    assert Program(W * U + W).decisions == []
    assert earlier.decisions


def test_a_gradient_that_no_longer_passes_is_right_all_the_same():
    program = Program(gradients((W + 2.0).relu() * 3.0 + W * W, [W])[0])
    W.data = -3.0
    assert program() == -6.0
    assert program.decisions == []


def test_a_constant_that_takes_over_from_a_maximum_takes_no_gradient_with_it():
    program = Program(gradients(autograd.max(W, 0.5) * W, [W])[0])
    W.data = 0.25
    assert program() == 0.5
    assert program.decisions == []


def test_a_comparison_keeps_no_large_graph_alive():
    import weakref

    node = W * 1.0
    for _ in range(100):
        node = node + W
    assert node > 0
    gone = weakref.ref(node)
    del node
    assert gone() is None
    for _ in range(300):
        assert W * 2.0 > 0
    assert len(HELD) == 256


def drawn(rng, leaves):
    """A function of the leaves that decides by Values at random, but alike in every call."""
    plan = [(rng.randrange(12), rng.random(), rng.random(), rng.uniform(-1.0, 1.0)) for _ in range(rng.randint(1, 3))]

    def loss():
        pool = list(leaves)
        for kind, i, j, c in plan:
            a, b = pool[int(i * len(pool))], pool[int(j * len(pool))]
            made = [
                lambda a, b, c: a * b + c,
                lambda a, b, c: a - b * c,
                lambda a, b, c: a.tanh(),
                lambda a, b, c: a if a > c else c * a,
                lambda a, b, c: a if a >= b else b * c,
                lambda a, b, c: b if a < c else a + b,
                lambda a, b, c: max(a, b) * c,
                lambda a, b, c: min(a * 1.0, b * 2.0, a + b),
                lambda a, b, c: a * (b <= a) + b,
                lambda a, b, c: a + int(b * 3.0),
                lambda a, b, c: a * math.floor(b),
                lambda a, b, c: sorted([a, b, a * c])[1] + b,
            ][kind]
            pool.append(made(a, b, c))
        return sum(pool[-3:], 0.0 * sum(leaves))

    return loss


@settings(max_examples=200, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_program_is_what_a_new_record_would_be_or_says_why_not(rng):
    leaves = [Value(rng.uniform(-1.0, 1.0)) for _ in range(3)]
    loss = drawn(rng, leaves)
    program = Program(loss())
    for _ in range(4):
        for leaf in leaves:
            leaf.data += rng.gauss(0.0, 0.1)
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            value = program()
        if told:
            return
        assert near(value, loss().data, 1.0, 1e-9), program


def test_a_leaf_decides_by_the_number_that_it_had():
    W.data = 3.0
    assert Program(W * U if W > 2.0 else W).decisions  # an earlier experiment
    W.data = 2.5
    assert Program(W * U).decisions == []
    loss = W * U if W > 2.0 else W
    W.data = 1.0
    with pytest.warns(UserWarning, match="W > 2.0"):
        Program(loss)()


def test_numbers_of_any_size_are_compared():
    assert W < 10**400
    assert W > -(10**400)
    loss = (W * 2.0 if W < 10**400 else W) * U
    program = Program(loss)
    assert program() == 4.0
    W.data = math.inf
    with pytest.warns(UserWarning, match=r"W < 10\*\*400"):
        assert program() == math.inf
