# %% [markdown]
# # Is there one update rule for output and hidden weights alike?
#
# Somebody who had just met backpropagation asked: *I have the gradient of the weight between H3 and O. How do I get
# the one between H2 and H3, or H1 and H2?* And: *is there one rule, no matter the number of layers, the connections or
# the transfer function?*
#
# There is. For every weight it is the same line, `w.data -= learning_rate * w.grad`, and the gradient of a weight is
# always **what comes down to the unit's sum, times what comes in through that weight**.

# %%
import random

from autograd import Value, draw, explain, primitive, sigmoid
from nn import MLP, mse, one_rule

# %% [markdown]
# ## The chain H1 → H2 → H3 → O
#
# One unit in each layer, so that there is one path.

# %%
h1 = Value(0.7, label="H1")
w12, w23, w3o = Value(0.5, label="w12"), Value(-0.8, label="w23"), Value(1.2, label="w3O")


def unit(weight, inputs, name):
    total = weight * inputs
    total.label = f"sum {name}"
    out = total.tanh()
    out.label = name
    return out


h2 = unit(w12, h1, "H2")
h3 = unit(w23, h2, "H3")
o = unit(w3o, h3, "O")
error = (o - 1.0) ** 2
error.label = "E"
error.backward()
draw(error, direction="TB")

# %% [markdown]
# The weight next to the output. What comes down to `sum O` is computed once ...

# %%
print(explain(error, w3o))

# %% [markdown]
# ... and the next weight goes on from there: the lines down to `sum O` are the same, then come two more steps, through
# `H3` and its sum. Nothing is different about a hidden weight but how far the gradient has come.

# %%
print(explain(error, w23))

# %%
print(explain(error, w12))

# %% [markdown]
# ## At any depth
#
# The same lines at every layer. They are computed with matrices, and compared with the graph of single numbers. A
# network of one layer has them once:

# %%
single = MLP(2, [1], output_activation="tanh", rng=1)
print(one_rule(single, [0.5, -1.0], lambda y: mse([y], [1.0])))

# %% [markdown]
# With ten hidden layers they stand there eleven times; here are the last one and the first two.

# %%
deep = MLP(2, [3] * 10 + [1], activation="tanh", init="glorot_uniform", rng=1)
lines = str(one_rule(deep, [0.5, -1.0], lambda y: mse([y], [1.0]))).split("hidden ")
print(lines[0] + "hidden " + lines[-2] + "hidden " + lines[-1])

# %% [markdown]
# ## With any connections
#
# A skip connection is one more use of a number, and shares of all uses add up. One update line trains it.


# %%
def train(model, parameters, inputs, wanted, steps, learning_rate):
    losses = []
    for _ in range(steps):
        loss = mse([model(x) for x in inputs], wanted)
        for p in parameters:
            p.grad = 0.0
        loss.backward()
        for p in parameters:
            p.data -= learning_rate * p.grad  # the one rule, whatever p is
        losses.append(loss.data)
    return losses


random.seed(4)
first, second = MLP(1, [4, 4], activation="tanh"), MLP(4, [4, 1], activation="tanh")
shortcut = Value(0.1, label="shortcut")
inputs = [[-1.0], [-0.5], [0.0], [0.5], [1.0]]
wanted = [x[0] ** 2 - x[0] for x in inputs]


def skipping(x):
    return second(first(x)) + shortcut * x[0]  # x reaches the end on two ways


parameters = [*first.parameters(), *second.parameters(), shortcut]
losses = train(skipping, parameters, inputs, wanted, steps=200, learning_rate=0.1)
print(f"loss {losses[0]:.4f} -> {losses[-1]:.6f}, shortcut {shortcut.data:.3f}")

# %% [markdown]
# Why shares of all uses add up: here `h` goes on by two ways, through a unit and past it.

# %%
h, w, v = Value(0.6, label="h"), Value(0.9, label="w"), Value(-0.4, label="v")
y = (w * h).tanh() + v * h
y.label = "y"
print(explain(y, h))

# %% [markdown]
# ## With any transfer function
#
# A transfer function of your own is one row: its value and its slope. The rule does not change, for the slope enters it
# as a number.

# %%
swish = primitive("swish", lambda x: x * sigmoid(x), lambda z, x: (z + sigmoid(x) * (1.0 - z),))


def bump(x):
    return (-x * x).exp()  # made of what is there already


for activation in (swish, bump, Value.sin):
    network = MLP(1, [6, 1], activation=activation, rng=2)
    losses = train(network, network.parameters(), inputs, wanted, steps=200, learning_rate=0.1)
    print(f"{activation.__name__:6} loss {losses[0]:.4f} -> {losses[-1]:.6f}")

# %% [markdown]
# Depths, connections and transfer functions change what the gradient is. They do not change the rule.
