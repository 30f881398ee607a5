"""Networks: neurons, layers and what holds their parameters."""
