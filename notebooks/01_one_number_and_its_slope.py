# %% [markdown]
# # If I nudge one number, how far does the result move?
#
# A gradient answers this question and nothing else. Take a function of one number, and nudge that number a little:

# %%
from autograd import Value, draw, grad, gradcheck
from nn import plot_tangent


def f(x):
    return x**3 - 2 * x


before, after = f(1.5), f(1.5 + 0.001)
print(f"f(1.5) = {before:.6f}, f(1.501) = {after:.6f}")
print(f"it moved {(after - before) / 0.001:.4f} times as far as the nudge")

# %% [markdown]
# The smaller the nudge, the closer the ratio comes to the slope at the point, until rounding errors spoil it:

# %%
for nudge in (0.1, 0.001, 1e-6, 1e-9, 1e-12, 1e-15):
    print(f"nudge {nudge:8.0e}   slope {(f(1.5 + nudge) - f(1.5)) / nudge:.9f}")

# %% [markdown]
# A `Value` is a number that records every operation done to it. `backward()` goes back through the record and finds
# the slope without a nudge, and therefore without losing half of the digits to rounding.

# %%
x = Value(1.5, label="x")
y = f(x)
y.label = "y"
y.backward()
print(f"dy/dx = {x.grad}")
draw(y)

# %% [markdown]
# Read the numbers from left to right and the gradients from right to left. On each arrow, × is the local derivative: it
# says how many times as far the result of the operation moves as this operand does. The gradient at the head of the
# arrow times the local derivative is the share (=) that goes back to the tail. Two arrows leave `x`, so two shares come
# back, and they are added.
#
# The result is the slope of the tangent:

# %%
plot_tangent(f, 1.5)

# %% [markdown]
# Is it right? `gradcheck` compares it with a slope that is computed from the function alone, without the chain rule.

# %%
gradcheck(f, 1.5)

# %% [markdown]
# A slope is itself a function of x, so it has a slope too. The derivative of x³ - 2x is 3x² - 2, and the derivative
# of 3x² - 2 is 6x. At 1.5 these are 4.75 and 9:

# %%
print(grad(f)(1.5), grad(grad(f))(1.5))
