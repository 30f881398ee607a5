"""Which way a program runs, that it says so, and that training by a program is training."""

import importlib.util
import os
import tempfile

import numpy as np
import pytest
from against_eager import near, ways
from test_program import demo

import nn
from autograd import Program, Value, gc_paused

needs_numba = pytest.mark.skipif(importlib.util.find_spec("numba") is None, reason="numba is not installed")


def trained(model, step, steps=100, learning_rate=0.05):
    losses = []
    for _ in range(steps):
        model.zero_grad()
        losses.append(step())
        for w in model.parameters():
            w.data -= learning_rate * w.grad
    return losses


def test_a_hundred_steps_of_the_demo_are_those_of_the_eager_engine():
    def eager(model):
        def step():
            loss = demo(model, 20)
            loss.backward()
            return loss.data

        return step

    with gc_paused():
        wanted = trained(model := nn.MLP(2, [8, 8, 1], rng=0), eager(model))
        for way in range(len(ways(lambda: Program(demo(nn.MLP(2, [8, 8, 1], rng=0), 20))))):
            model = nn.MLP(2, [8, 8, 1], rng=0)
            program = ways(lambda model=model: Program(demo(model, 20)))[way]
            assert all(map(near, wanted, trained(model, program.backward))), program


def test_pixels_that_are_0_do_not_break_the_matrix_product():
    model = nn.MLP(6, [4, 1], "tanh", rng=0)
    images = np.where(np.arange(60).reshape(10, 6) % 3, 0.0, np.arange(60).reshape(10, 6) / 60)
    program = Program(sum(model(image.tolist()) ** 2 for image in images))
    assert "W1 @ x1 + b1[:, None]" in str(program)
    assert len(program.parameters) == 4


def chain(nodes):
    w, b = Value(0.999, label="w"), Value(0.1, label="b")
    v = w
    for _ in range(nodes // 2):
        v = v * w + b
    return v, w, b


def test_a_chain_is_not_lifted_and_says_so():
    v, w, b = chain(10_000)
    v.backward()
    wanted = w.grad, b.grad
    w.grad = b.grad = 0.0
    program = Program(v)
    assert "not lifted (its 5,000 cells come in 5,000 groups), run node by node in Python" in repr(program)
    assert program.backward() == v.data
    assert (w.grad, b.grad) == wanted
    assert program.source == ""
    assert "not lifted" in str(program)
    assert "not lifted" in program._repr_html_()


@needs_numba
def test_the_compiled_loop_has_the_bits_of_the_eager_sweep():
    v, w, b = chain(10_000)
    v.backward()
    wanted = w.grad, b.grad
    w.grad = b.grad = 0.0
    program = Program(v).jit()
    assert "run node by node by the compiled loop" in repr(program)
    assert program() == program.backward() == v.data
    assert (w.grad, b.grad) == wanted


def test_a_small_graph_without_structure_stays_with_its_nodes():
    a, b = Value(0.5), Value(-1.5)
    program = Program((a * b).sin() + (a + b).tanh() * a - b / (a * a + 1.0))
    assert "which would be slower than the scalars: run node by node in Python" in repr(program)


@needs_numba
def test_large_products_stay_with_numpy():
    model = nn.MLP(32, [64, 1], "relu", rng=0)
    with gc_paused():
        program = Program.trace(lambda x: model(x), [0.1] * 32).jit()
    run = program._plan.run
    assert run.suits(8)
    assert not run.suits(512)
    x = np.random.default_rng(0).normal(size=(600, 32))
    by_numpy = Program.trace(lambda x: model(x), [0.1] * 32)
    assert np.allclose(program(x), by_numpy(x), rtol=1e-12)
    assert np.allclose(program.gradients(x).flat, by_numpy.gradients(x).flat, rtol=1e-12, atol=1e-12)
    assert "the compiled kernel" in repr(program)


def test_compiled_code_is_kept_where_it_can_be_written(monkeypatch, tmp_path):
    from autograd.kernel.compiled import folder

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert folder() == tmp_path / "chainrule"
    monkeypatch.setenv("XDG_CACHE_HOME", os.devnull)
    assert str(folder()).startswith(tempfile.gettempdir())


def test_without_numba_a_sentence_says_what_to_install(monkeypatch):
    from autograd.kernel import compiled

    compiled.kernel.cache_clear()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(
        ImportError, match=r"jit\(\) needs numba, which is not installed; pip install 'chainrule\[jit\]'"
    ):
        Program(Value(1.0) * 2.0).jit()
    compiled.kernel.cache_clear()
