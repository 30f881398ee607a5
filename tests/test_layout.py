"""The house: a wing imports lower wings only, modules form no cycle, and no function hides a module."""

import importlib
import re
from collections import Counter
from graphlib import TopologicalSorter

import pytest
from house import ARROWS, MOST_ROOMS, ROOMS, WINGS, wing


@pytest.mark.parametrize("room", ROOMS)
def test_arrows_between_wings_point_down(room):
    package, here = wing(room)
    floor = WINGS[package].index(here)
    for name in ARROWS[room]:
        top, there = wing(name)
        if top == package:
            assert WINGS[top].index(there) <= floor, f"{room} imports {name}, which is above it"
        else:
            assert (package, top) == ("nn", "autograd"), f"{room} imports {name}: the engine knows no networks"
            public = there in ("__init__", "base", "plots") or name == "autograd.engine"
            assert public, f"{room} imports {name}: networks use public names only"


def test_networks_take_public_names_from_the_engine():
    import autograd

    for room in ROOMS:
        for name in ARROWS[room]:
            top, _, rest = name.partition(".")
            outside = wing(room)[0] != "nn" or top != "autograd" or not rest or "." in rest
            assert outside or rest in (*autograd.__all__, "engine"), f"{room} imports {name}"


def test_rooms_form_no_circle():
    TopologicalSorter({room: names & ROOMS.keys() for room, names in ARROWS.items()}).prepare()


def test_every_room_is_in_a_wing_and_no_wing_is_too_large():
    sizes = Counter(wing(room) for room in ROOMS if wing(room) != tuple(room.split(".")))
    assert {wing(room) for room in ROOMS} == {(package, name) for package in WINGS for name in WINGS[package]}
    assert max(sizes.values()) <= MOST_ROOMS, sizes


@pytest.mark.parametrize("room", [room for room in ROOMS if not room.endswith("__")])
def test_no_module_hides_behind_another_name(room):
    module = importlib.import_module(room)
    parent, _, name = room.rpartition(".")
    assert not parent or getattr(importlib.import_module(parent), name) is module


def test_the_table_imports_nothing_of_ours():
    assert not ARROWS["autograd.table"]


@pytest.mark.parametrize("package", ["autograd", "nn"])
def test_public_names_are_one_list_that_holds(package):
    module = importlib.import_module(package)
    assert len(set(module.__all__)) == len(module.__all__)
    for name in module.__all__:
        assert getattr(module, name).__doc__, f"{package}.{name} has no docstring"


@pytest.mark.parametrize("package", ["autograd", "nn"])
def test_help_on_a_public_record_says_what_its_fields_are(package):
    module = importlib.import_module(package)
    for kind in (getattr(module, name) for name in module.__all__):
        fields = getattr(kind, "_fields", None) or getattr(kind, "__dataclass_fields__", ())
        for field in fields if isinstance(kind, type) else ():
            assert re.search(rf"Attributes:\n.*^ +(\w+, )*{field}(, \w+)*: ", kind.__doc__, re.DOTALL | re.MULTILINE), (
                field
            )


@pytest.mark.parametrize("package", ["autograd", "nn"])
def test_help_on_a_package_names_everything_public(package):
    module = importlib.import_module(package)
    assert set(module.__all__) <= set(re.findall(r"\w+", module.__doc__))


@pytest.mark.parametrize("here", [f"{package}.{name}" for package in WINGS for name in WINGS[package]])
def test_a_wing_of_many_rooms_says_where_to_begin(here):
    inside = {room.rpartition(".")[2] for room in ROOMS if room.startswith(f"{here}.")}
    named = re.findall(r"`(\w+)`", importlib.import_module(here).__doc__) if inside else []
    assert set(named) <= inside
    assert named or len(inside) <= 7
