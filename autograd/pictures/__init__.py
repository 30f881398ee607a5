"""Graphs as pictures: their contents, their layout, and the ways to draw them.

Begin with `scene`, which says what a picture shows, and `drawing`, which shows and saves it. Between them, `layout` and
`plan` place everything and `svg` draws it; `dot` and `render` leave that to Graphviz.
"""
