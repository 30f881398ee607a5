"""A decision boundary as text."""

import numpy as np
import pytest

from autograd import Value
from nn import MLP, decision_boundary


def test_a_boundary_is_a_picture_of_the_model():
    def right_half(point):
        return Value(point[0])

    picture = decision_boundary(right_half, [[-1.0, 0.0], [1.0, 0.0]], [0, 1], width=21, height=5).splitlines()
    assert len(picture) == 5
    assert (
        decision_boundary(right_half, [[-1.0, 0.0], [1.0, 0.0]], [-1.0, 1.0], width=21, height=5).splitlines()
        == picture
    )
    assert picture[0] == " " * 11 + "·" * 10
    assert picture[2].index("o") < 10 < picture[2].index("x")
    rows = decision_boundary(
        lambda p: [Value(p[1]), Value(-p[1]), Value(-9.0)], [[0.0, -1.0], [1.0, 1.0]], [1, 0], 11, 5
    ).splitlines()
    assert rows[0].strip(" ox") == ""
    assert set(rows[-1]) <= {"·", "x"}
    with pytest.raises(ValueError, match=r"x must have shape \(examples, 2\)"):
        decision_boundary(right_half, [[1.0]], [0])
    with pytest.raises(ValueError, match="at most 4 classes can be drawn, got class 7"):
        decision_boundary(right_half, [[1.0, 2.0]] * 2, [0, 7])
    with pytest.raises(ValueError, match="at most 4 classes can be drawn, got class 4"):
        decision_boundary(lambda p: [Value(float(i)) for i in range(5)], [[1.0, 2.0]], [0])
    with pytest.raises(ValueError, match="x must hold finite numbers, got inf or nan"):
        decision_boundary(right_half, [[1.0, np.nan]], [0])
    with pytest.raises(ValueError, match="width must be an int of at least 2"):
        decision_boundary(right_half, [[1.0, 2.0]], [0], width=0)


X, Y = [[-1.0, 0.0], [1.0, 0.0]], [0, 1]


def test_a_probability_is_read_at_a_half_and_a_score_at_0():
    model = MLP(2, [1], output_activation="sigmoid", rng=0)
    model.load_state_dict({"layers.0.weight": [[2.0, 0.0]], "layers.0.bias": [0.0]})
    picture = decision_boundary(model, X, Y, width=20, height=3)
    assert picture.splitlines()[0] == " " * 10 + "·" * 10
    scores = MLP(2, [1], rng=0)
    scores.load_state_dict(model.state_dict())
    assert decision_boundary(scores, X, Y, width=20, height=3) == picture
    assert decision_boundary(model, X, Y, width=20, height=3, threshold=0.5) == picture
    # 2 x1 > logit(0.8) = 1.386 from x1 = 0.69 on
    strict = decision_boundary(model, X, Y, width=20, height=3, threshold=0.8).splitlines()[0]
    assert strict.count("·") == 4


def test_scores_between_0_and_1_that_no_sigmoid_made_are_asked_about():
    def probability(point):
        return 1 / (1 + (-4.0 * Value(point[0])).exp())

    text = decision_boundary(probability, X, Y, width=20, height=3)
    assert text.endswith("No boundary: no score is below 0; for a model of probabilities: threshold=0.5")
    assert decision_boundary(probability, X, Y, width=20, height=3, threshold=0.5).count("·") > 20
    constant = decision_boundary(lambda point: Value(-7.0), X, Y, width=20, height=3)
    assert constant.endswith("No boundary: no score is above 0")
    small = decision_boundary(lambda point: Value(0.2 + 0.1 * point[0]), X, Y, width=20, height=3)
    assert small.endswith("No boundary: no score is below 0")  # nothing above a half: no probability either


def test_what_a_threshold_must_be():
    for bad, error in (("0.5", TypeError), (True, TypeError), (np.nan, ValueError)):
        with pytest.raises(error, match="threshold must be a"):
            decision_boundary(lambda point: Value(0.0), X, Y, threshold=bad)


def test_what_is_not_a_model_is_named():
    with pytest.raises(TypeError, match="model must be a network, or a function of a point, got an int: 3"):
        decision_boundary(3, [[0.0, 1.0], [1.0, 0.0]], [0, 1])
