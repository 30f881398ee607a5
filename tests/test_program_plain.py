"""Programs compute softmax and its like by the formula of the textbook; eager code, and the loop over nodes, by theirs."""

import numpy as np
import pytest
from against_eager import agrees, ways

import autograd
import nn
from autograd import Program, Value, logsumexp, softmax
from autograd.lift.record import plainly, record


def body(program):
    return [line.split("  #")[0].strip() for line in str(program).splitlines()[1:]]


def test_softmax_is_the_formula_of_the_textbook():
    program = Program.trace(
        lambda xs, ts: sum(p * t for p, t in zip(softmax(xs), ts, strict=True)), [1.0] * 5, [0.0] * 5
    )
    assert body(program)[:4] == [
        "t1 = xs.max(axis=0)",
        "t2 = xs - t1",
        "h1 = np.exp(t2)",
        "s1 = h1.sum(axis=0)",
    ]


@pytest.mark.parametrize("width", [1, 2, 3, 7])
def test_shares_and_losses_agree_whichever_is_the_largest(width):
    rows = [[Value(0.3 * k * (-1) ** k + i) for k in range(width)] for i in range(4)]
    agrees(sum(p * p for row in rows for p in softmax(row)))
    agrees(sum(logsumexp(row) ** 2 for row in rows))
    program = agrees(nn.cross_entropy(rows, [0, width - 1, width // 2, 0]) if width > 1 else logsumexp(rows[0]))
    for row in rows:
        row[0].data, row[-1].data = 5.0, -5.0
    again = nn.cross_entropy(rows, [0, width - 1, width // 2, 0]) if width > 1 else logsumexp(rows[0])
    assert abs(program() - again.data) < 1e-14


def test_a_logit_of_minus_infinity_has_no_share():
    row = [Value(1.0), Value(2.0), Value(0.5)]
    for program in ways(lambda: Program(logsumexp(row))):
        row[0].data = float("-inf")
        assert abs(program() - logsumexp([2.0, 0.5])) < 1e-15
        row[0].data = 1.0


def test_a_nudged_result_is_what_it_was_nudged_to():
    share = softmax([Value(0.5), Value(0.1)])[0]
    share.data = 0.75
    assert Program(share * 2.0)() == 1.5


def test_the_record_of_eager_code_is_left_alone():
    xs = [Value(40.0), Value(0.0)]
    share = softmax(xs)[0]
    exact = record(share)
    assert {node.op.name for node in exact.nodes if node.op} > {"sigmoid"}
    assert {node.op.name for node in plainly(share, exact).nodes if node.op} == {
        "max",
        "still",
        "sub",
        "exp",
        "add",
        "div",
    }
    share.backward()
    assert xs[0].grad == pytest.approx(np.exp(-40.0), rel=1e-12)


def test_a_graph_without_plain_formulas_is_recorded_once():
    x = Value(2.0)
    root = autograd.exp(x) * x
    graph = record(root)
    assert plainly(root, graph) is graph


def test_no_constant_of_softmax_is_taken_for_the_number_of_a_value():
    xs = [Value(0.1 * k + 0.05) for k in range(4)]
    assert "keeps" not in str(Program(sum(p * p for p in softmax(xs))))
