"""SciPy's optimizers with exact derivatives. Needs scipy."""

import numpy as np
from scipy.optimize import least_squares, minimize

from autograd import exp, grad, hvp, jacobian, value_and_grad


def valley(p):
    """Rosenbrock's function, lowest where all are 1."""
    return sum(100.0 * (p[i + 1] - p[i] ** 2) ** 2 + (1.0 - p[i]) ** 2 for i in range(len(p) - 1))


start = np.full(4, -1.2)
lowest = minimize(value_and_grad(valley), start, jac=True, method="BFGS")
print("BFGS:", lowest.x.round(4))
lowest = minimize(valley, start, jac=grad(valley), hessp=lambda p, v: hvp(valley, p, v), method="trust-ncg", tol=1e-8)
print("Newton, with the Hessian times a vector:", lowest.x.round(4))

times = np.linspace(0.0, 4.0, 20)
measured = 2.5 * np.exp(-1.3 * times) + 0.5 + np.random.default_rng(0).normal(scale=0.01, size=20)


def misses(p):
    return np.array([p[0] * exp(-p[1] * t) + p[2] - m for t, m in zip(times, measured, strict=True)])


fitted = least_squares(misses, [1.0, 1.0, 0.0], jac=jacobian(misses))
print("decay:", fitted.x.round(2), "drawn from 2.5, 1.3, 0.5")
