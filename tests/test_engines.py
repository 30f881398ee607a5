"""Training on arrays: the same losses and weights as on Values, and Values where arrays will not do."""

import math
import random

import numpy as np
import pytest

import autograd
from autograd import Value
from nn import MLP, SGD, Adam, AdamW, Layer, Module, Neuron, NonFiniteError, Optimizer, RMSprop, fit, mse, predict
from nn.fitting.way import Way
from nn.training.memory import memory

RNG = np.random.default_rng(0)
X = RNG.normal(size=(24, 2))
REAL, BITS, SIGNS = X.sum(axis=1), (X[:, 0] > 0).astype(int), np.where(X[:, 0] > 0, 1, -1)
CLASSES, ROWS = np.arange(24) % 3, np.stack([X[:, 0], -X[:, 1]], axis=1)


@pytest.fixture
def ways(monkeypatch):
    """The ways that trainings took, which fit keeps to itself."""
    made = []
    honest = Way.__init__

    def noting(self, *arguments, **options):
        made.append(self)
        honest(self, *arguments, **options)

    monkeypatch.setattr(Way, "__init__", noting)
    return made


def train(model, y, loss, engine="auto", epochs=4, x=X, **options):
    options = {"batch_size": 7, "rng": 0, "progress": False} | options
    return fit(model, x, y, loss=loss, epochs=epochs, engine=engine, **options)


def weights(model):
    return np.array([p.data for p in model.parameters()])


@pytest.mark.parametrize(
    ("loss", "y", "outputs", "output_activation"),
    [
        ("mse", REAL, 1, "linear"),
        ("mse", ROWS, 2, "tanh"),
        ("mae", REAL, 1, "linear"),
        ("huber", REAL, 1, "linear"),
        ("hinge", SIGNS, 1, "linear"),
        ("binary_cross_entropy", BITS, 1, "sigmoid"),
        ("binary_cross_entropy_with_logits", BITS, 1, "linear"),
        ("binary_cross_entropy_with_logits", BITS[:, None], 1, "linear"),
        ("cross_entropy", CLASSES, 3, "linear"),
    ],
)
def test_both_engines_take_the_same_steps(loss, y, outputs, output_activation, ways):
    found = []
    for engine in ("eager", "program"):
        model = MLP(2, [5, outputs], "tanh", output_activation, rng=1)
        history = train(
            model, y, loss, engine, epochs=25, optimizer="adam", learning_rate=0.02, validation_data=(X[:5], y[:5])
        )
        found.append((history, weights(model)))
    (eager, by_hand), (program, by_array) = found
    assert ways[1].on_arrays
    assert not ways[0].on_arrays
    assert program.steps == eager.steps == 100
    assert program.loss == pytest.approx(eager.loss, rel=1e-9, abs=1e-9)
    assert program.val_loss == pytest.approx(eager.val_loss, rel=1e-9, abs=1e-9)
    assert by_array == pytest.approx(by_hand, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    "make",
    [
        lambda p: SGD(p, 0.05, momentum=0.9, nesterov=True, weight_decay=0.01),
        lambda p: RMSprop(p, 0.01),
        lambda p: Adam(p, 0.01),
        lambda p: AdamW(p, 0.01),
        lambda p: SGD(p[:7], 0.05),
    ],
)
def test_an_optimizer_goes_on_with_what_it_remembers(make, ways):
    found = []
    for first, second in (("eager", "eager"), ("program", "program"), ("program", "eager")):
        model = MLP(2, [5, 1], "tanh", rng=1)
        optimizer = make(model.parameters())
        history = train(model, REAL, "mse", first, optimizer=optimizer, max_norm=0.5)
        train(model, REAL, "mse", second, optimizer=optimizer, history=history, max_norm=0.5, rng=1)
        assert all(type(number) is float for name in optimizer.kept for number in getattr(optimizer, name))
        found.append(
            [*weights(model), *history.loss, *(n for name in optimizer.kept for n in getattr(optimizer, name))]
        )
    assert found[1] == pytest.approx(found[0], rel=1e-9, abs=1e-12)
    assert found[2] == pytest.approx(found[0], rel=1e-9, abs=1e-12)
    assert ways[2].on_arrays


@pytest.mark.parametrize(
    ("outputs", "y", "loss", "output_activation"),
    [(1, BITS, "binary_cross_entropy", "sigmoid"), (3, CLASSES, "cross_entropy", "linear")],
)
def test_both_engines_measure_the_same(outputs, y, loss, output_activation, ways):
    found = []
    for engine in ("eager", "program"):
        model = MLP(2, [5, outputs], "tanh", output_activation, rng=1)
        found.append(train(model, y, loss, engine, metrics=["accuracy"], validation_data=(X, y), learning_rate=0.5))
    assert ways[1].on_arrays
    assert found[1].metrics == found[0].metrics
    assert found[1].val_loss == pytest.approx(found[0].val_loss, rel=1e-9)


class Skip(Module):
    """A model of one's own, with a frozen weight."""

    def __init__(self):
        self.a, self.b = Layer(2, 3, "tanh", rng=0), Layer(3, 1, "linear", rng=1)
        self._frozen = Value(0.5)

    def __call__(self, x):
        return self.b(self.a(x)) + self._frozen * x[0]


def test_a_model_and_a_loss_of_your_own(ways):
    found = []
    for engine in ("eager", "program"):
        model = Skip()

        def loss(predictions, targets, model=model):
            return mse(predictions, targets) + 0.01 * sum(w * w for w in model.parameters())

        found.append((train(model, REAL, loss, engine).loss, weights(model)))
        assert model._frozen.data == 0.5
    assert ways[1].on_arrays
    assert found[1][0] == pytest.approx(found[0][0], rel=1e-9)
    assert found[1][1] == pytest.approx(found[0][1], rel=1e-9, abs=1e-12)


class Deciding(Skip):
    def __call__(self, x):
        h = super().__call__(x)
        return h if h > 0 else 0.1 * h


class Noisy(Skip):
    def __call__(self, x):
        return super().__call__(x) + random.gauss(0.0, 0.1)


class Trying(Skip):
    """Catches the error of an operation, which leaves no trace in a program."""

    def __call__(self, x):
        try:
            return super().__call__(x) + autograd.log(x[0])
        except ValueError:
            return super().__call__(x)


class Counting(Skip):
    """Computes something else after many calls, which a program would never make."""

    calls = 0

    def __call__(self, x):
        self.calls += 1
        return super().__call__(x) * (2.0 if self.calls > 50 else 1.0)


class Own(SGD):
    def step(self):
        super().step()


@pytest.mark.parametrize(
    ("make", "loss", "options", "reason"),
    [
        (Deciding, "mse", {}, "must not decide by a Value"),
        (Noisy, "mse", {}, "must not draw random numbers"),
        (Counting, "mse", {}, "the model or the loss changes calls whenever it is called"),
        (Skip, lambda p, t: mse(p, t, reduction="sum"), {}, "is not the mean of the losses of its examples"),
        (Skip, lambda p, t: mse(p, t, "sum") / 7, {}, "is not the mean of the losses of its examples"),
        (Skip, lambda p, t: mse(p, t, "sum"), {"batch_size": 1}, "is not the mean of the losses of its examples"),
        (Skip, "mse", {"optimizer": Own}, "Own defines a step of its own"),
        (Skip, lambda p, t: mse(p, t), {"after_step": int}, "after_step may change"),
    ],
)
def test_what_cannot_be_trained_on_arrays_is_trained_on_values(make, loss, options, reason, ways, capsys):
    random.seed(0)
    eager = make()
    plain = train(eager, REAL, loss, "eager", **options)
    random.seed(0)
    model = make()
    history = train(model, REAL, loss, progress=True, **options)
    said = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Trained on Values")]
    assert len(said) == 1
    assert reason in said[0]
    assert not ways[1].on_arrays
    if make is not Noisy:
        assert history.loss == plain.loss
        assert np.array_equal(weights(model), weights(eager))
    with pytest.raises(ValueError, match=f"engine must be 'eager' for this training: .*{reason}"):
        train(make(), REAL, loss, "program", **options)


class Sum(Module):
    def __init__(self):
        self.w = Value(0.5)

    def __call__(self, x):
        return sum(self.w * v for v in x)


class Routed(Module):
    """A model of two heads, one of which each example takes."""

    def __init__(self, route):
        self._route, self.below = route, Layer(2, 2, "tanh", rng=0)
        self.heads = [Neuron(2, "linear", rng=i) for i in (1, 2)]

    def __call__(self, x):
        h = self.below(x)
        return self.heads[self._route(x, h)](h)


ROUTES = [  # another number than that of the first example would go another way, and no number is kept in the graph
    lambda x, h: int(x[0]),
    lambda x, h: float(x[0]) > 0.8,
    lambda x, h: x[0] == 1.0,
    lambda x, h: {1.0: 1}.get(float(x[0]), 0),
    lambda x, h: math.isclose(x[0], 1.0),
    lambda x, h: max((0, 1), key=lambda k: h[k].data),  # of numbers that training changes
]
TABLE = [[0.0, 0.25], [0.0, -0.5], [0.0, 0.5], [1.0, 0.25], [1.0, 0.75], [0.0, 1.0]]


@pytest.mark.parametrize("route", ROUTES)
def test_a_model_that_decides_by_a_number_it_took_out_of_a_value_is_trained_and_asked_as_it_is(route, ways):
    found = []
    for engine in ("eager", "auto"):
        model = Routed(route)
        found.append((train(model, REAL[:6], "mse", engine, x=TABLE, batch_size=1, epochs=4).loss, weights(model)))
    assert not ways[1].on_arrays
    assert found[0][0] == found[1][0]
    assert np.array_equal(found[0][1], found[1][1])
    many = TABLE * 100
    assert predict(model, many).tolist() == [model(row).data for row in many]


def test_a_loss_that_weighs_classes_is_taken_as_it_is(ways):
    found = []
    for engine in ("eager", "auto"):
        model = Skip()

        def loss(predictions, targets):
            return sum((3.0 if t == 1 else 1.0) * (p - t) ** 2 for p, t in zip(predictions, targets, strict=True))

        y = [0.0, 0.0, 1.0, 0.0, 1.0, 0.0]
        found.append((train(model, y, loss, engine, x=TABLE, batch_size=1, epochs=4).loss, weights(model)))
    assert not ways[1].on_arrays
    assert found[0][0] == found[1][0]


def test_sequences_of_different_length_are_trained_on_values(ways):
    model = Sum()
    x = [[1.0, 2.0], [1.0, 2.0, 3.0]] * 3
    train(model, REAL[:6], "mse", x=x, epochs=9)
    assert "differ in length" in ways[0].reason


def test_a_loss_that_callbacks_change_is_noticed(ways):
    found = []
    for engine in ("eager", "auto"):
        model, factor = Skip(), [1.0]

        def loss(predictions, targets, factor=factor):
            return mse(predictions, targets) * factor[0]

        def change(now, factor=factor):
            factor[0] += now.epoch == 2

        found.append((train(model, REAL, loss, engine, epochs=6, callbacks=[change]).loss, weights(model)))
    assert "computes something else than in the first step" in ways[1].reason
    assert found[1][0] == pytest.approx(found[0][0], rel=1e-9)
    assert found[1][1] == pytest.approx(found[0][1], rel=1e-9, abs=1e-12)


def test_callbacks_and_after_step_find_the_numbers_in_the_values(ways):
    found = []
    for engine in ("eager", "program"):
        model, seen = MLP(2, [3, 1], "tanh", rng=0), []

        def look(*_, model=model, seen=seen):
            seen.append([(p.data, p.grad) for p in model.parameters()])

        def shrink(now, model=model):
            for p in model.parameters():
                p.data *= 0.99

        train(model, REAL, "mse", engine, after_step=look, callbacks=[look, shrink])
        found.append(np.array(seen))
    assert ways[1].on_arrays
    assert found[1] == pytest.approx(found[0], rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("engine", ["eager", "program"])
def test_a_step_that_is_too_large_is_named_and_not_taken(engine):
    model = MLP(2, [4, 1], "relu", rng=1)
    with pytest.raises(NonFiniteError, match=r"step \d+: .*the parameters are those of the last finite step"):
        train(model, REAL, "mse", engine, epochs=400, optimizer="sgd", learning_rate=5.0)
    assert np.isfinite(weights(model)).all()


def test_an_operation_that_refuses_a_number_is_named_on_arrays_too():
    model = Skip()
    with pytest.raises(NonFiniteError, match=r"step \d+: log\(.*\): math domain error; .* in test_engines\.py:\d+"):
        train(model, np.full(24, -50.0), lambda p, t: autograd.log(p[0] + 8.0) if len(p) == 1 else
              sum(autograd.log(v + 8.0) for v in p) / len(p), "program", epochs=500, learning_rate=0.2)  # fmt: skip
    assert np.isfinite(weights(model)).all()


def test_a_layer_that_is_not_used_is_reported_and_stays():
    model = Skip()
    model.unused = Layer(2, 2, rng=3)
    before = [p.data for p in model.unused.parameters()]
    with pytest.warns(UserWarning, match="does not depend on 6 of 19 parameters"):
        train(model, REAL, "mse", "program")
    assert [p.data for p in model.unused.parameters()] == before


def test_an_unknown_engine_and_a_short_training():
    with pytest.raises(ValueError, match="engine must be one of auto, program, eager, got a str: 'jax'"):
        train(Skip(), REAL, "mse", "jax")
    assert math.isfinite(train(Skip(), REAL, "mse", "program", epochs=1, batch_size=None).loss[0])


def test_patience_keeps_the_best_weights_on_arrays_too(ways):
    found = []
    for engine in ("eager", "program"):
        model = MLP(2, [4, 1], "tanh", rng=0)
        held_out = (X[:6], -REAL[:6])  # what is learned of the others makes this worse
        history = train(model, REAL, "mse", engine, epochs=30, patience=3, validation_data=held_out, learning_rate=0.05)
        found.append((history.note, history.val_loss, weights(model)))
    assert ways[1].on_arrays
    assert found[0][0] == found[1][0] != ""
    assert found[1][1] == pytest.approx(found[0][1], rel=1e-9)
    assert found[1][2] == pytest.approx(found[0][2], rel=1e-9)


def test_an_interrupt_on_arrays_keeps_the_last_whole_step(ways):
    def rate(step):
        if step == 9:
            raise KeyboardInterrupt
        return 0.1

    model, twin = MLP(2, [4, 1], "tanh", rng=0), MLP(2, [4, 1], "tanh", rng=0)
    history = train(model, REAL, "mse", "program", learning_rate=rate, epochs=20, batch_size=None)
    train(twin, REAL, "mse", "eager", learning_rate=0.1, epochs=9, batch_size=None)
    assert ways[0].on_arrays
    assert history.note == "Interrupted: the weights are those after step 9."
    assert len(history.loss) == 9
    assert weights(model) == pytest.approx(weights(twin), rel=1e-9)


@pytest.mark.parametrize("outputs", [1, 3])
def test_many_examples_are_predicted_together_and_alike(outputs, monkeypatch):
    model = MLP(2, [5, outputs], "tanh", rng=1)
    many = RNG.normal(size=(600, 2))
    together = predict(model, many)
    monkeypatch.setattr("nn.training.predict.MANY", 10_000)
    alone = predict(model, many)
    assert together.shape == alone.shape == ((600,) if outputs == 1 else (600, 3))
    assert np.abs(together - alone).max() < 1e-14
    assert together.threshold == alone.threshold


def test_what_programs_cannot_predict_is_predicted_by_the_model_itself():
    many = RNG.normal(size=(600, 2)).tolist()
    deciding = Deciding()
    assert predict(deciding, many).tolist() == [deciding(row).data for row in many]
    assert predict(lambda row: row[: 1 + (row[0] > 0)], many) == [row[: 1 + (row[0] > 0)] for row in many]
    with pytest.raises(ValueError, match="math domain error") as caught:
        predict(lambda row: autograd.log(autograd.abs(row[0]) - 1e-9), [*many, [0.0, 0.0]])
    assert caught.value.__notes__ == ["at example 600, x[600]"]


def test_a_model_that_has_learned_goes_on_on_arrays(ways):
    model = MLP(2, [1], "tanh", rng=1)  # linear, and so is the target: the gradient is down to rounding
    train(model, REAL, "mse", epochs=400, optimizer="sgd", learning_rate=0.5, batch_size=None)
    train(model, REAL, "mse", "program", optimizer="sgd", batch_size=None)
    assert ways[1].on_arrays


@pytest.mark.parametrize("factor", [1e6, 1e-6])
def test_a_gradient_that_differs_is_found_at_any_size_of_the_loss(factor, ways):
    model = Skip()

    def loss(predictions, targets):
        plain = mse(predictions, targets) * factor
        return plain + 1e-3 * factor * (
            predictions[0] * len(predictions) - (predictions[0] * len(predictions)).detach()
        )

    with pytest.raises(ValueError, match="engine must be 'eager' for this training"):
        train(model, REAL, loss, "program")


class Masked(Module):
    """Dropout with random numbers of its own, and so few units that one mask is often drawn twice."""

    def __init__(self, seed):
        self.below, self.above, self.random = (
            Layer(2, 1, "tanh", rng=0),
            Neuron(1, "linear", rng=1),
            random.Random(seed),
        )

    def __call__(self, x):
        h = self.below(x)
        return self.above([h * float(self.random.random() < 0.5)])


@pytest.mark.parametrize("seed", range(20))
def test_a_mask_drawn_by_a_generator_of_its_own_is_drawn_for_every_example(seed, ways):
    model = Masked(seed)
    train(model, REAL, "mse")
    assert not ways[0].on_arrays
    assert len(set(predict(model, [[1.0, 2.0]] * 600).tolist())) == 2


class RunningMean(Module):
    def __init__(self):
        self.unit, self.mean = Neuron(2, "linear", rng=0), 0.0

    def __call__(self, x):
        h = self.unit(x)
        self.mean = 0.9 * self.mean + 0.1 * h.data
        return h - self.mean


def test_a_model_that_was_called_for_a_trial_is_as_it_was():
    found = []
    for engine in ("eager", "auto"):
        model = RunningMean()
        found.append((train(model, REAL, "mse", engine).loss, model.mean))
    assert found[0] == found[1]


@pytest.mark.parametrize("seed", range(4))  # for some of them, both examples of the first batch have one sign
@pytest.mark.parametrize("first", [1, -1])
def test_a_model_that_catches_errors_is_trained_on_values(first, seed):
    x = [[first * (i + 1.0), 1.0] for i in range(10)] + [[-first * (i + 1.0), 1.0] for i in range(10)]
    losses = []
    for engine in ("eager", "auto"):
        model = Trying()
        history = fit(
            model, x, [0.0] * 20, loss="mse", epochs=2, batch_size=2, rng=seed, learning_rate=1e-4, engine=engine,
            progress=False,
        )  # fmt: skip
        losses.append(history.loss)
    assert losses[0] == pytest.approx(losses[1], rel=1e-9)


def hidden_dropout(generator, draw):
    class Dropout(Module):
        def __init__(self):
            self.inner, self.outer, self._generator = Layer(2, 4, "tanh", rng=0), Neuron(4, "linear", rng=0), generator

        def __call__(self, x):
            return self.outer([v * float(draw(self._generator) > 0.3) for v in self.inner(x)])

    return Dropout()


@pytest.mark.parametrize(
    "make",
    [
        lambda: hidden_dropout(random.Random(3), lambda g: g.random()),
        lambda: hidden_dropout(np.random.default_rng(3), lambda g: g.random()),
        lambda: hidden_dropout(np.random.RandomState(3), lambda g: g.random()),
        lambda: hidden_dropout(None, lambda g: random.random()),
        lambda: hidden_dropout(None, lambda g: np.random.random()),
    ],
)
def test_a_trial_draws_no_random_numbers(make):
    found = []
    for engine in ("eager", "auto"):
        random.seed(5)
        np.random.seed(5)
        found.append(train(make(), REAL, "mse", engine).loss)
    assert found[0] == found[1]


STEPS = [0]
BETA = 0.0


def annealed_by_a_list(p, t):
    STEPS[0] += 1
    return mse(p, t) * (1.0 if STEPS[0] < 30 else 0.1)


def annealed_by_a_number(p, t):
    global BETA
    BETA += 0.01
    return mse(p, t) * min(1.0, BETA)


def annealed_by_a_name_outside():
    steps = 0

    def loss(p, t):
        nonlocal steps
        steps += 1
        return mse(p, t) * (1.0 if steps < 30 else 0.1)

    return loss


@pytest.mark.parametrize("loss", [lambda: annealed_by_a_list, lambda: annealed_by_a_number, annealed_by_a_name_outside])
def test_a_loss_that_counts_its_calls_is_trained_on_values(loss, capsys):
    global BETA
    found = []
    for engine in ("eager", "auto"):
        STEPS[0], BETA = 0, 0.0
        model = MLP(2, [3, 1], "tanh", rng=0)
        found.append(train(model, REAL, loss(), engine).loss)
    assert found[0] == found[1]


class Bounded(Optimizer):
    def rule(self, w, gradient):
        return (w - self.learning_rate * math.tanh(gradient),)


class Normed(Optimizer):  # a norm of one number is its size, a norm of an array something else
    def rule(self, w, gradient):
        return (w - self.learning_rate * gradient / (float(np.linalg.norm(gradient)) + 1e-9),)


@pytest.mark.parametrize(
    ("kind", "says"), [(Bounded, "works on single numbers alone"), (Normed, "something else for arrays")]
)
def test_a_rule_that_suits_numbers_only_is_taken_on_values(kind, says):
    found = []
    for engine in ("eager", "auto"):
        model = MLP(2, [3, 1], "tanh", rng=0)
        fit(
            model,
            X,
            REAL,
            loss="mse",
            optimizer=kind(model.parameters(), 0.01),
            epochs=4,
            rng=0,
            engine=engine,
            progress=False,
        )
        found.append([p.data for p in model.parameters()])
    assert found[0] == found[1]
    model = MLP(2, [3, 1], "tanh", rng=0)
    with pytest.raises(ValueError, match=says):
        fit(model, X, REAL, loss="mse", optimizer=kind(model.parameters(), 0.01), engine="program", progress=False)


def test_the_memory_is_counts_and_not_data():
    data, count, log = np.zeros(100_000), [0], [0.5]

    def loss(p, t):
        return mse(p, t) + 0.0 * data[0] + count[0] + log[0]

    assert sorted(name for _, name in memory(MLP(2, [1], rng=0), loss)) == ["count", "log"]
