"""Derivatives of functions, to any order: the table read with Values.

Begin with `functional`, where grad and hessian are; each calls its function through `call`. `values` is the arithmetic.
"""

from autograd.calculus import values
from autograd.calculus.call import GRAPHS

# fmt: off
__all__ = [
    "values",  # the arithmetic of Values: each step is recorded
    "GRAPHS",  # the table in it
]
# fmt: on
