"""The first step of training compares what the loss reaches, what the model holds and what the optimizer moves."""

import functools
import logging
import random
import warnings
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import autograd
from autograd import Value
from nn import MLP, SGD, Adam, History, Layer, Module, fit, iris, mse

X, Y = [[0.1, 0.2], [0.4, -0.5], [1.0, 2.0]], [0.0, 1.0, 0.0]


def train(model, x=X, y=Y, loss="mse", epochs=2, **options):
    return fit(model, x, y, loss=loss, epochs=epochs, progress=False, **options)


@pytest.fixture
def silent():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


class Two(Module):
    """Two layers, with something done to what passes from one to the other."""

    def __init__(self, between=list):
        self.a, self.b = Layer(2, 3, "tanh", rng=0), Layer(3, 1, "linear", rng=1)
        self._between = between

    def __call__(self, x):
        return self.b(self._between(self.a(x)))


class Held(Module):
    """A weight, and something else that is added to its output."""

    def __init__(self, held, use=lambda held: held):
        self.w, self.held, self._use = Value(1.0), held, use

    def __call__(self, x):
        return self.w * x[0] + self._use(self.held)


# --- weights that the loss never reaches ----------------------------------------------------------------------------


@pytest.mark.parametrize("cut", [float, lambda h: h.data, lambda h: autograd.tanh(float(h))])
def test_a_gradient_that_is_lost_on_the_way_is_an_error(cut):
    model = Two(lambda hs: [cut(h) for h in hs])
    before = [p.data for p in model.parameters()]
    with pytest.raises(
        ValueError, match=r"the loss changes with 9 of 13 parameters .* goes back: a\.neurons\[0\]\.w\[0\]"
    ):
        train(model)
    assert [p.data for p in model.parameters()] == before


@pytest.mark.parametrize("cut", [lambda v: v.detach(), lambda v: Value(v.data)])
def test_a_loss_that_reaches_no_parameter_is_an_error(cut):
    with pytest.raises(ValueError, match="the loss changes with 13 of 13 parameters to which no gradient goes back"):
        train(Two(), loss=lambda p, t: mse([cut(v) for v in p], t))
    with pytest.raises(ValueError, match="loss must depend on the parameters of the model to train them, got one that"):
        train(Two(), loss=lambda p, t: Value(1.0) * 2.0)


def test_a_gradient_that_detach_stops_is_worth_a_warning():
    model = Two(lambda hs: [h.detach() for h in hs])
    with pytest.warns(UserWarning, match="the loss changes with 9 of 13 parameters") as caught:
        train(model)
    assert len(caught) == 1
    assert caught[0].filename == __file__


def test_an_optimizer_of_some_parameters_on_purpose_is_silent(silent):
    detached = Two(lambda hs: [h.detach() for h in hs])
    train(detached, optimizer=SGD(detached.b.parameters()))
    model = Two()
    before = [p.data for p in model.a.parameters()]
    train(model, optimizer=SGD(model.b.parameters(), learning_rate=0.1))
    assert [p.data for p in model.a.parameters()] == before


class Embedding(Module):
    """A table of which each example uses one row."""

    def __init__(self):
        self.table = [[Value(0.1 * i), Value(-0.1 * i)] for i in range(9)]
        self.out = Layer(2, 1, "linear", rng=0)

    def __call__(self, x):
        return self.out(self.table[int(x)])


def test_rows_of_a_table_that_do_not_occur_are_silent(silent):
    train(Embedding(), x=[0, 1, 2, 3], y=[0.0, 1.0, 0.0, 1.0], batch_size=1, rng=0)


class Leftover(Two):
    def __init__(self):
        super().__init__()
        self.unused = Layer(2, 2, rng=0)


def test_a_layer_that_is_never_used_is_worth_a_warning():
    with pytest.warns(
        UserWarning, match=r"does not depend on 6 of 19 parameters, .*: unused\.neurons\[0\]\.w\[0\]"
    ) as caught:
        train(Leftover(), epochs=3, batch_size=1, rng=0)
    assert len(caught) == 1


class Noisy(Leftover):
    """A loss that is another each time says nothing about the layer that is not used."""

    def __call__(self, x):
        return super().__call__([v + self._rng.gauss(0.0, 0.1) for v in x])

    def __init__(self):
        super().__init__()
        self._rng = random.Random(0)


def test_a_model_that_draws_random_numbers_is_not_accused():
    with pytest.warns(UserWarning, match="does not depend on 6 of 19 parameters"):
        train(Noisy())


def test_the_order_of_random_numbers_is_that_of_a_loop_written_by_hand(silent):
    def run(**options):
        model = Two(lambda hs: [h * (random.random() < 0.9) for h in hs])
        random.seed(3)
        return train(model, epochs=3, batch_size=2, **options).loss

    assert run() == run()


# --- leaves that are not parameters ---------------------------------------------------------------------------------


class Plain:
    def __init__(self):
        self.v, self._v = Value(2.0), Value(3.0)


def test_a_weight_in_an_object_that_is_not_searched_is_an_error():
    for held in (Plain(), [Plain()], {"k": Plain()}):
        with pytest.raises(TypeError, match=r"held.*\.v must be held in a Module to be a parameter, got it in a Plain"):
            Held(held).parameters()
    large = Plain()
    large.v = [0.0] * 2000 + [Value(1.0)]
    large.rows = [[float(i)] for i in range(2000)]
    model = Held(large, lambda held: held.v[-1])
    assert model.parameters() == [model.w]  # too large to be looked through each time
    with pytest.raises(ValueError, match=r"held\.v\[2000\] must be held where parameters are found"):
        train(model)


def test_a_deque_is_searched(silent):
    model = Held(deque([Value(2.0)]), lambda held: held[0])
    train(model)
    assert model.held[0].data != 2.0


def test_a_computed_weight_is_an_error():
    with pytest.raises(ValueError, match=r"held must be a leaf to be a parameter"):
        train(Held(Value(2.0) * 0.01))
    model = Held(None, lambda held: held * 2.0)
    model.held = model.w * 3.0  # comes from a parameter, as a kept activation does
    assert model.parameters() == [model.w]
    with pytest.raises(
        ValueError, match=r"held must be a leaf to be trained, .* computed by mul before training began"
    ):
        train(model)


class Keeping(Module):
    """Keeps a frozen weight, and what it computed last."""

    def __init__(self):
        self.w, self._frozen = Value(1.0), Value(2.0)

    def __call__(self, x):
        self.last = self.w * x[0]
        self.feature = self._frozen * x[0]
        return self.last + self.feature


def test_frozen_weights_and_kept_activations_are_silent(silent):
    model = Keeping()
    model([1.0])
    train(model)
    train(model)
    assert model._frozen.data == 2.0
    plain = Held(Plain(), lambda held: held._v)
    del plain.held.v
    train(plain)


def test_values_in_the_data_are_not_weights(silent):
    train(MLP(2, [1], rng=0), x=[[Value(1.0), 2.0], [Value(0.0), 1.0]], y=[Value(1.0), 0.0])


def test_a_leaf_that_nobody_holds_is_worth_a_warning():
    outside = Value(2.0, label="outside")
    with pytest.warns(UserWarning, match="not parameters of the model and never move: outside"):
        train(Held(None, lambda _: outside))


def test_constants_made_in_each_call_are_silent(silent):
    train(Held(None, lambda _: Value(2.0)))


def test_an_optimizer_that_also_moves_what_the_model_does_not_hold_is_silent(silent):
    outside = Value(2.0)
    model = Held(None, lambda _: outside)
    train(model, optimizer=SGD([*model.parameters(), outside]))
    assert outside.data != 2.0


# --- parameters that the optimizer does not know --------------------------------------------------------------------


def test_a_layer_replaced_after_the_optimizer_was_made_is_an_error():
    model = MLP(2, [3, 1], rng=0)
    optimizer = SGD(model.parameters())
    model.layers[0] = Layer(2, 3, rng=1)
    before = [p.data for p in model.parameters()]
    with pytest.raises(ValueError, match="it moves 9 that are not in the model, and not 9 of 13 parameters that are"):
        train(model, optimizer=optimizer)
    assert [p.data for p in model.parameters()] == before


def test_a_weight_that_is_replaced_while_training_is_noticed():
    model = MLP(2, [3, 1], rng=0)

    def replace():
        model.layers[0].neurons[0].w[0] -= 0.1

    with pytest.raises(ValueError, match=r"layers\[0\]\.neurons\[0\]\.w\[0\] must be a leaf, .* computed by sub"):
        train(model, after_step=replace)


# --- models as people build them: nothing is said of them -----------------------------------------------------------


class Owner:
    """Holds two models, each of which knows it."""

    def __init__(self):
        self.one, self.other = Known(self), Known(self)


class Known(Module):
    def __init__(self, owner):
        self.net, self.owner = Layer(2, 1, "linear", rng=0), owner

    def __call__(self, x):
        return self.net(x)


def test_a_model_that_knows_another_one_is_silent(silent):
    owner = Owner()
    assert len(owner.one.parameters()) == 3
    train(owner.one)
    both = [*owner.one.parameters(), *owner.other.parameters()]
    train(owner.one, loss=lambda p, t: p[0] * owner.other(X[0]), optimizer=SGD(both))


@dataclass
class Settings:
    rate: float = 0.1
    sizes: tuple = (2, 3)


class Furnished(Module):
    """A model with all sorts of attributes beside its weights."""

    def __init__(self):
        self.net = Layer(2, 2, "tanh", rng=0)
        self.optimizer = Adam(self.net.parameters())
        self.settings, self.history, self.rng = Settings(), History([1.0]), random.Random(0)
        self.names, self.table, self.path = ["a", ("b", 1)], np.eye(3), Path("x")
        self.log, self.activation, self.method = logging.getLogger("x"), lambda v: v, self.net.parameters
        self.part, self.kind, self.data = functools.partial(sum, [1]), Layer, iris()
        self.me, self.nothing, self.seen, self.words = self, None, [], {"a", "b"}

    def __call__(self, x):
        self.seen.append(self.net(x))
        self.last = self.seen[-1]
        return self.last[0] + self.last[1]


def test_attributes_that_hold_no_weights_are_silent(silent):
    model = Furnished()
    assert len(model.parameters()) == 6
    train(model)
    train(model, optimizer=model.optimizer)
    model.zero_grad()
    assert set(model.state_dict()) == {"net.weight", "net.bias"}


def test_a_layer_in_an_object_that_is_not_a_module_is_worth_a_warning():
    hidden = Plain()
    hidden.v = Layer(2, 1, "linear", rng=0)
    with pytest.warns(UserWarning, match=r"not parameters of the model and never move: neurons\[0\]\.b"):
        train(Held(hidden, lambda held: held.v([1.0, 2.0])))


def test_a_term_of_the_loss_that_was_computed_before_training_is_reported_with_the_line_that_trains():
    model = MLP(2, [2, 1], rng=0)
    once = 0.001 * sum(w * w for w in model.parameters())
    with pytest.warns(UserWarning, match="when this was recorded") as caught:
        train(model, loss=lambda p, t: mse(p, t) + once, epochs=2)
    assert {warning.filename for warning in caught} == {__file__}


class Masked(Module):
    """Dropout with random numbers of its own: the same loss comes back now and then, by chance."""

    def __init__(self, seed):
        self.a, self.b = Layer(2, 3, "relu", rng=seed), Layer(3, 1, "linear", rng=1)
        self.random = random.Random(seed)

    def __call__(self, x):
        return self.b([2.0 * h if self.random.random() < 0.5 else 0.0 for h in self.a(x)])


@pytest.mark.filterwarnings("ignore:the loss does not depend on")
@pytest.mark.parametrize("seed", range(40))
def test_a_mask_drawn_at_random_is_not_taken_for_a_lost_gradient(seed):
    train(Masked(seed), epochs=1, batch_size=1, rng=seed)
