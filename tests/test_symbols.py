"""Formulas from the table: each, evaluated as an expression, gives what its row computes."""

import re

import pytest
from mpmath import mp
from truth import points

from autograd.engine import floats
from autograd.engine.ops import OPS
from autograd.text.symbols import Symbol, derivative_formulas, formula, symbol, symbols, variable

X, Y, Z = variable("x"), variable("y"), variable("z")
NOTATION = [  # as it is printed -> as Python reads it
    ("√π", "1.7724538509055159"), (r"\|x\|", "abs(x)"), ("·", "*"), ("²", "**2"), ("³", "**3"), (r"\^", "**"), ("√", "sqrt"), ("∛", "cbrt"), ("⌊", "floor("), ("⌋", ")"),
    ("⌈", "ceil("), ("⌉", ")"), ("σ", "sigmoid"), ("½", "0.5"), (r"log\(2\)", "0.6931471805599453"), (r"log\(10\)", "2.302585092994046"),
    ("π", "3.141592653589793"), (r"\[", "float("), (r"\]", ")"), ("mod", "%"),
]  # fmt: skip


# Their derivatives are printed in z, and computed from x: only the exact z says whether the two are the same.
EXACT = {"tanh": mp.tanh, "sigmoid": lambda x: 1 / (1 + mp.exp(-x))}


def computed(text, **names):
    for printed, python in NOTATION:
        text = re.sub(printed, python, text)
    return eval(text, {**vars(floats), "__builtins__": {"float": float}}, names)


@pytest.mark.parametrize("name", [n for n in OPS if n not in ("zero", "scale")])
def test_a_printed_row_computes_what_the_row_computes(name):
    op = OPS[name]
    given = (X, Y)[: len(op.domain)]
    value, printed_partials = formula(op, *given), derivative_formulas(op, Z, *given)
    for at in points(op)[::7]:
        if name in ("power", "pow") and (at[0] <= 0 or at[1] != int(at[1]) > 30):
            continue
        names = dict(zip("xy", at, strict=False))
        try:
            z = op.value(*at)
            assert computed(value.text, **names) == pytest.approx(z, rel=1e-12)
        except OverflowError:
            continue
        with mp.workdps(700):
            names["z"] = EXACT[name](*at) if name in EXACT else z
            for printed, partial in zip(printed_partials, op.partials(z, *at), strict=True):
                if printed is None:
                    assert partial is None
                else:
                    result = float(computed(printed.text, **names))
                    assert result == pytest.approx(partial or 0.0, rel=1e-5, abs=1e-300)


@pytest.mark.parametrize(
    ("made", "text", "latex"),
    [
        (X * 1.0 + 0.0, "x", "x"),
        (X * 0.0, "0", "0"),
        ((-X).__neg__(), "x", "x"),
        (X + -Y, "x - y", "x - y"),
        (X - -Y, "x + y", "x + y"),
        (X - (Y - Z), "x - (y - z)", r"x - \left(y - z\right)"),
        (X - (Y + Z), "x - (y + z)", r"x - \left(y + z\right)"),
        ((X + Y) * Z, "(x + y)·z", r"\left(x + y\right) \, z"),
        (X / (Y * Z), "x/(y·z)", r"\frac{x}{y \, z}"),
        (X / Y / Z, "x/y/z", r"\frac{\frac{x}{y}}{z}"),
        ((X * Y) ** 2, "(x·y)²", r"{\left(x \, y\right)}^{2}"),
        ((-X) ** Y, "(-x)^y", r"{\left(-x\right)}^{y}"),
        (2.0**X, "2^x", "{2}^{x}"),
        (-X * -Y, "x·y", r"x \, y"),
        (-X * Y, "-x·y", r"-x \, y"),
        (1.0 - X, "1 - x", "1 - x"),
        (X - 2.0 + 3.0 * 1.0, "x - 2 + 3", "x - 2 + 3"),
        (-symbols.mod(X, Y), "-(x mod y)", r"-\left(x \bmod y\right)"),
        (Y * symbols.mod(X, Z), "y·(x mod z)", r"y \, \left(x \bmod z\right)"),
        (X * 1e-20, "x·1e-20", r"x \, 1 \cdot 10^{-20}"),
        (symbols.gate(X - Y, 1.0), "[x - y > 0]", r"\left[x - y > 0\right]"),
    ],
)
def test_brackets_and_signs(made, text, latex):
    assert isinstance(made, Symbol)
    assert made.text == text
    assert made.latex == latex


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("w", "w"),
        ("w12", "w_{12}"),
        ("x_1", "x_{1}"),
        ("loss", r"\mathrm{loss}"),
        ("a_b", r"\mathrm{a\_b}"),
        (r"\input{x}", r"\mathrm{\backslash{}input\{x\}}"),
        ("50% & #", r"\mathrm{50\%\ \&\ \#}"),
        ("a\nb", r"\mathrm{a\backslash{}nb}"),
    ],
)
def test_names_are_text_in_latex(name, latex):
    assert variable(name).latex == latex


def test_a_result_that_is_known_by_a_name_is_used_where_that_reads_better():
    assert [derivative_formulas(OPS[name], Z, X)[0].text for name in ("tanh", "sigmoid")] == ["1 - z²", "z·(1 - z)"]
    assert formula(OPS["sigmoid"], symbol(-3.0)).text == "σ(-3)"  # not 1 - σ(3): it is not what was computed
    assert (symbols.sech(X) * symbols.sech(X)).text == "sech(x)²"  # here no name for tanh(x) is known
