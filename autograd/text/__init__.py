"""Graphs in words: the table read with formulas."""
