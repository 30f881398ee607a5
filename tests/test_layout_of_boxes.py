"""The layout of a picture: no boxes overlap, arrows point forward, and every run gives the same result."""

import random

import pytest

from autograd.pictures.layout import crossings, layout, ordered, routes, spread


def overlap(sizes, centers):
    """The pairs of boxes that overlap."""
    names = list(sizes)
    return [
        (a, b)
        for i, a in enumerate(names)
        for b in names[:i]
        if abs(centers[a][0] - centers[b][0]) < (sizes[a][0] + sizes[b][0]) / 2
        and abs(centers[a][1] - centers[b][1]) < (sizes[a][1] + sizes[b][1]) / 2
    ]


def some_graph(seed, count=40):
    """Boxes of all sizes, each fed by up to three before it, with a use twice now and then."""
    source = random.Random(seed)
    sizes = {f"n{i}": (source.uniform(5, 120), source.uniform(5, 60)) for i in range(count)}
    arrows = [(f"n{source.randrange(i)}", f"n{i}") for i in range(1, count) for _ in range(source.randrange(4))]
    return sizes, arrows


@pytest.mark.parametrize("direction", ["LR", "RL", "TB", "BT"])
@pytest.mark.parametrize("seed", range(8))
def test_no_two_boxes_overlap_and_arrows_go_forward(seed, direction):
    sizes, arrows = some_graph(seed)
    centers = layout(sizes, arrows, direction)
    assert list(centers) == list(sizes)
    assert overlap(sizes, centers) == []
    axis, sign = {"LR": (0, 1), "RL": (0, -1), "TB": (1, 1), "BT": (1, -1)}[direction]
    for tail, head in arrows:
        clear = sign * (centers[head][axis] - centers[tail][axis]) - (sizes[head][axis] + sizes[tail][axis]) / 2
        assert clear > 0, f"{tail} -> {head}"


@pytest.mark.parametrize("seed", range(8))
def test_the_drawing_begins_at_the_origin(seed):
    sizes, arrows = some_graph(seed)
    centers, bends = routes(sizes, arrows)
    corners = [(centers[n][0] - w / 2, centers[n][1] - h / 2) for n, (w, h) in sizes.items()]
    for axis in (0, 1):
        least = min(corner[axis] for corner in [*corners, *(point for points in bends for point in points)])
        assert least == pytest.approx(0, abs=0.06)


@pytest.mark.parametrize("seed", range(8))
def test_bends_lead_an_arrow_past_every_box(seed):
    sizes, arrows = some_graph(seed)
    centers, bends = routes(sizes, arrows)
    assert any(bends)
    for (tail, head), points in zip(arrows, bends, strict=True):
        xs = [centers[tail][0], *(x for x, _ in points), centers[head][0]]
        assert xs == sorted(xs)
        for x, y in points:
            inside = [
                n
                for n in sizes
                if abs(centers[n][0] - x) < sizes[n][0] / 2 and abs(centers[n][1] - y) < sizes[n][1] / 2
            ]
            assert inside == []


def test_an_arrow_back_moves_nothing():
    sizes = dict.fromkeys("abc", (30.0, 20.0))
    forward = [("a", "b"), ("b", "c")]
    assert layout(sizes, [*forward, ("c", "a"), ("b", "b")]) == layout(sizes, forward)
    assert layout(sizes, [("c", "a")]) == layout(sizes, [])
    assert layout(sizes, [("a", "b"), ("b", "a")])["b"][0] > layout(sizes, [("a", "b"), ("b", "a")])["a"][0]


def test_a_tree_is_drawn_with_no_crossing_and_each_box_between_its_operands():
    sizes = dict.fromkeys("abcdefg", (20.0, 20.0))  # (a b)c (d e)f g
    arrows = [("a", "c"), ("b", "c"), ("d", "f"), ("e", "f"), ("c", "g"), ("f", "g")]
    y = {name: at for name, (_, at) in layout(sizes, arrows).items()}
    assert y["c"] == (y["a"] + y["b"]) / 2
    assert y["g"] == (y["c"] + y["f"]) / 2
    assert y["a"] < y["b"] < y["d"] < y["e"]


def test_a_leaf_is_placed_just_before_its_first_use():
    sizes = dict.fromkeys("abcd", (20.0, 20.0))
    x = {name: at for name, (at, _) in layout(sizes, [("a", "b"), ("b", "d"), ("c", "d")]).items()}
    assert x["c"] == x["b"]


def test_reordering_removes_crossings():
    layer, before, after = [0, 0, 1, 1], [[], [], [1], [0]], [[3], [2], [], []]
    assert crossings([[0, 1], [2, 3]], after, [0, 1, 0, 1]) == 1
    rows = ordered(layer, [0, 1, 2, 3], before, after)
    place = {i: p for row in rows for p, i in enumerate(row)}
    assert crossings(rows, after, [place[i] for i in range(4)]) == 0


def test_the_same_on_every_run_and_for_ids_of_any_kind():
    sizes, arrows = some_graph(3)
    assert layout(sizes, arrows) == layout(sizes, arrows)
    odd = {name: f"<{name}>\n" for name in sizes}
    renamed = layout({odd[n]: size for n, size in sizes.items()}, [(odd[a], odd[b]) for a, b in arrows])
    assert list(renamed.values()) == list(layout(sizes, arrows).values())


def test_thousands_of_boxes_with_arrows_of_any_length():
    sizes = {f"n{i}": (60.0, 30.0) for i in range(2000)}
    chain = [(f"n{i}", f"n{i + 1}") for i in range(1999)]
    centers = layout(sizes, chain + [("n0", f"n{i}") for i in range(2, 2000)])
    assert len({x for x, _ in centers.values()}) == 2000
    assert len({x for x, _ in layout(sizes, [("n0", f"n{i}") for i in range(1, 2000)]).values()}) == 2


def test_nothing_and_one():
    assert layout({}, []) == {}
    assert layout({"a": (40.0, 20.0)}, []) == {"a": (20.0, 10.0)}


def test_what_a_layout_refuses():
    with pytest.raises(ValueError, match="direction must be one of LR, RL, TB, BT, got 'up'"):
        layout({}, [], "up")
    with pytest.raises(ValueError, match=r"arrow \('a', 'b'\) ends at 'b', which is not in sizes"):
        layout({"a": (1, 1)}, [("a", "b")])


@pytest.mark.parametrize("seed", range(5))
def test_spread_keeps_every_step_and_moves_only_what_is_too_near(seed):
    source = random.Random(seed)
    wanted = [source.uniform(0, 100) for _ in range(20)]
    steps = [source.uniform(1, 10) for _ in range(19)]
    weights = [source.uniform(0.01, 1) for _ in range(20)]
    places = spread(wanted, steps, weights)
    assert all(b - a >= step - 1e-9 for a, b, step in zip(places, places[1:], steps, strict=False))
    weighted = zip(weights, places, wanted, strict=True)
    assert sum(weight * (place - want) for weight, place, want in weighted) == pytest.approx(0, abs=1e-9)
    assert spread([0.0, 20.0, 40.0], [10.0, 10.0], [1.0, 1.0, 1.0]) == [0.0, 20.0, 40.0]


def test_a_chain_with_an_operand_at_each_step_goes_straight():
    """Halfway between its two operands, each box would stand a little further to the side: 60 steps, 30 boxes wide."""
    sizes, arrows = {"x0": (40.0, 20.0)}, []
    for i in range(60):
        sizes |= {f"c{i}": (40.0, 20.0), f"x{i + 1}": (40.0, 20.0)}
        arrows += [(f"x{i}", f"x{i + 1}"), (f"c{i}", f"x{i + 1}")]
    centers = layout(sizes, arrows)
    assert not overlap(sizes, centers)
    assert max(y for _, y in centers.values()) < 100
    few = {name: size for name, size in sizes.items() if name in {"x0", "c0", "x1", "c1", "x2"}}
    between = layout(few, [arrow for arrow in arrows if arrow[1] in few])  # a few boxes stand halfway, as ever
    assert between["x1"][1] == pytest.approx((between["x0"][1] + between["c0"][1]) / 2)
