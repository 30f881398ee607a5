"""Data: the data sets, the generated points, and their preparation for training."""

import math
import random

import numpy as np
import pytest

from nn import MLP, batches, circles, digits, iris, moons, mse, predict, spirals, standardize, train_test_split, xor


def test_iris_is_fisher_s():
    data = iris()
    assert data.x.shape == (150, 4)
    assert np.bincount(data.y).tolist() == [50, 50, 50]
    assert data.class_names == ("setosa", "versicolor", "virginica")
    assert data.feature_names[2] == "petal length (cm)"
    assert data.x.mean(axis=0).round(2).tolist() == [5.84, 3.06, 3.76, 1.2]
    assert data.x[34].tolist() == [4.9, 3.1, 1.5, 0.2]  # the two flowers that UCI's file has wrong
    assert data.x[37].tolist() == [4.9, 3.6, 1.4, 0.1]
    assert "Fisher" in data.source


def test_digits_are_the_uci_test_half():
    data = digits()
    assert data.x.shape == (1797, 64)
    assert (data.x.min(), data.x.max()) == (0.0, 16.0)
    assert np.bincount(data.y).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert "CC BY 4.0" in data.source
    assert data.feature_names[9] == "row 1 column 1"


def test_a_dataset_comes_apart_as_x_and_y():
    x, y = data = xor()
    assert x.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert y.tolist() == [0, 1, 1, 0]
    assert len(data) == 4


@pytest.mark.parametrize("make", [moons, circles, spirals, xor])
def test_generated_data(make):
    x, y = make(31, noise=0.2, rng=5)
    assert x.shape == (31, 2)
    assert x.dtype == np.float64
    assert y.dtype == np.int64
    assert set(np.diff(np.sort(np.bincount(y)))) <= {0, 1}
    assert np.array_equal(x, make(31, noise=0.2, rng=5).x)
    assert not np.array_equal(x, make(31, noise=0.2, rng=6).x)
    rng = random.Random(5)
    assert np.array_equal(x, make(31, noise=0.2, rng=rng).x)
    assert not np.array_equal(x, make(31, noise=0.2, rng=rng).x)
    for n, error in ((0, ValueError), (1, ValueError), (2.0, TypeError), (True, TypeError), ("9", TypeError)):
        with pytest.raises(error, match="n must be"):
            make(n)
    assert len(make(np.int64(8))) == 8
    for noise in (-0.1, math.nan, math.inf):
        with pytest.raises(ValueError, match="noise must be a finite number of at least 0"):
            make(30, noise=noise)


def test_shapes_without_noise():
    x, y = moons(20, noise=0)
    assert np.allclose(np.hypot(*x[y == 0].T), 1.0)
    assert np.allclose(np.hypot(x[y == 1, 0] - 1, x[y == 1, 1] - 0.5), 1.0)
    x, y = circles(20, noise=0)
    assert np.allclose(np.hypot(*x.T), np.where(y == 0, 1.0, 0.5))
    assert len(np.unique(x.round(9), axis=0)) == 20
    assert set(spirals(12, noise=0, classes=4).y) == {0, 1, 2, 3}
    with pytest.raises(ValueError, match="classes must be an int of at least 2, got 1"):
        spirals(12, classes=1)


def test_a_split_is_a_partition_in_proportion():
    x, y = np.arange(100).reshape(50, 2), np.array([0] * 10 + [1] * 40)
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.2, rng=0)
    assert (len(x_train), len(x_test)) == (40, 10)
    assert np.bincount(y_test).tolist() == [2, 8]
    assert sorted(np.concatenate([x_train, x_test])[:, 0]) == x[:, 0].tolist()
    assert all(y[row[0] // 2] == c for row, c in zip(x_train, y_train, strict=True))
    assert y_train.tolist() != sorted(y_train)
    assert np.array_equal(x_test, train_test_split(x, y, test_size=0.2, rng=0)[1])


@pytest.mark.parametrize("test", [0, 1, -0.1, 1.5, math.nan, None, "a"])
def test_what_a_split_refuses(test):
    error = ValueError if type(test) in (int, float) else TypeError
    with pytest.raises(error, match="test_size must be a fraction between 0 and 1"):
        train_test_split([[1.0]] * 4, [0, 0, 1, 1], test_size=test)


def test_a_split_of_small_classes_or_of_real_targets():
    x = [[float(i)] for i in range(12)]
    *_, y_test = train_test_split(x, [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5], test_size=0.5, rng=0)
    assert sorted(y_test) == [0, 1, 2, 3, 4, 5]
    assert len(train_test_split(x, [u[0] / 7 for u in x], rng=0)[1]) == 3
    assert train_test_split(x, np.eye(12), rng=0)[3].shape == (3, 12)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (
            lambda: train_test_split([[1.0]], [0], test=0.5),
            r"train_test_split\(\) has no argument 'test'; it is called test_size",
        ),
        (lambda: train_test_split([[1.0]], [0], random_state=1), "it is called rng here"),
        (lambda: batches([[1.0]], [0], size=1), "it is called batch_size here"),
        (lambda: moons(n_samples=10), r"moons\(\) has no argument 'n_samples'; it is called n here"),
        (lambda: moons(seed=10), "it is called rng here"),
        (lambda: predict(MLP(1, [1]), X=[[1.0]]), "it is called x here"),
        (lambda: mse(y_pred=[], y_true=[]), "it is called predictions here"),
    ],
)
def test_an_argument_named_by_habit_is_answered_with_ours(call, says):
    with pytest.raises(TypeError, match=says):
        call()


def test_a_split_with_an_empty_part_is_refused():
    with pytest.raises(ValueError, match=r"test_size = 0\.1 leaves 2 of 2 examples to train on and 0 to test on"):
        train_test_split([[1.0], [2.0]], [0, 1], test_size=0.1)
    with pytest.raises(ValueError, match=r"x and y must have one length, got 2 and 1"):
        train_test_split([[1.0], [2.0]], [0])


def test_standardize_leaks_nothing():
    train, test = np.array([[1.0, 5.0], [3.0, 5.0]]), np.array([[5.0, 6.0]])
    a, b = standardize(train, test)
    assert a.tolist() == [[-1.0, 0.0], [1.0, 0.0]]
    assert b.tolist() == [[3.0, 1.0]]
    assert train[0, 0] == 1.0
    with pytest.raises(ValueError, match=r"train must have shape \(examples, features\)"):
        standardize([])
    with pytest.raises(ValueError, match=r"others\[0\] must have shape \(examples, 2\)"):
        standardize(train, [[1.0], [2.0]])
    with pytest.raises(ValueError, match=r"train\[0\]\[0\] must be a finite number, got nan"):
        standardize([[math.nan]])


def test_a_constant_column_is_only_shifted():
    assert standardize([[0.1]] * 3)[0].tolist() == [[0.0]] * 3  # their deviation is not quite 0


def test_batches_are_every_example_once():
    x, y = np.arange(10).reshape(10, 1), np.arange(10)
    seen = list(batches(x, y, 4, rng=0))
    assert [len(a) for a, _ in seen] == [4, 4, 2]
    assert all((a[:, 0] == b).all() for a, b in seen)
    order = [i for _, b in seen for i in b.tolist()]
    assert sorted(order) == list(range(10))
    assert order != list(range(10))
    assert [b.tolist() for _, b in batches(x, y, 4, rng=0)] == [b.tolist() for _, b in seen]
    for size, error in ((0, ValueError), (-1, ValueError), (2.0, TypeError), (True, TypeError)):
        with pytest.raises(error, match="size must be"):
            batches(x, y, size)
