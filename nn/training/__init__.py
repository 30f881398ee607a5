"""Training: losses, optimizers, learning rates, predictions and how good they are."""
