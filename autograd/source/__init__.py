"""NumPy source: steps on arrays written as a person would write them, and run.

Begin with `writer`, which writes the lines, and `run`, which runs them. `terms` writes matrix products.
"""
