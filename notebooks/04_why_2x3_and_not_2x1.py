# %% [markdown]
# # Why must the hidden weights' gradient be 2x3 when my product is 2x1?
#
# A network with 2 inputs, 3 hidden units and 2 outputs has weight matrices of 2x3 and 3x2. Someone multiplied the
# hidden weights by the delta of the hidden units and got a 2x1 matrix, which cannot be subtracted from a 2x3 matrix.
# The product is correct, but it answers another question.

# %%
import numpy as np

from nn import MLP, draw_network, layer_gradients, mse, one_rule

network = MLP(2, [3, 2], activation="sigmoid", output_activation="sigmoid", rng=7)
x, target = [0.05, 0.10], [0.01, 0.99]


def loss(outputs):
    return mse(outputs, target)


output, hidden = layer_gradients(network, x, loss)

# %% [markdown]
# Each of the three hidden units receives an upstream gradient and multiplies it by the derivative of its activation.
# The product is the unit's delta, the gradient at its sum:

# %%
print("upstream        ", hidden.upstream.round(5))
print("local derivative", hidden.local_derivative.round(5))
print("delta           ", hidden.delta.round(5))

# %% [markdown]
# **Right.** The gradient of the weight from an input to a unit is that input times the unit's delta. Two inputs and
# three deltas give 2x3 products, one for each weight. This is the outer product.

# %%
right = np.outer(hidden.inputs, hidden.delta)
print("outer(inputs, delta)", right.shape)
print(right.round(6))

# %% [markdown]
# **Wrong here.** The weights times the deltas give one number for each *input*. It says how the loss changes with
# that input. If there were a layer before this one, this would be its upstream gradient.

# %%
wrong = hidden.weights @ hidden.delta
print("W · delta", wrong.reshape(-1, 1).shape)
print(wrong.reshape(-1, 1).round(6))
try:
    hidden.weights - 0.1 * wrong.reshape(-1, 1).T
except ValueError as error:
    print("cannot be subtracted from W:", error)

# %% [markdown]
# The graph of single numbers contains no matrices at all. It gives each of the six weights its own gradient, and
# these six numbers are the outer product:

# %%
loss(network(x)).backward()
by_graph = np.array([[w.grad for w in neuron.w] for neuron in network.layers[0].neurons]).T
print(by_graph.round(6))
print("equal to the outer product:", np.allclose(by_graph, right, rtol=1e-12, atol=0.0))

# %% [markdown]
# The same in a picture. A line for each of the twelve weights ends at its gradient; below `x[0]` and `x[1]` stand the
# two numbers of W · delta.

# %%
draw_network(network, x, loss)

# %% [markdown]
# Here are both layers, line by line. The lines are the same; only the numbers and the shapes differ.

# %%
one_rule(network, x, loss)

# %% [markdown]
# If you store one row for each *unit*, as PyTorch does, swap rows and columns: the weights are 3x2 instead of 2x3,
# and the outer product is taken the other way round. Nothing else changes.

# %%
print(one_rule(network, x, loss, rows="units"))
