"""The house: a list of its wings, and the imports between them.

``python tests/house.py`` prints them; `test_layout` tests them.
"""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent

# From the ground up: a wing imports only from wings that come before it in its list. `nn` imports from `autograd`.
WINGS = {
    "autograd": [
        "table",
        "base",
        "engine",
        "calculus",
        "check",
        "text",
        "lift",
        "reverse",
        "source",
        "kernel",
        "scenes",
        "pictures",
        "program",
        "motion",
        "page",
        "plots",
        "expression",
        "__init__",
        "__main__",
    ],
    "nn": [
        "networks",
        "data",
        "training",
        "fitting",
        "files",
        "inspect",
        "advice",
        "plots",
        "film",
        "__init__",
        "demo",
        "commands",
        "__main__",
    ],
}
MOST_ROOMS = 13  # modules in one wing, as many as a reader takes in at a glance


def rooms(package: str) -> dict[str, Path]:
    """The modules of a package by their dotted names; the ``__init__`` of a wing stands for the wing."""
    found = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 2 else parts)] = path
    return found


ROOMS = rooms("autograd") | rooms("nn")


def wing(room: str) -> tuple[str, str]:
    """The package and the wing of a room: ``autograd.engine.value`` is in ``("autograd", "engine")``."""
    package, _, rest = room.partition(".")
    return package, rest.split(".")[0] or "__init__"


def imports(path: Path) -> set[str]:
    """The modules of this project that a file imports, anywhere in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in ROOMS else node.module for name in inner}
    return {name for name in found if name.partition(".")[0] in WINGS}


ARROWS = {room: {name for name in imports(path) if name != room} for room, path in ROOMS.items()}


def between_wings() -> Counter[tuple[tuple[str, str], tuple[str, str]]]:
    """The number of imports from one wing to another."""
    return Counter(
        (wing(room), wing(name)) for room, names in ARROWS.items() for name in names if wing(name) != wing(room)
    )


def main() -> None:
    """Print the wings from the ground up, with the number of modules in each and the wings it imports from."""
    arrows = between_wings()
    for package, wings in WINGS.items():
        print(f"{package:<12}{'rooms':>5}  imports from (how often)")
        for name in wings:
            inside = [room for room in ROOMS if wing(room) == (package, name) and room != f"{package}.{name}"]
            below = [
                f"{'' if to[0] == package else to[0] + '.'}{to[1]} {arrows[here, to]}"
                for here, to in sorted(arrows, key=lambda ends: (ends[1][0], WINGS[ends[1][0]].index(ends[1][1])))
                if here == (package, name)
            ]
            print(f"  {name:<10}{len(inside) or 1:>5}  {', '.join(below)}")


if __name__ == "__main__":
    main()
