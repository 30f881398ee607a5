"""Laws that hold for any numbers: two ways to the same derivative are compared."""

import copy
import math
import random

import numpy as np
import pytest
from accuracy import OURS, SMOOTH_TWO, computed, expression

import autograd
from autograd import Value, cos, grad, gradients, hessian, jvp, prod, sin
from autograd.engine import order

SEEDS = range(25)


def tree_and_place(seed, place=None):
    """A random expression and a point at which it has a value."""
    rng = random.Random(seed)
    while True:
        at = place or [rng.uniform(-1.5, 1.5) for _ in range(3)]
        tree = expression(rng, rng.randrange(2, 5), 3)
        try:
            value = computed(tree, [Value(x) for x in at], OURS)
        except (ArithmeticError, ValueError):
            continue
        if isinstance(value, Value) and 1e-6 < abs(value) < 1e6:
            return tree, at


def slopes(f, at, seed=1.0):
    leaves = [Value(x) for x in at]
    f(*leaves).backward(seed)
    return np.array([leaf.grad for leaf in leaves])


def close(a, b, scale=0.0, rel=1e-12):
    a, b = np.array(a), np.array(b)
    return np.all(abs(a - b) <= rel * (np.maximum(abs(a), abs(b)).max() + scale))


def function(tree):
    return lambda *leaves: computed(tree, leaves, OURS)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_gradient_is_linear_in_the_seed(seed):
    tree, at = tree_and_place(seed)
    once = slopes(function(tree), at)
    assert (slopes(function(tree), at, 2.0) == 2.0 * once).all()  # a power of two: exactly
    assert close(slopes(function(tree), at, -0.3), -0.3 * once)


@pytest.mark.parametrize("seed", SEEDS)
def test_sum_and_product_rule(seed):
    u, at = tree_and_place(seed)
    v, _ = tree_and_place(seed + 1000, at)
    f, g = float(function(u)(*map(Value, at))), float(function(v)(*map(Value, at)))
    df, dg = slopes(function(u), at), slopes(function(v), at)
    assert close(slopes(lambda *x: function(u)(*x) + function(v)(*x), at), df + dg, abs(df).max())
    assert close(slopes(lambda *x: function(u)(*x) * function(v)(*x), at), f * dg + g * df, abs(f * dg).max())


@pytest.mark.parametrize("seed", SEEDS)
def test_chain_rule_at_a_random_split(seed):
    """Cut the graph at any node: the gradient at the cut times the derivatives before it, plus the paths around it."""
    tree, at = tree_and_place(seed)
    leaves = [Value(x) for x in at]
    root = function(tree)(*leaves)
    inner = [v for v in order(root) if v.op is not None]
    cut = random.Random(seed).choice(inner)
    through = gradients(root, [cut])[0].data * np.array([g.data for g in gradients(cut, leaves)])
    # the rest is what is left when the cut hands nothing down: the same expression with the cut detached
    memo = {id(cut): cut.detach()} | {id(leaf): leaf for leaf in leaves}
    around = np.array([g.data for g in gradients(copy.deepcopy(root, memo), leaves)])
    assert close(slopes(function(tree), at), through + around, abs(through).max())


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_creation_does_not_matter(seed):
    """Create the operands in the opposite order, with unused nodes in between: the bits stay the same."""
    tree, at = tree_and_place(seed)

    def backwards(node, leaves):
        if not isinstance(node, tuple):
            return computed(node, leaves, OURS)
        name, *rest = node
        done = [backwards(t, leaves) for t in reversed(rest)][::-1]
        if done and isinstance(done[0], Value):
            done[0].sin()  # used by nobody
        return computed((name, *range(len(done))), done, OURS)

    assert (slopes(lambda *x: backwards(tree, x), at) == slopes(function(tree), at)).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_hessian_is_symmetric_and_agrees_with_forward_over_reverse(seed):
    tree, at = tree_and_place(seed)

    def f(v):
        return computed(tree, v, OURS)

    h = np.array(hessian(f)(at))
    assert close(h, h.T, rel=1e-11)
    v = [0.3, -1.0, 0.7]
    assert close(jvp(grad(f), at, v)[1], h @ v, abs(h).max(), rel=1e-11)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_deep_copy_has_the_same_gradient_and_leaves_the_original_alone(seed):
    tree, at = tree_and_place(seed)
    leaves = [Value(x, label=str(i)) for i, x in enumerate(at)]
    root = function(tree)(*leaves)
    twin = copy.deepcopy(root)
    twin.backward()
    assert all(leaf.grad == 0.0 for leaf in leaves)
    copied = {v.label: v for v in order(twin) if v.op is None and v.label}
    assert [copied[str(i)].grad if str(i) in copied else 0.0 for i in range(3)] == list(slopes(function(tree), at))


@pytest.mark.parametrize("degree", [1, 2, 3, -1, 0])
def test_euler_on_homogeneous_functions(degree):
    """If f(t x) = t^k f(x), then x · f'(x) = k f(x)."""
    x, y, z = (Value(v) for v in (0.7, -1.3, 2.1))
    size = (x * x + y * y + z * z).sqrt()
    f = size**degree * (autograd.atan2(x, y) + x * y / (z * z)) + (size ** (degree - 1) * z if degree != 1 else z)
    f.backward()
    euler = sum(v.data * v.grad for v in (x, y, z))
    assert euler == pytest.approx(degree * f.data, rel=1e-13, abs=1e-13)


@pytest.mark.parametrize("n", [1, 2, 5, 40])
def test_speelpenning(n):
    xs = [Value(0.5 + i / n) for i in range(n)]
    f = prod(xs)
    f.backward()
    assert [x.grad for x in xs] == pytest.approx([f.data / x.data for x in xs], rel=1e-13)


@pytest.mark.parametrize("x", [-300.0, -1.0, 0.0, 1e-8, 0.7, 1e5])
def test_sin_squared_plus_cos_squared_is_flat(x):
    f = lambda t: sin(t) ** 2 + cos(t) ** 2  # noqa: E731
    assert abs(grad(f)(x)) <= 1e-15
    assert abs(grad(grad(f))(x)) <= 1e-15


def test_two_losses_that_share_nodes_are_their_sum():
    for seed in SEEDS:
        tree, at = tree_and_place(seed)
        apart, together = [Value(x) for x in at], [Value(x) for x in at]
        shared = function(tree)(*apart)
        (shared * 2.0).backward()
        (shared * apart[0]).backward()
        one = function(tree)(*together)
        (one * 2.0 + one * together[0]).backward()
        assert close([v.grad for v in apart], [v.grad for v in together])


@pytest.mark.parametrize("name", SMOOTH_TWO)
def test_an_operand_used_twice_gets_the_sum_of_both_slopes(name):
    f = OURS[name]
    at = 1.3
    x, y = Value(at), Value(at)
    f(x, y).backward()
    both = Value(at)
    f(both, both).backward()
    assert both.grad == pytest.approx(x.grad + y.grad, rel=1e-14, abs=1e-16)


def test_scaling_data_by_a_power_of_two_scales_slopes_exactly():
    for seed in SEEDS:
        tree, at = tree_and_place(seed)
        halved = slopes(lambda *x, t=tree: function(t)(*(v * 0.5 for v in x)), [2 * x for x in at])
        assert (halved == 0.5 * slopes(function(tree), at)).all()


def test_inverse_functions_have_inverse_slopes():
    pairs = [("exp", "log"), ("sinh", "asinh"), ("tan", "atan"), ("tanh", "atanh"), ("expm1", "log1p"), ("sin", "asin")]
    for there, back in pairs:
        f, g = getattr(autograd, there), getattr(autograd, back)
        for x in (-1.2, -0.01, 0.3, 1.4):
            assert grad(lambda t, f=f, g=g: g(f(t)))(x) == pytest.approx(1.0, rel=1e-13)
            assert grad(f)(x) * grad(g)(f(x)) == pytest.approx(1.0, rel=1e-13)
    assert math.isclose(grad(lambda t: autograd.cosh(t).acosh())(0.9), 1.0, rel_tol=1e-13)
