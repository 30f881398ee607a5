"""The loop steered: metrics, callbacks, patience, schedules, going on, and what is said at the end."""

import csv
import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from autograd import Value
from nn import (
    LOSSES,
    MLP,
    SGD,
    Adam,
    Epoch,
    History,
    Module,
    accuracy,
    cosine,
    digits,
    fit,
    iris,
    moons,
    mse,
    predict,
    staircase,
    train_test_split,
    warm_up,
)
from nn.fitting.arrays import ArrayRun
from nn.fitting.stopping import jump_above

ROOT = Path(__file__).parent.parent
X, Y = moons(20, rng=0)
LOGITS = "binary_cross_entropy_with_logits"


def network():
    return MLP(2, [4, 1], "tanh", rng=1)


def train(model, x=X, y=Y, loss=LOGITS, epochs=3, **options):
    return fit(model, x, y, loss=loss, epochs=epochs, rng=0, progress=False, **options)


def weights(model):
    return [p.data for p in model.parameters()]


def test_metrics_are_taken_in_training_and_on_the_validation_data():
    def largest(outputs, targets):
        return max(outputs)

    model = network()
    history = train(
        model, metrics=["accuracy", largest], validation_data=(X, Y), optimizer=SGD(model.parameters(), 0.0)
    )
    assert list(history.metrics) == ["accuracy", "largest", "val_accuracy", "val_largest"]
    outputs = predict(model, X)
    assert history.metrics["accuracy"] == history.metrics["val_accuracy"] == [accuracy(outputs, Y)] * 3
    assert history.metrics["val_largest"] == [max(outputs)] * 3
    assert str(history).splitlines()[0].split() == ["epoch", "loss", *["val_loss"], *history.metrics]


def test_accuracy_as_a_metric_knows_the_scale_of_the_outputs():
    model = MLP(2, [4, 1], "tanh", output_activation="sigmoid", rng=1)
    history = train(
        model, loss="binary_cross_entropy", metrics=["accuracy"], epochs=1, optimizer=SGD(model.parameters(), 0.0)
    )
    assert history.metrics["accuracy"] == [accuracy(predict(model, X), Y, threshold=0.5)]


@pytest.mark.parametrize(
    ("metrics", "error", "says"),
    [
        ("accuracy", TypeError, "metrics must be a list of names or functions"),
        (accuracy, TypeError, "metrics must be a list of names or functions"),
        (["acc"], ValueError, r"metrics\[0\] must be accuracy or a function, got 'acc'"),
        (["accuracy", "accuracy"], ValueError, r"metrics\[1\] must have a name of its own, got 'accuracy'"),
        ([3], TypeError, r"metrics\[0\] must be accuracy or a function, got an int: 3"),
    ],
)
def test_metrics_that_are_refused(metrics, error, says):
    with pytest.raises(error, match=says):
        train(network(), metrics=metrics)


def test_a_callback_gets_the_state_of_training_and_may_end_it():
    told = []

    def stop(now):
        told.append(now)
        return np.bool_(now.epoch == 2)

    model = network()
    history = train(model, callbacks=[stop, lambda now: None], metrics=["accuracy"], validation_data=(X, Y), epochs=9)
    assert [now.epoch for now in told] == [1, 2]
    last = told[-1]
    assert isinstance(last, Epoch)
    assert last.model is model
    assert last.history is history
    assert last.loss == history.loss[-1]
    assert last.val_loss == history.val_loss[-1]
    assert last.latest["val_accuracy"] == history.metrics["val_accuracy"][-1]
    assert 0 < told[0].elapsed < last.elapsed
    with pytest.raises(TypeError, match="callbacks must be a list of functions"):
        train(model, callbacks=stop)
    train(model, callbacks=[lambda now: "a text is not True"], epochs=2)


class Drifting(SGD):
    """Moves every weight by one, away from what is best."""

    def step(self):
        for p in self.parameters:
            p.data += 1.0


class Line(Module):
    def __init__(self):
        self.net = MLP(1, [1], rng=0)
        for p in self.net.parameters():
            p.data = -2.0

    def __call__(self, x):
        return self.net(x)


def test_an_error_in_the_first_step_leaves_one_line_of_the_bar(capsys):
    with pytest.raises(ValueError, match=r"y\[0\] must be -1 or 1 for hinge, got 0"):
        fit(MLP(1, [1], rng=0), [[1.0]], [0], loss="hinge", epochs=20)
    assert capsys.readouterr().out.count("0/20") == 1


def test_patience_ends_training_and_keeps_the_best_weights(capsys):
    model = Line()
    history = fit(  # the loss is (2 w)², with w from -2 up
        model, [[1.0]], [0.0], loss="mse", epochs=20, optimizer=Drifting(model.parameters(), 0.1), patience=3, progress=True,
        validation_data=([[1.0]], [0.0]),
    )  # fmt: skip
    assert history.val_loss == [4.0, 0.0, 4.0, 16.0, 36.0]
    assert weights(model) == [0.0, 0.0]
    assert history.note == "Trained for 5 epochs; the weights are those of epoch 2, the best."
    assert history.note in capsys.readouterr().out
    assert history.note in str(history)
    with pytest.raises(ValueError, match="patience must be an int of at least 1, got 0"):
        train(network(), patience=0)


@pytest.mark.parametrize("engine", ["program", "eager"])
def test_the_best_weights_of_either_engine_have_the_best_loss(engine):
    held_out = moons(20, noise=0.4, rng=1)
    model = network()
    history = train(
        model, optimizer="sgd", learning_rate=4.0, epochs=60, patience=4, validation_data=held_out, engine=engine
    )
    best = min(history.val_loss)
    assert history.val_loss[-1] > best
    found = LOSSES[LOGITS]([model(row) for row in held_out.x.tolist()], held_out.y.tolist())
    assert found.data == pytest.approx(best, rel=1e-12)


def test_an_epoch_that_a_callback_ends_with_may_be_the_best():
    model = Line()
    fit(
        model, [[1.0]], [0.0], loss="mse", epochs=9, optimizer=Drifting(model.parameters(), 0.1), patience=3,
        callbacks=[lambda now: now.epoch == 3], progress=False,
    )  # fmt: skip
    assert weights(model) == [1.0, 1.0]  # the loss of the third epoch, before its step, is the first of 0


def test_schedules_set_the_rate_of_every_step():
    seen = []

    class Watching(SGD):
        def step(self):
            seen.append(self.learning_rate)
            super().step()

    train(network(), optimizer=Watching, learning_rate=staircase(0.8, 2, factor=0.5), epochs=2, batch_size=10)
    assert seen == [0.8, 0.8, 0.4, 0.4]
    model = network()
    train(model, optimizer=Watching(model.parameters()), learning_rate=lambda step: 0.1 * step, epochs=2)
    assert seen[4:] == [0.0, 0.1]
    rate = warm_up(cosine(1.0, 10, last=0.1), 5)
    assert [rate(s) for s in (0, 4, 5)] == [0.2, 1.0, 1.0]
    assert rate(10) == pytest.approx(0.55)
    assert rate(99) == pytest.approx(0.1)
    for make in (lambda: cosine(-1.0, 10), lambda: cosine(1.0, 0), lambda: warm_up(1.0, 0), lambda: staircase(1.0, 0)):
        with pytest.raises(ValueError, match="must be"):
            make()
    with pytest.raises(TypeError, match="then must be a number or a function of the step, got a str"):
        warm_up("fast", 3)
    with pytest.raises(ValueError, match="learning_rate must be a finite number of at least 0, got -1"):
        train(network(), learning_rate=lambda step: -1)


def test_max_norm_shrinks_each_gradient():
    model = network()
    norms = []
    train(
        model, max_norm=1e-3, epochs=2,
        after_step=lambda: norms.append(math.hypot(*(p.grad for p in model.parameters()))),
    )  # fmt: skip
    assert norms == pytest.approx([1e-3, 1e-3])
    with pytest.raises(ValueError, match="max_norm must be a finite number above 0, got 0"):
        train(model, max_norm=0)


def test_training_goes_on_with_the_same_optimizer_and_history():
    model, twin = network(), network()
    adam = "adam"
    whole = fit(model, X, Y, loss=LOGITS, optimizer=adam, epochs=4, progress=False, batch_size=20, rng=0)
    optimizer = Adam(twin.parameters(), 0.01)
    first = train(twin, optimizer=optimizer, epochs=2, batch_size=20)
    again = train(twin, optimizer=optimizer, epochs=2, batch_size=20, history=first)
    assert again is first
    assert first.steps == whole.steps == 4
    assert first.loss == pytest.approx(whole.loss, rel=1e-12)
    with pytest.raises(
        ValueError, match=r"history must have the columns \['loss', 'accuracy'\] to go on, got one with \['loss'\]"
    ):
        train(twin, metrics=["accuracy"], history=first)
    with pytest.raises(TypeError, match="history must be one that fit returned, got a list"):
        train(twin, history=[1.0])


def test_a_loss_may_depend_on_the_model_too():
    model = network()

    def with_penalty(predictions, targets):
        return mse(predictions, targets) + 100.0 * sum(w * w for w in model.parameters())

    before = sum(w * w for w in weights(model))
    train(model, loss=with_penalty, optimizer="sgd", learning_rate=0.001, epochs=20)
    assert sum(w * w for w in weights(model)) < before / 10


def test_a_history_is_saved_so_that_it_comes_back_exactly(tmp_path):
    history = History([0.1, 1 / 3], [2.0, 1e-300], {"accuracy": [0.5, 1.0]})
    with pytest.raises(TypeError, match="path must be a str or a path, got an int: 3"):
        history.to_csv(3)
    history.to_csv(tmp_path / "history.csv")
    with open(tmp_path / "history.csv", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["epoch", "loss", "val_loss", "accuracy"]
    assert [[float(cell) for cell in row] for row in rows] == [[1, 0.1, 2.0, 0.5], [2, 1 / 3, 1e-300, 1.0]]
    with pytest.raises(FileNotFoundError, match="must be in a folder that exists"):
        history.to_csv(tmp_path / "none" / "history.csv")


def test_a_loss_that_rises_is_worth_a_warning():
    model = Line()
    with pytest.warns(
        UserWarning, match="the loss rose from 16 in the first epoch to .* Try a smaller learning_rate than 0.6"
    ):
        fit(model, [[1.0]], [0.0], loss="mse", optimizer="sgd", epochs=5, learning_rate=0.6, progress=False)


def test_a_loss_that_wavers_is_silent():
    model = network()
    train(model, epochs=40, optimizer="adam", learning_rate=0.05)
    train(model, epochs=2, learning_rate=1e-9, batch_size=1)  # of a trained network
    fit(Line(), [[0.0]], [-2.0], loss="mse", epochs=3, progress=False)  # a loss of 0 from the start
    heights = iter([1.0, 2.0, 0.9, 1.9, 1.1, 1.9])  # the last epochs are high, and so was an early one

    def noisy(predictions, targets):
        return mse(predictions, targets) * 0.0 + next(heights)

    model = network()
    history = fit(model, [[0.0, 1.0]], [1.0], loss=noisy, epochs=6, engine="eager", progress=False)
    assert history.loss == [1.0, 2.0, 0.9, 1.9, 1.1, 1.9]


PROGRAM = """
import sys
from nn import MLP, fit, moons
x, y = moons(20, rng=0)
model = MLP(2, [4, 1], rng=0)
history = fit(model, x, y, loss="hinge" if False else "mse", epochs=1_000_000, learning_rate=1e-6,
              after_step=lambda: print("step", flush=True), progress=False)
print(history.note)
print(len(history.loss), history.steps)
"""


@pytest.mark.slow
def test_a_real_signal_ends_training_cleanly():
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    for _ in range(5):
        assert process.stdout.readline() == "step\n"
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert err == ""
    note, counts = [line for line in out.splitlines() if line != "step"]
    epochs, steps = map(int, counts.split())
    assert note == f"Interrupted: the weights are those after step {steps}."
    assert steps - 1 <= epochs <= steps
    assert process.returncode == 0


@pytest.mark.parametrize("engine", ["program", "eager"])
@pytest.mark.parametrize("last", [1, 2, 3, 6])  # the first two steps are taken on Values by both engines
def test_an_interrupt_in_the_middle_of_a_step_waits_until_it_is_whole(engine, last, monkeypatch):
    monkeypatch.setattr(ArrayRun, "compare_rule", lambda run: None)  # the rule is tried there, which is not a step

    class Interrupted(Adam):
        def rule(self, w, gradient, *kept):
            if self.steps == last:
                signal.raise_signal(signal.SIGINT)
            return super().rule(w, gradient, *kept)

    whole, model = network(), network()
    first, second = Adam(whole.parameters(), 0.1), Interrupted(model.parameters(), 0.1)
    train(whole, optimizer=first, epochs=last, engine=engine)
    history = train(model, optimizer=second, epochs=20, engine=engine)
    assert history.note == f"Interrupted: the weights are those after step {last}."
    assert history.steps == second.steps == last
    assert weights(model) == weights(whole)
    assert second.square == first.square


@pytest.mark.parametrize("when", ["validation", "callback", "trace"])
def test_an_interrupt_between_steps_ends_training_too(when):
    def interrupt(*given):
        signal.raise_signal(signal.SIGINT)
        return 0.0

    class Traced(Module):
        def __init__(self):
            self.net, self.calls = network(), 0

        def __call__(self, x):
            self.calls += 1
            if when == "trace" and isinstance(x[0], Value):
                interrupt()
            return self.net(x)

    model = Traced()
    options = {
        "validation": {"metrics": [interrupt], "validation_data": (X, Y)},
        "callback": {"callbacks": [interrupt]},
    }
    history = train(model, **options.get(when, {}), epochs=20)
    assert history.steps == (0 if when == "trace" else 1)
    assert history.note == f"Interrupted: the weights are those after step {history.steps}."
    assert len({len(column) for column in history.columns().values()}) == 1


def test_what_a_callback_changes_after_the_last_epoch_stays():
    model = network()

    def erase(now):
        for p in model.parameters():
            p.data = 0.0

    train(model, callbacks=[erase], epochs=8)
    assert not any(weights(model))


def test_time_passes_between_epochs():
    elapsed = []
    train(network(), epochs=2, callbacks=[lambda now: elapsed.append(now.elapsed) or time.sleep(0.01)])
    assert elapsed[1] - elapsed[0] >= 0.01


@pytest.mark.parametrize(
    ("data", "sizes", "activation", "loss", "epochs"),
    [
        (iris, [8, 3], "tanh", "cross_entropy", 60),
        (moons, [16, 16, 1], "tanh", LOGITS, 100),
        pytest.param(digits, [32, 10], "relu", "cross_entropy", 30, marks=pytest.mark.slow),
    ],
)
def test_a_loss_and_epochs_are_enough_for_95_percent(data, sizes, activation, loss, epochs):
    x, y = data() if data is not moons else moons(200, rng=0)
    x_train, x_test, y_train, y_test = train_test_split(x, y, rng=0)
    model = MLP(x.shape[1], sizes, activation, rng=0)
    fit(model, x_train, y_train, loss=loss, epochs=epochs, rng=0, progress=False)
    assert accuracy(predict(model, x_test), y_test) >= 0.95


def test_messages_about_what_fit_was_given_name_it():
    model, x, y = MLP(2, [3, 1], activation="tanh", rng=0), [[0.0, 1.0], [1.0, 0.0]], [0, 1]
    with pytest.raises(ValueError, match="loss must suit the outputs: cross_entropy needs one for each class"):
        fit(model, x, y, loss="cross_entropy", progress=False)
    with pytest.raises(TypeError, match="metrics must return numbers, got a NoneType: None from 'nothing'"):
        fit(model, x, y, loss="mse", metrics=[nothing], progress=False)
    with pytest.raises(ValueError, match=r"x\[1\]\[0\] must be a finite number, got an int too large for a float"):
        fit(model, [[0.0, 1.0], [10**400, 0.0]], y, loss="mse", progress=False)


def nothing(outputs, targets):
    return None


def test_a_reason_for_training_on_values_speaks_of_the_model_and_the_loss(capsys):
    class Rectifier(Module):
        def __init__(self):
            self.w = Value(0.5)

        def __call__(self, x):
            return self.w * x if x > 0 else self.w * 0.1 * x

    fit(Rectifier(), [1.0, -1.0], [1.0, 0.0], loss="mse", epochs=10)
    assert "without a program: the model and the loss must not decide by a Value" in capsys.readouterr().out


def test_a_bar_that_ends_where_it_began_is_printed_once(capsys):
    with pytest.raises(ValueError, match="y"):
        fit(MLP(4, [3], rng=0), iris(), loss="mse")
    assert capsys.readouterr().out.count("0/100") == 1


def test_an_epoch_prints_in_one_line(capsys):
    fit(MLP(1, [1], rng=0), [0.0, 1.0], [0.0, 1.0], loss="mse", epochs=2, callbacks=[print], progress=False)
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("<Epoch 1: loss ")
    assert second.endswith(" s>")


def test_losses_that_jump_about_above_the_first_are_said_to_have_risen():
    x, y = digits()
    with pytest.warns(UserWarning, match="the loss rose from .* in the first epoch"):
        fit(
            MLP(64, [8, 10], activation="tanh", rng=0),
            x[:200],
            y[:200],
            loss="cross_entropy",
            optimizer="sgd",
            learning_rate=3.0,
            epochs=20,
            rng=0,
            progress=False,
        )


@pytest.mark.parametrize("losses", [[1.0, 1.2, 0.9, 1.3] * 5, [1.0] * 20, [0.5, *[1.0, 0.4] * 10]])
def test_losses_that_are_only_noisy_have_not_risen(losses):
    assert not jump_above(losses)
