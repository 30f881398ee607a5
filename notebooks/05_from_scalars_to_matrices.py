# %% [markdown]
# # Where are the matrices in a graph of single numbers?
#
# Textbooks write a network with matrices; this engine records it number by number. Both describe the same computation.
# A `Program` takes the recorded graph, finds the matrices in it, and writes the code of the textbook.

# %%
import numpy as np

from autograd import Program, draw
from nn import MLP, accuracy, hinge, moons, mse, plot_decision_boundary, predict

network = MLP(2, [3, 2], activation="sigmoid", output_activation="sigmoid", rng=7)
x, t = [0.05, 0.10], [0.01, 0.99]
loss = mse(network(x), t)
loss.label = "loss"
draw(loss, level="neurons")

# %% [markdown]
# The graph has one node for every number. `Program.trace` records it for one example; the arguments of the function
# become the inputs of the program, and all other leaves become parameters. Nobody says where a layer begins.

# %%
program = Program.trace(lambda x, t: mse(network(x), t), x, t)
print(program)

# %% [markdown]
# The comments give the shapes; `n` is the number of examples. The first half goes forward, the second half goes back.
# Its lines multiply upstream gradients by local derivatives and add the shares, as `backward()` does number by number.
#
# ## The outer product
#
# For one example, `d_z1` is the delta of the three hidden units, and `d_z1 @ x.T` is its outer product with the two
# inputs. The graph of single numbers gives the same six numbers:

# %%
gradients = program.gradients([x], [t])
print(gradients["W1"].round(6))

loss.backward()
by_graph = np.array([[w.grad for w in unit.w] for unit in network.layers[0].neurons])
delta = np.array([unit.b.grad for unit in network.layers[0].neurons])  # the input of a bias is 1
print("equal to the graph's gradient:", np.allclose(gradients["W1"], by_graph, rtol=1e-12, atol=0.0))
print("equal to the outer product:   ", np.allclose(gradients["W1"], np.outer(delta, x), rtol=1e-12, atol=0.0))

# %% [markdown]
# ## A batch
#
# For several examples, the same matrix product adds up one outer product for each of them. `gradients` divides the sum
# by the number of examples; with `reduction=None`, it returns the gradient of each example.

# %%
examples, targets = [[0.05, 0.10], [0.9, -0.4], [-1.0, 0.3]], [[0.01, 0.99], [0.5, 0.5], [0.99, 0.01]]
each = program.gradients(examples, targets, reduction=None)["W1"]
mean = program.gradients(examples, targets)["W1"]
print(each.shape, "->", mean.shape)
print("the mean over the examples:", np.allclose(each.mean(axis=0), mean, rtol=1e-12, atol=1e-15))

# %% [markdown]
# ## Training
#
# Now train a network on 100 points, first with the graph of single numbers. Every step records the graph anew.

# %%
points, classes = moons(100, noise=0.1, rng=1)


def margin_loss(model):
    scores = [model(point) for point in points.tolist()]
    return hinge(scores, 2 * classes - 1) + 1e-4 * sum(p * p for p in model.parameters())


def train_graph(model, steps):
    losses = []
    for _ in range(steps):
        loss = margin_loss(model)
        model.zero_grad()
        loss.backward()
        for w in model.parameters():
            w.data -= 0.2 * w.grad
        losses.append(loss.data)
    return losses


by_graph = train_graph(MLP(2, [16, 16, 1], rng=3), steps=10)

# %% [markdown]
# Then with a program. The loss is recorded once; `program.backward()` computes it for the present weights and adds the
# gradients to the leaves. The update is still the one rule.


# %%
def train_program(model, steps):
    program, losses = Program(margin_loss(model)), []
    for _ in range(steps):
        model.zero_grad()
        losses.append(program.backward())
        for w in model.parameters():
            w.data -= 0.2 * w.grad
    return losses


by_program = train_program(MLP(2, [16, 16, 1], rng=3), steps=10)
for step in (0, 4, 9):
    print(f"step {step + 1:2}   graph {by_graph[step]:.9f}   program {by_program[step]:.9f}")

# %% [markdown]
# The losses agree, but a step of the program takes a few hundred microseconds instead of tens of milliseconds. So a
# thousand steps take less than a second:

# %%
model = MLP(2, [16, 16, 1], rng=3)
losses = train_program(model, steps=1000)
print(f"loss {losses[0]:.2f} -> {losses[-1]:.2f}, accuracy {accuracy(predict(model, points), classes):.0%}")
plot_decision_boundary(model, points, classes)
