# %% [markdown]
# # How does a gradient find its way back through a long calculation?
#
# By one rule, applied at every step: **upstream gradient × local derivative**. The upstream gradient says how much
# the output changes with the result of the step; the local derivative says how much that result changes with one
# operand. Their product is a share of the operand's gradient, and if a number is used more than once, its shares are
# added.
#
# Here is one neuron, `tanh(x1·w1 + x2·w2 + b)`:

# %%
from autograd import Value, animate, explain, explore, tree

x1, w1 = Value(2.0, label="x1"), Value(-3.0, label="w1")
x2, w2 = Value(0.0, label="x2"), Value(1.0, label="w2")
b = Value(6.8813735870195432, label="b")

total = x1 * w1 + x2 * w2 + b
total.label = "sum"
out = total.tanh()
out.label = "out"
out

# %% [markdown]
# Before `backward()`, every gradient is shown as –, because none has been computed yet. Now compute them:

# %%
out.backward()
out

# %% [markdown]
# The same, in motion: the data going forward, then the gradients going back. Each line below the picture is one step.

# %%
animate(out)

# %% [markdown]
# The same graph as text:

# %%
print(tree(out))

# %% [markdown]
# Why is the gradient of `w1` equal to 1? `explain` shows every step from the output back to `w1`, first in symbols
# and then in numbers. Below the steps, it multiplies the local derivatives along the path from `w1` to the output.

# %%
print(explain(out, w1))

# %% [markdown]
# Step through the graph yourself. Click on the picture; the arrow keys move one step forward or back. Press P to
# predict the next gradient before it is shown.

# %%
explore(out)

# %% [markdown]
# ## When a number is used twice
#
# In `a·a`, the number `a` is used twice. Each use has the local derivative `a`; added together, they give the `2a` of
# the textbook.

# %%
a = Value(3.0, label="a")
square = a * a
square.label = "a²"
print(explain(square, a))
square.backward()
square

# %% [markdown]
# This is why a gradient is accumulated with `+=`. With `=`, only the share of the last use would remain.
#
# ## Why the order matters
#
# In `b = a + a; c = b * b`, the gradient of `b` must be complete before it is passed back to `a`. `backward()`
# therefore visits every node after all the nodes that use it.

# %%
a = Value(1.0, label="a")
b = a + a
b.label = "b"
c = b * b
c.label = "c"
print(explain(c, a))
