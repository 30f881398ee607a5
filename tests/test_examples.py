"""Examples as people have them: arrays, data frames, columns, sequences of different length; errors name their place."""

import math
import subprocess
import sys

import numpy as np
import pytest

from autograd import Value
from nn import (
    MLP,
    Layer,
    Module,
    Neuron,
    accuracy,
    batches,
    cross_entropy,
    decision_boundary,
    fit,
    mse,
    predict,
    standardize,
)
from nn.data.examples import examples

X, Y = [[0.1, 0.2], [0.4, -0.5], [1.0, 2.0]], [0.0, 1.0, 0.0]
TEN = [[float(i), 1.0] for i in range(10)]


class Frame:
    """What a data frame is to us: iteration gives the names of its columns."""

    def __init__(self, rows):
        self._rows = np.asarray(rows)
        self.columns = range(self._rows.shape[-1])

    def __iter__(self):
        return iter(self.columns)

    def __len__(self):
        return len(self._rows)

    def to_numpy(self):
        return self._rows


def weights(model):
    return [p.data for p in model.parameters()]


def trained(x, y, loss="mse", outputs=1):
    model = MLP(2, [outputs], rng=0)
    fit(model, x, y, loss=loss, epochs=2, rng=0, progress=False)
    return weights(model)


def test_data_frames_arrays_lists_and_columns_train_alike():
    plain = trained(X, Y)
    assert trained(np.array(X), np.array(Y)) == plain
    assert trained(Frame(X), Frame([[t] for t in Y])) == plain
    assert trained([Frame([row]).to_numpy()[0] for row in X], tuple(Y)) == plain
    assert trained((row for row in X), iter(Y)) == plain
    assert trained(np.array(X), np.array(Y)[:, None]) == plain
    classes = trained(X, [0, 1, 2], "cross_entropy", 3)
    assert trained(X, np.array([[0], [1], [2]]), "cross_entropy", 3) == classes
    logits = "binary_cross_entropy_with_logits"
    assert trained(X, np.array([False, True, False]), logits) == trained(X, [0, 1, 0], logits)


def test_a_column_of_bools_in_a_frame_is_one_of_zeros_and_ones():
    flags = [[0, 0.5], [1, 0.5], [1, 2.0]]
    mixed = Frame(np.array([[False, 0.5], [True, 0.5], [np.True_, 2.0]], dtype=object))
    assert trained(mixed, Y) == trained(flags, Y)
    assert standardize(mixed)[0].tolist() == standardize(flags)[0].tolist()
    assert predict(MLP(2, [1], rng=0), mixed).tolist() == predict(MLP(2, [1], rng=0), flags).tolist()
    model = MLP(2, [1], rng=0)
    assert decision_boundary(model, mixed, np.array([[0], [1], [1]])) == decision_boundary(model, flags, [0, 1, 1])


def test_pandas_itself():
    pd = pytest.importorskip("pandas")
    assert trained(pd.DataFrame(X), pd.DataFrame({"t": Y})) == trained(X, Y) == trained(pd.DataFrame(X), pd.Series(Y))
    model = MLP(1, [1], rng=0)
    assert predict(model, pd.DataFrame([[1.0], [2.0], [3.0]])).shape == (3,)


def test_predictions_of_a_frame_are_one_for_each_row():
    model = MLP(1, [1], rng=0)
    assert predict(model, Frame([[1.0], [2.0], [3.0]])).tolist() == [model([u]).data for u in (1.0, 2.0, 3.0)]
    assert predict(MLP(1, [3], rng=0), np.ones((2, 1))).shape == (2, 3)


class Recurrent(Module):
    def __init__(self):
        self.cell = Neuron(2, "tanh", rng=0)

    def __call__(self, x):
        h = 0.0
        for v in x:
            h = self.cell([v, h])
        return h


def test_sequences_of_different_length_train_and_are_split_into_batches():
    x = [[1.0], [1.0, 2.0], [1.0, 2.0, 3.0]]
    model = Recurrent()
    before = weights(model)
    history = fit(model, x, Y, loss="mse", epochs=3, batch_size=2, rng=0, progress=False, validation_data=(x, Y))
    assert weights(model) != before
    assert len(history.val_loss) == 3
    assert predict(model, x).shape == (3,)
    seen = [row for xs, _ in batches(x, Y, 2, rng=0) for row in xs]
    assert sorted(seen) == x
    assert predict(lambda row: row, x) == x  # outputs of different length


def test_what_only_a_model_of_your_own_understands_is_left_as_it_is():
    pair = (Value(1.0), "word")
    assert examples([pair, {"k": 1}, None], "x") == [list(pair), {"k": 1}, None]


def changed(place, entry):
    rows = [list(row) for row in TEN]
    rows[7][place] = entry
    return rows


@pytest.mark.parametrize(
    ("x", "y", "error", "says"),
    [
        (changed(1, math.nan), [0] * 10, ValueError, r"x\[7\]\[1\] must be a finite number, got nan"),
        (changed(0, math.inf), [0] * 10, ValueError, r"x\[7\]\[0\] must be a finite number, got inf"),
        (changed(0, None), [0] * 10, TypeError, r"x\[7\]\[0\] must be a number, got a NoneType"),
        (changed(0, "a"), [0] * 10, TypeError, r"x\[7\]\[0\] must be a number, got a str: 'a'"),
        (Frame(np.array(changed(0, "a"), dtype=object)), [0] * 10, TypeError, r"x\[7\]\[0\] must be a number"),
        ([*TEN[:7], [1.0], *TEN[8:]], [0] * 10, ValueError, r"x\[7\] must have 2 inputs, got 1"),
        (TEN, [0, 1, 2, 0, 1, 2, 0, 3, 1, 2], ValueError, r"y\[7\] must be a class from 0 to 2, got 3"),
        (TEN, [0, 1, 2, 0, 1, 2, 0, 0.5, 1, 2], ValueError, r"y\[7\] must be a class from 0 to 2, got 0\.5"),
        (TEN, [*[0] * 7, math.nan, 0, 0], ValueError, r"y\[7\] must be a finite number, got nan"),
        (TEN, [*[0] * 7, "setosa", 0, 0], TypeError, r"y\[7\] must be a class .* number the class names from 0"),
        (TEN, [*[0] * 7, [0, 1, 0], 0, 0], TypeError, r"y\[7\] must be a class .* row\.index\(1\)"),
        (TEN, [0] * 9, ValueError, "x and y must have one length, got 10 and 9"),
        ([1.0, 2.0], [0, 1], TypeError, r"x must hold one row of 2 inputs .*, got a float: 1\.0 for x\[0\]"),
        ("abc", [0, 1, 2], TypeError, "x must be a list, an array or a data frame of examples, got a str"),
        ({"a": 1.0}, [0], TypeError, "x must be a list, an array or a data frame of examples, got a dict"),
        (3.0, [0], TypeError, "x must be a list, an array or a data frame of examples, got a float"),
        (TEN, None, TypeError, "y must hold the targets of the examples, got None"),
    ],
)
def test_a_bad_example_is_named_by_its_place_before_the_first_step(x, y, error, says):
    model = MLP(2, [3], rng=0)
    before = weights(model)
    with pytest.raises(error, match=says):
        fit(model, x, y, loss="cross_entropy", batch_size=2, rng=0, progress=False)
    assert weights(model) == before


@pytest.mark.parametrize(
    ("loss", "says"),
    [
        ("hinge", r"y\[7\] must be -1 or 1 for hinge, got 3"),
        ("binary_cross_entropy_with_logits", r"y\[7\] must be from 0 to 1, got 3"),
        ("binary_cross_entropy", r"y\[7\] must be from 0 to 1, got 3"),
    ],
)
def test_a_target_that_a_loss_does_not_take_is_named_by_its_place(loss, says):
    with pytest.raises(ValueError, match=says):
        fit(MLP(2, [1], rng=0), TEN, [*[1] * 7, 3, 1, 1], loss=loss, batch_size=2, rng=0, progress=False)


@pytest.mark.parametrize(
    ("outputs", "y", "says"),
    [
        (1, np.ones((3, 2)), r"y\[0\] must be a number, for the model has one output, got a list: \[1\.0, 1\.0\]"),
        (2, [1.0, 0.0, 1.0], r"y\[0\] must be a row of 2 like the outputs, got a float: 1\.0"),
        (2, np.ones((3, 1)), r"y\[0\] must be a row of 2 like the outputs, got a list: \[1\.0\]"),
    ],
)
def test_targets_in_another_arrangement_than_the_outputs_are_named(outputs, y, says):
    with pytest.raises(ValueError, match=says):
        fit(MLP(2, [outputs], rng=0), X, y, loss="mse", progress=False)


def test_validation_data_is_read_in_the_same_way():
    model = MLP(2, [1], rng=0)
    history = fit(
        model, X, Y, loss="mse", epochs=1, progress=False, validation_data=(Frame(X), Frame([[t] for t in Y]))
    )
    assert len(history.val_loss) == 1
    with pytest.raises(ValueError, match=r"validation_data\[0\]\[7\]\[1\] must be a finite number, got nan"):
        fit(model, X, Y, loss="mse", progress=False, validation_data=(changed(1, math.nan), [0] * 10))


def test_predict_names_a_bad_example():
    with pytest.raises(ValueError, match=r"x\[7\] must have 2 inputs, got 1"):
        predict(MLP(2, [1], rng=0), [*TEN[:7], [1.0], *TEN[8:]])
    with pytest.raises(TypeError, match=r"a single example is written \[\[…\]\]"):
        predict(Layer(2, 3, rng=0), [1.0, 2.0])
    with pytest.raises(ZeroDivisionError) as caught:
        predict(lambda row: 1.0 / row[0], [[1.0], [0.0]])
    assert caught.value.__notes__ == ["at example 1, x[1]"]
    with pytest.raises(TypeError, match="model must return Values, numbers or lists of them, got a NoneType"):
        predict(lambda row: None, [[1.0]])


def test_losses_and_accuracy_take_a_column():
    outputs = [Value(1.0), Value(4.0)]
    assert mse(outputs, [[0.0], [2.0]]).data == mse([[v] for v in outputs], [0.0, 2.0]).data == 2.5
    rows = [[Value(1.0), Value(0.0)], [Value(0.0), Value(1.0)]]
    assert cross_entropy(rows, [[0], [1]]).data == cross_entropy(rows, [0, 1]).data
    assert accuracy([2.0, -1.0], np.array([[1], [0]])) == accuracy(Frame([[2.0], [-1.0]]), Frame([[1], [0]])) == 1.0


def test_standardize_names_a_bad_entry():
    with pytest.raises(TypeError, match=r"train\[1\]\[0\] must be a number, got a str: 'a'"):
        standardize(Frame(np.array([[1.0], ["a"]], dtype=object)))
    with pytest.raises(ValueError, match=r"others\[0\]\[1\]\[0\] must be a finite number, got nan"):
        standardize([[1.0], [2.0]], [[1.0], [math.nan]])
    assert standardize(Frame([[0.0], [2.0]]))[0].tolist() == [[-1.0], [1.0]]


def test_another_package_of_the_name_autograd_is_named(tmp_path):
    (tmp_path / "autograd").mkdir()
    (tmp_path / "autograd" / "__init__.py").write_text("def grad(f): ...\n")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import nn"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "ImportError: nn needs Chainrule's autograd, and" in run.stderr
    assert "perhaps HIPS's" in run.stderr
