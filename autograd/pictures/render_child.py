"""A process of its own for pygraphviz: DOT on standard input, a picture on standard output.

Inside pygraphviz, Graphviz can crash its process and prints warnings; here neither does harm.
This file is run, not imported: ``python -P render_child.py -Tsvg``.
"""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Draw standard input in the format that -Tsvg, -Tpng or -Tpdf names."""
    from pygraphviz import AGraph

    formats = {"-Tsvg": "svg", "-Tpng": "png", "-Tpdf": "pdf"}
    graph = AGraph(string=sys.stdin.buffer.read().decode())  # string=: else a file's name, if it is not DOT
    sys.stdout.buffer.write(graph.draw(format=formats[sys.argv[1]], prog="dot"))


if __name__ == "__main__":
    main()
