"""What a type checker is told of derivatives: they have the form of the argument in which they are taken.

    grad(f)(2.0)             float
    grad(f)([2.0, 5.0])      list[float]
    grad(f)(Value(2.0))      Value | float, as the derivative of 3 x is the number 3.0

A type says nothing of what a function uses besides its arguments. The derivatives of a function that uses Values of
yours are Values, even at plain numbers; `gradients` is typed for them. Any other form of argument gives Any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, overload

from autograd.engine.value import Value

if TYPE_CHECKING:  # only annotations need NumPy here
    import numpy as np
    import numpy.typing as npt

    Array: TypeAlias = npt.NDArray[np.float64]

__all__ = ["Gradient", "Hessian", "ValueAndGradient"]


class Gradient(Protocol):
    """The function that gives the gradient of another in its first argument."""

    @overload
    def __call__(self, x: Value, /, *args: Any, **kwargs: Any) -> Value | float: ...
    @overload
    def __call__(self, x: float, /, *args: Any, **kwargs: Any) -> float: ...
    @overload
    def __call__(self, x: list[float], /, *args: Any, **kwargs: Any) -> list[float]: ...
    @overload
    def __call__(self, x: list[Value], /, *args: Any, **kwargs: Any) -> list[Value | float]: ...
    @overload
    def __call__(self, x: list[list[float]], /, *args: Any, **kwargs: Any) -> list[list[float]]: ...
    @overload
    def __call__(self, x: tuple[float, ...], /, *args: Any, **kwargs: Any) -> tuple[float, ...]: ...
    @overload
    def __call__(self, x: dict[str, float], /, *args: Any, **kwargs: Any) -> dict[str, float]: ...
    @overload
    def __call__(self, x: Array, /, *args: Any, **kwargs: Any) -> Array: ...
    @overload
    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...


class ValueAndGradient(Protocol):
    """The function that gives both another function's number and its gradient in the first argument."""

    @overload
    def __call__(self, x: Value, /, *args: Any, **kwargs: Any) -> tuple[Value | float, Value | float]: ...
    @overload
    def __call__(self, x: float, /, *args: Any, **kwargs: Any) -> tuple[float, float]: ...
    @overload
    def __call__(self, x: list[float], /, *args: Any, **kwargs: Any) -> tuple[float, list[float]]: ...
    @overload
    def __call__(self, x: tuple[float, ...], /, *args: Any, **kwargs: Any) -> tuple[float, tuple[float, ...]]: ...
    @overload
    def __call__(self, x: dict[str, float], /, *args: Any, **kwargs: Any) -> tuple[float, dict[str, float]]: ...
    @overload
    def __call__(self, x: Array, /, *args: Any, **kwargs: Any) -> tuple[float, Array]: ...
    @overload
    def __call__(self, *args: Any, **kwargs: Any) -> tuple[Any, Any]: ...


class Hessian(Protocol):
    """The function that gives the second derivatives of another in its first argument."""

    @overload
    def __call__(self, x: Value, /, *args: Any, **kwargs: Any) -> Value | float: ...
    @overload
    def __call__(self, x: float, /, *args: Any, **kwargs: Any) -> float: ...
    @overload
    def __call__(self, x: list[float], /, *args: Any, **kwargs: Any) -> list[list[float]]: ...
    @overload
    def __call__(self, x: tuple[float, ...], /, *args: Any, **kwargs: Any) -> tuple[tuple[float, ...], ...]: ...
    @overload
    def __call__(self, x: dict[str, float], /, *args: Any, **kwargs: Any) -> dict[str, dict[str, float]]: ...
    @overload
    def __call__(self, x: Array, /, *args: Any, **kwargs: Any) -> Array: ...
    @overload
    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...
