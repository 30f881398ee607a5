"""checkup: every verdict with a model that deserves it and one that does not."""

import numpy as np
import pytest

from autograd import Value
from nn import (
    MLP,
    Checkup,
    Module,
    accuracy,
    checkup,
    digits,
    fit,
    iris,
    moons,
    mse,
    predict,
    spirals,
    standardize,
)
from nn.advice.data_advice import check_data
from nn.advice.layer_advice import check_layers
from nn.advice.task import task
from nn.advice.training_advice import few_examples, learned_by_heart, learning_rate, loss_before_training
from nn.inspect.layer_statistics import layer_statistics

FLOWERS, SPECIES = iris()
(STANDARD,) = standardize(FLOWERS)
X, Y = moons(40, noise=0.1, rng=0)
LOGITS = "binary_cross_entropy_with_logits"


def on_data(x, y, loss="mse"):
    return {found.subject: found for found in check_data(task(x, y, loss))}


def on_layers(model, x, y, loss):
    return {f.subject: f for f in check_layers(model, task(x, y, loss), layer_statistics(model, x, y, loss))}


def tanh(n, sizes, **more):
    return MLP(n, sizes, activation="tanh", init="glorot_uniform", rng=1, **more)


# --- the data -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "verdict", "says"),
    [
        (STANDARD, "good", "similar size: 1 to 1"),
        (FLOWERS, "good", "similar size: 1.42 to 5.901"),
        (FLOWERS * [1, 1, 1, 100.0], "look", "column 3 is of size 142"),
        (FLOWERS * [1, 1, 1, 1e-3], "look", "column 0 is of size 5.901 and column 3 of 0.00142: use standardize(x)"),
        (np.ones((150, 2)), "bad", "no column of x varies"),
    ],
)
def test_scales(x, verdict, says):
    found = on_data(x, SPECIES, "cross_entropy")["scales"]
    assert found.verdict == verdict
    assert says in found.says


def test_constant_columns():
    x, y = digits()
    found = on_data(x, y, "cross_entropy")["constant columns"]
    assert (found.verdict, found.says) == (
        "look",
        "the same in every example: 3 of 64 (0, 32, 39); they teach nothing, leave them out",
    )
    assert on_data(FLOWERS, SPECIES)["constant columns"].verdict == "good"
    assert "(0, 1, 2, 3, 4 and 3 more)" in on_data(np.ones((4, 8)), np.arange(4.0))["constant columns"].says


def test_repeated_examples():
    x, y = np.array([[1.0], [2.0], [1.0], [3.0]]), np.array([0, 1, 1, 0])
    found = on_data(x, y, LOGITS)["repeated examples"]
    assert found.verdict == "look"
    assert "with two targets: 1 (example 2 is example 0 again, with another target)" in found.says
    same = on_data(x, np.array([0, 1, 0, 0]), LOGITS)["repeated examples"]
    assert (same.verdict, same.says) == ("look", "examples that repeat another: 1 of 4; one copy may be held out")
    few = on_data(FLOWERS, SPECIES, "cross_entropy")["repeated examples"]  # one pair of flowers is alike
    assert (few.verdict, few.says) == ("good", "examples that repeat another: only 1 of 150")
    assert on_data(X, Y, LOGITS)["repeated examples"].says == "no example repeats another"


def test_class_balance():
    rare = np.repeat([0, 1], [95, 5])
    found = on_data(np.arange(100.0)[:, None], rare, LOGITS)["class balance"]
    assert found.verdict == "look"
    assert "class 1 has 5 of 100 examples; always answering 0 would be right for 95%" in found.says
    assert on_data(FLOWERS, SPECIES, "cross_entropy")["class balance"].says == "3 classes of 50 examples each"
    assert on_data(X, 2 * Y - 1, "hinge")["class balance"].verdict == "good"
    one = on_data(X, np.zeros(40, dtype=int), LOGITS)["class balance"]
    assert (one.verdict, one.says) == ("bad", "every example is of class 0: there is nothing to tell apart")


def test_targets_that_are_numbers():
    x = np.linspace(-1, 1, 20)[:, None]
    assert on_data(x, x[:, 0])["targets"].verdict == "good"
    assert on_data(x, 1e4 * x)["targets"].verdict == "look"
    assert on_data(x, 0 * x + 3.0)["targets"].verdict == "bad"
    assert "class balance" not in on_data(x, np.arange(20))  # whole numbers, but the loss is for numbers


# --- the layers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("output", "count", "y", "loss", "verdict", "says"),
    [
        ("linear", 1, Y, LOGITS, "good", "1 linear output suits"),
        ("sigmoid", 1, Y, LOGITS, "bad", "takes scores of any size, and the output layer is a sigmoid"),
        ("relu", 1, 2 * Y - 1, "hinge", "bad", "hinge takes scores of any size, and the output layer is a relu"),
        ("tanh", 1, 2 * Y - 1, "hinge", "look", "the output layer is a tanh"),
        ("sigmoid", 1, Y, "binary_cross_entropy", "good", "1 sigmoid output suits binary_cross_entropy"),
        ("linear", 1, Y, "binary_cross_entropy", "bad", "takes probabilities: use output_activation='sigmoid'"),
        ("linear", 2, Y, "cross_entropy", "good", "2 linear outputs suit cross_entropy"),
        ("sigmoid", 1, Y, "mse", "good", "suits mse"),
        ("sigmoid", 1, 2.0 * Y - 1, "mse", "bad", "50% of the targets lie outside what a sigmoid reaches (0 to 1)"),
        ("relu", 1, -1.0 * Y, "mse", "bad", "50% of the targets lie outside what a relu reaches (0 to inf)"),
        ("tanh", 1, 2.0 * Y - 1, "mse", "good", "suits mse"),
    ],
)
def test_the_output_layer_and_the_loss(output, count, y, loss, verdict, says):
    model = tanh(2, [3, count], output_activation=output)
    if loss == "binary_cross_entropy" and output == "linear":
        for p in model.parameters():
            p.data = 0.1  # so that scores lie between 0 and 1, where the loss is defined
        model.layers[-1].neurons[0].b.data = 0.5
    found = on_layers(model, X, y, loss)["output and loss"]
    assert found.verdict == verdict
    assert says in found.says


def test_units_that_are_dead_or_saturated():
    good = on_layers(tanh(2, [16, 1]), X, Y, LOGITS)["hidden units"]
    assert (good.verdict, good.says) == ("good", "16 tanh units, 0% of them dead, 0% of their outputs saturated")
    assert on_layers(tanh(2, [16, 1]), X * 20, Y, LOGITS)["hidden units"].verdict == "look"
    saturated = on_layers(tanh(2, [16, 1]), X * 300, Y, LOGITS)["hidden units"]
    assert saturated.verdict == "bad"
    assert "% of their outputs saturated: standardize x, or start from smaller weights" in saturated.says
    model = MLP(2, [4, 1], activation="relu", rng=0)
    assert on_layers(model, X, Y, LOGITS)["hidden units"].verdict == "good"
    model.layers[0].neurons[0].b.data = -100.0
    one = on_layers(model, X, Y, LOGITS)["hidden units"]
    assert one.verdict == "look"
    assert one.says.startswith("4 relu units, 25% of them dead: standardize x, or start from smaller weights")
    for unit in model.layers[0].neurons:
        unit.b.data = -100.0
    assert on_layers(model, X, Y, LOGITS)["hidden units"].verdict == "bad"


def test_gradients_that_vanish_or_explode():
    deep = MLP(2, [8] * 6 + [1], activation="sigmoid", rng=1)
    found = on_layers(deep, X, Y, LOGITS)["gradient by layer"]
    assert found.verdict == "bad"
    assert found.says.startswith("hidden 1 gets 1/")
    assert "sigmoids pass back a quarter at most; try tanh or relu" in found.says
    assert on_layers(tanh(2, [8] * 6 + [1]), X, Y, LOGITS)["gradient by layer"].verdict == "good"
    large = MLP(2, [8] * 6 + [1], activation="linear", init=lambda *_: 2.0, rng=1)
    assert (
        "times the output's gradient: start from smaller weights"
        in on_layers(large, X, Y, "mse")["gradient by layer"].says
    )
    dead = MLP(2, [4, 1], activation="relu", rng=0)
    for unit in dead.layers[0].neurons:
        unit.b.data = -100.0
    assert (
        "hidden gets none: its units are dead, or the weights after them are 0"
        in on_layers(dead, X, Y, LOGITS)["gradient by layer"].says
    )
    assert "gradient by layer" not in on_layers(tanh(2, [1]), X, Y, LOGITS)


def test_copies():
    same = MLP(2, [8, 1], activation="tanh", init=lambda *_: 0.5)
    assert on_layers(same, X, Y, LOGITS)["copies"].says.startswith("8 of 8 units of layers[0] have the same weights")
    assert on_layers(tanh(2, [8, 1]), X, Y, LOGITS)["copies"].verdict == "good"
    parted = MLP(2, [8, 1], activation="tanh", init=lambda *_: 0.5)
    for k, w in enumerate(parted.layers[1].neurons[0].w):
        w.data = 0.1 * k  # other weights out: they get other gradients, and part
    assert on_layers(parted, X, Y, LOGITS)["copies"].verdict == "good"
    assert on_layers(MLP(2, [4, 3], activation="tanh", rng=0), X, Y, "cross_entropy")["copies"].verdict == "good"


# --- a little training --------------------------------------------------------------------------------------------


def test_the_loss_before_training():
    good = loss_before_training(tanh(4, [8, 3]), task(STANDARD, SPECIES, "cross_entropy"))
    assert good.verdict == "good"
    assert "predicting the same for every example gives 1.099 (ln(3))" in good.says
    large = loss_before_training(MLP(4, [30, 3], rng=0), task(10 * FLOWERS, SPECIES, "cross_entropy"))
    assert large.verdict == "look"
    assert "outputs begin too large" in large.says
    assert "0.6931 (ln(2))" in loss_before_training(tanh(2, [3, 1]), task(X, Y, LOGITS)).says
    assert "1 (a score of 0)" in loss_before_training(tanh(2, [3, 1]), task(X, 2 * Y - 1, "hinge")).says
    x = np.linspace(-2, 2, 30)[:, None]
    assert "1.425 (the variance of y)" in loss_before_training(tanh(1, [3, 1]), task(x, x[:, 0], "mse")).says
    assert "1.034 (the mean of y)" in loss_before_training(tanh(1, [3, 1]), task(x, x[:, 0], "mae")).says
    two = loss_before_training(tanh(1, [3, 2]), task(x, np.column_stack([x, -x]), "mse"))
    assert "1.425 (the variance of y)" in two.says
    own = loss_before_training(tanh(1, [3, 1]), task(x, x[:, 0], lambda p, t: mse(p, t) * 3.0))
    assert own.says.endswith("a finite number")

    class Knows(Module):
        def __init__(self):
            self.w = Value(1.0)

        def __call__(self, row):
            return self.w * row[0]

    assert "knows something already" in loss_before_training(Knows(), task(x, x[:, 0] + 0.01, "mse")).says


def test_targets_far_from_zero_are_not_laid_to_the_outputs():
    x = np.linspace(-2, 2, 30)[:, None]
    far = loss_before_training(tanh(1, [3, 1]), task(x, 5.0 + 0.5 * x[:, 0], "mse"))
    assert (far.verdict, far.says.split("; ")[-1]) == ("look", "standardize y")
    same = loss_before_training(tanh(1, [3, 1]), task(x, np.full(30, 3.0), "mse"))
    assert (same.verdict, same.says.split(", ")[-1]) == ("good", "and predicting the target itself gives 0")


def test_a_loss_with_a_floor_is_not_blamed_on_the_network():
    model = tanh(2, [8, 1])
    to_learn = task(X, Y, lambda p, t: mse(p, t) + 1.0)
    found = learned_by_heart(model, to_learn, few_examples(to_learn))
    assert found.verdict == "look"
    assert found.says.endswith("a loss of your own, with a penalty say, need not fall to 0")


def test_a_trained_network_may_have_saturated_units():
    model = tanh(4, [8, 3])
    fit(model, STANDARD, SPECIES, loss="cross_entropy", epochs=60, rng=0, progress=False)
    assert on_layers(model, STANDARD, SPECIES, "cross_entropy")["hidden units"].verdict == "good"
    model.trained_with = ""
    assert on_layers(model, STANDARD, SPECIES, "cross_entropy")["hidden units"].verdict == "look"


def test_eight_examples_are_of_all_classes_and_different():
    flowers = task(np.vstack([FLOWERS, FLOWERS]), np.concatenate([SPECIES, SPECIES]), "cross_entropy")
    places = few_examples(flowers)
    assert sorted(flowers.targets(places).count(c) for c in range(3)) == [2, 3, 3]
    assert len({tuple(row) for row in flowers.examples(places)}) == 8
    line = task(np.arange(50.0)[:, None], np.arange(50.0), "mse")
    assert few_examples(line).tolist() == [0, 7, 14, 21, 28, 35, 42, 49]
    assert sorted(few_examples(task(X[:3], Y[:3], LOGITS)).tolist()) == [0, 1, 2]
    x, y = spirals(90, rng=0)  # each begins in the middle, where no network can tell them apart
    assert np.abs(x[few_examples(task(x, y, "cross_entropy"))]).max(axis=1).min() > 0.02


@pytest.mark.filterwarnings("ignore:binary_cross_entropy_with_logits takes the sigmoid itself")
def test_eight_examples_by_heart():
    to_learn = task(STANDARD, SPECIES, "cross_entropy")
    good = learned_by_heart(tanh(4, [8, 3]), to_learn, few_examples(to_learn))
    assert good.verdict == "good"
    assert good.says.startswith("learned: loss 1.2")
    spiral = task(X, Y, LOGITS)
    for model in (
        tanh(2, [3, 1], output_activation="sigmoid"),  # the loss takes logits
        MLP(2, [4, 1], activation="relu", init=lambda *_: -5.0, rng=0),  # nothing gets through
    ):
        bad = learned_by_heart(model, spiral, few_examples(spiral))
        assert bad.verdict in ("bad", "look")
        assert "learned: loss" in bad.says


def test_a_learning_rate_that_works():
    to_learn = task(STANDARD, SPECIES, "cross_entropy")
    found = learning_rate(tanh(4, [8, 3]), to_learn, few_examples(to_learn))
    assert found.verdict == "good"
    for optimizer in ("sgd", "adam"):
        rate = float(found.says.split(f" for {optimizer}")[0].split()[-1])
        model = tanh(4, [8, 3])
        fit(model, STANDARD, SPECIES, loss="cross_entropy", optimizer=optimizer, learning_rate=rate, epochs=30,
            batch_size=16, rng=0, progress=False)  # fmt: skip
        assert accuracy(predict(model, STANDARD), SPECIES) > 0.93
    far = task(X, 1e9 * Y + 1e9, "mse")
    slow = learning_rate(
        tanh(2, [3, 1], output_activation="tanh"), task(X, 1e9 * Y + 1e9, "mse"), few_examples(task(X, Y, "mse")), True
    )
    assert slow.verdict == "look"
    none = learning_rate(tanh(2, [3, 1], output_activation="tanh"), far, few_examples(far))
    assert none.verdict == "bad"
    assert "none from 0.0001 to 1 lowers the loss" in none.says


# --- the whole ----------------------------------------------------------------------------------------------------


def test_everything_is_put_back():
    model = tanh(2, [3, 1])
    for k, p in enumerate(model.parameters()):
        p.grad = 0.1 * k
    before = [(p.data, p.grad) for p in model.parameters()]
    checkup(model, X, Y, LOGITS)
    assert [(p.data, p.grad) for p in model.parameters()] == before

    def fails(predictions, targets):
        fails.calls += 1
        if fails.calls > 5:
            raise RuntimeError("no")
        return mse(predictions, targets)

    fails.calls = 0
    with pytest.raises(RuntimeError, match="no"):
        checkup(model, X, Y, fails)
    assert [(p.data, p.grad) for p in model.parameters()] == before


def test_what_a_finding_says_is_not_warned_of_too():
    report = checkup(tanh(2, [3, 1], output_activation="sigmoid"), X, Y, LOGITS)
    assert report["output and loss"].verdict == "bad"
    assert not report.ok


def test_a_report_shows_itself_and_is_the_same_every_time():
    report = checkup(tanh(2, [3, 1]), X, Y, LOGITS)
    assert report.ok
    assert report["scales"] is report[0]
    lines = str(report).splitlines()
    assert lines[0].startswith("Checkup: 0 bad, ")
    assert lines[1].startswith("good  scales  ")
    assert max(map(len, lines)) <= 112
    assert str(checkup(tanh(2, [3, 1]), X, Y, LOGITS)) == str(report)
    html = report._repr_html_()
    assert all(found.subject in html for found in report)
    with pytest.raises(KeyError, match="no check is named 'scale'; there are: scales, constant columns"):
        report["scale"]


def test_an_example_may_be_a_number_alone_and_a_sequence_of_any_length():
    line = np.linspace(-2, 2, 20)
    report = checkup(tanh(1, [4, 1]), line, np.sin(line), "mse")
    assert report.ok
    assert report["hidden units"].says.startswith("4 tanh units")

    class Sum(Module):
        def __init__(self):
            self.w = Value(0.1)

        def __call__(self, row):
            return sum(self.w * v for v in row)

    sequences = [[1.0], [1.0, 2.0], [0.5, 0.5, 0.5, 2.0], [3.0, 1.0]]
    report = checkup(Sum(), sequences, [1.0, 3.0, 3.5, 4.0], "mse")
    assert [found.subject for found in report] == [
        "targets", "loss before training", "eight examples by heart", "learning rate",
    ]  # fmt: skip
    assert report["eight examples by heart"].verdict == "good"


def test_a_loss_that_is_nan_is_a_finding_that_names_the_weight():
    model = tanh(2, [3, 1])
    model.layers[0].neurons[1].w[0].data = float("nan")
    found = checkup(model, X, Y, LOGITS)["loss before training"]
    assert (found.verdict, found.says) == ("bad", "it is nan; layers[0].neurons[1].w[0] is nan")


def test_a_module_that_is_not_an_mlp_is_checked_as_far_as_possible():
    class Line(Module):
        def __init__(self):
            self.slope, self.offset = Value(0.1), Value(0.0)

        def __call__(self, x):
            return self.slope * x[0] + self.offset

    x = np.linspace(-1, 1, 10)[:, None]
    report = checkup(Line(), x, 3 * x, "mse")  # a column of targets
    assert isinstance(report, Checkup)
    assert report.ok
    assert "output and loss" not in str(report)


@pytest.mark.parametrize(
    ("model", "loss", "says"),
    [
        (tanh(4, [5, 2]), "cross_entropy", "2 outputs for classes up to 2: one is needed for each"),
        (tanh(4, [5, 1]), "binary_cross_entropy", "takes probabilities: use output_activation='sigmoid'"),
    ],
)
def test_a_loss_that_cannot_be_computed_is_a_finding(model, loss, says):
    report = checkup(model, STANDARD, SPECIES if loss == "cross_entropy" else SPECIES > 0, loss)
    assert not report.ok
    assert says in report["output and loss"].says
    assert report["loss before training"].says.startswith("it cannot be computed: ")


def test_a_data_set_is_given_alone():
    model = tanh(4, [3])
    assert repr(checkup(model, iris(), loss="cross_entropy")) == repr(checkup(model, *iris(), "cross_entropy"))
    with pytest.raises(TypeError, match=r"loss must be a name, one of mse, .*, got None"):
        checkup(model, iris())
    with pytest.raises(TypeError, match="y must be left out where x is a Dataset"):
        checkup(model, iris(), "cross_entropy", "mse")


def test_what_checkup_refuses():
    model = tanh(2, [3, 1])
    for x, y, error, says in (
        (X, Y[:3], ValueError, r"y must hold one target for each of 40 examples, got shape \(3,\)"),
        (np.where(X == X[7, 1], np.nan, X), Y, ValueError, r"x\[7\]\[1\] must be a finite number"),
        (X, np.array(["a"] * 40), TypeError, r"y must hold numbers, got an ndarray: array\(\['a'"),
        ([], [], ValueError, "y must hold one target for each of 0 examples"),
    ):
        with pytest.raises(error, match=says):
            checkup(model, x, y, LOGITS)
    with pytest.raises(TypeError, match=r"model must be an nn\.Module, got a list"):
        checkup([], X, Y, LOGITS)
    with pytest.raises(ValueError, match=r"loss must be one of .*, got 'msee'"):
        checkup(model, X, Y, "msee")


def test_probabilities_as_targets_count_as_learned_at_their_entropy():
    y = 0.1 + 0.8 * Y  # no outputs lose less than 0.325
    found = learned_by_heart(MLP(2, [8, 1], activation="tanh", rng=1), task(X, y, LOGITS), np.arange(8))
    assert found.verdict == "good"
    assert "where 0.3251 is the least for these targets" in found.says
    assert task(X, Y, LOGITS).least_loss(np.arange(8)) == 0
    assert task(X, np.full(40, 0.25), LOGITS).least_loss(np.arange(8)) == pytest.approx(
        -0.25 * np.log(0.25) - 0.75 * np.log(0.75)
    )


def test_a_target_that_does_not_suit_the_loss_is_named_by_its_place_in_y():
    report = checkup(MLP(4, [8, 2], activation="tanh", rng=0), STANDARD, SPECIES, "cross_entropy")
    place = int(np.argmax(SPECIES == 2))
    assert f"y[{place}] must be a class from 0 to 1, got 2" in report["loss before training"].says
