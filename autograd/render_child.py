"""A process of its own for pygraphviz: DOT on standard input, a picture on standard output.

Graphviz inside pygraphviz can crash the process that it runs in, and prints warnings; here neither does harm.
This file is run, not imported: ``python render_child.py svg``.
"""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Draw what comes in as the format that the first argument says."""
    from pygraphviz import AGraph

    (picture,) = sys.argv[1:]
    if picture not in ("svg", "png", "pdf"):
        raise SystemExit(f"format {picture!r} is unknown")
    source = sys.stdin.buffer.read().decode()
    sys.stdout.buffer.write(AGraph(string=source).draw(format=picture, prog="dot"))


if __name__ == "__main__":
    main()
