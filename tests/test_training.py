"""Losses, optimizers, metrics and fit: their results, and that bad input changes nothing."""

import math
import signal
import warnings

import numpy as np
import pytest

import autograd
from autograd import Value
from nn import (
    MLP,
    SGD,
    Adam,
    AdamW,
    Layer,
    Module,
    NonFiniteError,
    RMSprop,
    accuracy,
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    clip_grad_norm,
    clip_grad_value,
    cross_entropy,
    fit,
    hinge,
    huber,
    mae,
    moons,
    mse,
    predict,
)
from nn.demo import demo


def values(*numbers):
    return [Value(x) for x in numbers]


def slopes(loss, predictions, *rest, **options):
    leaves = values(*predictions)
    z = loss(leaves, *rest, **options)
    z.backward()
    return z.data, [v.grad for v in leaves]


@pytest.mark.parametrize(
    ("loss", "predictions", "targets", "value", "gradient"),
    [
        (mse, [1.0, 4.0], [0.0, 2.0], 2.5, [1.0, 2.0]),
        (mae, [1.0, 4.0], [2.0, 2.0], 1.5, [-0.5, 0.5]),
        (mae, [2.0], [2.0], 0.0, [0.0]),
        (huber, [0.5, 4.0], [0.0, 2.0], (0.125 + 1.5) / 2, [0.25, 0.5]),
        (huber, [1.0, -1.0], [0.0, 0.0], 0.5, [0.5, -0.5]),
        (hinge, [0.25, -2.0], [1, 1], (0.75 + 3.0) / 2, [-0.5, -0.5]),
        (hinge, [2.0, -2.0], [1, -1], 0.0, [0.0, 0.0]),
        (binary_cross_entropy_with_logits, [0.0], [1], math.log(2), [-0.5]),
        (binary_cross_entropy_with_logits, [1000.0, -1000.0], [1, 0], 0.0, [0.0, 0.0]),
        (binary_cross_entropy_with_logits, [1000.0, -1000.0], [0, 1], 1000.0, [0.5, -0.5]),
        (binary_cross_entropy_with_logits, [40.0], [1], 4.248354255291589e-18, [-4.248354255291589e-18]),
        (binary_cross_entropy_with_logits, [0.0], [0.25], math.log(2), [0.25]),
        (binary_cross_entropy, [0.25, 0.75], [1, 0], math.log(4), [-2.0, 2.0]),
        (binary_cross_entropy, [1.0, 0.0], [1, 0], 0.0, [-0.5, 0.5]),
        (binary_cross_entropy, [0.5], [0.25], math.log(2), [1.0]),
        (binary_cross_entropy, [1e-20], [0], 1e-20, [1.0]),
        (binary_cross_entropy, [1e-40], [1], 40 * math.log(10), [-1e40]),
        (binary_cross_entropy, [0.0, 1.0], [1, 0], 100.0, [-math.exp(99) / 2, 2.0**52]),
    ],
)
def test_losses(loss, predictions, targets, value, gradient):
    got = slopes(loss, predictions, targets)
    assert got[0] == pytest.approx(value, rel=1e-14, abs=0)
    assert got[1] == pytest.approx(gradient, rel=1e-14, abs=0)
    summed = slopes(loss, predictions, targets, reduction="sum")
    assert summed[0] == pytest.approx(value * len(targets), rel=1e-14, abs=0)


def test_huber_s_delta():
    assert slopes(huber, [5.0], [0.0], delta=2.0) == (2.0 * (5.0 - 1.0), [2.0])
    with pytest.raises(ValueError, match="delta must be a finite number above 0, got 0"):
        huber(values(1.0), [0.0], delta=0)


def test_cross_entropy_keeps_its_tail():
    row = values(40.0, 0.0)
    z = cross_entropy([row], [0])
    z.backward()
    assert z.data == pytest.approx(math.exp(-40), rel=1e-15, abs=0)
    assert [v.grad for v in row] == pytest.approx([-math.exp(-40), math.exp(-40)], rel=1e-15, abs=0)


@pytest.mark.parametrize("right", [0, 1])
def test_cross_entropy_at_a_thousand(right):
    row = values(1000.0, -1000.0)
    z = cross_entropy([row], [right])
    z.backward()
    assert z.data == 2000.0 * right
    assert [v.grad for v in row] == ([0.0, 0.0] if right == 0 else [1.0, -1.0])


def test_losses_over_rows_and_arrays():
    rows = [values(1.0, 2.0), values(3.0, 4.0)]
    assert mse(rows, [[0.0, 0.0], [0.0, 0.0]]).data == 7.5
    assert mse(rows, np.zeros((2, 2))).data == 7.5
    assert mse(Value(3.0), 1.0).data == 4.0
    assert cross_entropy(rows, np.array([0, 1])).data == pytest.approx(
        (math.log1p(math.e) + math.log1p(1 / math.e)) / 2
    )


LOSSES = [mse, mae, huber, hinge, binary_cross_entropy, binary_cross_entropy_with_logits]


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(
    ("predictions", "targets", "error", "says"),
    [
        ([1.0], [1.0, 1.0], ValueError, "predictions and targets must have one length, got 1 and 2"),
        ([], [], ValueError, "predictions and targets must hold at least one example"),
        ([1.0], ["1"], TypeError, r"targets\[0\] must be a number, got a str: '1'"),
        ([1.0], [None], TypeError, r"targets\[0\] must be a number, got a NoneType"),
        ([1.0], [math.nan], ValueError, r"targets\[0\] must be a finite number, got nan"),
        ([1.0], 3 + 1j, TypeError, "targets must be a list, got a complex"),
    ],
)
def test_what_losses_refuse(loss, predictions, targets, error, says):
    named = {binary_cross_entropy: "probabilities", binary_cross_entropy_with_logits: "logits"}
    says = says.replace("predictions", named.get(loss, "predictions"))
    with pytest.raises(error, match=says):
        loss(values(*predictions), targets)


@pytest.mark.parametrize("target", [0, 2, 0.5, -2])
def test_hinge_wants_signs(target):
    with pytest.raises(ValueError, match=r"targets\[1\] must be -1 or 1 for hinge, got"):
        hinge(values(1.0, 1.0), [1, target])
    with pytest.raises(ValueError, match="hinge, got 0; write 2 \\* y - 1 for classes 0 and 1"):
        hinge(values(1.0), [0])


def test_cross_entropy_of_one_output_is_told_of_its_sibling():
    with pytest.raises(
        ValueError, match=r"logits\[0\] must be .*; for one output, use binary_cross_entropy_with_logits"
    ):
        cross_entropy(values(1.0, 2.0), [0, 1])


@pytest.mark.parametrize("target", [-0.1, 1.1, 2])
def test_binary_cross_entropy_wants_probabilities(target):
    with pytest.raises(ValueError, match=r"targets\[1\] must be from 0 to 1"):
        binary_cross_entropy(values(1.0, 1.0), [1, target])
    with pytest.raises(
        ValueError, match=r"probabilities\[1\] must be from 0 to 1.*use binary_cross_entropy_with_logits"
    ):
        binary_cross_entropy(values(1.0, target), [1, 1])
    with pytest.raises(ValueError, match=r"targets\[1\] must be from 0 to 1"):
        binary_cross_entropy_with_logits(values(1.0, 1.0), [1, target])


@pytest.mark.parametrize("target", [-1, 2, 0.5, math.nan, "a", True, None])
def test_cross_entropy_wants_classes(target):
    error = ValueError if type(target) in (int, float) else TypeError
    with pytest.raises(error, match=r"targets\[1\] must be a class from 0 to 1, got"):
        cross_entropy([values(1.0, 2.0)] * 2, [0, target])


def test_other_things_losses_refuse():
    with pytest.raises(ValueError, match=r"logits\[0\] must be a list of at least 2 Values"):
        cross_entropy(values(1.0, 2.0), [0, 1])
    with pytest.raises(ValueError, match=r"targets\[0\] must be a row of 2 like predictions\[0\], got a list: \[1.0\]"):
        mse([values(1.0, 2.0)], [[1.0]])
    with pytest.raises(TypeError, match=r"predictions\[0\] must be a Value, got a float"):
        mse([1.0], [1.0])
    with pytest.raises(ValueError, match=r"reduction must be 'mean' or 'sum', got a str: 'max'"):
        mse(values(1.0), [1.0], reduction="max")


# --- optimizers: against the published formulas, written out for one weight ---------------------------------------


GRADIENTS = [0.5, -1.0, 0.25, 2.0]


def path(make):
    """The values of a weight that starts at 1.0 and receives GRADIENTS."""
    w = Value(1.0)
    optimizer = make([w])
    trail = []
    for g in GRADIENTS:
        w.grad = g
        optimizer.step()
        trail.append(w.data)
    return trail


def by_hand(update):
    w, memory, trail = 1.0, {}, []
    for t, g in enumerate(GRADIENTS, start=1):
        w = update(w, g, t, memory)
        trail.append(w)
    return trail


def momentum(w, g, t, m):
    m["v"] = 0.9 * m.get("v", 0.0) + g
    return w - 0.1 * m["v"]


def nesterov(w, g, t, m):
    m["v"] = 0.9 * m.get("v", 0.0) + g
    return w - 0.1 * (g + 0.9 * m["v"])


def rmsprop(w, g, t, m):
    m["s"] = 0.9 * m.get("s", 0.0) + 0.1 * g**2
    return w - 0.1 * g / (m["s"] ** 0.5 + 1e-8)


def adam(w, g, t, m):
    m["m"] = 0.9 * m.get("m", 0.0) + 0.1 * g
    m["s"] = 0.999 * m.get("s", 0.0) + 0.001 * g**2
    return w - 0.1 * (m["m"] / (1 - 0.9**t)) / ((m["s"] / (1 - 0.999**t)) ** 0.5 + 1e-8)


@pytest.mark.parametrize(
    ("make", "update"),
    [
        (lambda p: SGD(p, 0.1), lambda w, g, t, m: w - 0.1 * g),
        (lambda p: SGD(p, 0.1, weight_decay=0.5), lambda w, g, t, m: w - 0.1 * (g + 0.5 * w)),
        (lambda p: SGD(p, 0.1, momentum=0.9), momentum),
        (lambda p: SGD(p, 0.1, momentum=0.9, nesterov=True), nesterov),
        (lambda p: RMSprop(p, 0.1, decay=0.9), rmsprop),
        (lambda p: Adam(p, 0.1), adam),
        (lambda p: AdamW(p, 0.1, weight_decay=0.5), lambda w, g, t, m: adam(w - 0.1 * 0.5 * w, g, t, m)),
    ],
)
def test_optimizers(make, update):
    assert path(make) == pytest.approx(by_hand(update), rel=1e-13, abs=0)


def test_optimizers_agree_with_pytorch_where_it_is_installed():
    torch = pytest.importorskip("torch")
    for ours, theirs in [
        (
            lambda p: SGD(p, 0.1, 0.9, True, 0.1),
            lambda p: torch.optim.SGD(p, 0.1, 0.9, weight_decay=0.1, nesterov=True),
        ),
        (lambda p: RMSprop(p, 0.1), lambda p: torch.optim.RMSprop(p, 0.1)),
        (lambda p: Adam(p, 0.1), lambda p: torch.optim.Adam(p, 0.1)),
        (lambda p: AdamW(p, 0.1), lambda p: torch.optim.AdamW(p, 0.1)),
    ]:
        w = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
        optimizer, trail = theirs([w]), []
        for g in GRADIENTS:
            w.grad = torch.tensor(g, dtype=torch.float64)
            optimizer.step()
            trail.append(w.item())
        assert path(ours) == pytest.approx(trail, rel=1e-12, abs=0)


@pytest.mark.parametrize("make", [SGD, RMSprop, Adam, AdamW])
def test_what_optimizers_refuse(make):
    w = Value(1.0)
    with pytest.raises(ValueError, match="parameters must hold at least one Value"):
        make([])
    with pytest.raises(ValueError, match=r"parameters\[2\] must be given once, got it twice"):
        make([w, Value(2.0), w])
    with pytest.raises(TypeError, match=r"parameters\[1\] must be a Value, got a float: 2.0"):
        make([w, 2.0])
    with pytest.raises(TypeError, match=r"parameters must be a list of Values, as model.parameters\(\), got an MLP"):
        make(MLP(2, [1]))
    with pytest.raises(ValueError, match="learning_rate must be a finite number of at least 0, got -5"):
        make([w]).learning_rate = -5
    for rate in (-0.1, math.nan, math.inf, "0.1", None, True):
        error = ValueError if type(rate) is float else TypeError
        with pytest.raises(error, match="learning_rate must be a finite number of at least 0, got"):
            make([w], learning_rate=rate)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda p: SGD(p, momentum=1.0), "momentum must be a number of at least 0 and below 1"),
        (lambda p: SGD(p, momentum=-0.1), "momentum must be a number of at least 0 and below 1"),
        (lambda p: SGD(p, nesterov=True), "momentum must be above 0 for nesterov"),
        (lambda p: SGD(p, weight_decay=math.nan), "weight_decay must be a finite number"),
        (lambda p: RMSprop(p, decay=1.5), "decay must be a number of at least 0 and below 1"),
        (lambda p: Adam(p, betas=(0.9, 1.0)), r"betas\[1\] must be a number of at least 0 and below 1"),
        (lambda p: AdamW(p, weight_decay=-1), "weight_decay must be a finite number"),
        (lambda p: Adam(p, betas=0.9), "betas must be two numbers, got a float: 0.9"),
        (lambda p: Adam(p, epsilon=0), "epsilon must be a finite number above 0"),
    ],
)
def test_what_their_options_refuse(make, says):
    with pytest.raises(ValueError, match=says):
        make(values(1.0))


def test_clipping():
    parameters = values(0.0, 0.0)
    for p, g in zip(parameters, (3.0, -4.0), strict=True):
        p.grad = g
    assert clip_grad_norm(parameters, 10.0) == 5.0
    assert [p.grad for p in parameters] == [3.0, -4.0]
    assert clip_grad_norm(parameters, 1.0) == 5.0
    assert [p.grad for p in parameters] == pytest.approx([0.6, -0.8], rel=1e-15, abs=0)
    clip_grad_value(parameters, 0.7)
    assert [p.grad for p in parameters] == pytest.approx([0.6, -0.7], rel=1e-15, abs=0)
    parameters[0].grad = math.inf
    assert clip_grad_norm(parameters, 1.0) == math.inf
    assert parameters[0].grad == math.inf
    for bad in (0, -1, math.nan):
        for clip in (clip_grad_norm, clip_grad_value):
            with pytest.raises(ValueError, match=r"max_(norm|value) must be a finite number above 0"):
                clip(parameters, bad)
    for clip in (clip_grad_norm, clip_grad_value):
        with pytest.raises(
            TypeError, match=r"parameters must be a list of Values, as model.parameters\(\), got an MLP"
        ):
            clip(MLP(2, [1]), 1.0)


def test_accuracy_on_a_dataset_is_that_on_its_targets():
    data = moons(20, rng=0)
    outputs = predict(MLP(2, [3, 2], rng=0), data)
    assert accuracy(outputs, data) == accuracy(outputs, data.y)


def test_accuracy():
    assert accuracy(values(2.0, -1.0, 0.5), [1, -1, -1]) == pytest.approx(2 / 3)
    assert accuracy([values(0.1, 0.9), [3.0, 1.0]], np.array([1, 0])) == 1.0
    assert accuracy([[0.1, 0.9], [3.0, 1.0]], [0, 0]) == 0.5
    assert accuracy([1.0, -1.0], np.array([True, True])) == 0.5
    assert accuracy([0.0], [0]) == 1.0
    assert accuracy(np.float32([1, -1]), [1, 0]) == 1.0
    assert accuracy([[1.0], [-2.0]], [1, 0]) == 1.0
    with pytest.raises(ValueError, match=r"outputs\[0\] must hold scores, got nan"):
        accuracy([math.nan], [0])
    with pytest.raises(ValueError, match=r"targets\[0\] must be a class, one of 0, 1, got a list: \[0, 1\]"):
        accuracy([[1.0, 2.0]], [[0, 1]])
    with pytest.raises(ValueError, match="one length, got 1 and 2"):
        accuracy([1.0], [1, 1])
    with pytest.raises(ValueError, match="at least one example"):
        accuracy([], [])


# --- fit ----------------------------------------------------------------------------------------------------------


def test_fit_learns_and_repeats_bit_for_bit():
    def run():
        model = MLP(2, [8, 1], activation="tanh", rng=1)
        x, y = moons(40, rng=0)
        history = fit(
            model, x, y, loss="binary_cross_entropy_with_logits", optimizer="adam", learning_rate=0.05, epochs=60, batch_size=10, rng=2,
            validation_data=(x, y), progress=False,
        )  # fmt: skip
        return model, history, accuracy(predict(model, x), y)

    model, history, right = run()
    assert right >= 0.95
    assert type(right) is float
    assert len(history.loss) == len(history.val_loss) == 60
    assert history.val_loss[-1] < history.val_loss[0] / 2
    again = run()
    assert again[1] == history
    assert [p.data for p in again[0].parameters()] == [p.data for p in model.parameters()]


def test_fit_prints_lines_that_a_log_can_hold(capsys):
    fit(MLP(2, [1], rng=0), *moons(4, rng=0), loss=mse, epochs=100)
    lines = capsys.readouterr().out.splitlines()
    assert 5 <= len(lines) <= 15
    assert lines[0].startswith("0%")
    assert lines[-1].startswith("100%")
    assert "100/100" in lines[-1]
    assert "loss=" in lines[-1]
    assert not any("\r" in line for line in lines)


class Root(Module):
    """A model whose gradient is infinite where its weight is 0."""

    def __init__(self, weight):
        self.weight = Value(weight, label="weight")

    def __call__(self, x):
        return self.weight.sqrt() * x[0]


def test_fit_stops_at_a_gradient_that_is_not_finite_and_says_where():
    model = Root(0.0)
    with pytest.raises(
        NonFiniteError,
        match=r"step 1: the gradient of weight is -inf \(backward: the local derivative of √ in weight = 0\.0 is inf, .*last finite step",
    ):
        fit(model, [[1.0]], [1.0], loss="mse", progress=False)
    assert model.weight.data == 0.0


def test_fit_stops_at_a_loss_that_is_not_finite_and_keeps_the_last_finite_weights():
    model = MLP(1, [1], rng=0)
    seen = []

    def loss(predictions, targets):
        seen.append([p.data for p in model.parameters()])
        return mse(predictions, targets) * (1e308 if len(seen) > 2 else 1.0) * 1e10

    with pytest.raises(NonFiniteError, match=r"step 3: the loss is inf \(forward: × of .* is inf\)"):
        fit(model, [[1.0], [2.0]], [5.0, 7.0], loss=loss, learning_rate=1e-12, progress=False, engine="eager")
    assert [p.data for p in model.parameters()] == seen[2] != seen[0]


def test_fit_stops_at_an_overflow_and_at_a_step_that_is_too_large():
    model = MLP(1, [1], output_activation=Value.exp, rng=0)
    model.layers[0].neurons[0].b.data = 800.0
    with pytest.raises(NonFiniteError, match=r"step 1: exp\(.*\): math range error"):
        fit(model, [[1.0]], [1.0], loss="mse", progress=False)
    model = MLP(1, [1], rng=0)
    before = [p.data for p in model.parameters()]
    with pytest.raises(NonFiniteError, match="try a smaller learning_rate"):
        fit(model, [[1e10]], [1.0], loss="mse", learning_rate=1e300, progress=False)
    assert [p.data for p in model.parameters()] == before


class Lazy(SGD):
    """An optimizer of one's own, whose state begins empty."""

    def __init__(self, parameters, learning_rate):
        super().__init__(parameters, learning_rate)
        self.last = [None] * len(self.parameters)

    def step(self):
        super().step()
        self.last[0] = (self.parameters[0].grad, "and nothing yet for the others")


def test_fit_takes_an_optimizer_of_your_own():
    model = MLP(1, [1], rng=0)
    history = fit(
        model, [[1.0], [2.0]], [1.0, 2.0], loss="mse", optimizer=Lazy, learning_rate=0.1, epochs=20, progress=False
    )
    assert history.loss[-1] < history.loss[0]


class Calling(Module):
    """A model that does what a function of its weight and an example says."""

    def __init__(self, function, weight=1.0):
        self.w, self._function = Value(weight), function

    def __call__(self, x):
        return self._function(self, x)


class Overriding(Module):
    """As in micrograd, this method alone says what the parameters are."""

    def __init__(self, weight):
        self._kept = [Value(weight)]

    def parameters(self):
        return self._kept

    def __call__(self, x):
        return (self._kept[0] * x[0]).sqrt()


def test_fit_watches_what_the_optimizer_updates():
    model = Overriding(1.0)
    with pytest.raises(NonFiniteError, match=r"step 1: the gradient of parameters\[0\] is nan"):
        fit(model, [[0.0]], [1.0], loss="mse", epochs=1, progress=False)
    assert model._kept[0].data == 1.0


@pytest.mark.parametrize(
    "make", [lambda p: SGD(p, 1e300, momentum=0.9), lambda p: RMSprop(p, 1e300), lambda p: Adam(p, 1e307)]
)
def test_a_step_that_is_not_taken_leaves_no_trace_in_the_optimizer(make):
    model = MLP(1, [1], rng=0)
    optimizer = make(model.parameters())
    before = optimizer.snapshot()
    with pytest.raises(NonFiniteError, match="would become"):
        fit(model, [[1e10]], [1.0], loss="mse", optimizer=optimizer, epochs=1, progress=False)
    kept = [p.data for p in model.parameters()]
    assert all(map(math.isfinite, kept))
    assert optimizer.snapshot()[0] == kept
    assert optimizer.snapshot() == before


@pytest.mark.parametrize("make", [RMSprop, Adam])
def test_an_overflow_in_the_optimizer_s_state_is_seen(make):
    model = MLP(1, [1], rng=0)
    with pytest.raises(NonFiniteError, match="the optimizer's square would overflow"):
        fit(model, [[1e120]], [1.0], loss="mse", optimizer=make(model.parameters()), progress=False)


def test_an_error_in_a_step_says_which_step_and_which_example():
    def model(self, row):
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no") as caught:
        fit(Calling(model), [[1.0]], [1.0], loss="mse", progress=False)
    assert caught.value.__notes__[0] == "at example 0, x[0]"
    assert "at step 1" in caught.value.__notes__[1]


def test_history_weighs_a_short_batch_by_its_examples():
    model = MLP(1, [1], rng=0)
    for p in model.parameters():
        p.data = 0.0
    history = fit(
        model, [[0.0]] * 3, [0.0, 0.0, 3.0], loss="mse", learning_rate=0.0, epochs=2, batch_size=2, progress=False
    )
    assert history.loss == [3.0, 3.0]


def test_what_fit_refuses():
    model, x, y = MLP(2, [1], rng=0), [[1.0, 2.0]], [1.0]
    for epochs, error in ((0, ValueError), (-1, ValueError), (1.5, TypeError), (True, TypeError)):
        with pytest.raises(error, match="epochs must be"):
            fit(model, x, y, loss="mse", epochs=epochs)
    with pytest.raises(TypeError, match="rng must be"):
        fit(model, x, y, loss="mse", rng=True)
    with pytest.raises(ValueError, match="optimizer must move parameters of the model, got one that moves none"):
        fit(model, x, y, loss="mse", optimizer=SGD(MLP(2, [1]).parameters()))
    with pytest.raises(TypeError, match=r"loss must return a Value, got a float: 1\.0"):
        fit(model, x, y, loss=lambda predictions, targets: 1.0, progress=False)
    for validation, error, says in (
        (x, TypeError, r"validation_data must be \(x, y\) or a Dataset, got a list"),
        (
            (x, [1.0, 2.0]),
            ValueError,
            r"validation_data\[0\] and validation_data\[1\] must have one length, got 1 and 2",
        ),
        (([[1e308, 1e308]], [1e308]), NonFiniteError, "the validation before the first step: power"),
        (([[math.nan, 1.0]], [1.0]), ValueError, r"validation_data\[0\]\[0\]\[0\] must be a finite number, got nan"),
    ):
        before = [p.data for p in model.parameters()]
        with pytest.raises(error, match=says):
            fit(model, x, y, loss="mse", validation_data=validation, progress=False)
        assert [p.data for p in model.parameters()] == before
    with pytest.raises(ValueError, match=r"loss must be one of mse, mae, .*, got 'msee'; did you mean 'mse'\?"):
        fit(model, x, y, loss="msee")
    with pytest.raises(
        ValueError, match=r"optimizer must be one of sgd, rmsprop, adam, adamw or an optimizer, got 'adamm'"
    ):
        fit(model, x, y, loss="mse", optimizer="adamm")
    with pytest.raises(ValueError, match="learning_rate must be None where the optimizer is already made"):
        fit(model, x, y, loss="mse", optimizer=SGD(model.parameters()), learning_rate=0.1)
    with pytest.raises(ValueError, match="x and y must have one length"):
        fit(model, x, [1.0, 2.0], loss="mse")
    with pytest.raises(ValueError, match="x and y must hold at least one example"):
        fit(model, [], [], loss="mse", progress=False)
    with pytest.raises(ValueError, match="batch_size must be an int of at least 1, got 0"):
        fit(model, x, y, loss="mse", batch_size=0, progress=False)


def test_predict_gives_plain_numbers():
    assert predict(MLP(1, [1], rng=0), [[1.0], [2.0]]).tolist() == [MLP(1, [1], rng=0)([u]).data for u in (1.0, 2.0)]
    assert [len(row) for row in predict(MLP(1, [3], rng=0), np.ones((2, 1)))] == [3, 3]


@pytest.mark.slow
def test_the_demo_reaches_its_accuracy_and_writes_its_pictures(capsys, tmp_path):
    demo(tmp_path / "out")
    files = {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()}
    text = capsys.readouterr().out
    right = float(text.split("held-out accuracy ")[1].split("%")[0])
    assert right >= 93.0
    assert "d out / d w1 = 1" in text
    assert all(str(tmp_path / "out" / name) in text for name in files)
    assert {
        name: start for name, start in ((n, f[:4]) for n, f in files.items()) if name.endswith(".png")
    } == dict.fromkeys(("iris-loss.png", "moons-boundary.png", "moons-activations.png"), b"\x89PNG")
    assert b"</svg>" in files["neuron.svg"]
    assert b"</svg>" in files["network.svg"]
    assert files["neuron.html"].lower().startswith(b"<!doctype html>")
    assert text.count("1. delta = upstream × local derivative") == 2
    assert text.count("The scalar graph gives the same dL/dW and dL/db") == 2


def test_an_overflow_names_the_largest_parameter():
    model = MLP(1, [4, 1], activation="relu", rng=1)
    with pytest.raises(NonFiniteError, match=r"step \d+: .*; the largest parameter is layers\[\d\].* = .*e\+\d+"):
        fit(model, [[1.0]], [1.0], loss="mse", optimizer="sgd", learning_rate=1e10, epochs=50, progress=False)


# --- the scale of the outputs ---------------------------------------------------------------------------------------


def constant(score, **options):
    """A network of one unit that gives about the same score everywhere."""
    model = MLP(2, [1], rng=0, **options)
    for p in model.parameters():
        p.data = 0.0
    model.layers[0].neurons[0].b.data = score
    return model


def test_accuracy_knows_probabilities_where_it_can_and_asks_where_it_cannot():
    probabilities = [0.004, 0.993, 0.993, 0.010]
    assert accuracy(probabilities, [0, 1, 1, 0], threshold=0.5) == 1.0
    assert accuracy(probabilities, [0, 1, 1, 0], threshold=0) == 0.5
    with pytest.raises(ValueError, match=r"threshold must be given for scores from 0 to 1: threshold=0\.5 if they are"):
        accuracy(probabilities, [0, 1, 1, 0])
    assert accuracy([0.6, 0.9, 0.0], [1, 1, 0]) == 1.0  # both readings agree
    assert accuracy([0.2, 0.9], [1, -1]) == 0.5  # targets of -1 and 1 go with scores
    assert accuracy([0.2, 0.9, -0.1], [1, 1, 0]) == 1.0  # a negative score is not a probability
    model = constant(-1.0, output_activation="sigmoid")
    assert accuracy(predict(model, [[0.0, 0.0]] * 2), [0, 0]) == 1.0
    assert accuracy([model([0.0, 0.0])], [0]) == 1.0
    for bad, error in ((math.nan, ValueError), ("a", TypeError), (True, TypeError)):
        with pytest.raises(error, match="threshold must be a finite number"):
            accuracy([1.0], [1], threshold=bad)
    with pytest.raises(TypeError, match=r"accuracy\(\) has no argument 'level'; it is called threshold here"):
        accuracy([1.0], [1], level=0.5)


def test_logits_that_lie_between_0_and_1_are_logits():
    model = constant(0.3)
    assert accuracy(predict(model, [[0.0, 0.0]] * 2), [1, 1]) == 1.0
    assert accuracy([model([0.0, 0.0])], [1]) == 1.0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit(model, [[0.0, 0.0]], [1], loss="binary_cross_entropy_with_logits", epochs=1, progress=False)
        fit(MLP(2, [3], rng=0), [[0.1, 0.2]], [1], loss="cross_entropy", epochs=1, progress=False)
        cross_entropy([values(0.25, 0.75)], [1])  # leaves that add up to 1


def test_predictions_remember_their_threshold_and_what_is_computed_from_them_does_not():
    found = predict(constant(-1.0, output_activation="sigmoid"), [[0.0, 0.0]] * 3)
    assert found[:2].threshold == 0.5
    assert type(found + found) is type(np.log(found)) is np.ndarray
    assert predict(constant(-1.0), [[0.0, 0.0]]).threshold == 0.0
    assert predict(lambda row: row[0], [[0.3]]).threshold is None
    kept = found.copy()
    kept += 1.0
    assert np.array_equal(kept, np.asarray(found) + 1.0)


class Softmax(Module):
    def __init__(self, softmax):
        self.layer, self._softmax = Layer(2, 3, "linear", rng=0), softmax

    def __call__(self, x):
        return self._softmax(self.layer(x))


def softmax_by_hand(zs):
    powers = [z.exp() for z in zs]
    return [power / sum(powers) for power in powers]


@pytest.mark.parametrize(
    ("model", "y", "loss", "says"),
    [
        (
            MLP(2, [1], output_activation="sigmoid", rng=0),
            1,
            "binary_cross_entropy_with_logits",
            "takes the sigmoid itself",
        ),
        (MLP(2, [1], output_activation="sigmoid", rng=0), 1, "hinge", "hinge takes scores of either sign"),
        (MLP(2, [3], output_activation="sigmoid", rng=0), 1, "cross_entropy", "all logits here are sigmoids"),
        (Softmax(autograd.softmax), 1, "cross_entropy", "cross_entropy takes the softmax itself"),
        (Softmax(softmax_by_hand), 1, "cross_entropy", "cross_entropy takes the softmax itself"),
    ],
)
def test_probabilities_for_a_loss_on_logits_are_worth_a_warning(model, y, loss, says):
    with pytest.warns(UserWarning, match=says) as caught:
        fit(model, [[0.5, 1.0]], [y], loss=loss, epochs=1, progress=False)
    assert caught[0].filename == __file__


def test_logits_for_a_loss_on_probabilities_are_an_error():
    with pytest.raises(ValueError, match=r"probabilities\[0\] must be from 0 to 1, got -3; .*with_logits"):
        fit(constant(-3.0), [[0.0, 0.0]], [1], loss="binary_cross_entropy", progress=False)


def test_xor_is_learned_with_a_sigmoid_output():
    model = MLP(2, [8, 1], "tanh", output_activation="sigmoid", rng=1)
    x, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    history = fit(
        model, x, y, loss="binary_cross_entropy", optimizer="adam", learning_rate=0.05, epochs=200, progress=False
    )
    assert history.loss[-1] < 0.01
    assert accuracy(predict(model, x), y) == 1.0


# --- words typed by habit -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (
            lambda m: fit(m, [[1.0]], [1.0], loss="mse", lr=0.1),
            r"fit\(\) has no argument 'lr'; it is called learning_rate",
        ),
        (lambda m: fit(m, [[1.0]], [1.0], loss="mse", optimiser="adam"), "it is called optimizer here"),
        (lambda m: fit(m, [[1.0]], [1.0], loss="mse", n_epochs=3), "it is called epochs here"),
        (lambda m: fit(m, [[1.0]], [1.0], loss="mse", validation=None), "it is called validation_data here"),
        (
            lambda m: fit(m, [[1.0]], [1.0], loss="mse", reg=0.1),
            r"optimizer=nn.AdamW\(.*, or add a penalty to the loss",
        ),
        (lambda m: fit(m, [[1.0]], [1.0], loss="mse", weight_decay=0.1), r"optimizer=nn.AdamW\(model.parameters\(\)"),
        (lambda m: fit(m, [[1.0]], [1.0], loss="mse", validation_split=0.1), "hold examples out with train_test_split"),
        (lambda m: fit(m, [[1.0]], [1.0], loss="mse", shuffle=True), "examples are shuffled in every epoch"),
        (lambda m: RMSprop(m.parameters(), weight_decay=0.1), "it takes parameters, learning_rate, decay, epsilon"),
        (lambda m: SGD(m.parameters(), rate=0.1), r"SGD\(\) has no argument 'rate'; it is called learning_rate here"),
        (lambda m: Adam(m.parameters(), eps=0.1), "it is called epsilon here"),
        (lambda m: clip_grad_norm(m.parameters(), largest=1.0), "it is called max_norm here"),
        (lambda m: clip_grad_value(m.parameters(), clip_value=1.0), "it is called max_value here"),
    ],
)
def test_an_argument_named_by_habit_is_answered_with_ours(call, says):
    with pytest.raises(TypeError, match=says):
        call(MLP(1, [1], rng=0))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"loss": "crossentropy"}, "write 'cross_entropy'"),
        ({"loss": "bce"}, "write 'binary_cross_entropy' for probabilities"),
        ({"loss": "MSE"}, "write 'mse'"),
        ({"loss": "mse", "optimizer": "momentum"}, r"use nn\.SGD\(model\.parameters\(\), momentum=0\.9\)"),
        ({"loss": "mse", "optimizer": "Adam"}, "write 'adam'"),
    ],
)
def test_a_name_used_elsewhere_is_answered_with_ours(options, says):
    with pytest.raises(ValueError, match=says):
        fit(MLP(1, [1], rng=0), [[1.0]], [1.0], progress=False, **options)


# --- a step without gradients, and a step that is cut short ---------------------------------------------------------


@pytest.mark.parametrize("whose", ["optimizer", "model"])
def test_gradients_erased_before_the_step_are_worth_a_warning(whose):
    model = MLP(1, [1], rng=0)
    optimizer = SGD(model.parameters(), 0.1)
    erase = {"optimizer": optimizer, "model": model}[whose].zero_grad
    for _ in range(2):
        mse([model([1.0])], [3.0]).backward()
        erase()
        with pytest.warns(UserWarning, match=r"step\(\) found only zero gradients: zero_grad\(\) erased them"):
            optimizer.step()


def test_parameters_that_no_backward_has_reached_are_worth_a_warning():
    model, other = MLP(1, [1], rng=0), MLP(1, [1], rng=0)
    optimizer = SGD(other.parameters(), 0.1)
    says = r"step\(\) found no gradients: backward\(\) has never reached these parameters"
    for _ in range(2):
        optimizer.zero_grad()
        other.zero_grad()
        mse([model([1.0])], [3.0]).backward()  # of the wrong model
        with pytest.warns(UserWarning, match=says):
            optimizer.step()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        other.parameters()[0].grad = 1.0  # a gradient of one's own
        optimizer.step()


def test_zero_grad_of_a_model_is_silent_where_it_belongs():
    generator, critic = MLP(1, [1], rng=0), MLP(1, [1], rng=1)
    optimizers = SGD(generator.parameters(), 0.01), SGD(critic.parameters(), 0.01)
    flat = constant(5.0)
    flat_optimizer = SGD(flat.parameters(), 0.001)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for step in range(6):
            for model, optimizer in zip((generator, critic), optimizers, strict=True):
                loss = mse([critic([generator([1.0])])], [3.0])  # each sweep also leaves gradients in the other model
                model.zero_grad()
                loss.backward()
                optimizer.step()
            flat.zero_grad()
            hinge([flat([0.0, 0.0])], [1 if step else -1]).backward()  # flat from the second step on
            flat_optimizer.step()


@pytest.mark.parametrize("make", [SGD, RMSprop, Adam, AdamW])
def test_gradients_that_are_0_where_the_loss_is_flat_are_silent(make):
    model = constant(5.0)
    optimizer = make(model.parameters(), learning_rate=0.001)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for target in (1, -1, 1, 1, -1, -1, 1):  # hinge is flat where the target is 1
            optimizer.zero_grad()
            hinge([model([0.0, 0.0])], [target]).backward()
            optimizer.step()


def test_a_number_that_an_operation_refuses_is_a_nonfinite_error_with_the_user_s_line():
    model = constant(0.0)
    before = [p.data for p in model.parameters()]
    with pytest.raises(
        NonFiniteError,
        match=r"step 1: log\(.* = 0\.0\): .* in test_training\.py:\d+: .*autograd\.log.*last finite step",
    ):
        fit(model, [[0.0, 0.0]], [1], loss=lambda p, y: autograd.log(p[0]), progress=False)
    with pytest.raises(NonFiniteError, match=r"step 1: .*at example 0, x\[0\]"):
        fit(Calling(lambda self, row: (self.w * row[0]) ** 0.5), [[-1.0]], [1.0], loss="mse", progress=False)

    def loss(predictions, targets):
        raise ValueError("of my own")

    with pytest.raises(ValueError, match="of my own"):  # an error of one's own stays what it is
        fit(model, [[0.0, 0.0]], [1], loss=loss, progress=False)
    assert [p.data for p in model.parameters()] == before


class Interrupted(SGD):
    """Ctrl-C comes in the middle of an update, and again while the update is undone."""

    def __init__(self, parameters, learning_rate=0.1):
        super().__init__(parameters, learning_rate)
        self.undone = 0

    def step(self):
        self.parameters[0].data += 1.0
        raise KeyboardInterrupt

    def restore(self, snapshot):
        undone, self.undone = self.undone, self.undone + 1
        if undone < 2:
            self.parameters[0].data += 1.0
            raise KeyboardInterrupt
        super().restore(snapshot)


def test_a_second_interrupt_while_the_first_is_handled_leaves_a_whole_model():
    model = MLP(1, [2, 1], rng=0)
    before = [p.data for p in model.parameters()]
    history = fit(model, [[1.0]], [1.0], loss="mse", optimizer=Interrupted, progress=False)
    assert history.note == "Interrupted: the weights are those after step 0."
    assert history.loss == []
    assert [p.data for p in model.parameters()] == before


class Signalled(SGD):
    """A signal comes in the middle of an update."""

    def step(self):
        self.parameters[0].data += 1.0
        signal.raise_signal(signal.SIGINT)
        for p in self.parameters[1:]:
            p.data += 1.0


def test_a_signal_waits_until_the_update_is_whole():
    model = MLP(1, [2, 1], rng=0)
    before = [p.data for p in model.parameters()]
    usual = signal.getsignal(signal.SIGINT)
    history = fit(model, [[1.0]], [1.0], loss="mse", optimizer=Signalled, progress=False)
    assert history.note == "Interrupted: the weights are those after step 1."
    assert [p.data for p in model.parameters()] == [number + 1.0 for number in before]
    assert signal.getsignal(signal.SIGINT) is usual


def test_a_model_that_is_not_a_module_is_named():
    for bad in (None, lambda x: x, MLP):
        with pytest.raises(TypeError, match=r"model must be an nn\.Module, such as nn\.MLP\(2, \[8, 1\]\), got a"):
            fit(bad, [[1.0]], [1.0], loss="mse")


@pytest.mark.parametrize(
    ("logit", "told"),
    [
        (lambda z: 1 / (1 + autograd.exp(-z)), True),
        (lambda z: 1.0 / ((-z).exp() + 1.0), True),
        (lambda z: 2 / (1 + autograd.exp(-z)) - 1, False),
        (lambda z: 1 / (2 + autograd.exp(-z)), False),
        (lambda z: 1 / (1 + z * z), False),
        (lambda z: z / (1 + autograd.exp(-z)), False),  # silu
    ],
)
def test_a_sigmoid_written_out_is_one_too(logit, told):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        binary_cross_entropy_with_logits([logit(Value(0.3)), logit(Value(-1.0))], [1.0, 0.0])
    assert any("sigmoids already" in str(warning.message) for warning in caught) == told
