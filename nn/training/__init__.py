"""Training: losses, optimizers, learning rates, predictions and how good they are.

Begin with `losses`, with `optimizer`, where a weight is updated, and with `optim`, the rules for it.
"""
