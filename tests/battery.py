"""Functions that networks are made of, at ordinary points and at points where they saturate, put to gradcheck.

Every derivative is right, so a WRONG or a FAULT is a false alarm. With a path that is lost on purpose none may pass.
Run the whole of it: ``python tests/battery.py``; the suite runs a part.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

import autograd as ag
from autograd import Value, gradcheck

SIZES = (0.1, 1.0, 5.0, 25.0, 60.0)  # of the numbers: from ordinary to saturated


def cross_entropy(z):
    return ag.logsumexp(z) - z[1]


def naive_cross_entropy(z):
    return -ag.log(ag.softmax(z)[1] + 1e-12)


def kl_divergence(z):
    p, q = ag.softmax(z[:2]), ag.softmax(z[2:])
    return sum(a * (ag.log(a + 1e-30) - ag.log(b + 1e-30)) for a, b in zip(p, q, strict=True))


def norm(z):
    return ag.sqrt(sum(x * x for x in z) + 1e-12)


def normalized(z):
    m = ag.mean(z)
    centered = [x - m for x in z]
    deviation = ag.sqrt(ag.mean([c * c for c in centered]) + 1e-5)
    return [c / deviation for c in centered]


def attention(z):
    scores = ag.softmax([z[0] * z[2], z[1] * z[2] / 2.0**0.5])
    return scores[0] * z[3] + scores[1] * z[0]


def cosine(z):
    return (z[0] * z[2] + z[1] * z[3]) / (norm(z[:2]) * norm(z[2:]))


def huber(x):
    size = abs(x)
    return ag.where(1.0 - size, 0.5 * x * x, size - 0.5)


def focal(x):
    p = ag.sigmoid(x)
    return -((1.0 - p) ** 2) * ag.log(p + 1e-30)


def lstm(z):
    forget, new, out = ag.sigmoid(z[0]), ag.tanh(z[1]), ag.sigmoid(z[2])
    return out * ag.tanh(forget * z[3] + (1.0 - forget) * new)


def entropy(z):
    return -sum(p * ag.log(p + 1e-30) for p in ag.softmax(z))


# each takes a list of four numbers
FUNCTIONS: dict[str, Callable] = {
    "sigmoid": lambda z: ag.sigmoid(z[0] * z[1] + z[2]),
    "1 - sigmoid": lambda z: 1.0 - ag.sigmoid(z[0]),
    "tanh": lambda z: ag.tanh(z[0] + z[1] * z[2]),
    "1 - tanh²": lambda z: 1.0 - ag.tanh(z[0]) ** 2,
    "relu": lambda z: ag.relu(z[0] * z[1] + z[2]),
    "leaky relu": lambda z: ag.leaky_relu(z[0] - z[1]),
    "elu": lambda z: ag.elu(z[0] + z[1]),
    "softplus": lambda z: ag.softplus(z[0] - z[3]),
    "silu": lambda z: ag.silu(z[0]),
    "gelu": lambda z: ag.gelu(z[0]),
    "gelu by tanh": lambda z: 0.5 * z[0] * (1.0 + ag.tanh(0.79788456 * (z[0] + 0.044715 * z[0] ** 3))),
    "mish": lambda z: z[0] * ag.tanh(ag.softplus(z[0])),
    "logsumexp": ag.logsumexp,
    "one softmax": lambda z: ag.softmax(z)[2],
    "sum of softmax": lambda z: sum(ag.softmax(z)),
    "cross entropy": cross_entropy,
    "naive cross entropy": naive_cross_entropy,
    "label smoothing": lambda z: ag.logsumexp(z) - 0.9 * z[0] - 0.1 * ag.mean(z),
    "binary cross entropy, logits": lambda z: ag.softplus(z[0]) - 0.3 * z[0],
    "binary cross entropy, naive": lambda z: -ag.log(1.0 - ag.sigmoid(z[0]) + 1e-12),
    "focal": lambda z: focal(z[0]),
    "hinge": lambda z: ag.relu(1.0 - z[0] * z[1]),
    "squared hinge": lambda z: ag.relu(1.0 - z[0] * z[1]) ** 2,
    "squared error": lambda z: ag.mean([(x - 0.3) ** 2 for x in z]),
    "absolute error": lambda z: ag.mean([abs(x - 0.3) for x in z]),
    "huber": lambda z: huber(z[0] - z[1]),
    "log cosh": lambda z: z[0] + ag.softplus(-2.0 * z[0]) - 0.6931471805599453,
    "kl divergence": kl_divergence,
    "entropy": entropy,
    "norm": norm,
    "layer norm": lambda z: normalized(z)[0] * z[1] + z[2],
    "cosine similarity": cosine,
    "attention": attention,
    "lstm cell": lstm,
    "gaussian likelihood": lambda z: 0.5 * ((z[0] - z[1]) * ag.exp(-0.05 * z[2])) ** 2 + 0.05 * z[2],
    "contrastive": lambda z: ag.relu(1.0 - ag.hypot(z[0] - z[2], z[1] - z[3])) ** 2,
}


def points(seed: int, count: int) -> Iterator[list[float]]:
    """Points of every size, some of their numbers being round ones, at which corners lie."""
    rng = random.Random(seed)
    for i in range(count):
        size = SIZES[i % len(SIZES)]
        yield [float(rng.randint(-1, 1)) if rng.random() < 0.3 else rng.uniform(-size, size) for _ in range(4)]


def without_a_path(f: Callable, share: float) -> Callable:
    """The function with a factor that hides from the graph: ``share`` of the value moves with z[0] unseen."""
    return lambda z: f(z) * (1.0 + share * ag.tanh(0.1 * z[0]).detach())


class Tally(NamedTuple):
    """What gradcheck said of the battery."""

    verdicts: Counter[str]
    alarms: list[str]  # right derivatives called WRONG, or with a fault
    passed: list[str]  # lost paths that were passed


def whole(count: int, names: list[str] | None = None) -> Tally:
    """Put each function to gradcheck at so many points, and at every third once more with a path lost."""
    tally = Tally(Counter(), [], [])
    for k, name in enumerate(names or FUNCTIONS):
        f = FUNCTIONS[name]
        for i, at in enumerate(points(k, count)):
            report = gradcheck(f, (at,))
            tally.verdicts.update(row.verdict for row in report.rows)
            if report.wrong:
                tally.alarms.append(f"{name} at {at}:\n{report}")
            if i % 3 == 0:
                share = (1e-1, 1e-2, 1e-3, 1e-4)[i % 4]
                hidden = share * report_value(f, at) * 0.1 * (1.0 - ag.tanh(0.1 * at[0]) ** 2)
                row = gradcheck(without_a_path(f, share), (at,)).rows[0]
                if row.ok and abs(hidden) > 3e-6 * max(abs(row.analytic), abs(row.analytic + hidden)):
                    tally.passed.append(f"{name} without {hidden:.3g} at {at}: {row.verdict} {row.remark} {row[1:4]}")
    return tally


def report_value(f: Callable, at: list[float]) -> float:
    """The value of f."""
    return float(f([Value(x) for x in at]))


if __name__ == "__main__":
    result = whole(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
    print(*result.alarms, *result.passed, sep="\n")
    print(f"{len(FUNCTIONS)} functions, {sum(result.verdicts.values())} rows: {dict(result.verdicts)}")
    print(f"{len(result.alarms)} false alarms, {len(result.passed)} lost paths passed")
