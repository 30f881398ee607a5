"""animate: what is seen when, that it needs no script, and that it stands still, whole, where that is preferred."""

import io
import re
import xml.etree.ElementTree as ET

import pytest
from PIL import Image
from test_escape import HOSTILE

from autograd import Value, animate, where
from autograd.pictures.lettering import Text
from autograd.pictures.plan import PlacedArrow, PlacedBox
from nn import MLP

SVG = "{http://www.w3.org/2000/svg}"


def neuron():
    w, x, b = (Value(n, label=name) for n, name in ((0.5, "w"), (2.0, "x"), (-0.5, "b")))
    out = (w * x + b).tanh()
    out.label = "out"
    return out


def texts(animation, step):
    """The lines of text that are seen in a step."""
    return [
        part.item.text
        for part in animation.course.parts
        if isinstance(part.item, Text) and part.since <= step and (part.until is None or step < part.until)
    ]


def caption(animation, step):
    (found,) = [text for text in texts(animation, step) if text.startswith(("forward", "backward", "finished"))]
    return found


def test_it_goes_forward_and_then_back_and_says_each_step():
    animation = animate(neuron())
    steps = range(animation.course.steps)
    assert [caption(animation, step) for step in steps] == [
        "forward: the leaves have their data",
        "forward: n2 = w × x = 1",
        "forward: n4 = n2 + b = 0.5",
        "forward: out = tanh(n4) = 0.4621",
        "backward: the gradient of out in itself is 1",
        "backward: out passes back 1 × 0.7864 = 0.7864 to n4",
        "backward: n4 passes back 0.7864 × 1 = 0.7864 to n2, 0.7864 × 1 = 0.7864 to b",
        "backward: n2 passes back 0.7864 × 2 = 1.573 to w, 0.7864 × 0.5 = 0.3932 to x",
        "finished: a gradient is the sum of the shares on the arrows that leave its box",
    ]
    assert [sum(text.startswith("data ") for text in texts(animation, step)) for step in steps] == [
        3,
        4,
        5,
        6,
        6,
        6,
        6,
        6,
        6,
    ]
    assert [sum(text.startswith("grad ") for text in texts(animation, step)) for step in steps] == [
        0,
        0,
        0,
        0,
        1,
        2,
        4,
        6,
        6,
    ]
    assert [sum(text.startswith("= ") for text in texts(animation, step)) for step in steps] == [
        0,
        0,
        0,
        0,
        0,
        1,
        3,
        5,
        5,
    ]


def test_a_gradient_is_shown_when_the_last_of_its_uses_has_passed_back():
    x = Value(3.0, label="x")
    animation = animate(x * x * x)
    grads = [
        [text for text in texts(animation, step) if text.startswith("grad ")] for step in range(animation.course.steps)
    ]
    assert grads == [[], [], [], ["grad 1"], ["grad 3", "grad 1"], *[["grad 27", "grad 3", "grad 1"]] * 2]


def test_one_box_is_marked_in_each_step_but_those_of_the_leaves_and_the_root_and_the_last():
    animation = animate(neuron())
    glows = [
        sum(part.glows and part.since <= step < part.until for part in animation.course.parts) for step in range(9)
    ]
    assert glows == [0, 1, 1, 1, 0, 1, 1, 1, 0]  # it ends on the finished picture


def test_a_branch_that_was_not_taken_passes_nothing_back():
    x, y = Value(-1.0, label="x"), Value(2.0, label="y")
    animation = animate(where(x, y.exp(), x * 2.0))
    last = animation.course.steps - 1
    inked = [
        part.item.arrow
        for part in animation.course.parts
        if isinstance(part.item, PlacedArrow) and part.until is None and part.item.ink.style != "solid"
    ]
    assert any(arrow.share is None for arrow in inked)
    assert "no gradient" in texts(animation, last)
    assert not any("exp" in caption(animation, step) for step in range(animation.course.steps // 2 + 1, last + 1))


def test_nothing_that_the_graph_holds_is_read_or_changed():
    out = neuron()
    for _ in range(2):
        out.backward()
    held = [leaf.grad for leaf in out.operands[0].operands]
    assert animate(out).alt.endswith("largest gradient 1.573 at w.")
    assert [leaf.grad for leaf in out.operands[0].operands] == held
    fresh = neuron()
    animate(fresh)
    assert fresh._grad is None


def of_class(root, kind):
    """The elements with a class of this kind: p for what passes, s for what stays, k for looks."""
    return [e for e in root.iter() if any(name.startswith(kind) for name in (e.get("class") or "").split())]


def test_the_svg_has_no_script_and_stands_still_whole():
    animation = animate(neuron())
    root = ET.fromstring(animation.svg())
    tags = {e.tag.removeprefix(SVG) for e in root.iter()}
    assert tags == {"svg", "style", "defs", "g", "rect", "path", "text", "use"}
    style = root.find(f"{SVG}style").text
    assert "@media(prefers-reduced-motion:reduce){*{animation:none!important}}" in style
    assert "[class^=p]{opacity:0;" in style  # the only rule that hides without keyframes
    assert re.sub(r"@keyframes \w+\{.*?\}\}", "", style).count("opacity") == 1
    passing = [text.text for group in of_class(root, "p") for text in group.iter(f"{SVG}text")]
    assert len(passing) == animation.course.steps  # the captions
    assert not any(line.startswith(("data", "grad", "=")) for line in passing)
    assert all(e.get("class").startswith(("p", "s")) for e in (*of_class(root, "p"), *of_class(root, "s")))
    names = set(re.findall(r"animation-name:(\w+)", style))
    assert names == set(re.findall(r"@keyframes (\w+)", style)) == {"p", *(f"s{i}" for i in range(1, 8))}
    shapes = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(shapes) == len(set(shapes))
    assert {use.get("href") for use in root.iter(f"{SVG}use")} == {f"#{name}" for name in shapes}


def test_each_shape_of_the_lectures_neuron_is_written_once():
    x1, w1, x2, w2 = (Value(n, label=label) for n, label in ((2.0, "x1"), (-3.0, "w1"), (0.0, "x2"), (1.0, "w2")))
    n = x1 * w1 + x2 * w2 + Value(6.8813735870195432, label="b")
    n.label = "n"
    text = animate(n.tanh()).svg()
    assert len(re.findall("<rect id=", text)) == 10
    assert len(text.encode()) < 9_216


def test_gray_lies_under_the_ink_which_covers_it():
    root = ET.fromstring(animate(Value(2.0, label="x") * Value(-3.0, label="y")).svg())
    style = root.find(f"{SVG}style").text
    looks = dict(re.findall(r"\.(k\d+)\{(.*?)\}", style))
    group = {e: parent for parent in root.iter() for e in parent}
    lines = {}  # those of each shape, in the order in which they are drawn
    for use in root.iter(f"{SVG}use"):
        look = looks[(use.get("class") or group[use].get("class")).split()[-1]]
        lines.setdefault(use.get("href"), []).append((re.search("stroke:(#.*?)(;|$)", look)[1], "dash" in look))
    gray, white, orange, blue = ("#767676", False), ("#FFF", False), ("#D55E00", True), ("#0072B2", False)
    light = ("#F5B800", False)
    assert sorted(lines.values()) == sorted(
        [[gray, white, orange]] * 2 + [[gray, blue]] * 2 + [[light, light, gray, blue]]
    )


def test_a_cell_gets_an_image_with_a_text():
    bundle = animate(neuron())._repr_mimebundle_()
    assert list(bundle) == ["text/plain", "text/html"]
    assert 'alt="Animation. Graph of out: 6 nodes' in bundle["text/html"]


def test_the_gif_has_a_frame_for_each_step(tmp_path):
    animation = animate(neuron(), seconds=0.5, file=tmp_path / "neuron.gif")
    image = Image.open(io.BytesIO((tmp_path / "neuron.gif").read_bytes()))
    assert image.n_frames == animation.course.steps == 9
    assert image.info["loop"] == 0
    durations, frames = [], []
    for step in range(9):
        image.seek(step)
        durations.append(image.info["duration"])
        frames.append(image.convert("RGB"))
    assert durations == [500] * 8 + [2000]
    assert len({frame.tobytes() for frame in frames}) == 9
    assert frames[0].getpixel((0, 0)) == (255, 255, 255)
    assert (tmp_path / "neuron.gif").stat().st_size < 80_000
    svg = animate(neuron(), file=tmp_path / "neuron.svg")
    assert (tmp_path / "neuron.svg").read_text() == svg.svg()


@pytest.mark.parametrize(
    "root",
    [
        Value(1.0),
        Value(float("nan"), label="n") * 2.0,
        MLP(2, [8, 8, 1], rng=0)([1.0, 2.0]),
        sum((Value(1.0, label=text) for text in HOSTILE[:6]), Value(0.0)),
    ],
)
def test_any_graph_moves(root):
    animation = animate(root)
    ET.fromstring(animation.svg())
    assert Image.open(io.BytesIO(animation.gif())).size[0] > 50
    boxes = {part.item.box.id for part in animation.course.parts if isinstance(part.item, PlacedBox)}
    assert len(boxes) == len(animation.scene.boxes)


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"seconds": 0}, ValueError, "seconds must be a finite number above 0, got 0"),
        ({"seconds": "1"}, TypeError, "seconds must be a finite number above 0, got a str: '1'"),
        ({"direction": "up"}, ValueError, "direction must be one of LR, TB, RL, BT, or None, got a str: 'up'"),
        ({"level": "units"}, ValueError, "level must be one of"),
        ({"file": "a.png"}, ValueError, r"file must end in \.svg or \.gif, got a str: 'a.png'"),
    ],
)
def test_bad_arguments_are_named(arguments, error, says):
    with pytest.raises(error, match=says):
        animate(neuron(), **arguments)
    with pytest.raises(TypeError, match=r"root must be a Value, got a float: 1\.0"):
        animate(1.0)
