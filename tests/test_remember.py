"""zero_grad remembers the parameters, and notices whatever changes them."""

import copy
import gc
import weakref
from collections import deque

import pytest

from autograd import Value
from nn import MLP, Layer, Module


class Own(Module):
    def __init__(self):
        self.layers = [Layer(2, 2, rng=0), Layer(2, 1, rng=1)]
        self.scale, self.nested, self.name = Value(1.0), ([Value(2.0)], [Value(3.0)]), "own"


def fresh(value):
    value.grad = 1.0
    return value


CHANGES = {
    "an item of a list": lambda m: m.layers[0].neurons[0].w.__setitem__(0, Value(5.0)),
    "an item of a list in a tuple": lambda m: m.nested[1].append(Value(5.0)),
    "an attribute": lambda m: setattr(m, "scale", Value(5.0)),
    "a new attribute": lambda m: setattr(m, "more", [Value(5.0)]),
    "a list for another": lambda m: setattr(m.layers[1].neurons[0], "w", [Value(5.0), Value(6.0)]),
    "a layer more": lambda m: m.layers.append(Layer(1, 1, rng=2)),
    "a layer less": lambda m: m.layers.pop(),
    "a dict": lambda m: setattr(m, "table", {"a": Value(5.0)}),
    "a deque": lambda m: setattr(m, "queue", deque([Value(5.0)])),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_change_is_noticed(change):
    model = Own()
    model.zero_grad()
    model.zero_grad()
    change(model)
    for parameter in model.parameters():
        parameter.grad = 1.0
    model.zero_grad()
    assert all(parameter.grad == 0.0 for parameter in model.parameters())
    change = getattr(model, "table", None)
    if change is not None:
        change["b"] = fresh(Value(7.0))
        model.zero_grad()
        assert change["b"].grad == 0.0


def test_a_copy_is_another_module():
    model = MLP(2, [2, 1], rng=0)
    model.zero_grad()
    twin = copy.deepcopy(model)
    for parameter in (*model.parameters(), *twin.parameters()):
        parameter.grad = 1.0
    twin.zero_grad()
    assert all(p.grad == 1.0 for p in model.parameters())
    assert all(p.grad == 0.0 for p in twin.parameters())


def test_a_mistake_is_still_an_error():
    model = MLP(2, [2, 1], rng=0)
    model.zero_grad()
    w = model.layers[0].neurons[0].w
    w[0] = w[0] * 2.0
    with pytest.raises(ValueError, match="must be a leaf"):
        model.zero_grad()


def test_a_module_that_is_remembered_can_go():
    model = MLP(2, [2, 1], rng=0)
    model.zero_grad()
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None
