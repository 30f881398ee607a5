"""Chainrule's engine: a number that records every operation done to it, and one sweep that applies the chain rule.

The number           Value; gc_paused, inside which large graphs are recorded faster
Derivatives          of functions: grad, value_and_grad, jacobian, hessian, hvp, jvp, vjp, deriv, elementwise_grad;
                     of a recorded graph, as graphs: gradients
Functions            exp expm1 exp2 log log1p log2 log10 sqrt cbrt hypot square xlogy erf erfc
                     sin cos tan asin acos atan atan2 sinh cosh tanh sech asinh acosh atanh
                     sigmoid softplus relu leaky_relu elu silu gelu
                     floor ceil sign clamp where; still, which stops gradients
Of a sequence        total mean prod norm logsumexp softmax, and autograd.max and autograd.min
Why, and what        tree, explain (an Explanation), diagnose (a Diagnosis), source_lines
Pictures             draw, draw_dot, animate (an Animation), explore (a Page)
Is it right?         gradcheck (a Report); primitive and Domain, for an operation of your own
As array code        Program

Each derivative is a row of `autograd.table`. The sweep that puts rows together is `autograd.engine.sweep.pull`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any
from warnings import warn

from autograd.base.rival import rival
from autograd.calculus.composed import (
    clamp,
    elu,
    gelu,
    leaky_relu,
    silu,
    square,
    where,
    xlogy,
)
from autograd.calculus.functional import (
    deriv,
    elementwise_grad,
    grad,
    gradients,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
)
from autograd.calculus.functions import (
    abs as abs,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    cbrt,
    ceil,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    exp2,
    expm1,
    floor,
    log,
    log1p,
    log2,
    log10,
    pow as pow,
    relu,
    sech,
    sigmoid,
    sign,
    sin,
    sinh,
    softplus,
    sqrt,
    still,
    tan,
    tanh,
)
from autograd.calculus.reductions import (
    hypot,
    logsumexp,
    max as max,
    mean,
    min as min,
    norm,
    prod,
    softmax,
    total,
)
from autograd.engine.memory import gc_paused
from autograd.engine.value import Value
from autograd.table import Domain

if TYPE_CHECKING:
    from autograd.check.gradcheck import gradcheck
    from autograd.check.primitive import primitive
    from autograd.check.report import Report
    from autograd.motion.animation import Animation, animate
    from autograd.page.document import Page
    from autograd.page.explore import explore
    from autograd.pictures.drawing import draw, draw_dot
    from autograd.program.program import Program
    from autograd.text.diagnose import Diagnosis, diagnose
    from autograd.text.explain import explain
    from autograd.text.explanation import Explanation
    from autograd.text.source_lines import source_lines
    from autograd.text.tree import tree

# Readings for people, checks and programs are imported at their first use: the engine alone loads in about 20 ms.
LATER = {
    "Page": "page.document",
    "explore": "page.explore",
    "Diagnosis": "text.diagnose",
    "diagnose": "text.diagnose",
    "explain": "text.explain",
    "Explanation": "text.explanation",
    "source_lines": "text.source_lines",
    "tree": "text.tree",
    "gradcheck": "check.gradcheck",
    "Report": "check.report",
    "primitive": "check.primitive",
    "draw": "pictures.drawing",
    "draw_dot": "pictures.drawing",
    "animate": "motion.animation",
    "Animation": "motion.animation",
    "Program": "program.program",
}


def __getattr__(name: str) -> Any:
    if name not in LATER:
        raise AttributeError(f"module 'autograd' has no attribute {name!r}")
    globals()[name] = getattr(import_module(f"autograd.{LATER[name]}"), name)
    return globals()[name]


def show(value: Value, include: Any = None, exclude: Any = None) -> dict[str, str]:
    """Return the picture of a Value for a notebook. The engine knows no pictures, so the two are tied together here."""
    from autograd.pictures.drawing import value_in_cell

    return value_in_cell(value, include, exclude)


if sentence := rival():
    warn(sentence, stacklevel=2)

Value._repr_mimebundle_ = show  # type: ignore[attr-defined]


def __dir__() -> list[str]:
    return sorted({*globals(), *LATER})


# The built-in abs, max, min and pow survive `from autograd import *`: ours are written autograd.max and so on.
# fmt: off
__all__ = [
    "Value", "gc_paused",
    # derivatives of functions, and of graphs
    "grad", "value_and_grad", "jacobian", "hessian", "hvp", "jvp", "vjp", "deriv", "elementwise_grad",
    "gradients",
    "gradcheck", "Report", "primitive", "Domain",
    "Program",
    # functions: rows of the table
    "exp", "expm1", "exp2", "log", "log1p", "log2", "log10", "sqrt", "cbrt", "hypot",
    "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "sech", "asinh", "acosh", "atanh",
    "erf", "erfc", "sigmoid", "softplus", "relu", "floor", "ceil", "sign", "still",
    # functions: composed of rows
    "where", "xlogy", "square", "silu", "gelu", "elu", "leaky_relu", "clamp",
    # functions of a sequence; `hypot`, and autograd.max and autograd.min, are too
    "total", "mean", "prod", "norm", "logsumexp", "softmax",
    # readings for people
    "tree", "explain", "Explanation", "diagnose", "Diagnosis", "source_lines",
    "draw", "draw_dot", "animate", "Animation",
    "explore", "Page",
]
# fmt: on
