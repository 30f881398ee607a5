"""Graphs as pictures: what is shown, where it lies, and the ways to draw it."""
