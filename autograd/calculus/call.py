"""One call of a function on fresh variables: the step from which `autograd.calculus.functional` is built."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

from autograd.base.caller import warn
from autograd.base.real import shown
from autograd.calculus import values
from autograd.calculus.nest import fill, flatten, form, paths
from autograd.calculus.values import note_cuts, run_sweep
from autograd.engine.graph import order
from autograd.engine.ops import OPS
from autograd.engine.sweep import Read, as_node, as_number, pull
from autograd.engine.value import Value, name_and_number
from autograd.engine.watch import CONVERSIONS, Escape, watch
from autograd.table import Op, rules

# fmt: off
__all__ = [
    "GRAPHS", "Call", "Function", "arguments", "check_function", "derivative_of", "name_of", "parameter", "positions",
    "released", "tables_for",
]
# fmt: on

Function: TypeAlias = Callable[..., Any]
GRAPHS = rules(values)


class Call:
    """One call of f with fresh variables in place of the arguments that are varied.

    Args:
        f: the function.
        args: its positional arguments: numbers, or nests of numbers.
        varied: the positions of the arguments that are varied.
        kwargs: its keyword arguments.
        several: whether a gradient is a tuple, with one entry for each varied argument.
        has_aux: whether f returns a pair, whose second item is returned unchanged.
    """

    def __init__(
        self, f: Function, args: Sequence[Any], varied: Sequence[int], kwargs: Any, several: bool, has_aux: bool = False
    ) -> None:
        self.args, self.varied, self.several = args, varied, several
        numbers = [flatten(args[i], f"argument {i} of {name_of(f)}") for i in varied]
        fresh = [list(map(variable, part)) for part in numbers]
        self.variables = [v for part in fresh for v in part]
        given = list(args)
        for i, part in zip(varied, fresh, strict=True):
            given[i] = fill(args[i], iter(part))
        with watch() as escapes:
            returned = f(*given, **kwargs)
        self.aux: Any
        self.output, self.aux = pair_of(returned, f) if has_aux else (returned, None)
        self.outputs = flatten(self.output, f"what {name_of(f)} returns")
        if escapes:
            names = [name for i in varied for name in paths(args[i], parameter(f, i))]
            refuse_lost(escapes, dict(zip(self.variables, names, strict=True)), self.outputs)
        for v in self.variables:
            retire(v)

    def only_output(self) -> Any:
        """Return the number that f returned."""
        if form(self.output) is not None:
            raise TypeError(f"f must return one number, got {shown(self.output)}; use jacobian for several")
        return self.outputs[0]

    def result(self) -> Any:
        """Return what f returned, in its own form."""
        return fill(self.output, map(released, self.outputs))

    def gradient(self, y: Any) -> Any:
        """Return the gradient of ``y`` in the form of the arguments that are varied."""
        found: dict[Value, Any] = {}
        if isinstance(y, Value):
            found, cuts = run_sweep(y, partial(pull, y, 1.0, *tables_for(y), self.variables))
            note_cuts(map(found.get, self.variables), cuts)
        entries = (released(found.get(v, 0.0) + 0.0) for v in self.variables)  # + 0.0: never -0.0
        forms = tuple(fill(self.args[i], entries) for i in self.varied)
        return forms if self.several else forms[0]


def variable(number: Value | float) -> Value:
    """Return a fresh variable with this number. A Value belongs to an enclosing derivative, so the fresh variable is
    computed from it."""
    return number * 1.0 if isinstance(number, Value) else Value(number)


def pair_of(returned: Any, f: Function) -> tuple[Any, Any]:
    """Return the pair (output, aux) that f returned."""
    if not isinstance(returned, tuple | list) or len(returned) != 2:
        raise TypeError(f"with has_aux, {name_of(f)} must return a pair (output, aux), got {shown(returned)}")
    return returned[0], returned[1]


CURE = (
    "Use operators and functions of autograd there (autograd.exp, not math.exp; an array of dtype=object, not of "
    "floats), or v.data if no gradient is meant to flow"
)


def refuse_lost(escapes: Sequence[Escape], variables: Mapping[Value, str], outputs: Sequence[Any]) -> None:
    """Raise an error when a number has left the graph and an output has lost its gradient by that.

    This is certain where an output is a plain number, or depends on none of the variables that the number was computed
    from: the derivative would be 0 without a word. A number that is only printed does no harm. A result may also depend
    on the variables in another way, as x * math.exp(x) does; there, a function of `math` causes a warning. So does
    ``x == 3.0`` at 3: it is False, since == compares nodes, and f takes another branch than with a float.

    Args:
        escapes: the numbers that left the graph, in the order in which they did.
        variables: the variables of the call, with their names.
        outputs: what the function returned.
    """
    reached = [set(order(y)) if isinstance(y, Value) else set() for y in outputs]
    lost = {v for v in variables if not any(v in nodes for nodes in reached)}
    if any(nodes.isdisjoint(variables) for nodes in reached):
        lost = set(variables)
    for escape in escapes:
        if escape.equal and not set(variables).isdisjoint(order(escape.node)):
            warn(
                f"== compares Values as nodes, not by their numbers: it is False in {escape.place}, though both are "
                f"{escape.node.data}. Write v.data == {escape.node.data} to compare the numbers"
            )
        if escape.how not in CONVERSIONS:
            continue
        node = escape.node
        own = variables.get(node, "" if node.op is None else f"the result of {node.op.symbol}")
        what = name_and_number(node) if node.label or not own else f"{own} = {node.data}"
        name = f"{what} became a plain number, by {escape.how}(), in {escape.place}"
        if lost and not lost.isdisjoint(order(node)):
            raise TypeError(f"a gradient is lost: {name}. {CURE}")
        if escape.by_math and not set(variables).isdisjoint(order(node)):
            warn(f"a part of the gradient may be lost: {name}. {CURE}")
            return


def retire(variable: Value) -> None:
    """Turn one of our leaves into number × 1, whose operands are constants, once f has returned.

    From then on, every leaf that a result depends on comes from outside. So d/dx [x · d/dy (x y²) at y = 2] depends on
    x alone, though the graph of the inner derivative, 4 x, contains y too.
    """
    if variable.op is None:
        variable.op, variable.x0, variable.y0 = OPS["mul"], variable.data, 1.0


def depends_on_outside(v: Any) -> bool:
    """Return whether ``v`` depends on leaves: ours are retired."""
    return isinstance(v, Value) and any(node.op is None for node in order(v))


def released(v: Any) -> Any:
    """Return ``v`` as a float, or unchanged if it is a Value that depends on Values from outside."""
    return v if depends_on_outside(v) or not isinstance(v, Value) else v.data


def tables_for(*values: Any) -> tuple[Mapping[str, Op], Read]:
    """Return the table and the reading for these values: graphs if any depends on Values from outside, else numbers."""
    return (GRAPHS, as_node) if any(map(depends_on_outside, values)) else (OPS, as_number)


def derivative_of(
    name: str, f: Function, argnums: int | Sequence[int], result: Callable[[Call], Any], has_aux: bool = False
) -> Function:
    """Return the function that calls f with variables in place of ``argnums`` and returns ``result`` of that call."""
    check_function(f)  # a mistake is better found here than when the result is called
    several = isinstance(argnums, list | tuple)
    for i in argnums if isinstance(argnums, list | tuple) else (argnums,):
        if isinstance(i, bool) or not isinstance(i, int):
            raise TypeError(f"argnums must be an int or a tuple of ints, got {shown(argnums)}")

    def function(*args: Any, **kwargs: Any) -> Any:
        return result(Call(f, args, positions(argnums, args, f), kwargs, several, has_aux))

    function.__name__ = function.__qualname__ = f"{name}({name_of(f)})"
    return function


def check_function(f: Any) -> None:
    """Raise a TypeError unless f is a function."""
    if not callable(f):
        raise TypeError(f"f must be a function, got {shown(f)}")


def name_of(f: Any) -> str:
    """Return what a function is called; f if it has no name."""
    check_function(f)
    return str(getattr(f, "__name__", "f")).replace("<lambda>", "f")


def parameter(f: Callable[..., Any], i: int) -> str:
    """Return the name of parameter i of f."""
    try:
        from inspect import signature  # it takes as long to import as half of the engine

        known = [
            p.name for p in signature(f).parameters.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]
    except (TypeError, ValueError):
        known = []
    return known[i] if i < len(known) else f"argument {i}"


def positions(argnums: int | Sequence[int], args: Sequence[Any], f: Function) -> tuple[int, ...]:
    """Return ``argnums`` as positions in ``args``; -1 is the last."""
    asked = argnums if isinstance(argnums, list | tuple) else (argnums,)
    for i in asked:
        if not -len(args) <= i < len(args):
            given = f"{len(args) or 'no'} positional argument{'s' * (len(args) != 1)}"
            raise ValueError(f"argnums must be places of arguments, from 0: {name_of(f)} was given {given}, got {i}")
    found = tuple(i % len(args) for i in asked)
    if len(set(found)) < len(found):
        raise ValueError(f"argnums must name each argument once, got {shown(argnums)}")
    return found


def arguments(f: Function, given: Any) -> tuple[Any, ...]:
    """Return the arguments of f as a tuple: a tuple holds all of them, anything else is the only one. But if f takes
    several arguments, a list holds all of them too."""
    if isinstance(given, list):
        from inspect import signature  # it takes as long to import as half of the engine

        try:
            signature(f).bind(given)
        except TypeError:
            return tuple(given)
        except ValueError:  # some built-in functions have no signature
            pass
    return given if isinstance(given, tuple) else (given,)
