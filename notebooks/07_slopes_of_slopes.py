# %% [markdown]
# # What is the slope of a slope good for?
#
# A gradient says in which direction a loss falls, but not how far to go. That depends on how fast the gradient itself
# changes along the way: on the second derivative. In this engine a derivative is a graph like any other result, so it
# can be differentiated again. This notebook does so for three purposes: to train a network with Newton's method, to put
# error bars on a law that was fitted to measurements, and to solve a differential equation.

# %%
import numpy as np

from autograd import Program, Value, cos, draw, exp, grad, gradients, hessian, jacobian, tanh
from autograd.plots.figure import COLORS, STYLES, axes_for
from nn import MLP, SGD, Adam, Table, mse, plot_fit, plot_tangent

# %% [markdown]
# ## A derivative is a graph
#
# `gradients` returns the derivative as a Value. The derivative of tanh is the square of sech, and 1 is the gradient of
# the result in itself, where the chain rule begins:

# %%
x = Value(0.5, label="x")
(slope,) = gradients(x.tanh(), [x])
slope.label = "slope"
draw(slope)

# %% [markdown]
# This graph can be differentiated in turn, and the result is the graph of the second derivative. The same rules are
# applied once more, now to a product and to sech, whose derivative brings tanh in.

# %%
(bend,) = gradients(slope, [x])
bend.label = "bend"
draw(bend)

# %% [markdown]
# The second derivative is the slope of the slope. Below 0 the slope of tanh grows, above 0 it falls:

# %%
print(f"at x = 0.5 the slope is {slope.data:.4f}, and the slope of the slope {bend.data:.4f}")
plot_tangent(grad(tanh), 0.5)

# %% [markdown]
# ## How far to step
#
# Take a small network with seven weights, and 25 noisy points of a bump. The loss is a graph, and so are its seven
# derivatives. A `Program` computes the loss quickly for any other weights.

# %%
noise = np.random.default_rng(0).normal(size=25)
xs = np.linspace(-3.0, 3.0, 25)
ys = np.exp(-(xs**2)) + 0.05 * noise

model = MLP(1, [2, 1], activation="tanh", rng=4)
loss = mse([model([x]) for x in xs.tolist()], ys.tolist())
losses = Program(loss)
weights = losses.leaves
slopes = gradients(loss, weights)

# %% [markdown]
# The second derivatives of the loss form a square matrix, the Hessian. Row i says how the slope along weight i changes
# when each of the weights moves. So let a program take a direction as its input and compute the slope of the loss in
# that direction; its gradient in the weights is the slope of that slope. Seven directions, one along each weight, make
# a batch of seven examples. Their values are the gradient of the loss, and their gradients the rows of the Hessian.


# %%
def slope_along(direction):
    return sum(d * slope for d, slope in zip(direction, slopes, strict=True))


seven = np.eye(len(weights))
slope_of_loss = Program.trace(slope_along, seven[0].tolist())
print(repr(slope_of_loss))


def loss_at(w):
    losses.weights = w
    return losses.gradients().value


def gradient_and_hessian(w):
    slope_of_loss.weights = w
    found = slope_of_loss.gradients(seven, reduction=None)
    return found.value, found.flat


start = losses.weights.copy()
gradient, curvature = gradient_and_hessian(start)
print("the gradient of the loss:", np.allclose(gradient, losses.gradients().flat, rtol=1e-9))
print("a symmetric matrix:", np.allclose(curvature, curvature.T, rtol=1e-9))

# %% [markdown]
# Newton's method replaces the loss by the quadratic function that has the same value, gradient and Hessian at the
# present weights, and goes to the point where the gradient of that function is 0:

# %%
HEAD = ("step", "loss", "norm of the gradient", "lowest eigenvalue")


def row(step, w):
    gradient, curvature = gradient_and_hessian(w)
    norm = np.linalg.norm(gradient)
    return step, loss_at(w), norm if norm > 1e-10 else "below 1e-10", np.linalg.eigvalsh(curvature)[0]


w, rows = start, []
for step in range(9):
    if step % 2 == 0:
        rows.append(row(step, w))
    gradient, curvature = gradient_and_hessian(w)
    w = w - np.linalg.solve(curvature, gradient)
print(f"the variance of the targets: {ys.var():.4f}")
Table(HEAD, rows)

# %% [markdown]
# The gradient goes to 0, but not at a minimum. The loss stays at the variance of the targets: the network gives their
# mean everywhere, and its hidden units do nothing. The lowest eigenvalue of the Hessian is negative, so along its
# eigenvector the loss curves down and falls to both sides. The point is a saddle. Newton's method looks for a point
# without slope and does not ask of which kind it is: in a direction of negative curvature, the quadratic function has a
# maximum, and the step goes there, uphill.
#
# The remedy is to add a number to the diagonal of the Hessian. This adds it to every eigenvalue, so that none is
# negative any more. A large number makes a short step against the gradient; with a small one, the step is nearly
# Newton's. If the loss falls, the next number is smaller. If it does not, the step is tried again with a larger one.


# %%
def damped(w, loss_at, gradient_and_hessian, steps):
    """Newton's method, but never uphill: the last weights, and the weights after every step."""
    damping, path = 1.0, [w]
    for _ in range(steps):
        gradient, curvature = gradient_and_hessian(w)
        lowest, now = np.linalg.eigvalsh(curvature)[0], loss_at(w)
        while True:
            shift = (damping + max(0.0, -lowest)) * np.eye(len(w))
            ahead = w - np.linalg.solve(curvature + shift, gradient)
            if loss_at(ahead) <= now:
                break
            damping *= 4
        w, damping = ahead, damping / 4
        path.append(w)
    return w, path


best, path = damped(start, loss_at, gradient_and_hessian, steps=13)
Table(HEAD, [row(step, w) for step, w in enumerate(path)])

# %% [markdown]
# Now all eigenvalues are positive, and this is a minimum. Look at the norm of the gradient in the last lines: near the
# minimum, every step doubles the number of correct digits.
#
# Gradient descent and Adam know the gradient alone. They start from the same weights:


# %%
def trained(optimizer):
    losses.weights = start
    losses.write()
    found = []
    for _ in range(5000):
        model.zero_grad()
        found.append(losses.backward())
        optimizer.step()
    return found


curves = {
    "gradient descent": trained(SGD(model.parameters(), learning_rate=0.1)),
    "Adam": trained(Adam(model.parameters(), learning_rate=0.02)),
    "Newton, damped": [loss_at(w) for w in path],
}
ax = axes_for(None)
for i, (name, found) in enumerate(curves.items()):
    gap = np.array(found) - loss_at(best)
    ax.loglog(np.arange(1, len(gap) + 1)[gap > 1e-15], gap[gap > 1e-15], STYLES[i], color=COLORS[i], label=name)
ax.set(title="Loss above its minimum", xlabel="step", ylabel="loss - lowest loss")
ax.legend()
ax

# %% [markdown]
# A step of Newton's method costs more: seven slopes are differentiated instead of one loss, and seven equations are
# solved. For a million weights, the matrix would hold a million times a million numbers. That is why large networks are
# trained with the gradient alone. Small ones need not be.

# %%
losses.weights = best
losses.write()
plot_fit(model, xs, ys)

# %% [markdown]
# ## Error bars
#
# A pendulum swings less and less. Its position is measured 30 times, with an error of 0.2 each time. The law of its
# motion has three parameters: amplitude, damping and frequency. No network is needed: a law is a function with
# parameters, too.

# %%
TRUE = np.array([2.0, 0.3, 2.5])
NAMES = ("amplitude", "damping", "frequency")
times = np.linspace(0.0, 6.0, 30)


def law(p, t):
    return p[0] * exp(-p[1] * t) * cos(p[2] * t)


exact = np.array([law(TRUE, t) for t in times])
measured = exact + 0.2 * np.random.default_rng(1).normal(size=30)


def residuals(p):
    return [law(p, t) - m for t, m in zip(times, measured, strict=True)]


# %% [markdown]
# Half the sum of the squared residuals has a Hessian of two parts. The first is JᵀJ, where J is the Jacobian: the first
# derivatives of all residuals. The second is made of the residuals times their second derivatives, and is small where
# the residuals are small. The method of Gauss and Newton leaves it out; what remains has no negative eigenvalue.

# %%
p = np.array([1.5, 0.5, 2.4])
rows = []
for step in range(7):
    J, r = np.array(jacobian(residuals)(p)), np.array(residuals(p))
    rows.append((step, *(f"{number:.6f}" for number in p), r @ r / 2))
    p = p - np.linalg.solve(J.T @ J, J.T @ r)
Table(("step", *NAMES, "half the sum of squares"), rows)

# %%
J, r = np.array(jacobian(residuals)(p)), np.array(residuals(p))
whole = np.array(hessian(lambda p: 0.5 * sum(r**2 for r in residuals(p)))(p))
print(f"JᵀJ and the Hessian differ by {np.linalg.norm(J.T @ J - whole) / np.linalg.norm(whole):.1%}")

# %% [markdown]
# How certain is this result? Other measurements would have other errors, and their minimum would lie elsewhere: far
# away in a direction in which the sum of squares is flat, nearby in one in which it curves steeply. So the curvature at
# the minimum says how uncertain the parameters are. Their covariance is σ² (JᵀJ)⁻¹, where σ² is the sum of the squared
# residuals, divided by the number of measurements minus the number of parameters.

# %%
variance = r @ r / (len(r) - len(p))
covariance = variance * np.linalg.inv(J.T @ J)
bars = np.sqrt(np.diag(covariance))
Table(("parameter", "true", "fitted", "±"), list(zip(NAMES, TRUE, p, bars, strict=True)))

# %% [markdown]
# The uncertainty of the curve follows by the chain rule: its derivatives in the parameters, at each time, carry the
# covariance over.

# %%
fine = np.linspace(0.0, 9.0, 200)
curve = np.array([law(p, t) for t in fine])
G = np.array(jacobian(lambda p: [law(p, t) for t in fine])(p))
spread = np.sqrt(np.einsum("ti,ij,tj->t", G, covariance, G))

ax = axes_for(None)
ax.fill_between(fine, curve - 2 * spread, curve + 2 * spread, color=COLORS[5], alpha=0.5, label="fitted ± 2 errors")
ax.plot(fine, curve, color=COLORS[0], label="fitted")
ax.plot(fine, [law(TRUE, t) for t in fine], "--", color=COLORS[6], label="true")
ax.plot(times, measured, "s", color=COLORS[1], markersize=4, label="measured")
ax.set(title="A pendulum, measured up to t = 6", xlabel="time", ylabel="position")
ax.legend()
ax

# %% [markdown]
# Are the error bars honest? Let us repeat the measurement a thousand times, with other errors, and fit the law to each.
# For so many fits, the residual is compiled. A row of the Jacobian is then the gradient of one example of the batch.

# %%
parameters = [Value(number, label=name) for name, number in zip(NAMES, TRUE, strict=True)]
residual = Program.trace(lambda t, m: law(parameters, t) - m, 0.0, 0.0)
order = [NAMES.index(leaf.label) for leaf in residual.leaves]  # in which the program keeps the parameters
print(residual)

# %%
rng = np.random.default_rng(2)
fits, claimed = [], []
for _ in range(1000):
    sample = exact + 0.2 * rng.normal(size=30)
    residual.weights = TRUE[order]
    for _ in range(6):
        found = residual.gradients(times, sample, reduction=None)
        J, r = found.flat, found.value
        residual.weights -= np.linalg.solve(J.T @ J, J.T @ r)
    fits.append(residual.weights.copy())
    claimed.append(np.sqrt(r @ r / (len(r) - 3) * np.diag(np.linalg.inv(J.T @ J))))
spread_of_fits = np.std(fits, axis=0)
inside = np.mean(abs(np.array(fits) - TRUE[order]) < claimed, axis=0)
rows = [(NAMES[k], bars[k], spread_of_fits[i], f"{inside[i]:.0%}") for i, k in enumerate(order)]
Table(("parameter", "± of one measurement", "spread of 1,000 fits", "true value within ±"), rows)

# %% [markdown]
# From one measurement and the derivatives of the law, we knew to within a fifth how much a thousand measurements
# scatter. A range of ± one standard error should contain the true value in about two cases of three, and it does.
#
# ## A differential equation
#
# The sine is the function with u″ + u = 0 that begins at u(0) = 0 with the slope u′(0) = 1. Can a network that has
# never seen a sine find it? Let u(x) = x + x² N(x), where N is the network. Then u begins as it should, whatever the
# weights are. The residual, u″ + u, should be 0 everywhere. Training needs its gradient in the weights, a derivative of
# a derivative of a derivative. They are graphs, one made from the other, and the last of them becomes a program:

# %%
net = MLP(1, [8, 1], activation="tanh", rng=2)


def u(x):
    return x + x * x * net([x])


def residual_at(x):
    y = u(x)
    (first,) = gradients(y, [x])
    (second,) = gradients(first, [x])
    return second + y


points, between = np.linspace(0.0, 2 * np.pi, 40), np.linspace(0.0, 2 * np.pi, 200)
residual, solution = Program.trace(residual_at, 0.5), Program.trace(u, 0.5)
start = residual.weights.copy()
print(repr(residual))

# %% [markdown]
# Adam first, on the mean of the squared residuals at 40 points:

# %%
squared = Program.trace(lambda x: residual_at(x) ** 2, 0.5)
optimizer = Adam(net.parameters(), learning_rate=0.005)
for _ in range(2000):
    net.zero_grad()
    squared.backward(points)
    optimizer.step()
by_adam = solution(between)
print(f"Adam, 2,000 steps: u and the sine differ by at most {abs(by_adam - np.sin(between)).max():.1e}")

# %% [markdown]
# Then the damped method from above, from the same weights, with JᵀJ in place of the Hessian:


# %%
def half_sum_of_squares(w):
    residual.weights = w
    return (residual.gradients(points, reduction=None).value ** 2).sum() / 2


def gauss_newton(w):
    residual.weights = w
    found = residual.gradients(points, reduction=None)
    J, r = found.flat, found.value
    return J.T @ r, J.T @ J


residual.weights, _ = damped(start, half_sum_of_squares, gauss_newton, steps=200)
residual.write()
by_gauss_newton = solution(between)
print(f"Gauss-Newton, 200 steps: u and the sine differ by at most {abs(by_gauss_newton - np.sin(between)).max():.1e}")

ax = axes_for(None)
ax.plot(between, np.sin(between), color=COLORS[4], linewidth=5.0, alpha=0.6, label="sine")
ax.plot(between, by_adam, STYLES[1], color=COLORS[1], label="Adam, 2,000 steps")
ax.plot(between, by_gauss_newton, STYLES[0], color=COLORS[0], label="Gauss-Newton, 200 steps")
ax.set(title="u″ + u = 0, u(0) = 0, u′(0) = 1", xlabel="x", ylabel="u(x)")
ax.legend()
ax

# %% [markdown]
# The network was never shown a value of the sine. It was given two numbers at 0, and the equation.
