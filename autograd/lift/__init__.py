"""From a recorded graph of scalars to a list of steps on arrays: record, contract, group, lay out, lift.

Begin with `steps`, which says what a step is, and `lift`, which puts them on a layout. `products` finds the matrix
products, `ragged` the rows of different length.
"""
