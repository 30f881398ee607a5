"""Blocks of a batch on other processes: the gradient is the one of a single process, also when a worker dies."""

import multiprocessing
import os
import pickle
import re
import signal
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from against_eager import ways

import autograd
import nn
from autograd import Program
from autograd.program.nodes import Nodes

MODEL = nn.MLP(2, [4, 1], "tanh", rng=0)
X = np.random.default_rng(0).normal(size=(3000, 2))
T = np.sin(X[:, 0])
WEIGHTS = np.random.default_rng(1).normal(size=17)


def loss(x, t):
    return (MODEL(x) - t) ** 2


def same(found, wanted):
    assert abs(found.value - wanted.value) <= 1e-12
    assert np.abs(found.flat - wanted.flat).max() <= 1e-12


def test_blocks_on_threads_and_processes():
    wanted = Program.trace(loss, [0.1, 0.2], 0.3).gradients(X, T)
    with ThreadPoolExecutor(2) as threads:
        same(Program.trace(loss, [0.1, 0.2], 0.3, map=threads.map).gradients(X, T), wanted)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        program = Program.trace(loss, [0.1, 0.2], 0.3, map=pool.map)
        same(program.gradients(X, T), wanted)
        each = program.gradients(X, T, reduction=None)
        assert np.allclose(each.flat.mean(axis=0), wanted.flat, rtol=1e-12, atol=1e-15)


def test_threads_do_not_share_what_they_compute():
    for run in [program._plan.run for program in ways(lambda: Program.trace(loss, [0.1, 0.2], 0.3))]:
        weights = [WEIGHTS * k for k in range(1, 9)]
        given = [[X[10 * k : 10 * k + 10].T, T[10 * k : 10 * k + 10]] for k in range(8)]
        wanted = [run.gradient(w, g).gradient for w, g in zip(weights, given, strict=True)]
        with ThreadPoolExecutor(8) as threads:
            for _ in range(30):
                found = list(threads.map(run.gradient, weights, given))
                assert all((one.gradient == other).all() for one, other in zip(found, wanted, strict=True))


def test_a_run_can_be_sent_to_another_process():
    given = [X[:5].T, T[:5]]
    for run in [program._plan.run for program in ways(lambda: Program.trace(loss, [0.1, 0.2], 0.3))]:
        if isinstance(getattr(run, "sweep", None), Nodes):
            continue  # Values stay in their process
        found, wanted = pickle.loads(pickle.dumps(run)).gradient(WEIGHTS, given), run.gradient(WEIGHTS, given)
        assert (found.gradient == wanted.gradient).all()


def chain(x):
    for _ in range(700):  # of more than 2,000 cells: a smaller graph is lifted whatever its form
        x = (x * MODEL.parameters()[0]).sin() + autograd.where(x, x, 0.25)
    return x


def test_a_program_that_runs_node_by_node_is_sent_to_processes_too():
    wanted = Program.trace(chain, 0.5).gradients(X[:520, 0])
    with ProcessPoolExecutor(2, multiprocessing.get_context("fork")) as pool:
        program = Program.trace(chain, 0.5, map=pool.map)
        assert "node by node in Python" in repr(program)
        same(program.gradients(X[:520, 0]), wanted)


def test_blocks_that_come_back_in_another_order_are_put_in_theirs():
    wanted = Program.trace(loss, [0.1, 0.2], 0.3).gradients(X, T, reduction=None)
    program = Program.trace(loss, [0.1, 0.2], 0.3, map=lambda f, blocks: reversed([f(block) for block in blocks]))
    assert (program.gradients(X, T, reduction=None).flat == wanted.flat).all()


def test_an_operation_of_ones_own_stays_in_its_process():
    cube = autograd.primitive("cube", lambda x: x**3, lambda z, x: (3.0 * x * x,))
    with multiprocessing.get_context("fork").Pool(1) as pool:
        program = Program.trace(lambda x, t: cube(MODEL(x) - t), [0.1, 0.2], 0.3, map=pool.map)
        with pytest.raises(TypeError, match=r"map cannot send the program .*an operation of your own must be computed"):
            program.gradients(X, T)


@pytest.mark.parametrize(
    ("mapped", "error", "message"),
    [
        (lambda f, blocks: None, TypeError, "map must return the result of each block, got a NoneType: None"),
        (lambda f, blocks: 3, TypeError, "got an int: 3"),
        (lambda f, blocks: [f(block) for block in blocks[:1]], ValueError, "6 of them, got 1: a list"),
        (lambda f, blocks: [f(blocks[0])] * 6, ValueError, "6 of them, got 6: a list"),
        (lambda f, blocks: [None] * 6, ValueError, "6 of them, got 6: a list"),
    ],
)
def test_a_map_that_is_none_is_named(mapped, error, message):
    with pytest.raises(error, match=message):
        Program.trace(loss, [0.1, 0.2], 0.3, map=mapped).gradients(X, T)


def test_an_error_in_a_block_names_the_example():
    program = Program.trace(lambda x: (x + MODEL.parameters()[0] * 0.0).log(), 1.0)
    numbers = np.ones(1500)
    numbers[1200] = -1.0
    with pytest.raises(ValueError, match=r"log\(-1\.0\).*\(example 1200\)"):
        program.gradients(numbers)


@pytest.mark.filterwarnings("ignore")
def test_the_example_of_the_readme():
    pytest.importorskip("distributed")
    text = (Path(__file__).parent.parent / "README.md").read_text()
    (block,) = re.findall(r"^```py\n(.*?)^```$", text, re.M | re.S)
    space = {"__name__": "__main__"}
    exec(compile(block, "README.md", "exec"), space)
    program, points, classes = space["program"], space["points"], space["classes"]
    assert program.gradients(points[:500], 2 * classes[:500] - 1).value < 0.6  # trained, by all of its blocks
    assert [w.data for w in space["model"].parameters()] != [w.data for w in nn.MLP(2, [16, 16, 1], rng=0).parameters()]


def dying_once(flag, run, given):
    """A run whose worker is killed the first time."""
    if not os.path.exists(flag):
        open(flag, "w").close()
        os.kill(os.getpid(), signal.SIGKILL)
    return run(given)


@pytest.mark.filterwarnings("ignore")
def test_dask_and_a_worker_that_is_killed(tmp_path):
    distributed = pytest.importorskip("distributed")
    wanted = Program.trace(loss, [0.1, 0.2], 0.3).gradients(X, T)
    flag = str(tmp_path / "died")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        same(Program.trace(loss, [0.1, 0.2], 0.3, map=client.map).gradients(X, T), wanted)
        program = Program.trace(
            loss, [0.1, 0.2], 0.3, map=lambda run, parts: client.map(partial(dying_once, flag, run), parts)
        )
        same(program.gradients(X, T), wanted)
        assert os.path.exists(flag)
