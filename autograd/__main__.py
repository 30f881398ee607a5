"""The command line: ``python -m autograd "tanh(w*x + b)" w=0.5 x=2 b=-1``.

It stands above both packages: plots are drawn by `nn`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from autograd import draw, explore
from autograd.explain import explain, listing
from autograd.explanation import columns, number
from autograd.expression import FUNCTIONS, expression
from autograd.graph import order
from autograd.ops import OPS
from autograd.real import real
from autograd.render import NoRenderer, renderers
from autograd.rules import Op, any_
from autograd.symbols import formula, named, slope_formulas
from autograd.value import Value

HELP = """\
usage: python -m autograd EXPRESSION [NAME=NUMBER ...] [--wrt NAME] [--svg FILE] [--png FILE] [--pdf FILE] [--html FILE]
       python -m autograd rule NAME [--at NUMBER] [--plot FILE]
       python -m autograd rules
       python -m autograd doctor

EXPRESSION is made of numbers, names, + - * / // % **, brackets and functions, as in "tanh(w*x + b)" w=0.5 x=2 b=-1.
It is computed, differentiated and explained; --wrt explains one name only (it may be given again). A FILE gets a
picture of the graph, or, with --html, a page that steps through it.
  rule    shows a row of the table: formula, local derivative, numbers around a point, and a plot if asked for
  rules   shows the whole table
  doctor  says what can draw pictures here, and what to install
"""
PICTURES = ("svg", "png", "pdf", "html")
MOST_LISTED = 200  # nodes in a table


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status: 0, or 2 when something in it was wrong."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or {"-h", "--help"} & set(given):
        print(HELP, end="")
        return 0 if given else 2
    try:
        words, options = split(given)
        command, *rest = words or [""]
        {"rules": rules, "rule": rule, "doctor": doctor}.get(command, explained)(
            rest if command in ("rules", "rule", "doctor") else words, options
        )
    except (ValueError, ArithmeticError, OSError, NoRenderer) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def split(given: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return (words, options): an option begins with two hyphens and takes the next word, unless it has an = in it.

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
    """argparse, but a mistake is a ValueError like any other."""

    def error(self, message: str) -> NoReturn:
        """Raise what is wrong."""
        raise ValueError(f"{message}; see python -m autograd --help")


def parsed(options: Sequence[str], *known: str) -> argparse.Namespace:
    """Return the options of a command; each may be given once, but --wrt as often as wanted."""
    parser = Options(add_help=False, allow_abbrev=False, prog="python -m autograd")
    for name in known:
        parser.add_argument(f"--{name}", action="append" if name == "wrt" else "store", default=None)
    return parser.parse_args(list(options))


def explained(words: Sequence[str], options: Sequence[str]) -> None:
    """Print the forward and backward pass of an expression and why its gradients are what they are."""
    asked = parsed(options, "wrt", *PICTURES)
    if not words:
        raise ValueError("no expression was given; see python -m autograd --help")
    text, *given = words
    values: dict[str, Value] = {}
    for name, value in map(assigned, given):
        if name in values:
            raise ValueError(f"{name} is given twice")
        values[name] = value
    root = expression(text, values)
    if not root.label:
        root.label = "out"
    count = len(order(root))
    print(listing(root) if count <= MOST_LISTED else f"{count:,} nodes, too many for a table; {root!r}")
    for name in asked.wrt or list(values)[:4]:
        if name not in values:
            raise ValueError(f"--wrt {name}: there is no such name (given: {', '.join(values) or 'none'})")
        print(f"\n{explain(root, values[name])}")
    root.backward()
    for kind in PICTURES:
        if file := getattr(asked, kind):
            path = Path(file)
            if path.suffix.lower() != f".{kind}":
                path = path.with_name(f"{path.name}.{kind}")
            print(f"\nwrote {(explore(root, title=text) if kind == 'html' else draw(root)).save(path)}")


def assigned(word: str) -> tuple[str, Value]:
    """Return the name and the Value of ``w=0.5``."""
    name, equals, number = word.partition("=")
    if not equals or not name.strip().isidentifier():
        raise ValueError(f"{word!r} gives no name a value, as w=0.5 does; put an expression with blanks in quotes")
    if name.strip() in FUNCTIONS:
        raise ValueError(f"{name.strip()} is a function here; call the variable something else")
    try:
        return name.strip(), Value(float(number), label=name.strip())
    except ValueError:
        raise ValueError(f"{word!r}: {number!r} is no number") from None


def rules(words: Sequence[str], options: Sequence[str]) -> None:
    """Print the whole table."""
    parsed(options)
    x, y, z = named("x"), named("y"), named("z")
    rows: list[tuple[str, ...]] = [("name", "z", "dz/dx", "dz/dy", "why", "domain, if not all numbers")]
    for op in OPS.values():
        operands = (x, y)[: len(op.domain)]
        slopes = [slope.text if slope else "nothing" for slope in slope_formulas(op, z, *operands)]
        wanted = [f"{name}: {d.text}" for name, d in zip("xy", op.domain, strict=False) if d != any_]
        rows.append((op.name, formula(op, *operands).text, *(*slopes, "")[:2], op.why, "; ".join(wanted)))
    print("\n".join(line[2:] for line in columns(rows)))


def rule(words: Sequence[str], options: Sequence[str]) -> None:
    """Print one row of the table: formula, local derivatives, why, and numbers around a point."""
    asked = parsed(options, "at", "plot")
    name = words[0] if len(words) == 1 else ""
    if name not in OPS:
        raise ValueError(f"rule takes the name of one operation: {', '.join(OPS)}")
    op = OPS[name]
    x, y, z = named("x"), named("y"), named("z")
    operands = (x, y)[: len(op.domain)]
    print(f"{name}   z = {formula(op, *operands).text}")
    for operand, slope in zip("xy", slope_formulas(op, z, *operands), strict=False):
        print(f"  dz/d{operand} = {slope.text if slope else 'nothing flows'}")
    print(f"  {op.why}")
    print(f"  {'; '.join(f'{operand}: {d.text}' for operand, d in zip('xy', op.domain, strict=False))}")
    if len(op.domain) == 1:
        at = real(float(asked.at), "at") if asked.at else inside(op)
        print("\n".join(["", *columns([("x", "z", "dz/dx"), *around(op, at)])]))
        if asked.plot:
            plot(op, at, asked.plot)
    elif asked.plot or asked.at:
        raise ValueError(f"{name} has two operands: --at and --plot are for operations of one")


def inside(op: Op) -> float:
    """Return a point inside the domain of ``op``, 1/2 if it can be."""
    (domain,) = op.domain
    return 0.5 if domain.low < 0.5 < domain.high else domain.low + 1.0


def around(op: Op, at: float) -> list[tuple[str, str, str]]:
    """Return rows of operand, value and slope around a point, as far as the domain goes."""
    rows = []
    for step in (-1.0, -0.5, -0.1, 0.0, 0.1, 0.5, 1.0):
        x = at + step
        try:
            z = op.value(x)
        except (ArithmeticError, ValueError):
            rows.append((number(x), "not defined", ""))
            continue
        (slope,) = op.partials(z, x)
        rows.append((number(x), number(z), "nothing flows" if slope is None else number(slope)))
    return rows


def plot(op: Op, at: float, file: str) -> None:
    """Write a plot of ``op`` with its tangent at a point."""
    from nn import plot_tangent

    figure = plot_tangent(getattr(Value, op.name), at).get_figure(root=True)
    assert figure is not None
    figure.savefig(file)
    print(f"\nwrote {file}")


def doctor(words: Sequence[str], options: Sequence[str]) -> None:
    """Print what can draw pictures here, and what to install."""
    parsed(options)
    rows = [(r.name, f"ready, {r.version}" if r.ready else "missing", r.install) for r in renderers()]
    for package, use in (("matplotlib", "plots"), ("numpy", "networks"), ("jupyter_client", "notebooks")):
        ready = find_spec(package) is not None
        rows.append((f"{package} ({use})", "ready" if ready else "missing", "" if ready else f"pip install {package}"))
    print("\n".join(line[2:] for line in columns(rows)))


if __name__ == "__main__":
    sys.exit(main())
