"""From a recorded graph of scalars to a list of steps on arrays: record, contract, lay out, group, reverse.

Begin with `build`, which runs these in order, and `steps`, which says what a step is. `products` finds the matrix
products.
"""
