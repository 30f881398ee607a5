"""How accurate the derivatives are, compared with 50 digits. `make accuracy` prints the figures."""

from __future__ import annotations

import itertools
import math
import random
import sys

import mpmath
from mpmath import mp, mpf
from truth import FUNCTIONS

import autograd
from autograd import Value, hessian, value_and_grad
from autograd.calculus import GRAPHS
from autograd.engine.ops import OPS

SMOOTH_ONE = [
    name for name, op in OPS.items() if len(op.domain) == 1 and name not in ("abs", "relu", "floor", "ceil", "sign", "zero", "scale", "still", "neg")
]  # fmt: skip
SMOOTH_TWO = ["add", "sub", "mul", "div", "pow", "atan2", "hypot"]

# What brings any number into an operation's domain, smoothly, in both arithmetics.
INTO = {
    "log": lambda u: 1.0 + u * u, "log2": lambda u: 1.0 + u * u, "log10": lambda u: 0.5 + u * u, "sqrt": lambda u: 0.3 + u * u,
    "log1p": lambda u: u * u - 0.5, "cbrt": lambda u: 2.0 + u * u, "asin": lambda u: u / (1.5 + u * u), "acos": lambda u: u / (1.5 + u * u),
    "atanh": lambda u: u / (1.5 + u * u), "acosh": lambda u: 1.25 + u * u, "exp": lambda u: u / (1.0 + u * u / 16.0), "exp2": lambda u: u / (1.0 + u * u / 16.0),
    "sinh": lambda u: u / (1.0 + u * u / 16.0), "cosh": lambda u: u / (1.0 + u * u / 16.0), "expm1": lambda u: u / (1.0 + u * u / 16.0),
    "tan": lambda u: u / (1.0 + u * u), "erfc": lambda u: u / (1.0 + u * u / 9.0),
}  # fmt: skip


def expression(rng, depth, n_leaves):
    """A random tree: an int for a leaf, a float for a constant, (name, operands…) for an operation."""
    if depth == 0:
        return rng.randrange(n_leaves) if rng.random() < 0.85 else rng.choice([0.5, 2.0, -1.25, 3.0])
    if rng.random() < 0.5:
        return (rng.choice(SMOOTH_ONE), expression(rng, depth - 1, n_leaves))
    return (
        rng.choice(SMOOTH_TWO),
        expression(rng, depth - 1, n_leaves),
        expression(rng, rng.randrange(depth), n_leaves),
    )


def computed(tree, leaves, functions):
    """The value of a tree on leaves, by the functions of one arithmetic."""
    if isinstance(tree, int):
        return leaves[tree]
    if isinstance(tree, float):
        return tree
    name, *rest = tree
    x, *y = [computed(t, leaves, functions) for t in rest]
    if name in INTO:
        x = INTO[name](x)
    elif name == "div":
        y = [y[0] * y[0] + 1.5]
    elif name == "pow":
        x, y = x * x + 0.5, [y[0] / (y[0] * y[0] * 0.25 + 1.0)]
    elif name in ("atan2", "hypot"):
        x = x * x + 0.75
    return functions[name](x, *y)


OURS = {name: getattr(autograd, name) for name in [*SMOOTH_ONE, "pow", "atan2", "hypot"]} | {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
}
H = mpf(10) ** -30


def truth(tree, at):
    """Value, gradient and Hessian by differences at 140 digits, correct to about 60."""
    with mp.workdps(140):

        def f(*moves):
            point = [mpf(x) + sum((m for i, m in moves if i == k), mpf(0)) for k, x in enumerate(at)]
            return computed(tree, point, FUNCTIONS)

        n, here = len(at), f()
        plus, minus = [f((i, H)) for i in range(n)], [f((i, -H)) for i in range(n)]
        gradient = [(plus[i] - minus[i]) / (2 * H) for i in range(n)]
        second = [[mpf(0)] * n for _ in range(n)]
        for i in range(n):
            second[i][i] = (plus[i] - 2 * here + minus[i]) / H**2
            for j in range(i):
                corners = f((i, H), (j, H)) - f((i, H), (j, -H)) - f((i, -H), (j, H)) + f((i, -H), (j, -H))
                second[i][j] = second[j][i] = corners / (4 * H**2)
        return here, gradient, second


def error(got, want, scale):
    """The error relative to the true number, or to ``scale`` where cancellation leaves a smaller one."""
    want = mpf(want)
    return float(abs(mpf(float(got)) - want) / max(abs(want), scale, mpf(10) ** -50))


def measure(count, seed=0):
    """For each of ``count`` random expressions: the largest error of its value, gradient and Hessian, and where."""
    rng = random.Random(seed)
    errors = []
    while len(errors) < count:
        n = rng.randrange(1, 4)
        tree = expression(rng, rng.randrange(1, 5), n)
        at = [rng.uniform(-2, 2) for _ in range(n)]

        def f(leaves, tree=tree):
            return computed(tree, leaves, OURS)

        try:
            value, gradient = value_and_grad(f)(at)
            second = hessian(f)(at)
            here, slopes, curves = truth(tree, at)
        except (OverflowError, ValueError, ZeroDivisionError, mpmath.libmp.ComplexResult):
            continue
        if not isinstance(here, mpf) or abs(here) > 1e30:
            continue
        # where terms cancel, the error is relative to the largest entry: float arithmetic keeps no more digits
        steepest = max(map(abs, slopes)) * mpf("1e-3")
        sharpest = max(abs(c) for row in curves for c in row) * mpf("1e-3")
        errors.append(
            (
                error(value, here, mpf("1e-3") * max(map(abs, at))),
                max(error(g, s, steepest) for g, s in zip(gradient, slopes, strict=True)),
                max(
                    error(g, s, sharpest)
                    for a, b in zip(second, curves, strict=True)
                    for g, s in zip(a, b, strict=True)
                ),
                tree,
                at,
            )
        )
    return errors


# Where formulas break: denormals, the ends of the range, next to poles and branch points, in vanishing tails.
EXTREMES = [
    5e-324, 1e-320, 2.2250738585072014e-308, 1e-200, 1e-154, 1e-20, 1e-8, 0.5, 1 - 2**-53, 1.0, 1 + 2**-52, math.pi / 2,
    20.0, 40.0, 700.0, 709.7, 745.0, 1000.0, 1e8, 1e16, 1e154, 1e200, 1.7e308,
]  # fmt: skip
EXTREMES = sorted([*EXTREMES, *(-x for x in EXTREMES)])
FEW = [x for x in EXTREMES if abs(x) in (5e-324, 1e-200, 1e-8, 1.0, 1 + 2**-52, 20.0, 1000.0, 1e154, 1e200, 1.7e308)]
EXPONENTIAL = {"exp", "expm1", "exp2", "sinh", "cosh", "tanh", "sech", "sigmoid", "softplus", "erf", "erfc"}
PERIODIC = {"sin", "cos", "tan"}
STEPPED = {"still", "floor", "ceil", "sign", "zero", "scale", "floordiv", "mod", "max", "min", "gate", "relu", "abs"}


def places(name):
    """Operands at the extremes of an operation's domain."""
    axes = []
    for d in OPS[name].domain:
        axes.append(
            [x for x in (EXTREMES if len(OPS[name].domain) == 1 else FEW) if d.low < x < d.high and x != d.hole]
        )
    for at in itertools.product(*axes):
        if name in EXPONENTIAL and abs(at[0]) > (30 if name in ("erf", "erfc") else 1000):
            continue
        if name in PERIODIC and abs(at[0]) > 1e16:  # mpmath would need 300 digits of the turn
            continue
        if name in ("pow", "power") and (not 1e-8 <= abs(at[1]) <= 1e5 or abs(at[1] * math.log(abs(at[0]))) > 1e4):
            continue
        yield at


def true_slope(name, at, i):
    """The derivative by a difference whose step is far smaller than the operand."""
    digits = 1500 if len(at) == 2 or name in ("erf", "erfc", *EXPONENTIAL) else 700
    with mp.workdps(digits):
        x = mpf(at[i])
        h = abs(x) * mpf(10) ** -40

        def f(t):
            return FUNCTIONS[name](*(t if k == i else mpf(a) for k, a in enumerate(at)))

        return (f(x + h) - f(x - h)) / (2 * h)


AT_EXTREMES = [name for name in OPS if name not in STEPPED | {"add", "sub", "neg"}]


def extremes(name):
    """Every derivative of an operation at the extremes: (operands, index of the operand, computed, true)."""
    for at in places(name):
        leaves = [Value(x) for x in at]
        try:
            OPS[name].value(*at)
        except (OverflowError, ValueError, ZeroDivisionError):
            continue
        GRAPHS[name].value(*([leaves[0], at[1]] if name == "power" else leaves)).backward()
        for i, leaf in enumerate(leaves[: 1 if name == "power" else None]):
            want = true_slope(name, at, i)
            if isinstance(want, mpf):
                yield at, i, leaf.grad, want


def right(got, want):
    """Whether a derivative is right: to 1e-12 if the true one is a normal float, else at the same end of the range."""
    if abs(want) > mpf("1.797e308"):
        return abs(got) > 1.79e308
    if abs(want) < mpf("2.3e-308"):
        return abs(got) < 2.4e-308
    return math.isfinite(got) and abs(mpf(got) - want) <= mpf("1e-12") * abs(want)


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    errors = measure(count)
    print(
        f"{count} random smooth expressions, built from {len(SMOOTH_ONE) + len(SMOOTH_TWO)} operations, compared with 50 digits"
    )
    for i, (name, limit) in enumerate((("values", 1e-12), ("gradients", 1e-12), ("hessians", 1e-10))):
        column = sorted(e[i] for e in errors)
        beyond = sum(e > limit for e in column)
        print(f"  {name:10} median {column[count // 2]:.0e}   worst {column[-1]:.0e}   beyond {limit:.0e}: {beyond}")
    found = [right(got, want) for name in AT_EXTREMES for _, _, got, want in extremes(name)]
    print(f"{len(found)} derivatives at the extremes of the floats: {found.count(False)} wrong")


if __name__ == "__main__":
    main()
