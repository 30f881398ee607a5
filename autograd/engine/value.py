"""Value: a number that records what is done to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from autograd.base.real import one_line, real, shown
from autograd.engine.backward import CLOCK, backward
from autograd.engine.graph import order
from autograd.engine.handmade import ByHand, make
from autograd.engine.micrograd import Micrograd
from autograd.engine.ops import OPS
from autograd.engine.scalar import Scalar
from autograd.engine.watch import PEEKING, peek
from autograd.table import Op

__all__ = ["Value", "binary", "failure", "reflected", "unary"]

new = object.__new__
Method = TypeVar("Method", bound=Callable[..., Any])


def name_and_number(v: Value) -> str:
    """Return the number of ``v``, after its label if it has one."""
    return f"{one_line(v.label)} = {v.data}" if v.label else f"{v.data}"


def failure(error: Exception, op: Op, *operands: Value | float) -> Exception:
    """Return ``error`` again, naming the operation, its operands and their labels, and what is wanted."""
    numbers = [name_and_number(v) if isinstance(v, Value) else f"{float(v)}" for v in operands]
    wanted = "" if isinstance(error, OverflowError) else f"; {op.name} wants {op.wants()}"
    what = error.args[-1]  # without the number that ** puts before it
    return type(error)(f"{op.name}({', '.join(numbers)}): {what}{wanted}")


def node_and_number(other: Any) -> tuple[Value | None, float | None]:
    """Return ``other`` as (node, number): the node is None for a constant, both are None if it is not a number."""
    if isinstance(other, Value):
        return other, other._data
    if isinstance(other, bool):  # as with floats, True counts as 1: (v > 0) * v
        return None, float(other)
    try:
        return None, real(other, "a number in an expression with a Value")
    except TypeError:
        return None, None


def name_method(method: Method, op: Op, doc: str) -> Method:
    """Return ``method`` under the name of ``op``, for tracebacks and pickle."""
    method.__name__, method.__qualname__, method.__doc__ = op.name, f"Value.{op.name}", doc
    return method


# One builder for each shape of operation. Each returns a method that computes a number and records a node. The eight
# assignments are repeated in each of them, because a call to a shared function would cost as much as they do.


def unary(op: Op, value: Callable[[float], float] | None = None) -> Callable[[Value], Value]:
    """Return the method x ↦ f(x) of ``op``; ``value`` computes f in place of the table's."""
    f = value or op.value

    def method(self: Value) -> Value:
        a = self._data
        z = new(Value)
        try:
            z._data = f(a)
        except (ArithmeticError, ValueError) as error:
            raise failure(error, op, self) from None
        z._grad, z._label = None, ""
        z.op, z.x, z.y = op, self, None
        z.x0, z.y0 = a, None
        return z

    return name_method(method, op, f"Return {op.name} of this Value, for {op.domain[0].text}. Its slope: {op.why}.")


def binary(op: Op, value: Callable[[float, float], float] | None = None) -> Callable[[Value, Any], Value]:
    """Return the method (x, y) ↦ f(x, y) of ``op`` where self is x."""
    f = value or op.value

    def method(self: Value, other: Any) -> Value:
        a = self._data
        y: Value | None
        b: float | None
        if other.__class__ is Value:
            y, b = other, other._data
        elif other.__class__ is float:
            y, b = None, other
        else:
            y, b = node_and_number(other)
            if b is None:
                return NotImplemented  # type: ignore[no-any-return]
        z = new(Value)
        try:
            z._data = f(a, b)
        except (ArithmeticError, ValueError) as error:
            raise failure(error, op, self, b if y is None else y) from None
        z._grad, z._label = None, ""
        z.op, z.x, z.y = op, self, y
        z.x0, z.y0 = a, b
        return z

    return name_method(
        method, op, f"Return {op.name} of self and other, a Value or a number. Its local derivatives: {op.why}."
    )


def reflected(op: Op, value: Callable[[float, float], float] | None = None) -> Callable[[Value, Any], Value]:
    """Return the method (y, x) ↦ f(x, y) of ``op`` where self is y and x is a constant."""
    f = value or op.value

    def method(self: Value, other: Any) -> Value:
        b = self._data
        _, a = node_and_number(other)
        if a is None:
            return NotImplemented  # type: ignore[no-any-return]
        z = new(Value)
        try:
            z._data = f(a, b)
        except (ArithmeticError, ValueError) as error:
            raise failure(error, op, a, self) from None
        z._grad, z._label = None, ""
        z.op, z.x, z.y = op, None, self
        z.x0, z.y0 = a, b
        return z

    return name_method(method, op, f"Return {op.name} of other, a number, and self. Its local derivatives: {op.why}.")


def method_of_two(op: Op) -> Callable[[Value, Any], Value]:
    """Return the method (x, y) ↦ f(x, y), called by name: unlike an operator, it cannot leave the task to y."""
    operator = binary(op)

    def method(self: Value, other: Any) -> Value:
        z = operator(self, other)
        if z is NotImplemented:
            raise TypeError(f"{op.name} takes a Value or a number, got {shown(other)}")
        return z

    return name_method(method, op, operator.__doc__ or "")


class Value(Scalar, Micrograd):
    """One real number in a computation graph: its data, its gradient, and the operation that made it.

    Args:
        data: an int, float, Fraction, Decimal, NumPy real scalar or 0-d array; kept as a Python float.
        _children: the operands of a node made by hand, as in Karpathy's lecture; the function that is then set as
            ``_backward`` gives its local derivatives.
        _op: the sign of its operation in pictures; or its local derivatives, a tuple of one number for each operand.
        label: a name for it in pictures, explanations and errors; None for none.

    Raises:
        TypeError: when data is anything else (bool, str, None, complex, a list, another Value), or label not a str.
        OverflowError: when data is too large for a float.

    Arithmetic on Values follows Python floats bit for bit and raises where they do. ``==`` and ``hash`` are
    identity; ``<  <=  >  >=`` compare numbers.

    NumPy's functions take arrays of Values. A plain number that one of them picks stays a plain number, and the next
    function may refuse it: write ``np.exp(np.maximum(a, Value(0.0)))``, not ``np.exp(np.maximum(a, 0))``.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> c = a * b + a
    >>> c.backward()
    >>> c
    Value(data=-4.0, grad=1.0)
    >>> a.grad, b.grad
    (-2.0, 2.0)
    """

    __slots__ = (
        "_data",  # the number, a float
        "_grad",  # d(root)/d(self), a float; None before the first backward sweep
        "_label",  # a name, or ""
        "op",  # the row of the table that made it; None: a leaf
        "x",  # the operands, Values; None: a constant, or none
        "y",
        "x0",  # the numbers the operands had when this was recorded: a leaf edited since changes nothing here
        "y0",
        "__weakref__",  # so that notes on a Value can be kept outside it and vanish with it
    )
    _data: float
    _grad: float | None
    _label: str
    op: Any  # Op, or ByHand; None: a leaf
    x: Value | None
    y: Value | None
    x0: float | None
    y0: float | None

    def __init_subclass__(cls) -> None:
        if "_backward" in cls.__dict__:
            raise TypeError(
                f"{cls.__name__}._backward would never be called: set it on each result, out._backward = closure, "
                f"where out = {cls.__name__}(data, (x, y), op)"
            )

    def __init__(
        self, data: Any, _children: Sequence[Value] = (), _op: str | Sequence[float] = "", label: str | None = ""
    ) -> None:
        if isinstance(data, Value):
            raise TypeError(
                f"data must be a number, got {shown(data)}; use it as it is, or v.detach() to cut it from its graph"
            )
        self.label = label
        self._data, self._grad = real(data, "data"), None
        self.op, self.x, self.y, self.x0, self.y0 = None, None, None, None, None
        if _children != () or _op != "":
            make(self, _children, _op, partial(new, Value))

    if TYPE_CHECKING:  # functions composed of rows; autograd.calculus.composed makes them methods too
        square: Callable[[], Value]
        silu: Callable[[], Value]
        gelu: Callable[[], Value]
        elu: Callable[..., Value]
        leaky_relu: Callable[..., Value]
        clamp: Callable[[float, float], Value]

    # --- operators: one line each -------------------------------------------------------------------------

    __add__ = binary(OPS["add"])
    __radd__ = reflected(OPS["add"])
    __sub__ = binary(OPS["sub"])
    __rsub__ = reflected(OPS["sub"])
    __mul__ = binary(OPS["mul"])
    __rmul__ = reflected(OPS["mul"])
    __truediv__ = binary(OPS["div"])
    __rtruediv__ = reflected(OPS["div"])
    __mod__ = binary(OPS["mod"])
    __rmod__ = reflected(OPS["mod"])
    __floordiv__ = binary(OPS["floordiv"])
    __rfloordiv__ = reflected(OPS["floordiv"])
    __rpow__ = reflected(OPS["pow"])
    __neg__ = unary(OPS["neg"])
    __abs__ = unary(OPS["abs"])

    _to_constant = binary(OPS["power"])
    _to_value = binary(OPS["pow"])

    def __pow__(self, exponent: Any) -> Value:
        """Return self ** exponent; the power rule is enough where the exponent is a number."""
        return self._to_value(exponent) if isinstance(exponent, Value) else self._to_constant(exponent)

    def __pos__(self) -> Value:
        return self

    def __divmod__(self, other: Any) -> tuple[Value, Value]:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> tuple[Value, Value]:
        return other // self, other % self

    # --- functions of one argument: one line each; NumPy's names too, so that np.arctan(v) finds them ---------

    abs = unary(OPS["abs"])
    exp = unary(OPS["exp"])
    expm1 = unary(OPS["expm1"])
    exp2 = unary(OPS["exp2"])
    log = unary(OPS["log"])
    log1p = unary(OPS["log1p"])
    log2 = unary(OPS["log2"])
    log10 = unary(OPS["log10"])
    sqrt = unary(OPS["sqrt"])
    cbrt = unary(OPS["cbrt"])
    sin = unary(OPS["sin"])
    cos = unary(OPS["cos"])
    tan = unary(OPS["tan"])
    asin = arcsin = unary(OPS["asin"])
    acos = arccos = unary(OPS["acos"])
    atan = arctan = unary(OPS["atan"])
    sinh = unary(OPS["sinh"])
    cosh = unary(OPS["cosh"])
    tanh = unary(OPS["tanh"])
    sech = unary(OPS["sech"])
    asinh = arcsinh = unary(OPS["asinh"])
    acosh = arccosh = unary(OPS["acosh"])
    atanh = arctanh = unary(OPS["atanh"])
    erf = unary(OPS["erf"])
    erfc = unary(OPS["erfc"])
    sigmoid = unary(OPS["sigmoid"])
    softplus = unary(OPS["softplus"])
    relu = unary(OPS["relu"])
    floor = unary(OPS["floor"])
    ceil = unary(OPS["ceil"])
    sign = unary(OPS["sign"])

    hypot = method_of_two(OPS["hypot"])  # these three are what np.hypot, np.arctan2 and np.var ask for
    atan2 = arctan2 = method_of_two(OPS["atan2"])

    def conjugate(self) -> Value:
        """Return this Value itself: it is real."""
        return self

    # --- what it is -------------------------------------------------------------------------------------------

    @property
    def data(self) -> float:
        """The number, a float. It may be set; nodes recorded before keep the number that they used.

        Setting it on a computed Value is a nudge, recorded as ``old + step``, through which gradients still flow.
        """
        if PEEKING:
            peek(self)
        return self._data

    @data.setter
    def data(self, number: Any) -> None:
        number = real(number, "data")
        if self.op is not None:
            nudge(self, number)
        else:
            CLOCK.edits += 1
        self._data = number

    @property
    def grad(self) -> float:
        """The gradient of the last root in this node (summed over sweeps, if this is a leaf); 0 before any."""
        if PEEKING:
            peek(self, "grad")
        return 0.0 if self._grad is None else self._grad + 0.0  # + 0.0: never -0.0

    @grad.setter
    def grad(self, number: Any) -> None:
        self._grad = real(number, "grad")

    @property
    def label(self) -> str:
        """Its name in pictures, explanations and errors; "" for none."""
        return self._label

    @label.setter
    def label(self, label: str | None) -> None:
        if label is not None and not isinstance(label, str):
            raise TypeError(f"label must be a str, got {shown(label)}")
        self._label = label or ""

    @property
    def operands(self) -> tuple[Value, ...]:
        """The Values it was made from, one for every use: ``(x * x).operands`` is ``(x, x)``."""
        return tuple(v for v in (self.x, self.y) if v is not None)

    def detach(self) -> Value:
        """Return a new leaf with the same data and label, cut from the graph: no gradient flows through it."""
        if PEEKING:
            peek(self, "detach")
        return Value(self._data, label=self.label)

    def __repr__(self) -> str:
        return f"Value(data={self.data}, grad={self.grad})"

    # --- copies: a leaf is copied or pickled as a number; a graph is copied node by node, never by recursion ---

    def __copy__(self) -> Value:
        if isinstance(self.op, ByHand) and self.op.recipe.closure:
            self.op.recipe.derivatives()  # a copy may outlive the node that the closure belongs to
        twin = new(type(self))
        for slot in set(Value.__slots__) - {"__weakref__"}:  # a copy has weak references of its own
            setattr(twin, slot, getattr(self, slot))
        if hasattr(self, "__dict__"):  # of a subclass
            twin.__dict__.update(self.__dict__)
        return twin

    def __deepcopy__(self, memo: dict[int, Any]) -> Value:
        for node in order(self):
            if id(node) not in memo:
                twin = memo[id(node)] = node.__copy__()
                twin.x, twin.y = memo.get(id(node.x)), memo.get(id(node.y))
        copied: Value = memo[id(self)]
        return copied

    def __reduce_ex__(self, protocol: Any) -> Any:
        if self.op is not None:
            raise TypeError(
                "a Value that was computed cannot be pickled: its copy would be cut from the leaves it depends on; "
                "pickle the leaves and compute it again, or pickle v.detach() for the number alone"
            )
        return object.__reduce_ex__(self, protocol)

    # --- backward ---------------------------------------------------------------------------------------------

    def backward(self, seed: float = 1.0) -> None:
        """Set the gradient of this Value in every node it depends on, by one reverse sweep.

        Args:
            seed: the gradient of this Value in itself.

        A leaf adds the result of this sweep to the gradient it has. So losses may be swept one by one, and a second
        call gives exactly twice the first. Every other node starts afresh. A derivative may be inf or
        nan; that does not raise.

        The gradient is that of what was recorded. If a leaf was edited between two sweeps of one record, a warning
        says so: compute the loss again.

        >>> x = Value(3.0)
        >>> (x * x).backward()
        >>> x.grad
        6.0
        """
        backward(self, seed)


def nudge(node: Value, number: float) -> None:
    """Set a computed ``node`` to ``number``: a new node takes over its operation, and node becomes that plus a step."""
    before = new(Value)
    before._data, before._grad, before._label = node._data, None, ""
    before.op, before.x, before.y, before.x0, before.y0 = node.op, node.x, node.y, node.x0, node.y0
    node.op, node.x, node.y = OPS["add"], before, None
    node.x0, node.y0 = before._data, number - before._data
