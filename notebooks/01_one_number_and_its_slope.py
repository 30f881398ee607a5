# %% [markdown]
# # If I nudge one number, how far does the result move?
#
# That is all a gradient is. Here is a function of one number, and a nudge.

# %%
from autograd import Value, draw, grad, gradcheck
from nn import plot_tangent


def f(x):
    return x**3 - 2 * x


before, after = f(1.5), f(1.5 + 0.001)
print(f"f(1.5) = {before:.6f}, f(1.501) = {after:.6f}")
print(f"it moved {(after - before) / 0.001:.4f} times as far as the nudge")

# %% [markdown]
# A smaller nudge comes closer to the slope at the point itself, until the rounding of floats spoils it:

# %%
for nudge in (0.1, 0.001, 1e-6, 1e-9, 1e-12, 1e-15):
    print(f"nudge {nudge:8.0e}   slope {(f(1.5 + nudge) - f(1.5)) / nudge:.9f}")

# %% [markdown]
# A `Value` is a number that records what is done to it. One sweep back through the record finds the slope without any
# nudge, and without rounding away half of the digits.

# %%
x = Value(1.5, label="x")
y = f(x)
y.label = "y"
y.backward()
print(f"dy/dx = {x.grad}")
draw(y)

# %% [markdown]
# Read the picture from left to right for the numbers, from right to left for the gradients: each arrow says by how much
# its end moves when its beginning does, and hands that share of the gradient back. Where two arrows leave `x`, their
# shares add up.
#
# The slope is that of the tangent:

# %%
plot_tangent(f, 1.5)

# %% [markdown]
# Is it right? `gradcheck` asks the function itself, by nudges of the best size.

# %%
gradcheck(f, 1.5)

# %% [markdown]
# A slope is a number too, so it has a slope: the derivative of x³ - 2x is 3x² - 2, and the
# derivative of that is 6x.

# %%
print(grad(f)(1.5), grad(grad(f))(1.5))
