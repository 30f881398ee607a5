"""The table in JavaScript: every row in the browser against Python's floats, and whole graphs bit for bit."""

import json
import math
import random
import struct

import pytest
from test_explore import network, neuron
from test_explore_in_a_browser import chrome, pytestmark  # noqa: F401  # a fixture is used by its name

from autograd import Value, explore
from autograd.engine import OPS, ieee, order
from autograd.page.javascript import FUNCTIONS, MATH, TABLE, javascript, row, script
from autograd.table import rules

IEEE = rules(ieee)
POINTS = [
    0.0,
    -0.0,
    5e-324,
    1e-300,
    1e-20,
    1e-9,
    0.1,
    0.5,
    1.0,
    1.5,
    2.0,
    2.5,
    3.0,
    7.25,
    20.0,
    40.0,
    700.0,
    1e9,
    1e200,
]
CORNERS = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -2.0,
    3.0,
    40.0,
    -40.0,
    1000.0,
    -1000.0,
    1e200,
    1e-200,
    math.inf,
    -math.inf,
    math.nan,
]
ULPS = 4  # units in the last place


def points(op):
    """Where a row is tried: all over its domain, both signs, its corners and what lies outside."""
    seeded = random.Random(op.name)
    spread = [seeded.choice([1, -1]) * 10 ** seeded.uniform(-3, 2.5) for _ in range(120)] + [
        seeded.uniform(-3, 3) for _ in range(120)
    ]
    one = [*spread, *POINTS, *(-x for x in POINTS), math.inf, -math.inf, math.nan, 1 - 2**-53, 1 + 2**-52, -1 + 2**-53]
    if len(op.domain) == 1:
        return [(x,) for x in one]
    pairs = list(zip(spread, spread[::-1], strict=True))
    return (
        pairs + [(x, y) for x in CORNERS for y in CORNERS] + [(x, float(y)) for x in spread[:20] for y in range(-3, 4)]
    )


def ulps(x, y):
    """How many floats lie between two numbers; 0 for the same, nan and nan included."""
    if x is None or y is None:
        return 0 if x is y else math.inf
    if math.isnan(x) or math.isnan(y):
        return 0 if math.isnan(x) and math.isnan(y) else math.inf
    a, b = (struct.unpack("<q", struct.pack("<d", t))[0] for t in (x, y))
    a, b = (t if t >= 0 else -(2**63) - t for t in (a, b))
    return abs(a - b)


def in_browser(browser, code, given):
    """Run ``code`` on numbers that JSON has no word for, nan, inf and -0 included, and return what it gives."""

    def packed(x):
        return "null" if x is None else "-0" if x == 0 and math.copysign(1, x) < 0 else repr(x)

    special = "const special = {nan: NaN, inf: Infinity, '-inf': -Infinity};"
    text = json.dumps([[packed(x) for x in at] for at in given])
    found = browser.execute_script(
        f"{special} const given = JSON.parse(arguments[0]).map(at => at.map(x => special[x] ?? +x));"
        "const told = x => x === null || x === undefined ? 'null' : Object.is(x, -0) ? '-0' : String(x);"
        f"{code}; return JSON.stringify(given.map(at => run(...at).map(told)));",
        text,
    )
    words = {"null": None, "NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
    return [[words[x] if x in words else float(x) for x in at] for at in json.loads(found)]


@pytest.mark.parametrize("op", OPS.values(), ids=list(OPS))
def test_every_row_in_the_browser_is_within_4_ulp_of_pythons_floats(chrome, op):  # noqa: F811
    given = points(op)
    chrome.get("about:blank")
    names = ",".join("xy"[: len(op.domain)])
    code = (
        script({op.name: row(op)})
        + f"const [value, partials] = rows.{op.name}; const run = ({names}) => [value({names}), ...partials(value({names}), {names})]"
    )
    worst = {}
    for at, answers in zip(given, in_browser(chrome, code, given), strict=True):
        z = IEEE[op.name].value(*at)
        wanted = [z, *IEEE[op.name].partials(answers[0], *at)]  # local derivatives of the value that the page has
        for name, x, y in zip(("value", "dz/dx", "dz/dy"), answers, wanted, strict=False):
            off = ulps(x, y)
            if off > worst.get(name, (0,))[0]:
                worst[name] = (off, at, x, y)
    assert all(off <= ULPS for off, *_ in worst.values()), worst


def test_the_arithmetic_has_every_name_that_the_table_asks_for():
    assert TABLE.keys() == OPS.keys()
    assert not set(MATH) & FUNCTIONS.keys()
    assert all(row(op) for op in OPS.values())
    assert set(vars(javascript)) >= {*MATH, *FUNCTIONS, "div"}
    assert len(script({name: row(op) for name, op in OPS.items()})) < 6000


def polynomial():
    x, y = Value(1.25, label="x"), Value(-0.5, label="y")
    return (x * y + x / y - y**3 + (x - y) ** 2 + abs(y)).relu() + x.sqrt()


@pytest.mark.parametrize(
    "make", [neuron, network, lambda: network(12), polynomial], ids=["neuron", "network", "batch", "polynomial"]
)
def test_whole_graphs_are_computed_again_as_python_computed_them(chrome, tmp_path, make):  # noqa: F811
    root = make()
    chrome.get(explore(root, max_nodes=10_000).save(tmp_path / "page.html").as_uri())
    told = chrome.execute_script("return trace.nodes.map(node => [node.data, node.grad])")
    found = chrome.execute_script("forward(); backward(true); return trace.nodes.map(node => [node.data, node.grad])")
    root.backward()
    assert told == [[node.data, node.grad] for node in order(root)], "as it opens, to the bit"
    for node, (data, grad) in zip(order(root), found, strict=True):
        assert grad == pytest.approx(node.grad, rel=1e-13, abs=1e-15)
        if make is polynomial:
            assert data == node.data, "bit for bit: +, -, ×, /, √ and integer powers are the same everywhere"
        assert data == pytest.approx(node.data, rel=1e-14, abs=1e-15)
