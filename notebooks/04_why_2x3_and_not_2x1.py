# %% [markdown]
# # Why must the hidden weights' gradient be 2x3 when my product is 2x1?
#
# A network with 2 inputs, 3 hidden units and 2 outputs has weights of 2x3 and 3x2. Somebody multiplied the hidden
# weights with the hidden delta and got 2x1, which cannot be subtracted from 2x3. The product is right. It only is the
# answer to another question.

# %%
import numpy as np

from autograd import draw
from nn import MLP, layer_gradients, mse, one_rule

network = MLP(2, [3, 2], activation="sigmoid", output_activation="sigmoid", rng=7)
x, target = [0.05, 0.10], [0.01, 0.99]


def loss(outputs):
    return mse(outputs, target)


output, hidden = layer_gradients(network, x, loss)

# %% [markdown]
# What comes down to the three hidden units, and what each of them makes of it with its own slope:

# %%
print("upstream", hidden.upstream.round(5))
print("slope   ", hidden.slope.round(5))
print("delta   ", hidden.delta.round(5))

# %% [markdown]
# **Right.** Every weight from an input to a unit gets: that input, times that unit's delta. Two inputs and three deltas
# make 2x3 numbers, one for every weight. This is the outer product.

# %%
right = np.outer(hidden.inputs, hidden.delta)
print("outer(inputs, delta)", right.shape)
print(right.round(6))

# %% [markdown]
# **Wrong here.** The weights times delta: one number for each *input*. It says how the loss would change if the inputs
# changed, and that is what a layer below would be handed, if there were one.

# %%
wrong = hidden.weights @ hidden.delta
print("W · delta", wrong.reshape(-1, 1).shape)
print(wrong.reshape(-1, 1).round(6))
try:
    hidden.weights - 0.1 * wrong.reshape(-1, 1).T
except ValueError as error:
    print("cannot be subtracted from W:", error)

# %% [markdown]
# The graph of single numbers knows no matrices at all. It gives each of the six weights its gradient, and they are the
# ones of the outer product:

# %%
error = loss(network(x))
error.label = "E"
error.backward()
by_graph = np.array([[w.grad for w in neuron.w] for neuron in network.layers[0].neurons]).T
print(by_graph.round(6))
print("the outer product:", np.allclose(by_graph, right, rtol=1e-12, atol=0.0))

# %%
draw(error, level="neurons")

# %% [markdown]
# Both layers side by side, line by line. The lines are the same; only the numbers differ.

# %%
one_rule(network, x, loss)

# %% [markdown]
# If you keep a row for each *unit*, as PyTorch does, rows and columns change places: 3x2 in place of 2x3, and the outer
# product the other way round. Nothing else changes.

# %%
print(one_rule(network, x, loss, rows="units"))
