"""Speed and memory compared with micrograd: each measurement in a process of its own, engines in turn, medians.

Only the ratios carry over to other machines; the absolute times do not.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import platform
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).parent


def run(*arguments):
    """The result of one measurement in a process of its own."""
    done = subprocess.run([sys.executable, str(HERE / "step.py"), *arguments], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"benchmarks/step.py {' '.join(arguments)} failed:\n{done.stderr}")
    return json.loads(done.stdout)


def in_turn(runs, rounds):
    """The results of every run, taken in turn so that a slow minute of the machine affects all of them."""
    answers = {name: [] for name in runs}
    for _ in range(rounds):
        for name, arguments in runs.items():
            answers[name].append(run(*arguments))
    return answers


def median(answers, key="seconds"):
    return statistics.median(answer[key] for answer in answers)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="number of repetitions of each measurement")
    parser.add_argument("--largest", type=int, default=3_000_000, help="number of nodes in the largest graph")
    given = parser.parse_args()
    print(f"CPython {platform.python_version()}, {given.rounds} rounds in turn, medians\n")

    runs = {
        "micrograd": ("micrograd", "step"),
        "chainrule": ("chainrule", "step"),
        "chainrule, gc_paused": ("chainrule", "step", "--paused"),
    }
    steps = in_turn(runs, given.rounds)
    print("One training step of micrograd's demo: 100 points, MLP 2-16-16-1, max-margin loss + L2")
    base = median(steps["micrograd"])
    for name, answers in steps.items():
        each = [m["seconds"] / a["seconds"] for m, a in zip(steps["micrograd"], answers, strict=True)]
        print(
            f"  {name:<22} {median(answers) * 1e3:8.1f} ms   {base / median(answers):5.1f} x as fast"
            f"   ({min(each):.1f} to {max(each):.1f})   loss {answers[-1]['loss']:.12f}"
        )

    print("\nBytes per node, after forward / after backward")
    for name in ("micrograd", "chainrule"):
        found = run(name, "memory")
        print(f"  {name:<22} {found['forward']:8.0f} / {found['swept']:.0f}   ({found['nodes']:,} nodes)")

    print("\nTime per node to build a graph, run backward() and free it, relative to 10,000 nodes")
    sizes = [10_000, 100_000, 1_000_000, given.largest]
    for shape, what in (("a network", "build"), ("a chain", "chain")):
        for paused, more in (("", ()), (", gc_paused", ("--paused",))):
            runs = {n: ("chainrule", what, "--nodes", str(n), *more) for n in sizes}
            costs = {n: median(answers) for n, answers in in_turn(runs, max(3, given.rounds // 2)).items()}
            shown = ", ".join(f"{n:,}: {cost / costs[sizes[0]]:.2f}" for n, cost in costs.items())
            print(f"  {shape + paused:<22} {costs[sizes[0]] * 1e9:6.0f} ns   {shown}")


if __name__ == "__main__":
    main()
