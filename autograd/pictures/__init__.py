"""Graphs as pictures: their contents, their layout, and the ways to draw them."""
