"""What a program says where arrays are in doubt: at corners, poles and overflows it answers, and raises, as eager code does."""

import copy
import itertools
import math
import pickle

import numpy as np
import pytest
from against_eager import agrees, near, swept, ways

import autograd
from autograd import Domain, Program, Value, gradients, primitive, sqrt, where
from autograd.engine import OPS
from autograd.engine.value import binary, unary

inf, nan = math.inf, math.nan
POINTS = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    2.0,
    -3.0,
    2.5,
    1e-200,
    1e200,
    40.0,
    -40.0,
    1000.0,
    -1000.0,
    5e-324,
    inf,
    -inf,
    nan,
]


def applied(op, leaves, exponent):
    """The operation on leaves; power takes a constant exponent."""
    if op.name == "power":
        return binary(op)(leaves[0], exponent)
    return (unary if len(op.domain) == 1 else binary)(op)(*leaves)


def outcome(compute):
    """What it returns, or the text of the error that it raises."""
    try:
        return compute(), ""
    except (ArithmeticError, ValueError) as error:
        return nan, f"{type(error).__name__}: {error}"


@pytest.mark.parametrize("name", OPS)
def test_every_row_at_every_corner(name):
    op = OPS[name]
    power = name == "power"
    tame = 1.5 if name == "acosh" else 0.4
    leaves = [Value(tame) for _ in op.domain]
    programs = [] if power else ways(lambda: Program(applied(op, leaves, None)))
    for at in itertools.product(POINTS, repeat=len(op.domain)):
        exponent = at[-1]
        if power:
            if abs(exponent) >= 1000:
                continue  # cannot be recorded at the tame point
            leaves[0].data = tame
            programs = ways(lambda exponent=exponent: Program(applied(op, leaves[:1], exponent)))
        for leaf, number in zip(leaves, at, strict=True):
            leaf.data = number
        fresh = [Value(leaf.data) for leaf in leaves]
        eager, error = outcome(lambda fresh=fresh, exponent=exponent: applied(op, fresh, exponent).data)
        varied = leaves[:1] if power else leaves
        wanted = [] if error else swept(applied(op, varied, exponent), varied)
        for program in programs:
            for leaf in leaves:
                leaf.grad = 0.0
            assert outcome(program)[1] == error, (at, program)
            value, raised = outcome(program.backward)
            assert raised == error, (at, program)
            if not error:
                slopes = [leaf.grad for leaf in varied]
                assert near(eager, value), (at, program)
                assert all(map(near, wanted, slopes)), (at, wanted, slopes, program)


def test_an_overflow_that_the_result_hides_is_found():
    x = Value(1.0, label="x")
    programs = ways(lambda: Program(1.0 / (1.0 + x.exp())))
    x.data = 1000.0
    for program in programs:
        with pytest.raises(OverflowError, match=r"exp\(x = 1000\.0\)"):
            program()


def test_a_branch_not_taken_passes_nothing_back():
    x = Value(2.0)
    programs = ways(lambda: Program(where(x, x.sqrt(), 2.0 * x)))
    x.data = 0.0
    for program in programs:
        x.grad = 0.0
        program.backward()
        assert x.grad == 2.0
    y = Value(2.0)
    programs = ways(lambda: Program(where(y, where(y, y, 1.0).log(), 0.0)))
    y.data = 0.0
    for program in programs:
        assert program.backward() == 0.0
        assert y.grad == 0.0


def test_infinities_and_nan_flow_as_they_do_eagerly():
    for numbers in itertools.product((0.0, -1.0, inf, -inf, nan), repeat=3):
        a, b, c = leaves = [Value(1.0) for _ in range(3)]

        def loss(a=a, b=b, c=c):
            return (a * b + c).relu() + autograd.max(a, c) - (b - c) * 2.0 + a.tanh() * c

        programs = ways(lambda loss=loss: Program(loss()))
        for leaf, number in zip(leaves, numbers, strict=True):
            leaf.data = number
        wanted = swept(loss(), leaves)
        for program in programs:
            for leaf in leaves:
                leaf.grad = 0.0
            assert near(loss().data, program.backward())
            assert all(map(near, wanted, [leaf.grad for leaf in leaves])), (numbers, program)


def test_an_error_names_the_example():
    w = Value(1.0, label="w")
    for program in ways(lambda: Program.trace(lambda x: (w * x).log(), 1.0)):
        with pytest.raises(ValueError, match=r"log\(-2\.0\).*\(example 2\)"):
            program([1.0, 1.0, -2.0])
        with pytest.raises(ValueError, match=r"\(example 2\)"):
            program.backward([1.0, 1.0, -2.0])
        assert w.grad == 0.0  # nothing half-done


def test_an_operation_of_ones_own():
    swish = primitive("swish", lambda x: x * autograd.sigmoid(x), lambda z, x: (z + autograd.sigmoid(x) * (1.0 - z),))
    blend = primitive("blend", lambda x, y: x * y + y, lambda z, x, y: (y, x + 1.0))
    w, b = Value(0.5), Value(0.25)
    agrees(sum(swish(w * x + b) for x in (1.0, 2.0, -3.0, 4.0, 5.0)) + blend(w, b) + swish(blend(b, 2.0)))


def test_equal_examples_are_computed_once_and_counted():
    w = Value(0.5)
    program = agrees(sum((w * x).tanh() for x in (1.0, 2.0, 2.0, 2.0, 1.0, 3.0)))
    assert "3.0 * h1" in str(program), program


def test_minus_zero_is_another_constant():
    x = Value(-1.0)
    agrees(autograd.atan2(0.0, x) + autograd.atan2(-0.0, x))
    assert agrees(autograd.atan2(-0.0, x))() == -math.pi


def test_adjoints_are_not_shared():
    x = [Value(1.0), Value(2.0), Value(3.0)]
    s = [v * 1.0 for v in x]
    agrees(sum(v.tanh() for v in s) + s[0] * 5.0 + sum(s))


def test_a_gradient_that_is_an_array_of_the_forward_pass_is_copied_before_more_is_added():
    x = [Value(0.1 * k) for k in range(6)]
    h = [v.exp() for v in x]
    agrees(sum(h) + 3.0 * x[0] + sum(a * b.tanh() for a, b in zip(h, x, strict=True)))


def test_numbers_used_twice_count_twice():
    x, y = Value(3.0), Value(4.0)
    agrees(x + x)
    agrees(x * x + x * x + x * y + y * x + y + y + y)
    agrees(sum([x * y] * 7))


@pytest.mark.parametrize(
    ("arrays", "error", "message"),
    [
        (([1.0],), TypeError, r"the program takes 2 arrays \(x, t\), got 1"),
        (([1.0], [1.0], [1.0]), TypeError, r"got 3"),
        ((["a"], [1.0]), TypeError, "x must be an array of real numbers"),
        (([1.0 + 2.0j], [1.0]), TypeError, "x must be an array of real numbers"),
        (([True], [1.0]), TypeError, "x must be an array of real numbers"),
        (([[1.0]], [1.0]), ValueError, r"x must have the shape \(examples,\), got \(1, 1\)"),
        ((1.0, [1.0]), ValueError, r"x must have the shape"),
        (([1.0, 2.0], [1.0]), ValueError, "t must have as many examples as x, 2, got 1"),
        (([], []), ValueError, "x must have at least one example"),
        (([1.0, nan], [1.0, 2.0]), ValueError, "x must be finite, got nan in example 1"),
        (([[1.0], [1.0, 2.0]], [1.0, 2.0]), ValueError, "x must be a full array"),
    ],
)
def test_bad_input_is_named(arrays, error, message):
    w = Value(1.0)
    program = Program.trace(lambda x, t: (w * x - t) ** 2, 1.0, 1.0)
    for run in (program, program.backward, program.gradients):
        with pytest.raises(error, match=message):
            run(*arrays)
    assert w.grad == 0.0


def test_bad_calls_are_named():
    w = Value(1.0)
    with pytest.raises(TypeError, match="loss must be a Value, got a float"):
        Program(1.0)
    with pytest.raises(TypeError, match="f must return a Value"):
        Program.trace(lambda x: 1.0, 1.0)
    with pytest.raises(TypeError, match="example must be the arguments of one call of f"):
        Program.trace(lambda x: w * x)
    with pytest.raises(TypeError, match="x must be"):
        Program.trace(lambda x: w * x, "1")
    with pytest.raises(TypeError, match=r"x must be made of numbers, got a Value"):
        Program.trace(lambda x: w * x, Value(1.0))
    with pytest.raises(ValueError, match="reduction"):
        Program.trace(lambda x: w * x, 1.0).backward([1.0], reduction="avg")
    with pytest.raises(TypeError, match="no arrays"):
        Program(w * w)([1.0])


def test_nodes_made_by_hand_are_refused():
    x = Value(0.5)
    out = Value(math.tanh(0.5), (x,), "tanh")
    with pytest.raises(TypeError, match=r"tanh was made by hand: define it with autograd\.primitive"):
        Program(out * 2.0)


def test_weights_in_arrays_and_in_values():
    w, b = Value(2.0, label="w"), Value(1.0, label="b")
    program = Program((w * 3.0 + b - 5.0) ** 2)
    program.parameters["w"] -= 1.0
    assert w.data == 2.0
    found = program.gradients()
    assert (found.value, found["w"], found["b"]) == (1.0, -6.0, -2.0)
    assert w.grad == 0.0
    program.write()
    assert w.data == 1.0
    w.data = 4.0
    assert program.parameters["w"] == 1.0
    program.read()
    assert program.parameters["w"] == 4.0
    assert program() == 64.0


def test_arrays_are_set_by_copying_into_them():
    w, b = Value(2.0, label="w"), Value(1.0, label="b")
    program = Program((w * 3.0 + b - 5.0) ** 2)
    held = program.parameters["w"]
    program.parameters["w"] = 5.0
    assert held == 5.0
    program.weights = [1.0, 2.0]
    assert (held, program.gradients().value) == (1.0, 0.0)
    program.weights -= 1.0
    assert held == 0.0
    for wrong in ([1.0], [[1.0, 2.0]]):
        with pytest.raises(ValueError, match=r"weights must have the shape \(2,\)"):
            program.weights = wrong
    with pytest.raises(ValueError, match=r"parameters\['b'\] must have the shape \(\), got \(2,\)"):
        program.parameters["b"] = [1.0, 2.0]
    assert held == 0.0


@pytest.mark.parametrize(
    ("numbers", "error", "message"),
    [
        ("a", TypeError, r"parameters\['w'\] must be an array of real numbers, got a str: 'a'"),
        (1j, TypeError, "got a complex"),
        (True, TypeError, "got a bool"),
        (None, TypeError, "got a NoneType"),
        (Value(1.0), TypeError, "got a Value"),
        (np.array([True]), TypeError, "got an ndarray"),
        ([1.0, 2.0], ValueError, r"must have the shape \(\), got \(2,\)"),
        ([[1.0], [2.0, 3.0]], ValueError, "must be a full array, got a list"),
    ],
)
def test_what_cannot_be_a_parameter_is_named(numbers, error, message):
    program = Program(Value(2.0, label="w") * 3.0)
    with pytest.raises(error, match=message):
        program.parameters["w"] = numbers
    assert program.parameters["w"] == 2.0


def test_an_unknown_array_is_named():
    program = Program(Value(2.0, label="w") * Value(3.0, label="b"))
    for arrays, what in ((program.parameters, "parameter"), (program.gradients(), "gradient")):
        with pytest.raises(KeyError, match=f"there is no {what} 'W1'; there are w, b"):
            arrays["W1"]
        assert "W1" not in arrays
        assert arrays.get("W1") is None


class Interrupted(list):
    """A list in whose second reading the user presses Ctrl-C."""

    readings = 0

    def __iter__(self):
        self.readings += 1
        for k, item in enumerate(super().__iter__()):
            if self.readings == 2 and k == 1:
                raise KeyboardInterrupt
            yield item


def test_an_interrupt_leaves_gradients_and_numbers_whole():
    leaves = [Value(1.0), Value(2.0), Value(3.0)]
    program = Program(leaves[0] * leaves[1] * leaves[2])
    program.weights[:] = 5.0
    for run in (program.backward, program.write):
        program._plan = program._plan._replace(parameters=Interrupted(leaves))
        program._read = lambda: np.array([1.0, 2.0, 3.0])
        with pytest.raises(KeyboardInterrupt):
            run()
        assert [(leaf.data, leaf._grad) for leaf in leaves] == [(1.0, None), (2.0, None), (3.0, None)]


def test_an_interrupt_in_a_block_adds_nothing():
    def interrupted(f, blocks):
        yield f(blocks[0])
        raise KeyboardInterrupt

    w = Value(2.0)
    program = Program.trace(lambda x: w * x, 1.0, map=interrupted)
    with pytest.raises(KeyboardInterrupt):
        program.backward(np.ones(2000))
    assert w._grad is None


def test_a_deep_copy_has_leaves_of_its_own():
    w = Value(2.0, label="w")
    program = Program(w * w)
    assert program.parameters["w"] == 2.0  # a view of the weights, and so it must be in the copy
    twin, leaf = copy.deepcopy((program, w))
    twin.parameters["w"] = 5.0
    assert (twin.weights.tolist(), program.weights.tolist()) == ([5.0], [2.0])
    twin.write()
    assert twin.leaves == [leaf]
    assert twin.backward() == 25.0
    assert (leaf.grad, w.grad, w.data) == (10.0, 0.0, 2.0)
    assert copy.copy(program).leaves == [w]
    with pytest.raises(TypeError, match=r"cannot be pickled, since it belongs to Values: pickle program\.weights"):
        pickle.dumps(program)


def test_gradients_of_each_example_and_in_blocks():
    from nn import MLP

    model = MLP(2, [3, 1], "tanh", rng=0)

    def loss(x, t):
        return (model(x) - t) ** 2 + 0.1 * sum(p * p for p in model.parameters())

    rng = np.random.default_rng(0)
    x, t = rng.normal(size=(600, 2)), rng.normal(size=600)
    leaves = model.parameters()
    wanted = swept(sum(loss(a, b) for a, b in zip(x[:40].tolist(), t[:40].tolist(), strict=True)), leaves)
    for program in ways(lambda: Program.trace(loss, [0.1, 0.2], 0.3)):
        each, mean, total = (program.gradients(x, t, reduction=how) for how in (None, "mean", "sum"))
        assert np.allclose(each.value, program(x, t), rtol=1e-14)
        for name, array in program.parameters.items():
            assert each[name].shape == (600, *array.shape)
            assert np.allclose(each[name].mean(axis=0), mean[name], rtol=1e-12, atol=1e-14)
            assert np.allclose(mean[name] * 600, total[name], rtol=1e-12, atol=1e-12)
        for leaf in leaves:
            leaf.grad = 0.0
        program.backward(x[:40], t[:40], reduction="sum")
        assert all(near(a, leaf.grad, 1.0) for a, leaf in zip(wanted, leaves, strict=True))


def test_terms_without_examples_count_for_each():
    w, b = Value(2.0, label="w"), Value(3.0, label="b")
    for program in ways(lambda: Program.trace(lambda x: w * x + b + w * w * b, 1.0)):
        w.grad = b.grad = 0.0
        program.backward([1.0, 2.0, 3.0], reduction="sum")
        assert w.grad == 6.0 + 3 * 2 * 2.0 * 3.0
        assert b.grad == 3.0 + 3 * 4.0
    for constant in ways(lambda: Program.trace(lambda x: w * b, 1.0)):
        assert constant([1.0, 2.0]).tolist() == [6.0, 6.0]
        assert constant.gradients([1.0, 2.0], reduction="sum").value == 12.0
        for reduction, examples in (("sum", 2.0), ("mean", 1.0)):
            found = constant.gradients([1.0, 2.0], reduction=reduction)
            assert (found["w"], found["b"]) == (3.0 * examples, 2.0 * examples)


def test_a_zero_that_is_a_local_derivative_is_passed_back_and_nothing_is_not():
    x, w = Value(0.0), Value(1.0)
    agrees(((x.sqrt() * w) ** 0).sinh())  # 0 times the infinite derivative of sqrt is nan
    agrees(autograd.floor(x.sqrt() * w) + w)  # floor passes nothing back, and x gets 0


def test_equal_nodes_that_are_computed_once_have_infinite_derivatives_of_their_own():
    x = Value(1.0)
    agrees(3.0 * x.asin() - 2.0 * x.asin())  # 3 inf - 2 inf is nan, and (3 - 2) inf would be inf


def test_the_kernel_does_not_regroup_a_local_derivative():
    w, x, y = Value(0.0), Value(1.0), Value(2.5e-200)
    agrees(w * (x / y))  # 0 times the infinite (x / y) / y is nan, and (0 times x / y) / y would be 0


def test_a_derivative_that_is_one_number_for_a_whole_array_is_spread_over_it():
    x, y = [Value(0.1 * k) for k in range(1, 5)], Value(3.0)
    agrees(sum(x) + sum(v / y for v in x))  # 1 / y for each x
    agrees(sum(x) + sum((y * 2.0) / v for v in x) + sum(v * v / (y + 1.0) for v in x))
    agrees(sum(x) + sum((v + 1.0) ** 0 for v in x) + sum(v % y for v in x))


def test_the_largest_of_several_that_are_one_node():
    x, y = Value(0.3), Value(0.7)
    agrees(sum(k * share for k, share in enumerate(autograd.softmax([x, x]), 1)))
    agrees(sum(k * autograd.logsumexp([v, v, v]) for k, v in enumerate([x, y, x * y], 1)))


def test_a_gradient_at_a_pole_is_what_a_new_record_gives():
    w = Value(1.0)
    for program in ways(lambda: Program(gradients(sqrt(w), [w])[0] + 0.0 * sum(w * k for k in range(9)))):
        for number, gradient in ((1.0, 0.5), (0.25, 1.0), (0.0, inf)):
            w.data = number
            assert program() == gradients(sqrt(w), [w])[0].data == gradient
        w.data = 1.0


def test_an_infinite_maximum_is_a_decision():
    w, u = Value(1.0), Value(2.0)
    program = Program(autograd.max([w * inf, u, w]) * u)
    assert program() == inf
    w.data = -1.0
    with pytest.warns(UserWarning, match=r"choice of autograd\.max"):
        program()
    v = Value(2.0)
    assert Program(autograd.max([v, v * 3.0, v * -inf]) * v).decisions == []


def test_an_error_in_an_operation_of_ones_own_is_eagers():
    root = primitive("root", math.sqrt, lambda z, x: (0.5 / z,), domain=Domain("a number above 0", low=0.0))
    x = Value(1.0, label="x")
    program = Program(root(x))
    x.data = -1.0
    with pytest.raises(ValueError, match="root") as eager:
        root(x)
    with pytest.raises(ValueError, match="root") as ours:
        program()
    assert str(ours.value) == str(eager.value)


def test_the_branch_that_is_taken_where_a_condition_does_not_hold():
    x = [Value(0.3 - 0.2 * k) for k in range(6)]
    squashed = [v.tanh() for v in x]
    agrees(
        sum(squashed) + where(x[0], 1.0, squashed[1]) + where(x[3], x[4], squashed[0])
    )  # NumPy has no minus for ~(a > 0)
    agrees(sum(squashed) + sum(where(a, 1.0, b) for a, b in itertools.pairwise(squashed)))


def test_the_item_that_was_the_largest_may_be_masked_now():
    scores = [Value(3.0), Value(1.0), Value(0.5)]

    def masked(mask):
        return autograd.logsumexp([where(m, s, -inf) for m, s in zip(mask, scores, strict=True)])

    masks = np.array([[1.0, 1.0, 1.0], [0.0, 1.0, 1.0], [0.0, 0.0, 1.0]])
    for program in ways(lambda: Program.trace(masked, [1.0, 1.0, 1.0])):
        eager = [masked(list(map(Value, mask))) for mask in masks.tolist()]
        found = program.gradients(masks, reduction=None)
        assert all(near(root.data, value) for root, value in zip(eager, found.value, strict=True))
        wanted = [swept(root, scores) for root in eager]
        assert np.allclose(found.flat, wanted, rtol=1e-12)
    leaves = [Value(1.0), Value(2.0), Value(0.5)]
    programs = ways(lambda: Program(autograd.logsumexp(leaves)))
    for leaf, number in zip(leaves, (-inf, -inf, 0.25), strict=True):
        leaf.data = number
    for program in programs:
        assert program() == program.backward() == 0.25
