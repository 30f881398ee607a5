"""Training: losses, optimizers, learning rates, predictions and how good they are.

Begin with `losses` and with `optim`, where the one rule updates a weight.
"""
