"""The command line: ``python -m nn demo``."""

from __future__ import annotations

import argparse
import io
import sys

from nn.demo import demo


def main() -> None:
    """Run the command that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m nn", description="Chainrule's networks.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    shown = commands.add_parser("demo", help="one neuron, the one rule, two networks trained on data, and pictures")
    shown.add_argument("--folder", default="demo", help="where the pictures go (default: %(default)s)")
    asked = parser.parse_args()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a log in another encoding than UTF-8 has ? for what it lacks
    demo(asked.folder)


if __name__ == "__main__":
    main()
