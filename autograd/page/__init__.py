"""The page that steps through a graph: one HTML file that needs nothing else.

Begin with `explore`. `record` takes the graph, `view` lays it out, `document` writes the file; `javascript` is the
arithmetic with which the page computes.
"""
