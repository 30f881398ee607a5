"""PyTorch takes over a network, trains it on, and gives the weights back. Needs torch."""

import numpy as np
import torch
from safetensors.numpy import load_file as load_arrays
from safetensors.torch import load_file, save_file

from nn import MLP, predict, save_model, torch_source, xor

(x, y), model = xor(), MLP(2, [8, 1], activation="tanh", rng=0)
save_model(model, "network.safetensors")

space: dict = {}
exec(torch_source(model), space)  # or write the source to network.py, and import Network from it
network = space["Network"]()
network.load_state_dict(load_file("network.safetensors"))  # to PyTorch: the same keys, the same numbers

inputs, targets = torch.tensor(x), torch.tensor(y, dtype=torch.float64)
optimizer = torch.optim.Adam(network.parameters(), lr=0.05)
for _ in range(200):
    optimizer.zero_grad()
    torch.nn.functional.mse_loss(network(inputs)[:, 0], targets).backward()
    optimizer.step()

save_file(network.state_dict(), "trained.safetensors")
model.load_state_dict(load_arrays("trained.safetensors"))  # and back
there = network(inputs)[:, 0].detach().numpy()
print("the same outputs after training:", np.allclose(predict(model, x), there, rtol=1e-12))
print("xor:", predict(model, x).round(2) + 0.0, "for", y)
