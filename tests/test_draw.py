"""Pictures: what they say, in DOT, in SVG and in a notebook, whatever labels and numbers are in the graph."""

import base64
import math
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from test_escape import HOSTILE

from autograd import Value, draw, draw_dot, where
from autograd.base.escape import html, label
from autograd.base.ink import BAD, GRAY, NEGATIVE, POSITIVE, digits, ink
from autograd.base.notebook import with_alt
from autograd.pictures.dot import MANY, dot
from autograd.pictures.drawing import FEW, LARGE, Drawing
from autograd.pictures.render import render
from autograd.pictures.style import alt
from autograd.pictures.svg import svg
from autograd.scenes.scene import TooManyNodes, scene
from nn import MLP, mse

ROOT = Path(__file__).parent.parent
SVG = "{http://www.w3.org/2000/svg}"


def neuron():
    """The neuron of the README, after backward."""
    x1, w1, x2, w2 = (Value(n, label=name) for n, name in ((2.0, "x1"), (-3.0, "w1"), (0.0, "x2"), (1.0, "w2")))
    out = (x1 * w1 + x2 * w2 + Value(6.8813735870195432, label="b")).tanh()
    out.label = "out"
    out.backward()
    return out


def network():
    """The loss of a 2-3-2 network, after backward."""
    loss = mse(MLP(2, [3, 2], activation="sigmoid", rng=7)([0.05, 0.10]), [0.01, 0.99])
    loss.label = "L"
    loss.backward()
    return loss


def troubled():
    """A graph with an infinite local derivative, a leaf that is nan, a share of 0, and branches that were not taken."""
    x, y, n = Value(0.0, label="x"), Value(-1.0, label="y"), Value(math.nan, label="n")
    z = x.sqrt() * 3.0 + y.relu() * 2.0 + where(y, y.exp(), x) + Value(1.0, label="one") * x + n * math.inf
    z.label = "z"
    z.backward()
    return z


def chain(n):
    v = Value(1.0)
    for _ in range(n):
        v = v + 1.0
    return v


def statement(source, begins):
    (line,) = [line.strip() for line in source.splitlines() if line.strip().startswith(begins)]
    return line


def words(source):
    """The lines of text in a statement of DOT."""
    return re.findall(r"[^<>]+(?=<(?:/b|/font|br|/td))", source)


# --- what a picture says ----------------------------------------------------------------------------------------


def test_a_box_says_its_name_its_operation_its_data_and_its_gradient():
    source = draw(neuron()).source
    assert words(statement(source, "n9 [")) == ["out = tanh", "data 0.7071", "grad 1"]
    assert words(statement(source, "n2 [")) == ["n2  ", "×", "data -6", "grad 0.5"]
    assert words(statement(source, "n0 [")) == ["x1", "data 2", "grad -1.5"]
    assert words(statement(source, "n0 -> n2")) == ["× -3", "= -1.5"]


def test_before_backward_a_gradient_is_a_dash():
    x = Value(2.0, label="x")
    source = draw(x * x).source
    assert words(statement(source, "n0 [")) == ["x", "data 2", "grad –"]
    assert source.count("× 2") == 2
    assert "= " not in source.replace("= share", "")
    assert not {POSITIVE, NEGATIVE} & set(re.findall(r"#\w{6}", source))


def test_a_gradient_set_to_zero_by_hand_is_not_marked_as_a_computed_zero():
    x = Value(2.0, label="x")
    x.grad = 0.0  # as zero_grad does
    drawing = draw(x.relu())
    assert "dotted" not in drawing.source
    assert words(statement(drawing.source, "n0 ["))[-1] == "grad 0"
    assert drawing.alt.endswith("no gradients yet.")


def test_an_arrow_that_passes_nothing_back_is_dotted_after_backward():
    y = Value(-2.0).relu()
    assert "style=solid" in statement(draw(y).source, "n0 -> n1")
    y.backward()
    assert "style=dotted" in statement(draw(y).source, "n0 -> n1")


def test_both_arrows_of_a_square_are_drawn():
    x = Value(3.0)
    y = x * x
    y.backward()
    assert [words(line) for line in draw(y).source.splitlines() if "n0 -> n1" in line] == [["× 3", "= 3"]] * 2


def test_signs_are_colors_and_styles():
    source = draw(neuron()).source
    assert f'style="filled,dashed,rounded" color="{NEGATIVE}"' in statement(source, "n0 [")
    assert f'style="filled,solid,rounded" color="{POSITIVE}"' in statement(source, "n1 [")
    assert f'style="filled,dotted,rounded" color="{GRAY}"' in statement(source, "n4 [")
    assert f'color="{NEGATIVE}" style=dashed' in statement(source, "n0 -> n2")
    assert f'color="{GRAY}" style=dotted' in statement(source, "n4 -> n5")


def test_widths_grow_with_the_gradient_and_stay_in_bounds():
    widths = [ink(g).width for g in (0.0, 1e-300, 1e-3, 1.0, 1e3, 1e300)]
    assert widths[1:] == sorted(widths[1:])
    assert 0.8 <= min(widths)
    assert max(widths) <= 4.0
    assert ink(-5.0).width == ink(5.0).width
    assert ink(-5.0).color != ink(5.0).color


def test_nan_inf_zero_and_nothing_are_marked():
    source = draw(troubled()).source
    x, y, n = (next(line for line in source.splitlines() if f"<b>{name}</b>" in line) for name in "xyn")
    assert f'"{BAD}"' in x
    assert "grad inf" in x or "grad nan" in x
    assert f'"{BAD}"' in n
    assert "data nan" in n
    assert ">no gradient<" in y
    assert "dotted" in y
    assert "× nothing" in source
    assert [ink(g).style for g in (math.nan, math.inf, -math.inf, 0.0, -0.0)] == ["bold"] * 3 + ["dotted"] * 2


def test_modules_say_what_is_in_them():
    model = MLP(2, [2, 1], rng=0)
    total = model([1.0, 2.0]) + model([3.0, 4.0])
    total.backward()
    source = draw(total, level="layers").source
    line = next(line for line in source.splitlines() if "layers[1]</b>" in line)
    assert words(line)[:2] == ["layers[1]", "×2, 11 scalars"]
    assert "peripheries=2" in line
    assert "folded into" in source


def test_an_edited_leaf_is_seen():
    x = Value(3.0, label="x")
    y = x * 2.0
    x.data = 5.0
    assert words(statement(draw(y).source, "n0 -> n1")) == ["was 3", "× 2"]


@pytest.mark.parametrize(
    ("x", "precision", "text"),
    [(1 / 3, 4, "0.3333"), (1 / 3, 17, "0.33333333333333331"), (-0.0, 4, "0"), (1e300, 4, "1e+300"), (None, 4, "–"), (math.nan, 4, "nan")],
)  # fmt: skip
def test_numbers(x, precision, text):
    assert digits(x, precision) == text
    if x is not None:
        assert f"data {text}" in draw(Value(x), precision=precision).source


@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT"])
def test_arrows_point_in_the_direction_that_was_asked_for(direction):
    drawing = draw(neuron(), direction=direction)
    assert f"rankdir={direction}" in drawing.source
    axis, ahead = {"LR": (0, 1), "RL": (0, -1), "TB": (1, 1), "BT": (1, -1)}[direction]
    starts = re.findall(r'<path d="M([\d.]+) ([\d.]+)[^l]*" fill="none"', drawing.own_svg())
    tips = re.findall(r'<path d="M([\d.]+) ([\d.]+)l', drawing.own_svg())
    assert len(starts) == len(tips) == 9
    for start, tip in zip(starts, tips, strict=True):
        assert (float(tip[axis]) - float(start[axis])) * ahead > 20


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Value(2.0), "Graph of a leaf: 1 node, 1 leaf; a leaf = 2; no gradients yet."),
        (lambda: Value(2.0, label="a") ** 2, "Graph of ^: 2 nodes, 1 leaf (a); ^ = 4; no gradients yet."),
        (neuron, "Graph of out: 10 nodes, 5 leaves (x1, w1, x2, w2, b); out = 0.7071; largest gradient -1.5 at x1."),
        (troubled, "Graph of z: 20 nodes, 4 leaves (x, y, one, n); z = nan; gradient inf at x; there is a nan."),
    ],
)
def test_the_alternative_text_is_one_line(make, says):
    assert alt(scene(make())) == says


def test_the_alternative_text_names_a_few_leaves_and_says_what_was_folded():
    text = alt(scene(network(), level="layers"))
    assert "17 leaves (" in text
    assert " and 11 more)" in text
    assert "folded into 8 boxes by layers" in text
    assert len(text) < 400


# --- arguments --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"direction": "lr"}, ValueError, "direction must be one of LR, TB, RL, BT, or None, got a str: 'lr'"),
        ({"direction": 1}, ValueError, "direction must be"),
        ({"precision": 0}, ValueError, "precision must be an int from 1 to 17, got 0"),
        ({"precision": 18}, ValueError, "precision must be an int from 1 to 17"),
        ({"precision": 4.0}, TypeError, "precision must be an int from 1 to 17, got a float: 4.0"),
        ({"precision": True}, TypeError, "precision must be an int"),
    ],
)
def test_bad_arguments_are_named(arguments, error, says):
    with pytest.raises(error, match=says):
        draw(Value(1.0), **arguments)


def test_draw_dot_names_its_own_arguments():
    with pytest.raises(ValueError, match="rankdir must be one of LR, TB, RL, BT"):
        draw_dot(Value(1.0), rankdir="XY")
    with pytest.raises(TypeError, match="root must be a Value"):
        draw_dot(1.0)


# --- files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "begins"), [("a.svg", b"<svg"), ("a.PNG", b"\x89PNG"), ("a.pdf", b"%PDF"), ("a.dot", b"digraph")]
)
def test_a_drawing_is_saved_whole_in_the_format_of_its_suffix(tmp_path, name, begins):
    (tmp_path / name).write_text("what was there")
    assert draw(neuron(), file=tmp_path / name).save(str(tmp_path / name)) == tmp_path / name
    assert (tmp_path / name).read_bytes().startswith(begins)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("name", "error", "says"),
    [
        ("a.gif", ValueError, r"file must end in .svg, .png, .pdf or .dot, got a \w+: .*a.gif"),
        ("a", ValueError, "file must end in"),
        (
            "nowhere/a.svg",
            FileNotFoundError,
            "must be in a folder that exists, got a str: '.*nowhere/a.svg'; make its folder first",
        ),
    ],
)
def test_a_file_that_cannot_be_is_refused(tmp_path, name, error, says):
    with pytest.raises(error, match=says):
        draw(neuron(), file=tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_file_is_replaced_in_one_step(tmp_path, monkeypatch):
    file, seen = tmp_path / "a.dot", []
    file.write_text("what was there")
    replace = os.replace

    def watched(part, whole):
        seen.append((Path(part).read_text(), Path(whole).read_text()))
        replace(part, whole)

    monkeypatch.setattr(os, "replace", watched)
    drawing = draw(neuron(), file=file)
    assert seen == [(drawing.source, "what was there")]


def test_a_failure_leaves_the_old_file_whole(tmp_path, monkeypatch):
    file = tmp_path / "a.dot"
    file.write_text("what was there")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        draw(neuron()).save(file)
    assert file.read_text() == "what was there"
    assert [path.name for path in tmp_path.iterdir()] == ["a.dot"]


# --- hostile labels -----------------------------------------------------------------------------------------------


def hostile():
    y = Value(1.0, label="<b>root")
    for text in HOSTILE:
        y = y + Value(2.0, label=text)
    y.label = '"><script>'
    return y


def checked(picture):
    """The texts in an SVG that holds nothing but shapes and text."""
    root = ET.fromstring(picture)
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in {"svg", "g", "rect", "path", "polygon", "polyline", "text", "title"}
        for name, value in element.attrib.items():
            assert not name.lower().startswith("on")
            assert "href" not in name
            assert "javascript:" not in value or name == "aria-label"
    return [element.text.replace("\xa0", " ") for element in root.iter(f"{SVG}text")]


@pytest.mark.parametrize(
    "draws", [lambda d: with_alt(render(d.source), d.alt), lambda d: d.own_svg()], ids=["graphviz", "our own"]
)
def test_hostile_labels_are_shown_as_text(draws):
    texts = checked(draws(draw(hostile())))
    assert set(map(label, HOSTILE)) <= set(texts)
    assert {"<b>root", '"><script> = +'} <= set(texts)


def test_hostile_labels_are_shown_as_text_when_they_name_modules():
    y = Value(1.0)
    for text in HOSTILE:
        y = Value(2.0, label=f"{text}.w") * y
        y.label = text
    folded = draw(y, level="neurons")
    assert set(map(label, HOSTILE)) <= set(checked(render(folded.source)))
    assert set(map(label, HOSTILE)) <= set(checked(folded.own_svg()))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_root_is_shown_in_a_cell(text):
    x = Value(1.0, label=text)
    bundle = x._repr_mimebundle_()
    (image,) = re.findall(
        r'^<img alt="([^"<>]*)" src="data:image/svg\+xml;base64,([\w+/=]*)" style="[^"]*">$', bundle["text/html"]
    )
    assert html(label(text)) in image[0]
    checked(base64.b64decode(image[1]).decode())
    assert len(bundle["text/html"]) < 10_000


# --- our own SVG --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("make", [neuron, network, troubled, hostile])
def test_our_own_boxes_do_not_overlap_and_hold_their_text(make, direction):
    root = ET.fromstring(svg(scene(make()), direction=direction))
    width, height = float(root.get("width")), float(root.get("height"))
    boxes = [
        [float(r.get(k)) for k in ("x", "y", "width", "height")] for r in root.iter(f"{SVG}rect") if r.get("stroke")
    ]
    texts = [(float(t.get("x")), float(t.get("y"))) for t in root.iter(f"{SVG}text")]
    assert boxes
    for i, (x, y, w, h) in enumerate(boxes):
        assert -12 <= x <= x + w <= width - 12
        assert -12 <= y <= y + h <= height - 12
        assert sum(x < a < x + w and y < b < y + h for a, b in texts) >= 3
        assert not any(x < u + k and u < x + w and y < v + m and v < y + h for u, v, k, m in boxes[:i])
    assert all(-12 <= x <= width and -12 <= y <= height for x, y in texts)


def test_our_own_arrows_of_a_square_are_apart():
    x = Value(3.0)
    paths = re.findall(r'<path d="([^"]*)" fill="none"', svg(scene(x * x)))
    assert len(set(paths)) == len(paths) == 2


# --- in a notebook ------------------------------------------------------------------------------------------------


def test_a_cell_gets_an_image_with_a_text_the_svg_and_the_tree():
    bundle = neuron()._repr_mimebundle_()
    assert list(bundle) == ["text/plain", "text/html", "image/svg+xml"]
    assert bundle["text/plain"].startswith("out = tanh")
    assert 'alt="Graph of out: 10 nodes' in bundle["text/html"]
    inside = base64.b64decode(re.search(r"base64,([\w+/=]*)", bundle["text/html"])[1]).decode()
    assert inside == bundle["image/svg+xml"]
    assert re.match(r'<svg [^>]*role="img" aria-label="Graph of out: 10 nodes', inside)
    assert ET.fromstring(inside).tag == f"{SVG}svg"


def test_a_cell_gets_what_it_asks_for():
    out = neuron()
    assert out._repr_mimebundle_(include=["text/plain"]).keys() == {"text/plain"}
    assert out._repr_mimebundle_(exclude={"image/svg+xml"}).keys() == {"text/plain", "text/html"}
    assert draw(out)._repr_mimebundle_(include=[], exclude=None) == {}
    assert draw_dot(out)._repr_mimebundle_(include=("image/svg+xml",)).keys() == {"image/svg+xml"}


@pytest.mark.parametrize("data", [0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, 1.7976931348623157e308, 0.1])
def test_a_cell_shows_any_number(data):
    x = Value(data, label="x")
    y = (x + x).relu()
    y.backward()
    for shown in (x, y, draw(y), draw_dot(y)):
        assert shown._repr_mimebundle_().keys() == {"text/plain", "text/html", "image/svg+xml"}


def test_a_graph_that_cannot_be_folded_is_shown_in_part_in_a_cell():
    bundle = chain(300)._repr_mimebundle_()
    assert "301 nodes: the 149 nearest to the root, the others in one box" in bundle["image/svg+xml"]
    assert bundle["text/plain"].endswith("folded into 150 boxes; no gradients yet.")
    assert "folded into 150 boxes" in draw(chain(300)).alt
    with pytest.raises(TooManyNodes, match="the graph has 301 nodes, more than max_nodes = 150"):
        draw(chain(300), level="scalars")


def test_a_graph_that_is_folded_in_a_cell_says_so():
    model = MLP(2, [8, 8, 1], rng=0)
    bundle = model([1.0, 2.0])._repr_mimebundle_()
    assert "folded into" in bundle["image/svg+xml"]
    assert "folded into" in bundle["text/plain"]
    assert re.search(r'alt="[^"]*folded into', bundle["text/html"])


def test_a_deep_graph_in_a_cell_is_counted_no_further_than_it_must(monkeypatch):
    v = chain(150_000)
    monkeypatch.setattr("autograd.engine.graph.order", None)
    assert v._repr_mimebundle_() == {"text/plain": f"{v!r}, of 100,000 nodes or more"}


def test_whatever_goes_wrong_a_cell_is_shown(monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("disk on fire")

    monkeypatch.setattr("autograd.pictures.drawing.svg", broken)
    monkeypatch.setattr("autograd.pictures.digraph.render", broken)
    monkeypatch.setenv("PATH", "")
    x = Value(1.0, label="x")
    for shown in (x, draw(x), draw_dot(x)):
        bundle = shown._repr_mimebundle_()
        assert bundle == {"text/plain": "x   data 1  grad –\nNo picture: disk on fire"}
        assert shown._repr_mimebundle_(include=["text/plain"]) == {"text/plain": "x   data 1  grad –"}
    monkeypatch.setattr("autograd.pictures.drawing.scene", broken)
    assert x._repr_mimebundle_() == {"text/plain": "Value(data=1.0, grad=0.0)\nNo picture: disk on fire"}


# --- draw_dot, for micrograd's notebooks ----------------------------------------------------------------------------


def test_draw_dot_is_a_graphviz_digraph_that_can_be_added_to():
    import graphviz

    graph = draw_dot(neuron(), rankdir="TB")
    assert isinstance(graph, graphviz.Digraph)
    assert "rankdir=TB" in graph.source
    assert "tanh" in graph.source
    assert graph.format == "svg"
    graph.node("mine", "added")
    graph.edge("mine", "n0")
    assert "added" in graph._repr_mimebundle_()["image/svg+xml"]
    assert "added" in graph.copy()._repr_mimebundle_()["image/svg+xml"]


def test_draw_dot_draws_what_micrograd_draws():
    assert draw_dot(chain(300)).source.count("data ") == 301
    assert "2,101 nodes: the 1,999 nearest to the root, the others in one box" in draw_dot(chain(2_100)).source


# --- the rest -------------------------------------------------------------------------------------------------------


def test_large_graphs_leave_out_what_nobody_could_read():
    few, many = scene(chain(100)), scene(chain(MANY), max_nodes=1_000)
    assert "× 1" in dot(few)
    assert all("× 1" in line for line in dot(many).splitlines() if "comment=" in line)
    assert "label=<<table" not in dot(many).split("->", 1)[1]
    assert "arrows have no numbers in so large a picture; the DOT has them as comments" in dot(many)
    assert "arrows have no numbers" not in dot(few)
    assert b"data 301" in render(dot(many))


def test_our_own_drawing_leaves_out_numbers_that_would_overlap():
    few, many = MLP(2, [3, 1], rng=1)([0.5, 1.0]), MLP(2, [8, 1], rng=1)([0.5, 1.0])
    for out in (few, many):
        out.backward()
    assert "arrows have no numbers" not in draw(few, level="neurons").own_svg()
    crowded = draw(many, level="neurons").own_svg()
    assert "arrows have no numbers where more than 6 arrive at one box" in crowded
    assert ">= " not in crowded


def test_a_large_picture_is_drawn_without_graphviz_which_would_take_seconds():
    large = draw(chain(LARGE * 6 // 10), max_nodes=3_000)
    assert large.svg() == large.own_svg()
    middling = draw(chain(FEW * 6 // 10), max_nodes=3_000)
    assert middling.svg() != middling.own_svg()


def test_a_drawing_is_the_same_every_time():
    assert draw(network()).source == draw(network()).source
    assert draw(network()).own_svg() == draw(network()).own_svg()


def test_a_drawing_says_what_it_is():
    assert repr(draw(Value(1.0, label="x"))) == "<Drawing: Graph of x: 1 node, 1 leaf (x); x = 1; no gradients yet.>"
    assert isinstance(draw(Value(1.0)), Drawing)


def test_the_engine_is_imported_without_what_takes_time():
    """What few programs need is imported when it is needed: `import autograd` takes less than 30 ms."""
    late = (
        "graphviz pygraphviz subprocess numpy matplotlib PIL ast json html inspect difflib decimal linecache tokenize"
    )
    late += " dataclasses autograd.scenes.scene autograd.pictures.svg autograd.program.program"
    code = (  # what Python itself has loaded by then is not counted: it differs from version to version
        f"import sys; before = {{*sys.modules}}; import autograd; "
        f"print(*set({late.split()}) & sys.modules.keys() - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "\n"
