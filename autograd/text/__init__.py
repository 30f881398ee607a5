"""Graphs in words: the table read with formulas.

Begin with `explain` and `tree`. `symbols` is the arithmetic of formulas; `diagnose` finds where a fault began.
"""
