"""A process of its own for pygraphviz: DOT on standard input, a picture on standard output.

Graphviz inside pygraphviz can crash the process that it runs in, and prints warnings; here neither does harm.
This file is run, not imported: ``python -P render_child.py -Tsvg``.
"""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Draw what comes in as -Tsvg, -Tpng or -Tpdf says."""
    from pygraphviz import AGraph

    formats = {"-Tsvg": "svg", "-Tpng": "png", "-Tpdf": "pdf"}
    graph = AGraph(string=sys.stdin.buffer.read().decode())  # string=, or what is no DOT is taken for a file's name
    sys.stdout.buffer.write(graph.draw(format=formats[sys.argv[1]], prog="dot"))


if __name__ == "__main__":
    main()
