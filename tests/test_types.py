"""What a type checker is told of derivatives. pytest sees what comes, and mypy, in `make check`, what was promised."""

from typing import Any, TypeAlias, assert_type

import numpy as np
import numpy.typing as npt

from autograd import Value, deriv, elementwise_grad, exp, grad, gradients, hessian, hvp, value_and_grad

Array: TypeAlias = npt.NDArray[np.float64]


def square(x: Any, factor: Any = 1.0) -> Any:
    """x² of a number, or the sum of the squares of numbers in a list, a tuple, a dict or an array."""
    items = x.values() if isinstance(x, dict) else x if hasattr(x, "__len__") else [x]
    return sum(item * item for item in items) * factor


def test_a_number_gives_a_float() -> None:
    assert type(assert_type(grad(square)(2.0), float)) is float
    assert type(assert_type(grad(square)(2, 3.0), float)) is float
    assert type(assert_type(grad(grad(square))(2.0), float)) is float
    assert type(assert_type(grad(square, argnums=0)(np.float64(2.0)), float)) is float
    assert type(assert_type(hessian(square)(2.0), float)) is float
    assert type(assert_type(hvp(square, 2.0, 1.0), float)) is float
    assert assert_type(value_and_grad(square)(2.0), tuple[float, float]) == (4.0, 4.0)


def test_a_container_gives_its_own_form() -> None:
    assert assert_type(grad(square)([1, 2.0]), list[float]) == [2.0, 4.0]
    assert assert_type(grad(square)((1.0, 2.0)), tuple[float, ...]) == (2.0, 4.0)
    assert assert_type(grad(square)({"a": 1.0}), dict[str, float]) == {"a": 2.0}
    assert assert_type(grad(lambda m: m[0][0] * m[1][0])([[1.0], [2.0]]), list[list[float]]) == [[2.0], [1.0]]
    assert assert_type(value_and_grad(square)([1.0, 2.0]), tuple[float, list[float]]) == (5.0, [2.0, 4.0])
    assert assert_type(hessian(square)([1.0, 2.0]), list[list[float]]) == [[2.0, 0.0], [0.0, 2.0]]
    assert assert_type(hessian(square)((1.0,)), tuple[tuple[float, ...], ...]) == ((2.0,),)
    assert assert_type(hessian(square)({"a": 1.0}), dict[str, dict[str, float]]) == {"a": {"a": 2.0}}
    assert assert_type(hvp(square, [1.0, 2.0], [0.0, 1.0]), list[float]) == [0.0, 2.0]


def test_an_array_gives_an_array_of_floats() -> None:
    array: Array = np.array([1.0, 2.0])
    assert assert_type(grad(square)(array), Array).tolist() == [2.0, 4.0]
    assert assert_type(elementwise_grad(lambda a: a * a)(array), Array).tolist() == [2.0, 4.0]
    assert assert_type(hessian(square)(array), Array).tolist() == [[2.0, 0.0], [0.0, 2.0]]


def test_a_value_gives_a_value_or_a_number_that_does_not_depend_on_it() -> None:
    x = Value(2.0)
    assert isinstance(assert_type(grad(square)(x), Value | float), Value)
    assert type(assert_type(grad(lambda x: 3.0 * x)(x), Value | float)) is float
    mixed = assert_type(grad(lambda xs: xs[0] * xs[0] + xs[1])([x, Value(1.0)]), list[Value | float])
    assert [type(v) for v in mixed] == [Value, float]
    assert isinstance(assert_type(gradients(exp(x), [x]), list[Value])[0], Value)


def test_a_derivative_in_one_number_is_a_float_unless_it_may_be_a_curve() -> None:
    def curve(x: Value) -> list[Value]:
        return [x, x * x]

    assert type(assert_type(deriv(exp)(0.0), float)) is float
    assert assert_type(deriv(curve)(3.0), Any) == [1.0, 6.0]


def test_auxiliary_data_makes_a_pair() -> None:
    assert assert_type(grad(lambda x: (x * x, "a note"), has_aux=True)(3.0), tuple[Any, Any]) == (6.0, "a note")
