"""The layout: arrows between files point down only, and a test reads the imports and says so."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Each file may import from those above it, as listed in the same line or before.
FLOORS = {
    "autograd": [
        ["rules", "floats", "complexes", "graph", "real", "memory", "differences", "layout", "render", "render_child"],
        ["ieee", "sweep", "scalar", "escape", "files"],
        ["ops"],
        ["backward"],
        ["value"],
        ["functions", "graphs", "tree", "nest", "symbols", "lines"],
        ["run", "explanation"],
        ["composed", "explain", "health", "scene", "cell", "trace"],
        ["functional", "look", "digraph", "views", "expression"],
        ["check", "dot", "svg", "explore"],
        ["primitives", "drawing"],
        ["draw"],
        ["__main__"],
    ],
    "nn": [
        ["checks"],
        ["module", "init", "metrics", "optim", "losses", "figure"],
        ["layers", "data", "ratios", "tensorfile"],
        ["points", "fit", "shapes", "store"],
        ["picture", "statistics", "one_rule"],
        ["plots", "slope_plots", "histograms"],
        ["demo"],
        ["__main__"],
    ],
}

# The arrows up: a Value shows itself in a notebook as a picture, and imports what draws it at that moment; the
# engine's command line stands above both packages.
UP = {
    ("value.py", "autograd.drawing"),
    ("value.py", "autograd.drawing.value_in_cell"),
    ("__main__.py", "nn"),
    ("__main__.py", "nn.plot_tangent"),
}


def imports(path):
    """The modules that a file imports."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def files(package):
    return sorted(p for p in (ROOT / package).rglob("*.py") if p.name != "__init__.py")


@pytest.mark.parametrize("package", FLOORS)
def test_every_file_stands_on_a_floor(package):
    assert {p.stem for p in files(package)} == {name for floor in FLOORS[package] for name in floor}


@pytest.mark.parametrize(
    "path", [p for package in FLOORS for p in files(package)], ids=lambda p: f"{p.parent.name}/{p.name}"
)
def test_arrows_point_down(path):
    package = path.parent.name
    floor = {name: i for i, names in enumerate(FLOORS[package]) for name in names}
    for module in imports(path):
        top, _, rest = module.partition(".")
        if (path.name, module) in UP:
            continue
        if top == package and rest.split(".")[0] in floor:
            assert floor[rest.split(".")[0]] < floor[path.stem], f"{path.name} imports {module}, which is not below it"
        elif package == "autograd":
            assert top != "nn", f"{path.name} imports {module}: the engine knows no networks"
        elif top == "autograd":
            assert module.count(".") <= 1, f"{path.name} imports {module}: networks use the engine's public names only"


def test_networks_use_public_names_only():
    import autograd

    for path in files("nn"):
        for module in imports(path):
            top, _, name = module.partition(".")
            assert top != "autograd" or not name or name in autograd.__all__, f"{path.name} imports {module}"


@pytest.mark.parametrize("name", ["rules", "graph"])
def test_the_ground_floor_imports_nothing_of_ours(name):
    assert not any(m.startswith(("autograd", "nn")) for m in imports(ROOT / "autograd" / f"{name}.py"))


@pytest.mark.parametrize("package", ["autograd", "nn"])
def test_public_names_are_one_list_that_holds(package):
    module = __import__(package)
    assert len(set(module.__all__)) == len(module.__all__)
    for name in module.__all__:
        assert getattr(module, name).__doc__, f"{package}.{name} has no docstring"
