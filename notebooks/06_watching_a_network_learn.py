# %% [markdown]
# # What happens while a network learns?
#
# A network of two inputs can be watched, because every unit gives one number for every point of the plane and so draws
# a small map. This notebook looks at a network before training, trains it, and then goes back and forth through the
# training.

# %%
from nn import (
    MLP,
    Film,
    accuracy,
    binary_cross_entropy_with_logits as loss,
    checkup,
    draw_network,
    fit,
    moons,
    plot_decision_boundary,
    predict,
)

x, y = moons(100, noise=0.15, rng=1)
model = MLP(2, [6, 5, 1], activation="tanh", init="glorot_uniform", rng=1)
model

# %% [markdown]
# ## Before training
#
# `checkup` examines what an expert would: the data, the layers and the loss. It also learns eight examples by
# heart, to see that the network can learn at all, and tries some learning rates. Afterwards every weight is as it was.

# %%
checkup(model, x, y, loss)

# %% [markdown]
# Each check can also say no. Six layers of sigmoids pass almost nothing back to the first one:

# %%
checkup(MLP(2, [8] * 6 + [1], activation="sigmoid", rng=1), x, y, loss)["gradient by layer"].says

# %% [markdown]
# A network whose weights are all equal has units that are copies of each other. They get equal gradients, and stay
# copies forever:

# %%
checkup(MLP(2, [4, 1], activation="tanh", init=lambda rng, fan_in, fan_out: 0.5), x, y, loss)["copies"].says

# %% [markdown]
# ## One example, every weight
#
# The gradient of a weight is the number at the start of its line times the delta at its end, in every layer alike.

# %%
draw_network(model, x[0], lambda score: loss([score], [int(y[0])]))

# %% [markdown]
# ## Training
#
# A `Film` is a callback: `fit` calls it after every epoch, and it keeps the weights. The history shows the loss on the
# examples and on others that were not trained on.

# %%
film = Film(model, x, y, loss, class_names=["upper", "lower"])
history = fit(
    model,
    x,
    y,
    loss=loss,
    optimizer="adam",
    learning_rate=0.05,
    epochs=100,
    validation_data=moons(100, noise=0.15, rng=2),
    callbacks=[film],
    rng=3,
    progress=False,
)
history

# %% [markdown]
# And this is the film. Move the slider, or press play. Each tile is a unit, and its colors show the unit's output over
# the plane; the first layer can only cut the plane along a line, the second bends these cuts, and the output combines
# them. Click an example to see its share of the gradient of every weight at that moment: an example far from the
# boundary, on the side of its own class, hardly pulls at all.

# %%
film

# %% [markdown]
# The film gives back the network of any epoch, and the graph of one example in it, to be stepped through:

# %%
film.explore(epoch=10, example=3)

# %% [markdown]
# The last epoch as a plot, and the fraction of examples that are right:

# %%
plot_decision_boundary(model, x, y, class_names=["upper", "lower"])

# %%
print(f"{accuracy(predict(model, x), y):.0%} of the examples are right")
