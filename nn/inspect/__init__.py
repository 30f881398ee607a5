"""A look inside a network, in numbers and in text.

Begin with `layer_gradients`, the one rule in three lines of matrices, and `one_rule`, which shows it.
"""
