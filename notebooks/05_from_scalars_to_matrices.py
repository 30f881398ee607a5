# %% [markdown]
# # Where are the matrices in a graph of single numbers?
#
# Textbooks write a network with matrices; this engine records it number by number. Both describe the same computation.
# A `Program` takes the recorded graph, finds the matrices in it, and writes the code of the textbook.

# %%
import random

import numpy as np

from autograd import Program, Value, draw, logsumexp, softmax
from nn import MLP, accuracy, hinge, moons, mse, plot_decision_boundary, predict

network = MLP(2, [3, 2], activation="sigmoid", output_activation="sigmoid", rng=7)
x, t = [0.05, 0.10], [0.01, 0.99]
loss = mse(network(x), t)
loss.label = "loss"
draw(loss, level="neurons")

# %% [markdown]
# The graph has one node for every number. `Program.trace` records it for one example; the arguments of the function
# become the inputs of the program, and all other leaves become parameters. Nothing tells it where a layer begins.

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
# Then with a program. The loss is recorded once; `program.backward()` computes it for the current weights and adds the
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

# %% [markdown]
# ## Recurrence
#
# A recurrent layer computes its state from its old state `h` and an input `x`, each with weights of its own. This is
# one step of it.

# %%
draw_weight = random.Random(0).gauss


def matrix(rows, columns, name):
    return [[Value(draw_weight(0.0, 0.3), label=f"{name}[{i}][{j}]") for j in range(columns)] for i in range(rows)]


def dot(xs, ys):
    return sum(x * y for x, y in zip(xs, ys, strict=True))


def linear(weights, xs):
    return [dot(row, xs) for row in weights]


from_state, from_input = matrix(4, 4, "Wh"), matrix(4, 2, "Wx")


def recurrent(h, x, t):
    h = [(a + b).tanh() for a, b in zip(linear(from_state, h), linear(from_input, x), strict=True)]
    return sum((a - b) ** 2 for a, b in zip(h, t, strict=True))


print(Program.trace(recurrent, [0.0] * 4, [0.3, 0.4], [1.0] * 4))

# %% [markdown]
# ## Attention
#
# Each place compares its query with the keys of the places up to it; the softmax of these scores says how much it takes
# of the value of each. Number by number, these are four nested loops over rows that grow from place to place. The
# program has the products of the textbook: queries times keys, with a mask that hides the places ahead; the softmax of
# each row; and the resulting shares times values.

# %%
PLACES, WIDTH, HEADS = 16, 16, 4
SIZE = WIDTH // HEADS
query, key, value = matrix(WIDTH, WIDTH, "Wq"), matrix(WIDTH, WIDTH, "Wk"), matrix(WIDTH, WIDTH, "Wv")


def attention(xs):
    asked, keys, values = ([linear(weights, x) for x in xs] for weights in (query, key, value))
    mixed = [[] for _ in xs]
    for first in range(0, WIDTH, SIZE):
        head = slice(first, first + SIZE)
        for i, q in enumerate(asked):
            shares = softmax([dot(q[head], k[head]) * SIZE**-0.5 for k in keys[: i + 1]])
            mixed[i] += [dot(shares, [v[c] for v in values[: i + 1]]) for c in range(first, first + SIZE)]
    return mixed


one = [[0.1] * WIDTH for _ in range(PLACES)]
attended = Program.trace(lambda x: sum(dot(row, row) for row in attention(x)), one)
print(attended)

# %% [markdown]
# ## A small language model
#
# With this, a small GPT is a page of code: letters and places are looked up by one-hot products, attention mixes the
# places, a layer of hidden units follows, and the next letter is predicted. Its graph has more than 100,000 nodes.

# %%
LETTERS = ".abcdefghijklmnopqrstuvwxyz"  # a dot begins and ends each name
letters, places = matrix(WIDTH, len(LETTERS), "letters"), matrix(PLACES, WIDTH, "places")
mix, up, down = matrix(WIDTH, WIDTH, "mix"), matrix(4 * WIDTH, WIDTH, "up"), matrix(WIDTH, 4 * WIDTH, "down")
out = matrix(len(LETTERS), WIDTH, "out")


def add(xs, ys):
    return [x + y for x, y in zip(xs, ys, strict=True)]


def normal(xs):
    scale = (dot(xs, xs) * (1.0 / len(xs)) + 1e-5) ** -0.5
    return [x * scale for x in xs]


def surprise(given, wanted, weights):
    xs = [normal(add(linear(letters, x), place)) for x, place in zip(given, places, strict=True)]
    xs = [add(x, linear(mix, a)) for x, a in zip(xs, attention([normal(x) for x in xs]), strict=True)]
    xs = [add(x, linear(down, [h.relu() for h in linear(up, normal(x))])) for x in xs]
    total = 0.0
    for x, letter, weight in zip(xs, wanted, weights, strict=True):
        scores = linear(out, x)
        total = total + weight * (logsumexp(scores) - dot(scores, letter))
    return total


def example(name):
    codes = [LETTERS.index(c) for c in f".{name}."]
    n = len(codes) - 1
    one_hot = np.eye(len(LETTERS))
    padded = [one_hot[part + [0] * (PLACES - n)] for part in (codes[:-1], codes[1:])]
    return *padded, np.where(np.arange(PLACES) < n, 1.0 / n, 0.0)  # the padding after a name has weight 0


gpt = Program.trace(surprise, *(array.tolist() for array in example("anna")))
gpt

# %%
NAMES = ["anna", "emma", "mia", "lea", "lena", "marie", "nina", "ella", "mila", "lina", "ida", "clara", "hanna", "sara"]
batch = [np.stack(part) for part in zip(*map(example, NAMES), strict=True)]
m = v = np.zeros_like(gpt.weights)
history = []
for step in range(1, 301):  # Adam, on all weights at once
    found = gpt.gradients(*batch)
    m, v = m + 0.1 * (found.flat - m), v + 0.01 * (found.flat**2 - v)
    gpt.weights -= 0.01 * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.99**step)) + 1e-8)
    history.append(found.value)
print(f"surprise per letter: {history[0]:.2f} -> {history[-1]:.2f}")
