"""The compiled kernel: one generic loop over the steps of any program, and one over the nodes of any graph.

Begin with `encode`, which turns steps into rows of numbers, and `loops`, which runs them. `plain` runs single nodes.
"""
