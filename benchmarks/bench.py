"""Speed and memory compared with other engines: each measurement in a process of its own, in turn, medians.

Only the ratios carry over to other machines; the absolute times do not.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}

# a row of the first table: the program in this folder that measures it, and its arguments
STEPS = {
    "micrograd": ("step.py", "micrograd", "step"),
    "chainrule": ("step.py", "chainrule", "step"),
    "chainrule, gc_paused": ("step.py", "chainrule", "step", "--paused"),
    "Program, Values": ("programs.py", "values"),
    "Program, arrays": ("programs.py", "arrays"),
    "Program, kernel": ("programs.py", "kernel"),
    "NumPy by hand": ("matrices.py", "numpy"),
}
IN_C = {"C by hand": ("matrices.py", "c")}
PEERS = {"PyTorch eager": ("matrices.py", "torch"), "JAX jit": ("matrices.py", "jax")}
EPOCHS = {"by fit": ("training.py", "digits, fit")}
PYTORCH_EPOCH = {"by PyTorch eager": ("training.py", "digits, PyTorch")}


def run(script, *arguments):
    """The result of one measurement in a process of its own."""
    command = [sys.executable, str(HERE / script), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | ONE_THREAD)
    if done.returncode:
        sys.exit(f"benchmarks/{script} {' '.join(arguments)} failed:\n{done.stderr}")
    return json.loads(done.stdout)


def in_turn(runs, rounds):
    """The results of every run, taken in turn so that a slow minute of the machine affects all of them."""
    answers = {name: [] for name in runs}
    for _ in range(rounds):
        for name, command in runs.items():
            answers[name].append(run(*command))
    return answers


def median(answers, key="seconds"):
    return statistics.median(answer[key] for answer in answers)


def training_steps(rows, rounds):
    print("One training step of micrograd's demo: 100 points, MLP 2-16-16-1, max-margin loss + L2, on one thread")
    steps = in_turn(rows, rounds)
    base = median(steps["micrograd"])
    for name, answers in steps.items():
        each = [m["seconds"] / a["seconds"] for m, a in zip(steps["micrograd"], answers, strict=True)]
        print(
            f"  {name:<22} {median(answers) * 1e6:11,.1f} µs {base / median(answers):11,.1f} x as fast"
            f"   ({min(each):,.1f} to {max(each):,.1f})   loss {answers[-1]['loss']:.12f}"
        )
    check_equal({name: answers[-1]["loss"] for name, answers in steps.items()})


def check_equal(losses):
    if max(losses.values()) - min(losses.values()) > 1e-12:
        sys.exit(f"not the same computation: after the same number of steps the losses differ: {losses}")


def memory():
    print("\nBytes per node, after forward / after backward")
    for name in ("micrograd", "chainrule"):
        found = run("step.py", name, "memory")
        print(f"  {name:<22} {found['forward']:8.0f} / {found['swept']:.0f}   ({found['nodes']:,} nodes)")


def growth(largest, rounds):
    print("\nTime per node to build a graph, run backward() and free it, relative to 10,000 nodes")
    sizes = [10_000, 100_000, 1_000_000, largest]
    for shape, what in (("a network", "build"), ("a chain", "chain")):
        for paused, more in (("", ()), (", gc_paused", ("--paused",))):
            runs = {n: ("step.py", "chainrule", what, "--nodes", str(n), *more) for n in sizes}
            costs = {n: median(answers) for n, answers in in_turn(runs, rounds).items()}
            shown = ", ".join(f"{n:,}: {cost / costs[sizes[0]]:.2f}" for n, cost in costs.items())
            print(f"  {shape + paused:<22} {costs[sizes[0]] * 1e9:6.0f} ns   {shown}")


def programs():
    print("\nPrograms of other graphs, on one thread: a step there and back")
    found = run("shapes.py", "digits")
    hand = found["by hand"]
    print(f"  {'digits 64-32-10, batch 64':<28} by hand {hand * 1e6:,.0f} µs", end="")
    print(f"   NumPy {found['program'] / hand:.2f} x that   kernel {found['compiled'] / hand:.2f} x that")
    for shape, name in (("dag", "a graph without order"), ("recurrent", "a recurrent network"), ("chain", "a chain")):
        found = run("shapes.py", shape)
        ratios = [
            f"{what} {found['eager'] / found[key]:,.0f} x as fast"
            for key, what in (("program", "program"), ("compiled", "compiled"), ("arrays", "its weights in arrays"))
            if key in found
        ]
        what = f"{name}, {found['nodes']:,} nodes"
        print(f"  {what:<40} eager {found['eager'] * 1e6:,.0f} µs   {'   '.join(ratios)}")
    eager = run("gpt.py", "eager")["seconds"]
    for way in ("numpy", "jit"):
        found = run("gpt.py", way)
        print(
            f"  a small GPT, {way:<27} eager {eager * 1e6:,.0f} µs   {eager / found['seconds']:,.0f} x as fast   "
            f"1,000 steps in {found['all']:.1f} s, all told; loss {found['first']:.2f} to {found['last']:.2f}"
        )
    found = run("shapes.py", "lift")
    each = found["seconds"] / found["nodes"]
    print(f"  lifting {found['nodes']:,} nodes: {found['seconds']:.1f} s, {each * 1e6:.1f} µs a node", end="")
    print(f", {found['megabytes']:.0f} MB more")


def training(peers, rounds):
    print("\nTraining networks, on one thread")
    epochs = in_turn(EPOCHS | (PYTORCH_EPOCH if peers else {}), rounds)
    ours = median(epochs["by fit"])
    for name, answers in epochs.items():
        what = f"an epoch of digits, batches of 64, {name}"
        print(f"  {what:<54} {median(answers) * 1e3:.1f} ms   {median(answers) / ours:.2f} x the time of fit")
    check_equal({name: answers[-1]["loss"] for name, answers in epochs.items()})
    found = run("training.py", "digits")
    print(
        f"  {'digits 64-32-10, 30 epochs':<40} {found['seconds']:.1f} s, {found['epoch'] * 1e3:.0f} ms an epoch; "
        f"{found['accuracy']:.1%} of a held-out quarter are right"
    )
    arrays, values = run("training.py", "moons"), run("training.py", "moons, Values")
    ratio = values["seconds"] / 20 / (arrays["seconds"] / 1000)
    print(f"  {'moons 2-16-16-1, 1,000 epochs':<40} {arrays['seconds']:.2f} s; on Values {ratio:,.0f} x as long")
    found = run("training.py", "predict")
    print(f"  {'predict 10,000 points of them':<40} {found['seconds'] * 1e3:.0f} ms")
    print(f"  {'the boundary on 200 x 200 points':<40} {found['boundary'] * 1e3:.0f} ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="number of repetitions of each measurement")
    parser.add_argument("--largest", type=int, default=3_000_000, help="number of nodes in the largest graph")
    parser.add_argument("--peers", action="store_true", help="measure PyTorch and JAX too, which must be installed")
    given = parser.parse_args()
    print(f"CPython {platform.python_version()}, {given.rounds} rounds in turn, medians\n")
    rows = STEPS | (IN_C if shutil.which("cc") else {}) | (PEERS if given.peers else {})
    training_steps(rows, given.rounds)
    programs()
    training(given.peers, given.rounds)
    memory()
    growth(given.largest, max(3, given.rounds // 2))


if __name__ == "__main__":
    main()
