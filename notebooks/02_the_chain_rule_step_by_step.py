# %% [markdown]
# # How does a gradient find its way back through a long calculation?
#
# By one rule, applied at each step: **what comes down, times the local slope**. Where a number is used more than once,
# the shares add up. Here is one neuron, `tanh(x1·w1 + x2·w2 + b)`.

# %%
from autograd import Value, explain, explore, tree

x1, w1 = Value(2.0, label="x1"), Value(-3.0, label="w1")
x2, w2 = Value(0.0, label="x2"), Value(1.0, label="w2")
b = Value(6.8813735870195432, label="b")

total = x1 * w1 + x2 * w2 + b
total.label = "sum"
out = total.tanh()
out.label = "out"
out

# %% [markdown]
# Before a sweep a gradient is shown as –, not as 0: nobody has asked yet. Now sweep back:

# %%
out.backward()
out

# %% [markdown]
# The same as text:

# %%
print(tree(out))

# %% [markdown]
# Why is the gradient of `w1` what it is? Each step, with its rule in symbols and in numbers; then the path from `w1` to
# the output, with the slopes along it.

# %%
print(explain(out, w1))

# %% [markdown]
# Step through it yourself: arrow keys go forward and backward, P hides the next gradient and asks for it.

# %%
explore(out)

# %% [markdown]
# ## When a number is used twice
#
# In `a·a` both uses count. Each has the slope `a`, and together they are the `2a` of the textbook.

# %%
a = Value(3.0, label="a")
square = a * a
square.label = "a²"
print(explain(square, a))
square.backward()
square

# %% [markdown]
# That is why gradients are added (`+=`) and not set: setting would keep the last use only.
#
# ## Why the order matters
#
# In `b = a + a; c = b * b` the gradient of `b` must be whole before it is passed on. The sweep takes the nodes in an
# order in which each comes after everything that uses it.

# %%
a = Value(1.0, label="a")
b = a + a
b.label = "b"
c = b * b
c.label = "c"
print(explain(c, a))
