"""The command line: ``python -m autograd "tanh(w*x + b)" w=0.5 x=2 b=-1``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from importlib.util import find_spec
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn
from unicodedata import normalize

from autograd import animate, draw, explore
from autograd.engine.graph import order
from autograd.engine.ops import OPS
from autograd.engine.value import Value, failure
from autograd.expression import FUNCTIONS, expression
from autograd.pictures.render import NoRenderer, renderers
from autograd.table import Op, any_
from autograd.text.console import say
from autograd.text.explain import explain, listing
from autograd.text.explanation import columns, six_digits
from autograd.text.symbols import derivative_formulas, formula, variable

HELP = """\
usage: python -m autograd EXPRESSION [NAME=NUMBER ...] [--wrt NAME] [--svg|--png|--pdf|--gif|--html FILE] ...
       python -m autograd rule NAME [--at NUMBER[,NUMBER]] [--plot FILE]
       python -m autograd rules
       python -m autograd doctor

EXPRESSION is made of numbers, names, + - * / // % **, brackets and functions, as in "tanh(w*x + b)" w=0.5 x=2 b=-1.
It is computed, differentiated and explained; --wrt explains that name only, and may be given several times. A FILE gets
a picture of the graph; with --gif, one that moves; with --html, a page that steps through it.
  rule    shows a row of the table: its formula, local derivatives, numbers around a point, and a plot if asked for
  rules   shows the whole table
  doctor  says what can draw pictures here, and what to install"""
OURS = "chainrule"  # our distribution, which installs the packages autograd and nn
PICTURES: dict[str, Callable[[Value, str], Any]] = {  # the options that write a file, and what writes it
    "svg": lambda root, title: draw(root),
    "png": lambda root, title: draw(root),
    "pdf": lambda root, title: draw(root),
    "gif": lambda root, title: animate(root),
    "html": lambda root, title: explore(root, title=title),
}
MOST_LISTED = 200  # nodes in a table
STARTS = {1: (0.5,), 2: (2.0, 3.0)}  # by the number of operands, the point around which a row is shown by default
STEPS = (-1.0, -0.5, -0.1, 0.0, 0.1, 0.5, 1.0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status: 0, or 2 when something was wrong with it."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or {"-h", "--help"} & set(given):
        say(HELP)
        return 0 if given else 2
    try:
        words, options = split(given)
        command, *rest = words or [""]
        {"rules": rules, "rule": rule, "doctor": doctor}.get(command, explain_expression)(
            rest if command in ("rules", "rule", "doctor") else words, options
        )
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains when it ends
    except (ValueError, ArithmeticError, OSError, NoRenderer) as error:
        say(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def split(given: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return (words, options). An option begins with two hyphens and takes the next word, unless it has an = in it.

    An expression may begin with a minus, which argparse would take for an option.
    """
    words: list[str] = []
    options: list[str] = []
    rest = iter(given)
    for token in rest:
        if token.startswith("--"):
            word = "" if "=" in token else next(rest, "")
            if token.endswith("=") or not ("=" in token or word):
                raise ValueError(f"{token} needs a word after it; see python -m autograd --help")
            options.append(token if "=" in token else f"{token}={word}")
        else:
            words.append(token)
    return words, options


class Options(argparse.ArgumentParser):
    """An argparse parser whose errors are ValueErrors, like all others."""

    def error(self, message: str) -> NoReturn:
        """Raise a ValueError."""
        raise ValueError(f"{message}; see python -m autograd --help")


def parse(options: Sequence[str], *known: str) -> argparse.Namespace:
    """Return the options of a command; --wrt may be given several times."""
    parser = Options(add_help=False, allow_abbrev=False, prog="python -m autograd")
    for name in known:
        parser.add_argument(f"--{name}", action="append" if name == "wrt" else "store", default=None)
    return parser.parse_args(list(options))


def explain_expression(words: Sequence[str], options: Sequence[str]) -> None:
    """Print the forward and the backward pass of an expression, and why its gradients are what they are."""
    asked = parse(options, "wrt", *PICTURES)
    if not words:
        raise ValueError("no expression was given; see python -m autograd --help")
    text, *given = words
    values: dict[str, Value] = {}
    for name, value in map(assignment, given):
        if name in values:
            raise ValueError(f"{name} is given twice")
        values[name] = value
    root = expression(text, values)
    if not root.label:
        root.label = "out"
    count = len(order(root))
    say(listing(root) if count <= MOST_LISTED else f"{count:,} nodes, too many for a table; {root!r}")
    for name in asked.wrt or list(values)[:4]:
        if name not in values:
            raise ValueError(f"--wrt {name}: there is no such name (given: {', '.join(values) or 'none'})")
        say(f"\n{explain(root, values[name])}")
    root.backward()
    written = []
    for kind, picture in PICTURES.items():
        if file := getattr(asked, kind):
            path = Path(file)
            if path.suffix.lower() != f".{kind}":
                path = path.with_name(f"{path.name}.{kind}")
            written.append(f"wrote {picture(root, text).save(path)}")
    if written:
        say("\n" + "\n".join(written))


def assignment(word: str) -> tuple[str, Value]:
    """Return the name and the Value of ``w=0.5``."""
    name, equals, number = word.partition("=")
    name = normalize("NFKC", name)  # as Python reads names in the expression
    if not equals or not name.strip().isidentifier():
        raise ValueError(f"{word!r} gives no name a value, as w=0.5 does; put an expression with spaces in quotes")
    if name.strip() in FUNCTIONS:
        raise ValueError(f"{name.strip()} is a function here; call the variable something else")
    try:
        return name.strip(), Value(float(number), label=name.strip())
    except ValueError:
        raise ValueError(f"{word!r}: {number!r} is not a number") from None


def alone(words: Sequence[str], command: str) -> None:
    """Raise a ValueError if a command that takes nothing was given something."""
    if words:
        raise ValueError(f"{command} takes nothing after it, got {' '.join(words)!r}")


def rules(words: Sequence[str], options: Sequence[str]) -> None:
    """Print the whole table."""
    parse(options)
    alone(words, "rules")
    x, y, z = variable("x"), variable("y"), variable("z")
    rows: list[tuple[str, ...]] = [("name", "z", "dz/dx", "dz/dy", "why", "domain, if not all numbers")]
    for op in OPS.values():
        operands = (x, y)[: len(op.domain)]
        partials = [partial.text if partial else "nothing" for partial in derivative_formulas(op, z, *operands)]
        wanted = [f"{name}: {d.text}" for name, d in zip("xy", op.domain, strict=False) if d != any_]
        rows.append((op.name, formula(op, *operands).text, *(*partials, "")[:2], op.why, "; ".join(wanted)))
    say("\n".join(line[2:] for line in columns(rows)))


def rule(words: Sequence[str], options: Sequence[str]) -> None:
    """Print one row of the table: formula, local derivatives, why, and numbers around a point."""
    asked = parse(options, "at", "plot")
    name = words[0] if len(words) == 1 else ""
    op = OPS.get(name) or next((op for op in OPS.values() if name and name == op.symbol), None)
    if op is None:
        close = get_close_matches(name, OPS, n=1)
        hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(OPS)}"
        raise ValueError(f"rule takes the name of one operation, got {' '.join(words)!r}: {hint}")
    if asked.plot and len(op.domain) > 1:
        raise ValueError(f"{op.name} has two operands: --plot is for operations of one")
    x, y, z = variable("x"), variable("y"), variable("z")
    operands = (x, y)[: len(op.domain)]
    say(f"{op.name}   z = {formula(op, *operands).text}")
    for operand, partial in zip("xy", derivative_formulas(op, z, *operands), strict=False):
        say(f"  dz/d{operand} = {partial.text if partial else 'nothing goes back'}")
    say(f"  {op.why}")
    say(f"  {'; '.join(f'{operand}: {d.text}' for operand, d in zip('xy', op.domain, strict=False))}")
    at = place(op, asked.at)
    head = ("x", "z", "dz/dx") if len(at) == 1 else ("x", "y", "z", "dz/dx", "dz/dy")
    say("\n".join(["", *columns([head, *around(op, at)])]))
    if asked.plot:
        plot(op, at[0], asked.plot)


def place(op: Op, text: str | None) -> tuple[float, ...]:
    """Return the point that --at gives, or one inside the domain of ``op``."""
    starts = STARTS[len(op.domain)]
    if text is None:
        return tuple(x if d.low < x < d.high else d.low + 1.0 for x, d in zip(starts, op.domain, strict=True))
    try:
        at = tuple(map(float, text.split(",")))
    except ValueError:
        at = ()
    if len(at) != len(op.domain) or not all(map(isfinite, at)):
        wanted = "a number, as --at 0.5" if len(op.domain) == 1 else "two numbers, as --at 2,3"
        raise ValueError(f"--at of {op.name} must be {wanted}, got {text!r}")
    try:
        op.value(*at)
    except (ArithmeticError, ValueError) as error:
        raise failure(error, op, *at) from None
    return at


def around(op: Op, at: tuple[float, ...]) -> list[tuple[str, ...]]:
    """Return rows of operands, value and local derivatives around a point, as far as the domain goes."""
    names = [variable(name) for name in "xy"[: len(at)]]
    flat = [partial is None for partial in derivative_formulas(op, variable("z"), *names)]
    moves: list[tuple[float, ...]] = [(step,) for step in STEPS]
    if len(at) > 1:
        moves = [(-1.0, 0.0), (0.0, 0.0), (1.0, 0.0), (0.0, -1.0), (0.0, 1.0)]
    rows: list[tuple[str, ...]] = []
    for move in moves:
        x = tuple(a + step for a, step in zip(at, move, strict=True))
        try:
            z = op.value(*x)
        except (ArithmeticError, ValueError):
            rows.append((*map(six_digits, x), "not defined", *[""] * len(at)))
            continue
        partials = zip(op.partials(z, *x), flat, strict=True)
        cells = ["nothing goes back" if never else six_digits(partial or 0.0) for partial, never in partials]
        rows.append((*map(six_digits, x), six_digits(z), *cells))
    return rows


def plot(op: Op, at: float, file: str) -> None:
    """Write a plot of ``op`` with its tangent at a point."""
    from autograd.plots.tangent import plot_tangent

    figure = plot_tangent(getattr(Value, op.name), at).get_figure(root=True)
    assert figure is not None
    figure.savefig(file)
    say(f"\nwrote {file}")


def doctor(words: Sequence[str], options: Sequence[str]) -> None:
    """Print what can draw pictures here, and what to install."""
    parse(options)
    alone(words, "doctor")
    rows = [(r.name, f"ready, {r.version}".rstrip(", ") if r.ready else "missing", r.install) for r in renderers()]
    for package, use in (("matplotlib", "plots"), ("numpy", "networks"), ("jupyter_client", "notebooks")):
        ready = find_spec(package) is not None
        rows.append((f"{package} ({use})", "ready" if ready else "missing", "" if ready else f"pip install {package}"))
    rows.append(the_name())
    say("\n".join(line[2:] for line in columns(rows)))


def the_name() -> tuple[str, str, str]:
    """Return whether another distribution, such as HIPS's autograd, installs a package called autograd too."""
    from importlib.metadata import packages_distributions

    others = sorted(set(packages_distributions().get("autograd", ())) - {OURS})
    if not others:
        return "the name autograd", "ours alone", ""
    claims = ", ".join(others)
    return "the name autograd", f"claimed by {claims} too", f"pip uninstall {claims}, then install {OURS} again"


if __name__ == "__main__":
    sys.exit(main())
