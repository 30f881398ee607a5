"""Scenes as pictures: their layout, and the ways to draw them.

Begin with `drawing`, which shows and saves a picture. Before that, `layout` and `plan` place everything and `svg` draws
it; `dot` and `render` leave that to Graphviz.
"""
