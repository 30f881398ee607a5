"""predict: outputs, probabilities and classes, and where it is not known what an output means."""

import numpy as np
import pytest

import autograd
from autograd import Value
from nn import (
    ACTIVATIONS,
    MLP,
    Dataset,
    Layer,
    Neuron,
    accuracy,
    checkup,
    fit,
    iris,
    load_model,
    moons,
    predict,
    save_model,
    standardize,
)

X, Y = moons(40, rng=0)
LOGITS = "binary_cross_entropy_with_logits"


def trained(loss, output="linear", x=X, y=Y, sizes=(4, 1)):
    model = MLP(2, [*sizes], "tanh", output_activation=output, rng=0)
    fit(model, x, y, loss=loss, epochs=3, rng=0, progress=False)
    return model


def flowers():
    (data,) = standardize(iris())
    model = MLP(4, [3], rng=0)
    fit(model, data, loss="cross_entropy", epochs=3, rng=0, progress=False)
    return model, data


def test_a_data_set_gives_the_names_of_its_classes():
    model, data = flowers()
    scores = predict(model, data)
    assert np.array_equal(scores, predict(model, data.x))
    numbers = predict(model, data.x, classes=True)
    assert numbers.tolist() == scores.argmax(axis=1).tolist()
    names = predict(model, data, classes=True)
    assert names.tolist() == [data.class_names[c] for c in numbers]
    assert predict(model, data.x, classes=("a", "b", "c")).tolist() == [*map("abc".__getitem__, numbers)]
    assert predict(model, [], classes=True).tolist() == []


def test_the_probabilities_of_the_classes_add_up_to_one():
    model, data = flowers()
    found = predict(model, data, probabilities=True)
    assert found.sum(axis=1) == pytest.approx(1)
    wanted = [v.data for v in autograd.softmax(model(data.x[0].tolist()))]
    assert found[0].tolist() == pytest.approx(wanted, rel=1e-14)
    huge = predict(lambda x: x, [[1000.0, 0.0], [-1000.0, 0.0]], probabilities="softmax")
    assert huge.tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_a_single_output_has_the_probability_of_class_one():
    model = trained(LOGITS)
    found = predict(model, X, probabilities=True)
    assert found.tolist() == pytest.approx([Value(z).sigmoid().data for z in predict(model, X)], rel=1e-14)
    assert found.threshold == 0.5
    assert predict(model, X, classes=True).tolist() == (predict(model, X) > 0).tolist()
    assert predict(lambda x: x[0], [[-1000.0], [1000.0]], probabilities="sigmoid").tolist() == [0.0, 1.0]


@pytest.mark.parametrize("loss", ["binary_cross_entropy", "mse"])
def test_the_output_of_a_sigmoid_is_a_probability_whatever_the_loss(loss):
    model = trained(loss, "sigmoid")
    assert np.array_equal(predict(model, X, probabilities=True), predict(model, X))
    assert predict(model, X, classes=["no", "yes"]).tolist() == np.where(predict(model, X) > 0.5, "yes", "no").tolist()


def test_a_softmax_in_the_model_is_left_as_it_is():
    def model(x):
        return autograd.softmax([Value(v) for v in x])

    assert np.array_equal(predict(model, X, probabilities=True), predict(model, X))


def test_scores_trained_with_hinge_have_classes_but_no_probabilities():
    model = trained("hinge", y=2 * Y - 1)
    assert predict(model, X, classes=True).tolist() == (predict(model, X) > 0).tolist()
    with pytest.raises(ValueError, match="probabilities must be left out for a model trained with hinge"):
        predict(model, X, probabilities=True)


def test_nothing_is_guessed_about_a_regression():
    model = trained("mse")  # on 0 and 1 here; -1 and 1 would have another threshold
    for asked in ({"classes": True}, {"classes": ["a", "b"]}):
        with pytest.raises(ValueError, match="threshold must be given to tell the classes of single scores"):
            predict(model, X, **asked)
    assert predict(model, X, classes=True, threshold=0.5).tolist() == (predict(model, X) > 0.5).tolist()
    with pytest.raises(ValueError, match="probabilities must be left out for a model trained with mse"):
        predict(model, X, probabilities=True)
    with pytest.raises(ValueError, match=r"classes must be left out for data whose targets are numbers \(price\)"):
        predict(model, Dataset(X, X[:, 0], ("a", "b"), (), "made", "price"), classes=True)


@pytest.mark.parametrize(
    ("asked", "error", "says"),
    [
        ({"probabilities": True}, ValueError, "probabilities must be 'softmax' for rows of logits or 'sigmoid' for"),
        (
            {"probabilities": "soft"},
            ValueError,
            "probabilities must be True, 'sigmoid' or 'softmax', got a str: 'soft'",
        ),
        ({"probabilities": "softmax"}, ValueError, "must be 'sigmoid' for one output for each example"),
        ({"classes": True}, ValueError, "threshold must be given"),
        ({"classes": "ab"}, TypeError, "classes must be True or a list of names, got a str: 'ab'"),
        ({"classes": ["a"], "threshold": 0}, ValueError, r"classes must be 2 names for 1 output, got a list: \['a'\]"),
        ({"classes": True, "threshold": "0"}, TypeError, "threshold must be a finite number, got a str: '0'"),
        ({"classes": True, "probabilities": True}, ValueError, "must be asked for one at a time"),
        ({"threshold": 0.5}, ValueError, "threshold must be left out where no classes are asked for"),
    ],
)
def test_what_cannot_be_known_is_asked_for(asked, error, says):
    with pytest.raises(error, match=says):
        predict(lambda x: x[0], X, **asked)


def test_outputs_that_answer_questions_of_their_own_have_no_class():
    model = trained(LOGITS, y=np.column_stack([Y, 1 - Y]), sizes=(4, 2))
    with pytest.raises(ValueError, match="each of which answers a question of its own"):
        predict(model, X, classes=True)
    assert (predict(model, X, probabilities=True) > 0.5).tolist() == (predict(model, X) > 0).tolist()


def test_classes_are_not_taken_for_scores():
    model, data = flowers()
    with pytest.raises(
        ValueError, match=r"targets\[\d+\] must be a class, one of -1, 0, 1, got an int: 2; several classes"
    ):
        accuracy(predict(model, data.x, classes=True), data.y)


def test_rows_of_different_length_have_no_classes():
    with pytest.raises(ValueError, match="model must give one output or one row of them"):
        predict(lambda x: [1.0] * int(2 + x[0]), [[0.0], [1.0]], classes=True)


def test_a_loaded_model_knows_what_it_was_trained_with(tmp_path):
    model = trained(LOGITS)
    save_model(model, tmp_path / "model.safetensors")
    again = load_model(tmp_path / "model.safetensors")
    assert np.array_equal(predict(again, X, probabilities=True), predict(model, X, probabilities=True))
    fit(model, X, Y, loss=lambda p, t: autograd.total(p), epochs=1, progress=False)
    assert model.trained_with == ""
    fresh = MLP(2, [1], rng=0)
    checkup(fresh, X, Y, LOGITS)  # trains it for a trial
    assert fresh.trained_with == ""


def test_a_data_set_is_trained_on_without_y():
    _, data = flowers()
    with pytest.raises(TypeError, match="y must be left out where x is a Dataset"):
        fit(MLP(4, [3], rng=0), data, data.y, loss="cross_entropy")
    with pytest.raises(TypeError, match="y must hold the targets of the examples, got None"):
        fit(MLP(4, [3], rng=0), data.x, loss="cross_entropy")


def test_a_model_that_catches_errors_gives_the_same_for_many_examples():
    w = Value(2.0)

    def model(x):
        try:
            return w * autograd.log(x[0])
        except ValueError:
            return w * x[0]

    x = [[-1.0], *[[2.0]] * 300, *[[3.0]] * 300, [-1.0]]  # the first and the last are alike
    assert predict(model, x).tolist() == [predict(model, [row])[0] for row in x]


def mixed():
    layer = Layer(3, 4, activation="tanh", rng=0)
    for unit, name in zip(layer.neurons, ("tanh", "relu", "linear", "sin"), strict=True):
        unit.activation = ACTIVATIONS[name]
    return layer


@pytest.mark.parametrize(
    "model",
    [
        *(MLP(3, [4, 2], activation=name, output_activation=name, rng=1) for name in ACTIVATIONS),
        MLP(3, [4, 1], rng=0),
        MLP(3, [2], rng=0),
        Layer(3, 2, activation="relu", rng=0),
        Layer(3, 1, activation="linear", rng=0),
        Neuron(3, "sigmoid", rng=0),
        mixed(),
    ],
    ids=repr,
)
def test_a_network_of_nn_is_computed_layer_by_layer(model):
    x = np.random.default_rng(0).normal(size=(600, 3))
    few = np.concatenate([predict(model, x[i : i + 100]) for i in range(0, 600, 100)])  # on Values
    assert np.allclose(predict(model, x), few, rtol=1e-12, atol=1e-14)
    assert predict(model, x).shape == few.shape


def test_a_network_of_one_input_takes_numbers():
    model = MLP(1, [3, 1], activation="tanh", rng=0)
    x = np.linspace(-1, 1, 600)
    assert predict(model, x)[7] == pytest.approx(model([float(x[7])]).data, rel=1e-12)


@pytest.mark.parametrize("output", ["yes", {"a": 1}])
def test_an_output_that_is_not_made_of_numbers(output):
    with pytest.raises(TypeError, match="model must return Values, numbers or lists of them, got a"):
        predict(lambda x: output, [[1.0]])
