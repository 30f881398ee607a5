"""The page: its trace holds what backward computes, no label becomes markup, and nothing is fetched."""

import hashlib
import html
import json
import math
import os
import re
import subprocess
import sys
from base64 import b64encode
from html.parser import HTMLParser
from pathlib import Path

import pytest

import nn
from autograd import Page, Value, explore, tanh, where
from autograd.engine import order
from autograd.scenes.scene import TooManyNodes

HOSTILE = [
    '"',
    "\\",
    "</script><script>alert(1)</script>",
    "<!-- <script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "{|}&'",
    "{{title}}{{script}}",
    "a\nb\0c",
    "\u2028\u202e",
    "🙂" * 30,
    "x" * 10_000,
    "<b>bold</b>",
    "nan",
    "constructor",
]


def neuron():
    x1, x2 = Value(2.0, label="x1"), Value(0.0, label="x2")
    w1, w2 = Value(-3.0, label="w1"), Value(1.0, label="w2")
    b = Value(6.8813735870195432, label="b")
    out = tanh(x1 * w1 + x2 * w2 + b)
    out.label = "out"
    return out


def network(examples=1):
    model = nn.MLP(2, [3, 2], activation="tanh", output_activation="sigmoid", rng=7)
    loss = nn.mse([model([0.1 * i, 0.5]) for i in range(1, examples + 1)], [[0.01, 0.99]] * examples)
    loss.label = "loss"
    return loss


def corners():
    """A graph with a node used twice, a gradient of exactly 0, nothing flowing, an inf and a nan."""
    a, z, n = Value(3.0, label="a"), Value(0.0, label="z"), Value(-1.0, label="n")
    return a * a + z.sqrt() * 2.0 + n.relu() * a + Value(math.nan, label="bad")


def hostile():
    v = Value(1.0, label=HOSTILE[0])
    for i, label in enumerate(HOSTILE[1:]):
        w = Value(1.0 + i / 10, label=label)
        v = v * w if i % 2 else v + w
    v.label = HOSTILE[2]
    return v


def trace(page):
    """The trace of a page, with what the page works out: ids, numbers, the sweep and its gradients, the usual size."""
    found = json.loads(re.search(r'<script type="application/json" id="trace">(.*?)</script>', page.html, re.S)[1])
    nodes = found["nodes"]
    for i, node in enumerate(nodes):
        node["id"] = f"n{i}"
        if "op" in node:
            if "numbers" not in node:
                node["numbers"] = [nodes[i]["data"] for i in node["operands"]]
            node["operands"] = [None if i is None else f"n{i}" for i in node["operands"]]
    found["root"], found["update"] = nodes[-1]["id"], [f"n{i}" for i in found["update"]]
    sums, found["sweep"] = {found["root"]: 1.0}, []
    for node in reversed(nodes):
        for at, (to, local) in enumerate(zip(node.get("operands", ()), node.get("locals", ()), strict=True)):
            step = {"from": node["id"], "to": to, "at": at, "local": local}
            if to and local is not None and node["id"] in sums:
                step["share"] = sums[node["id"]] * float(local)
                step["sum"] = sums[to] = sums[to] + step["share"] if to in sums else step["share"]
            found["sweep"] += [step] if to else []
    for node in nodes:
        node["grad"] = sums.get(node["id"], 0.0) + 0.0
    for view in found["views"]:
        for box in view["boxes"]:
            box[3:] = box[3:] or [132, 68]
    return found


def data(root):
    return {node: f"n{i}" for i, node in enumerate(order(root))}


# --- the trace ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [neuron, network, lambda: network(20), hostile])
def test_the_trace_is_what_forward_and_backward_compute(make):
    root = make()
    recorded = trace(explore(root))
    root.backward()
    assert [entry["id"] for entry in recorded["nodes"]] == list(data(root).values())
    for node, entry in zip(order(root), recorded["nodes"], strict=True):
        assert (entry["data"], entry["grad"]) == (node.data, node.grad)
        assert entry.get("op") == (node.op and node.op.name)
        if node.op:
            row = recorded["ops"][entry["op"]]
            assert (row["symbol"], row["why"]) == (node.op.symbol, node.op.why)
            assert entry["numbers"] == [number for number in (node.x0, node.y0) if number is not None]
            assert [i for i in entry["operands"] if i] == [data(root)[v] for v in node.operands]


@pytest.mark.parametrize("make", [neuron, network, hostile])
def test_every_share_is_upstream_times_local_and_they_add_up(make):
    recorded = trace(explore(make()))
    grads = {entry["id"]: entry["grad"] for entry in recorded["nodes"]}
    sums = {recorded["root"]: 1.0}
    for step in recorded["sweep"]:
        if "share" not in step:
            continue
        assert sums[step["from"]] == grads[step["from"]], "passed back before it was whole"
        assert step["share"] == grads[step["from"]] * step["local"]
        sums[step["to"]] = sums[step["to"]] + step["share"] if step["to"] in sums else step["share"]
        assert step["sum"] == sums[step["to"]]
    assert sums == grads


def test_both_edges_of_a_square():
    a = Value(3.0, label="a")
    steps = trace(explore(a * a))["sweep"]
    assert [(s["from"], s["to"], s["at"], s["share"], s["sum"]) for s in steps] == [
        ("n1", "n0", 0, 3.0, 3.0),
        ("n1", "n0", 1, 3.0, 6.0),
    ]


def test_no_gradient_is_read_or_changed():
    root = neuron()
    for node in order(root):
        node.grad = 7.0
    grads = [entry["grad"] for entry in trace(explore(root))["nodes"]]
    assert 7.0 not in grads
    assert [node.grad for node in order(root)] == [7.0] * 10


def test_nan_and_inf_are_written_as_text():
    recorded = trace(explore(corners()))
    entries = {entry["label"]: entry for entry in recorded["nodes"] if "label" in entry}
    assert entries["z"]["grad"] == math.inf
    assert entries["bad"]["data"] == "nan"
    assert entries["n"]["grad"] == 0.0
    low = trace(explore(-(Value(0.0, label="z").sqrt())))
    assert (low["nodes"][0]["grad"], low["nodes"][1]["locals"]) == (-math.inf, ["inf"])


def test_a_recorded_number_is_what_the_leaf_was():
    x = Value(3.0, label="x")
    y = x * x
    x.data = 5.0
    recorded = trace(explore(y))
    assert recorded["nodes"][1]["numbers"] == [3.0, 3.0]
    assert recorded["nodes"][0]["data"] == 5.0


def test_an_arrow_that_carries_nothing_is_in_the_trace_for_it_may_wake_up():
    n = Value(-1.0, label="n")
    steps = trace(explore(n.relu() * 3.0))["sweep"]
    assert [(step["from"], step["to"], step.get("local"), step.get("share")) for step in steps] == [
        ("n2", "n1", 3.0, 3.0),
        ("n1", "n0", None, None),
    ]


def test_the_graph_is_ordered_once_and_every_local_derivative_of_the_trace_taken_once(monkeypatch):
    from autograd.page.record import row_names, sweep

    root, counts = network(), []
    nodes = order(root)
    counted = {
        op: op._replace(partials=lambda *at, op=op: counts.append(op.name) or op.partials(*at))
        for op in row_names(nodes)
    }
    for node in nodes:
        node.op = counted.get(node.op)
    sweep(nodes)
    assert len(counts) == sum(node.op is not None for node in nodes)


def test_an_update_moves_parameters():
    recorded = trace(explore(network()))
    labels = {entry["id"]: entry.get("label") for entry in recorded["nodes"]}
    moved = [labels[i] for i in recorded["update"]]
    assert len(moved) == 17
    assert moved[:3] == ["layers[0].neurons[0].b", "layers[0].neurons[0].w[0]", "layers[0].neurons[0].w[1]"]
    x, w = Value(2.0, label="x"), Value(3.0, label="w")
    assert trace(explore(x * w, parameters=[x]))["update"] == ["n0"]


@pytest.mark.parametrize(
    ("labels", "moved"),
    [
        (["x1", "x2", "w1", "w2", "b"], ["w1", "w2", "b"]),
        (["x", "y"], ["x", "y"]),  # a function of two numbers: nothing else is there
        (["x[0]", "w", "target"], ["w"]),
        (["tau", "xylophone", "input"], ["tau", "xylophone"]),
    ],
)
def test_inputs_are_not_updated(labels, moved):
    total = sum(Value(1.0, label=label) for label in labels)
    recorded = trace(explore(total))
    names = {entry["id"]: entry.get("label") for entry in recorded["nodes"]}
    assert [names[i] for i in recorded["update"]] == moved


def test_lines_of_source_are_shown():
    x = Value(2.0, label="x")
    y = x * x
    recorded = trace(explore(y, lines={y: "y = x * x  # <b>"}))
    assert [entry.get("line") for entry in recorded["nodes"]] == [None, "y = x * x  # <b>"]


# --- levels ----------------------------------------------------------------------------------------------------


def test_levels_that_fit_are_there_and_folding_is_announced():
    recorded = trace(explore(network()))
    assert recorded["level"] == "neurons"  # what can be read at once; all others are a choice on the page
    assert [view["level"] for view in recorded["views"]] == ["scalars", "neurons", "layers"]
    assert trace(explore(network(), level="scalars"))["level"] == trace(explore(neuron()))["level"] == "scalars"
    assert recorded["views"][1]["note"].startswith("52 nodes folded into 11 boxes by neurons")
    assert trace(explore(network(), level="layers"))["level"] == "layers"
    assert [view["level"] for view in trace(explore(neuron()))["views"]] == ["scalars"]
    assert [len(view["boxes"]) for view in trace(explore(network(20)))["views"]] == [6, 3], "the losses are one box"
    many = trace(explore(network(100)))
    assert (many["level"], [view["level"] for view in many["views"]]) == ("neurons", ["neurons", "layers"])
    assert [box[5]["uses"] for box in many["views"][0]["boxes"]] == [100] * 5 + [1]


def test_a_folded_box_knows_its_output():
    root = network()
    recorded = trace(explore(root, level="neurons"))
    root.backward()
    nodes = {f"n{i}": node for i, node in enumerate(order(root))}
    view = recorded["views"][1]
    units = [box[5] for box in view["boxes"] if box[0][0] == "m"]
    assert [nodes[unit["out"]].label for unit in units] == [unit["label"] for unit in units]


def test_a_large_graph_made_by_hand_is_shown_in_part_and_never_refused_unasked():
    v, leaves = Value(1.0, label="v"), [Value(1.0 + i / 100, label=f"leaf{i}") for i in range(200)]
    for i, leaf in enumerate(leaves):  # nothing repeats
        v = [v * leaf, v + leaf, (v - leaf).tanh(), v.sin() + leaf, v / (leaf + 2.0)][(i * i) % 5]
    page = trace(explore(v))
    assert page["level"] in ("cells", "scalars")
    assert page["views"][0]["note"]
    assert len(page["views"][0]["boxes"]) <= 150 + 75, "constants are not counted"
    with pytest.raises(TooManyNodes):
        explore(v, max_nodes=150)


@pytest.mark.parametrize("level", ["scalars", "neurons", "layers", "cells"])
@pytest.mark.parametrize("make", [neuron, network, lambda: network(2)], ids=["neuron", "network", "batch"])
def test_the_page_opens_at_the_level_that_was_asked_for(make, level):
    """The page of a network that was to open at its cells was empty: there was no such view in it."""
    recorded = trace(explore(make(), level=level))
    assert recorded["level"] in [view["level"] for view in recorded["views"]]
    if make is network:
        assert recorded["level"] == level


def test_cells_are_a_choice_only_where_not_all_can_be_read():
    def sums(terms):
        return sum((Value(i / 7, label=f"a{i}") * Value(1.0, label=f"b{i}") for i in range(terms)), start=Value(0.0))

    assert [view["level"] for view in trace(explore(sums(3)))["views"]] == ["scalars"]
    many = trace(explore(sums(20)))
    assert (many["level"], [view["level"] for view in many["views"]]) == ("cells", ["scalars", "cells"])


def test_a_long_sum_of_leaves_is_folded():
    recorded = trace(explore(sum((Value(i / 7, label=f"a{i}") for i in range(60)), start=Value(0.0))))
    assert recorded["level"] == "cells"
    folded = [(box[5]["label"], box[5]["uses"]) for box in recorded["views"][-1]["boxes"] if len(box) == 6]
    assert folded == [("a0 … a59", 60), ("+", 59)]
    three = trace(explore(Value(1.0) * 2.0 + Value(2.0) + Value(3.0)))
    assert [view["level"] for view in three["views"]] == ["scalars"], "two additions are no long sum"


# --- the drawing -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [neuron, network, lambda: network(100), corners, hostile])
def test_no_boxes_overlap_and_all_are_in_the_picture(make):
    for view in trace(explore(make()))["views"]:
        boxes = [box[:5] for box in view["boxes"]]
        for i, (_, x, y, w, h) in enumerate(boxes):
            assert 0 < x - w / 2 < x + w / 2 < view["w"]
            assert 0 < y - h / 2 < y + h / 2 < view["h"]
            for _, x2, y2, w2, h2 in boxes[:i]:
                assert abs(x - x2) >= (w + w2) / 2 or abs(y - y2) >= (h + h2) / 2


def test_the_ends_of_arrows_at_a_box_are_apart():
    for view in trace(explore(network()))["views"]:
        ends = {}
        for _, head, y, *_ in view["arrows"]:
            ends.setdefault(head, []).append(y)
        for ys in ends.values():
            assert all(b - a >= 30 for a, b in zip(sorted(ys), sorted(ys)[1:], strict=False))


# --- the page ----------------------------------------------------------------------------------------------------


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes = [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs


@pytest.mark.parametrize("label", HOSTILE)
def test_no_label_becomes_markup(label):
    def page(text):
        x = Value(2.0, label=text)
        y = x * x
        y.label = text
        return explore(y, lines={y: text}, title=text)

    plain, odd = Tags(page("x").html), Tags(page(label).html)
    assert odd.tags == plain.tags
    assert [name for name, _ in odd.attributes] == [name for name, _ in plain.attributes]
    shown = trace(page(label))["nodes"][0]["label"]
    assert len(shown) <= 61
    assert shown.isprintable()


def test_only_its_own_script_and_style_may_run_and_nothing_is_fetched():
    text = explore(neuron()).html
    assert "mul:[(x,y)=>x*y,(z,x,y)=>[y,x]]" in re.search("<script>(.*?)</script>", text, re.S)[1], "pinned too"
    policy = dict(part.split(" ", 1) for part in re.search(r'-Policy" content="([^"]*)"', text)[1].split("; "))
    signs = {
        f"{tag}-src": f"'sha256-{b64encode(hashlib.sha256(re.search(f'<{tag}>(.*?)</{tag}>', text, re.S)[1].encode()).digest()).decode()}'"
        for tag in ("script", "style")
    }
    assert policy == {
        "default-src": "'none'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        **signs,
    }
    assert not re.search(r"(?:src|href)=(?!\"data:)", text)
    assert re.findall(r"https?://[^\"']*", text) == ["http://www.w3.org/2000/svg"]  # a name, not an address
    assert "innerHTML" not in text.replace("outerHTML", "")


def test_a_neuron_takes_at_most_30_kilobytes():
    for unit in (neuron(), *(nn.Neuron(2, kind, rng=1)([0.5, -1.0]) for kind in ("tanh", "relu", "sigmoid"))):
        assert len(explore(unit).html.encode()) <= 30_000


def test_the_same_on_every_run():
    code = "import sys; sys.path[:0] = ['.', 'tests']; import test_explore as t; print(t.explore(t.network()).html)"
    root = Path(__file__).parent.parent
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1
    assert runs.pop().decode().strip() == explore(network()).html.strip()


def luminance(color):
    parts = [int(c * (2 if len(color) == 3 else 1), 16) / 255 for c in re.findall("." * (len(color) // 3), color)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [0, 1])
def test_contrast(theme):
    pairs = re.findall(r"--(\w+): light-dark\(#(\w+), #(\w+)\)", explore(neuron()).html)
    light = {name: luminance(both[theme]) for name, *both in pairs}

    def contrast(a, b):
        high, low = max(light[a], light[b]), min(light[a], light[b])
        return (high + 0.05) / (low + 0.05)

    for ground in ("ground", "panel"):
        for text in ("ink", "soft"):
            assert contrast(text, ground) >= 4.5
        for graphic in ("line", "pos", "neg"):
            assert contrast(graphic, ground) >= 3.0
    assert contrast("ink", "now") >= 4.5
    assert contrast("soft", "now") >= 4.5
    if theme == 0:
        assert ("pos", "0072b2") in [(name, color) for name, color, _ in pairs]
        assert ("neg", "d55e00") in [(name, color) for name, color, _ in pairs]


def test_a_notebook_shows_it_in_a_frame():
    page = explore(hostile())
    bundle = page._repr_mimebundle_()
    assert bundle["text/html"] == page._repr_html_()
    frame = Tags(bundle["text/html"])
    attributes = dict(frame.attributes)
    assert frame.tags == ["details", "summary", "img", "iframe"]  # what strips the frame leaves the picture
    assert attributes["alt"] == page.about
    assert attributes["src"].startswith("data:image/svg+xml;base64,")
    assert attributes["sandbox"] == "allow-scripts"
    assert attributes["srcdoc"] == page.html
    assert attributes["title"] == page.about
    assert html.escape(page.about) in page.html.replace("&#39;", "&#x27;")


def test_the_alternative_text_says_what_is_computed():
    assert explore(neuron()).about == (
        "The graph of out: 10 nodes, 5 leaves. Forward, out = 0.707107. "
        "Backward, the gradient of x1 is -1.5, w1 is 1, x2 is 0.5."
    )
    assert explore(Value(1.0, label="x")).about == "The graph of x: 1 node, 1 leaf. Forward, x = 1."


def test_titles():
    def title(page):
        return html.unescape(re.search("<title>(.*?)</title>", page.html)[1])

    assert title(explore(neuron())) == "out"
    assert title(explore(neuron(), title="a <neuron>")) == "a <neuron>"
    assert title(explore(Value(1.0) * 2.0)) == "Chainrule"


# --- saving, and what is refused -------------------------------------------------------------------------------


def test_a_page_is_saved_whole(tmp_path):
    page = explore(neuron())
    assert page.save(tmp_path / "page.html") == tmp_path / "page.html"
    page.save(str(tmp_path / "page.html"))
    assert (tmp_path / "page.html").read_text("utf-8") == page.html
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_a_page_that_cannot_be_saved_leaves_the_old_one(tmp_path):
    old = tmp_path / "page.html"
    old.write_text("old")
    page = explore(neuron())
    page.html += "\ud800"  # cannot be encoded
    with pytest.raises(UnicodeEncodeError):
        page.save(old)
    assert old.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1
    with pytest.raises(FileNotFoundError, match="must be in a folder that exists"):
        page.save(tmp_path / "no" / "page.html")
    with pytest.raises(IsADirectoryError, match="must name a file"):
        page.save(tmp_path)
    with pytest.raises(TypeError, match="file must be a str or a path, got an int: 3"):
        page.save(3)


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"root": 1.0}, TypeError, "root must be a Value, got a float"),
        ({"level": "units"}, ValueError, "units"),
        ({"title": 3}, TypeError, "title must be a str, got an int: 3"),
        ({"max_nodes": 5}, TooManyNodes, "the graph has 10 nodes"),
        ({"parameters": [1.0]}, TypeError, r"parameters\[0\] must be a leaf"),
        ({"parameters": [neuron()]}, TypeError, r"parameters\[0\] must be a leaf"),
        ({"lines": {Value(1.0): 3}}, TypeError, "a line must be a str, got an int: 3"),
        ({"theme": "sepia"}, ValueError, "theme must be 'light', 'dark' or None, got a str: 'sepia'"),
    ],
)
def test_what_is_refused(arguments, error, says):
    with pytest.raises(error, match=says):
        explore(**{"root": neuron(), **arguments})


def test_a_graph_that_is_too_large_is_refused_with_the_count_even_if_deep():
    v = Value(1.0)
    for _ in range(100_000):
        v = v + 1.0
    with pytest.raises(TooManyNodes, match=r"the graph has 100,001 nodes, and a page holds at most 20,000"):
        explore(v, max_nodes=10**9)


def test_two_thousand_nodes_make_a_page():
    v = Value(1.0, label="x")
    for i in range(1999):
        v = v * (1.0 + i / 1e6)
    view = trace(explore(v, max_nodes=2000))["views"][0]
    assert len(view["boxes"]) == 2000, "constants have no boxes"


def test_nothing_is_hidden_from_a_branch_that_is_not_taken():
    a, b = Value(1.0, label="a"), Value(2.0, label="b")
    recorded = trace(explore(where(b, b, a.sqrt())))
    assert {entry.get("label"): entry["grad"] for entry in recorded["nodes"]}["a"] == 0.0


def test_a_page_is_what_it_says():
    assert isinstance(explore(neuron()), Page)
    assert repr(explore(neuron())).startswith("Page('The graph of out")


def test_a_page_gives_what_it_computes_with():
    x = Value(3.0, label="x")
    page = explore(x * x)
    assert [node.get("op") for node in page.trace["nodes"]] == [None, "mul"]
    assert "mul:[(x,y)=>x*y" in page.rows
    assert page.rows in page.html
