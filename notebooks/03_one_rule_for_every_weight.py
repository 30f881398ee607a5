# %% [markdown]
# # Is there one update rule for output and hidden weights alike?
#
# Someone who had just met backpropagation asked: *I have the gradient of the weight between H3 and O. How do I get
# the one between H2 and H3, or H1 and H2?* And: *is there one rule, no matter the number of layers, the connections
# or the transfer function?* (Another name for a transfer function is activation.)
#
# There is one rule. Every weight is updated by the same line, `w.data -= learning_rate * w.grad`, and the gradient of
# a weight is always **the gradient at the unit's sum, times the input that the weight multiplies**.

# %%
import random

from autograd import Value, draw, explain, primitive, sigmoid
from nn import MLP, OneRule, Table, mse, one_rule

# %% [markdown]
# ## The chain H1 → H2 → H3 → O
#
# With one unit in each layer, there is a single path from each weight to the error.

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
# Begin with the weight next to the output. Three steps lead back from the error to `sum O`, and one more to the
# weight.

# %%
print(explain(error, w3o))

# %% [markdown]
# For the next weight, the lines as far as `sum O` are the same. Two more steps follow, through `H3` and `sum H3`. A
# hidden weight differs from an output weight only in how far the gradient has traveled.

# %%
print(explain(error, w23))

# %%
print(explain(error, w12))

# %% [markdown]
# All three weights on one ladder: *given H3 → O, so H2 → H3, so H1 → H2*. The gradient of each weight is what comes in
# times what comes back to the sum. The last line of the loop takes what comes back one unit further: through the
# weight, and through the tanh of the unit before.

# %%
rows, back = [], 2 * (o.data - 1) * (1 - o.data**2)  # dE/d(sum O): through the square and the tanh of O
for name, comes_in, w in (("H3 → O", h3, w3o), ("H2 → H3", h2, w23), ("H1 → H2", h1, w12)):
    rows.append((name, comes_in.data, back, comes_in.data * back, w.grad))
    back = back * w.data * (1 - comes_in.data**2)
Table(("weight", "comes in", "comes back", "product", "weight.grad"), rows)

# %% [markdown]
# ## At any depth
#
# `one_rule` writes the same lines for every layer of a network. It computes them with matrices and compares the
# result with the graph of single numbers. A network of one layer has them once:

# %%
single = MLP(2, [1], output_activation="tanh", rng=1)
print(one_rule(single, [0.5, -1.0], lambda y: mse([y], [1.0])))

# %% [markdown]
# A network with ten hidden layers has them eleven times. These are the output layer and the first two hidden layers:

# %%
deep = MLP(2, [3] * 10 + [1], activation="tanh", init="glorot_uniform", rng=1)
rule = one_rule(deep, [0.5, -1.0], lambda y: mse([y], [1.0]))
print(OneRule((rule.layers[0], *rule.layers[-2:])))

# %% [markdown]
# ## With any connections
#
# A skip connection uses a number once more, and the shares of all uses are added. The update line stays the same.


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
    return second(first(x)) + shortcut * x[0]  # x reaches the output by two paths


parameters = [*first.parameters(), *second.parameters(), shortcut]
losses = train(skipping, parameters, inputs, wanted, steps=200, learning_rate=0.1)
print(f"loss {losses[0]:.4f} -> {losses[-1]:.6f}, shortcut {shortcut.data:.3f}")

# %% [markdown]
# Here `h` reaches the output by two paths, through a unit and past it. Its gradient is the sum over both:

# %%
h, w, v = Value(0.6, label="h"), Value(0.9, label="w"), Value(-0.4, label="v")
y = (w * h).tanh() + v * h
y.label = "y"
print(explain(y, h))

# %% [markdown]
# ## With any transfer function
#
# To define a transfer function of your own, give its value and its derivative. The rule does not change, because the
# derivative enters it as a number.

# %%
swish = primitive("swish", lambda x: x * sigmoid(x), lambda z, x: (z + sigmoid(x) * (1.0 - z),))


def bump(x):
    return (-x * x).exp()  # composed of operations that have rules already


for activation in (swish, bump, Value.sin):
    network = MLP(1, [6, 1], activation=activation, rng=2)
    losses = train(network, network.parameters(), inputs, wanted, steps=200, learning_rate=0.1)
    print(f"{activation.__name__:6} loss {losses[0]:.4f} -> {losses[-1]:.6f}")

# %% [markdown]
# Depth, connections and transfer functions change the gradient. They do not change the rule.
