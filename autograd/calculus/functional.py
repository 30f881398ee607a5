"""Derivatives of plain Python functions: grad, jacobian, hessian and their kin, nested to any order.

    def f(x, y):
        return x * x * y

    grad(f)(3.0, 2.0)                   # 12.0
    grad(grad(f))(3.0, 2.0)             # 4.0
    grad(f, argnums=(0, 1))(3.0, 2.0)   # (12.0, 9.0)

``f`` is called with Values and written with operators and the functions of this package (``autograd.exp``, not
``math.exp``). Its arguments, and what it returns, may be numbers or lists, tuples, dicts and arrays of numbers.
A result is a float, or a Value if it depends on Values from outside: the variable of an enclosing derivative, or
a Value of yours that the function uses.

Each derivative has variables of its own, so an inner derivative never mistakes an outer variable for its own. The
smallest program that would go wrong otherwise is x · d/dy (x + y) at y = x, whose derivative in x is 1 and not 2:

    grad(lambda x: x * grad(lambda y: x + y)(x))(1.0)   # 1.0
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

from autograd.base.checks import shown, whole
from autograd.calculus.call import (
    GRAPHS,
    Call,
    Function,
    arguments,
    check_function,
    derivative_of,
    positions,
    released,
    tables_for,
)
from autograd.calculus.nest import fill, flatten, form, ordered_as
from autograd.calculus.reductions import total
from autograd.calculus.values import note_cuts, run_sweep
from autograd.engine.sweep import as_node, pull, push
from autograd.engine.value import Value

if TYPE_CHECKING:
    from autograd.calculus.types import Array, Gradient, Hessian, ValueAndGradient

__all__ = [
    "deriv",
    "elementwise_grad",
    "grad",
    "gradients",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "value_and_grad",
    "vjp",
]

Pair: TypeAlias = Callable[..., tuple[Any, Any]]


def gradients(y: Value, xs: Sequence[Value], seed: Value | float = 1.0) -> list[Value]:
    """Return the gradient of ``y`` in each of ``xs`` as a Value, a graph that can be drawn and differentiated again.

    Args:
        y: the Value that is differentiated.
        xs: Values it depends on, leaves or computed; where it does not, the gradient is 0.
        seed: the gradient of ``y`` in itself.

    Raises:
        TypeError: when y is not a Value, or xs not a sequence of Values.
        ValueError: when a leaf has been edited since y was computed.

    Two of them may be the same Value: a sum passes its gradient on to all its terms.

    >>> x = Value(2.0)
    >>> (first,) = gradients(x**3, [x])
    >>> (second,) = gradients(first, [x])
    >>> first.data, second.data
    (12.0, 12.0)
    """
    if not isinstance(y, Value):
        raise TypeError(f"y must be a Value, got {shown(y)}")
    if not isinstance(xs, list | tuple) or not all(isinstance(x, Value) for x in xs):
        raise TypeError(f"xs must be a list of Values, as in gradients(y, [x]), got {shown(xs)}")
    found, cuts = run_sweep(y, lambda: pull(y, seed, GRAPHS, as_node, xs))
    gs = [found.get(x, 0.0) for x in xs]
    results = [(g * 1.0 if g is seed and cuts else g) if isinstance(g, Value) else Value(g) for g in gs]
    note_cuts(results, cuts)
    return results


@overload
def value_and_grad(f: Function, argnums: Literal[0] = 0, has_aux: Literal[False] = False) -> ValueAndGradient: ...
@overload
def value_and_grad(f: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False) -> Pair: ...
def value_and_grad(f: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False) -> Function:
    """Return the function that gives both f and its gradient, as a pair, from one call of f.

    Args:
        f, argnums, has_aux: as for `grad`, with the same errors. With ``has_aux`` the pair is ((f, aux), gradient).

    >>> value_and_grad(lambda x: x**3)(2.0)
    (8.0, 12.0)
    """

    def both(call: Call) -> tuple[Any, Any]:
        value = released(call.only_output())
        return (value, call.aux) if has_aux else value, call.gradient(call.only_output())

    return derivative_of("value_and_grad", f, argnums, both, has_aux)


@overload
def grad(f: Function, argnums: Literal[0] = 0, has_aux: Literal[False] = False) -> Gradient: ...
@overload
def grad(f: Function, argnums: int | Sequence[int] = 0, has_aux: Literal[False] = False) -> Function: ...
@overload
def grad(f: Function, argnums: int | Sequence[int] = 0, *, has_aux: Literal[True]) -> Pair: ...
@overload
def grad(f: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False) -> Function: ...
def grad(f: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False) -> Function:
    """Return the function that gives the gradient of f, by a reverse sweep.

    Args:
        f: a function that returns one number.
        argnums: the argument that is varied, or several; the others are held constant.
        has_aux: whether f returns a pair, its number and anything else, which is given back: (gradient, aux).

    Returns:
        A function of the same arguments. Its result has the form of the argument that is varied: a number for a
        number, a list for a list; with several argnums, a tuple of these. It is exactly 0.0 for what f ignores.

    Raises:
        TypeError: when f is not a function, argnums is not an int, an argument is not a number, or f does not return a
            number. Also when f turned a Value into a plain number, and a gradient was lost by that.
        ValueError: when there is no such argument.

    >>> grad(lambda x: x**3)(2.0)
    12.0
    >>> grad(lambda xs: xs[0] * xs[1])([2.0, 5.0])
    [5.0, 2.0]
    >>> grad(lambda x: (x * x, "a note"), has_aux=True)(3.0)
    (6.0, 'a note')
    """

    def gradient(call: Call) -> Any:
        found = call.gradient(call.only_output())
        return (found, call.aux) if has_aux else found

    return derivative_of("grad", f, argnums, gradient, has_aux)


@overload
def elementwise_grad(f: Function, argnums: Literal[0] = 0) -> Gradient: ...
@overload
def elementwise_grad(f: Function, argnums: int | Sequence[int] = 0) -> Function: ...
def elementwise_grad(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """Return the function that gives the gradient of the sum of all that f returns.

    Args:
        f: a function that returns a number, or numbers in any form.
        argnums: as for `grad`, with the same errors.

    If f treats every number of an array separately, this is its derivative at each of them.

    >>> elementwise_grad(lambda xs: [x**3 for x in xs])([1.0, 2.0])
    [3.0, 12.0]
    """
    return derivative_of("elementwise_grad", f, argnums, lambda call: call.gradient(total(call.outputs)))


def jacobian(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """Return the function that gives the derivative of every output of f in every input.

    Args:
        f: a function that returns a number, or a list of numbers.
        argnums: as for `grad`.

    Returns:
        A function whose result has the form of what f returns, with the gradient in place of every number in it:
        ``J[i][j]`` is the derivative of output i in input j. Arrays make an array.

    >>> jacobian(lambda xs: [xs[0] * xs[1], xs[0] + xs[1]])([2.0, 5.0])
    [[5.0, 2.0], [1.0, 1.0]]
    """

    def rows(call: Call) -> Any:
        return fill(call.output, (call.gradient(y) for y in call.outputs))

    return derivative_of("jacobian", f, argnums, rows)


@overload
def hessian(f: Function, argnums: Literal[0] = 0) -> Hessian: ...
@overload
def hessian(f: Function, argnums: int | Sequence[int] = 0) -> Function: ...
def hessian(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """Return the function that gives the second derivatives of f: the jacobian of its gradient.

    Args:
        f, argnums: as for `grad`, with the same errors.

    >>> hessian(lambda xs: xs[0] ** 2 * xs[1])([3.0, 5.0])
    [[10.0, 6.0], [6.0, 0.0]]
    """
    return jacobian(grad(f, argnums), argnums)


def jvp(f: Function, primals: Any, tangents: Any) -> tuple[Any, Any]:
    """Return f and its directional derivative along ``tangents``, in forward mode.

    Args:
        f: a function that returns a number, or a list of numbers.
        primals: the arguments as a tuple; or the only argument, if it is not a tuple.
        tangents: the direction: a number for each number in primals, in the same form.

    Raises:
        TypeError: when primals or tangents hold something that is not a number.
        ValueError: when they do not have the same form.

    >>> jvp(lambda x, y: x * y, (2.0, 5.0), (1.0, 10.0))
    (10.0, 25.0)
    """
    args, directions = arguments(f, primals), arguments(f, tangents)
    if form(directions) != form(args):
        raise ValueError(f"tangents must have the form of primals, {shown(primals)}, got {shown(tangents)}")
    call = Call(f, args, range(len(args)), {}, several=True)
    # a variable whose tangent is 0 is left out: 0 times an infinite derivative would be nan
    pairs = zip(call.variables, flatten(ordered_as(directions, args), "tangents"), strict=True)
    tangent: dict[Any, Any] = {v: t for v, t in pairs if isinstance(t, Value) or t != 0}
    tables = tables_for(*call.outputs, *tangent.values())
    for y in call.outputs:
        if isinstance(y, Value):
            tangent, cuts = run_sweep(y, partial(push, y, tangent, *tables))
            note_cuts([tangent.get(y)], cuts)
    ends = (released(tangent.get(y, 0.0) + 0.0) for y in call.outputs)
    return call.result(), fill(call.output, ends)


def vjp(f: Function, *primals: Any) -> tuple[Any, Function]:
    """Return (f, pullback): pullback(cotangent) is the gradient of Σ cotangent × output in every argument.

    Args:
        f: a function that returns a number, or a list of numbers.
        *primals: its arguments.

    Returns:
        The result of f, and a function. It takes a weight for every number in that result, in the same form, and
        returns a tuple with one entry for each argument.

    >>> value, pullback = vjp(lambda x, y: [x * y, x + y], 2.0, 5.0)
    >>> value, pullback([1.0, 0.0])
    ([10.0, 7.0], (5.0, 2.0))
    """
    call = Call(f, primals, range(len(primals)), {}, several=True)

    def pullback(cotangent: Any) -> Any:
        if form(cotangent) != form(call.output):
            raise ValueError(f"cotangent must have the form of {shown(call.result())}, got {shown(cotangent)}")
        weights = flatten(ordered_as(cotangent, call.output), "cotangent")
        # what has weight 0 is left out: 0 times an infinite derivative would be nan
        terms = [w * y for w, y in zip(weights, call.outputs, strict=True) if isinstance(w, Value) or w != 0]
        return call.gradient(total(terms) if terms else 0.0)

    return call.result(), pullback


@overload
def hvp(f: Function, primals: float, tangents: float) -> float: ...
@overload
def hvp(f: Function, primals: list[float], tangents: list[float]) -> list[float]: ...
@overload
def hvp(f: Function, primals: Array, tangents: Array) -> Array: ...
@overload
def hvp(f: Function, primals: Any, tangents: Any) -> Any: ...
def hvp(f: Function, primals: Any, tangents: Any) -> Any:
    """Return the hessian of f times a vector, without making the hessian: the derivative of the gradient along it.

    Args:
        f: a function that returns one number.
        primals: the arguments as a tuple; or the only argument, if it is not a tuple.
        tangents: the vector, in the same form.

    Returns:
        The product in the form of the argument; of several arguments, a tuple of these.

    >>> hvp(lambda xs: xs[0] ** 2 * xs[1], [3.0, 5.0], [1.0, 0.0])
    [10.0, 6.0]
    """
    args = arguments(f, primals)
    return jvp(grad(f, 0 if len(args) == 1 else tuple(range(len(args)))), args, arguments(f, tangents))[1]


@overload
def deriv(f: Callable[..., Value | float], argnum: Literal[0] = 0, order: int = 1) -> Gradient: ...
@overload
def deriv(f: Function, argnum: int = 0, order: int = 1) -> Function: ...
def deriv(f: Function, argnum: int = 0, order: int = 1) -> Function:
    """Return the function that gives the derivative of f in one number, in forward mode.

    Args:
        f: a function that returns a number, or a list of numbers (a curve).
        argnum: the argument that is varied, which must be a single number.
        order: how often to differentiate: 0 gives f itself.

    >>> deriv(lambda x: x**3)(2.0), deriv(lambda x: x**3, order=3)(2.0)
    (12.0, 6.0)
    """
    order = whole("order", order, least=0)
    if isinstance(argnum, bool) or not isinstance(argnum, int):
        raise TypeError(f"argnum must be an int, got {shown(argnum)}")
    check_function(f)

    def once(g: Function) -> Function:
        def derivative(*args: Any, **kwargs: Any) -> Any:
            (place,) = positions(argnum, args, f)
            if form(args[place]) is not None:
                raise TypeError(
                    f"the argument of deriv must be one number, got {shown(args[place])}; use grad or jacobian"
                )

            def along(x: Any) -> Any:
                return g(*args[:place], x, *args[place + 1 :], **kwargs)

            return jvp(along, (args[place],), (1.0,))[1]

        return derivative

    for _ in range(order):
        f = once(f)
    return f
