"""explain: the steps and the paths both add up to the gradient, and omissions are announced."""

import math
import random
import re
import xml.etree.ElementTree as ET

import pytest
from accuracy import OURS, computed, expression

from autograd import Value, explain, sqrt, where
from nn import MLP, mse


def loss_of_three_layers(depth=2):
    """One unit a layer: H1 → H2 → H3 → O, as in the learner's question."""
    values = {name: Value(x, label=name) for name, x in (("w12", 0.5), ("w23", -0.8), ("w3o", 1.2))}
    h1 = Value(0.7, label="H1")
    h2 = (values["w12"] * h1).tanh()
    h3 = (values["w23"] * h2).tanh()
    out = (values["w3o"] * h3).tanh()
    loss = (out - 1.0) ** 2
    for v, name in ((h2, "H2"), (h3, "H3"), (out, "O"), (loss, "E")):
        v.label = name
    return loss, values


def test_the_first_question_word_for_word():
    """Given the gradient of the weight between H3 and O, those between H2 and H3 and H1 and H2 follow by one line."""
    loss, w = loss_of_three_layers()
    loss.backward()
    texts = {name: str(explain(loss, v)) for name, v in w.items()}
    for name, below in (("w3o", "H3"), ("w23", "H2"), ("w12", "H1")):
        assert f"d E / d {name} = {w[name].grad:.6g}" in texts[name]
        last = next(line for line in texts[name].splitlines() if line.startswith(f"  {name} "))
        assert f"× {below} = " in last  # the upstream gradient of the sum
    shared = {name: {step.name for step in explain(loss, v).steps} for name, v in w.items()}
    assert shared["w3o"] - {"w3o"} < shared["w23"] < shared["w12"] | {"w23"}  # each goes on where the last one stopped
    assert "in H3 = tanh(" in texts["w12"]


@pytest.mark.parametrize("seed", range(30))
def test_steps_and_paths_add_up_to_the_gradient(seed):
    rng = random.Random(seed)
    while True:
        leaves = [Value(rng.uniform(-1.5, 1.5), label=f"x{i}") for i in range(3)]
        try:
            root = computed(expression(rng, 4, 3), leaves, OURS)
            break
        except (ArithmeticError, ValueError):
            continue
    if not isinstance(root, Value):
        return
    root.backward()
    for leaf in leaves:
        told = explain(root, leaf, max_steps=1000, max_paths=1000)
        assert told.gradient == pytest.approx(leaf.grad, rel=1e-12)
        assert sum(path.product for path in told.paths) == pytest.approx(leaf.grad, rel=1e-9, abs=1e-12)
        assert len(told.paths) == told.n_paths
        for path in told.paths:
            assert math.prod(path.local_derivatives) == pytest.approx(path.product, rel=1e-12)
            assert len(path.names) == len(path.local_derivatives) + 1
        for step in told.steps[1:]:
            assert sum(use.share or 0.0 for use in step.uses) == pytest.approx(step.gradient, rel=1e-12)


def test_both_uses_in_a_square_are_listed():
    a = Value(3.0, label="a")
    told = explain(a * a, a)
    assert len(re.findall(r"in n1 = a × a +1 × a = 1 × 3 = 3", str(told))) == 2
    assert [path.product for path in told.paths] == [3.0, 3.0]


def test_earlier_gradients_do_not_count_and_none_is_changed():
    w = Value(3.0, label="w")
    loss = w * w
    for _ in range(3):
        loss.backward()
    assert explain(loss, w).gradient == 6.0
    assert w.grad == 18.0


def test_an_explanation_tells_what_an_edited_leaf_was():
    w = Value(3.0, label="w")
    loss = w * w
    w.data = 5.0
    assert "1 × w = 1 × 3 = 3" in str(explain(loss, w))


def test_when_there_are_too_many_paths_the_strongest_are_listed_and_the_rest_are_counted():
    x = Value(0.1, label="x")
    v = x
    for _ in range(30):
        v = v + v * v
    told = explain(v, x, max_paths=5, max_steps=10)
    assert told.n_paths == 10**6
    assert len(told.paths) == 5
    products = [path.product for path in told.paths]
    assert products == sorted(products, key=abs, reverse=True)
    text = str(told)
    assert "the strongest of 1,000,000 or more paths" in text
    assert f"{told.skipped} steps in the middle are not shown" in text
    assert len(text.splitlines()) < 60


def test_the_strongest_paths_are_the_strongest():
    rng = random.Random(3)
    x = Value(0.4, label="x")
    v = x
    for _ in range(6):
        v = v * rng.uniform(-2, 2) + v.sin() * rng.uniform(-2, 2)
    every = [path.product for path in explain(v, x, max_paths=10**6).paths]
    assert len(every) == 64
    best = [path.product for path in explain(v, x, max_paths=7).paths]
    assert best == sorted(every, key=abs, reverse=True)[:7]


def test_what_brings_nothing_is_said():
    a, b = Value(1.0, label="a"), Value(2.0, label="b")
    c = a * 2.0
    c.label = "c"
    assert str(explain(c, b)) == "d c / d b = 0: c does not depend on it"
    assert "the root itself" in str(explain(c, c))
    told = str(explain(where(b, b, sqrt(a)), a))
    assert "no gradient reaches it" in told
    assert "1 × [n3 > 0] = 1 × 0 = 0" in told  # the branch not taken: its formula is 0 here
    flat = Value(1.5, label="s")
    assert "2 × nothing: flat between its steps" in str(explain(flat.floor() * 2.0, flat))
    condition = Value(1.0, label="k")
    assert "the condition itself gets no gradient" in str(explain(where(condition, a, b), condition))


def test_html_and_latex_show_a_hostile_label_as_text():
    w = Value(2.0, label='</td><script>alert("x")</script> \\input{a} $ %')
    told = explain(w * 3.0 + w, w)
    root = ET.fromstring(f"<div>{told._repr_html_()}</div>")
    assert {e.tag for e in root.iter()} == {"div", "p", "b", "table", "tr", "th", "td"}
    assert "<script>" in "".join(root.itertext())
    assert r"\input{a}" not in told.latex()
    assert told.latex().count("{") == told.latex().count("}") - told.latex().count(r"\}") + told.latex().count(r"\{")


def test_latex_says_the_rule_and_the_number():
    w, x = Value(0.5, label="w1"), Value(2.0, label="x")
    latex = explain((w * x).tanh(), w).latex()
    assert r"\frac{\partial n_{3}}{\partial w_{1}} &= 0.419974 \cdot x = 0.839949" in latex
    assert latex.startswith(r"\begin{aligned}")


def test_a_name_that_is_given_is_not_a_label_too():
    n1 = Value(2.0, label="n1")
    assert "n2 = [n1] × n1" in str(explain((n1 + 1.0) * n1, n1))


def test_latex_is_cut_as_text_is_and_brackets_what_is_negative():
    x = Value(2.0, label="x")
    v = x
    for _ in range(100):
        v = v * 1.01
    assert r"\vdots" in explain(v, x, max_steps=6).latex()
    many = explain(sum((x * 1.0 for _ in range(300)), Value(0.0)), x).latex()
    assert many.count(r"\cdot") < 100
    assert r"\left(-3\right) \cdot x" in explain((x * x) * -3.0, x).latex()


def test_a_network_is_explained_by_its_paths_of_names():
    model = MLP(1, [1, 1], activation="tanh", rng=3)
    loss = mse([model([0.7])], [1.0])
    text = str(explain(loss, model.layers[0].neurons[0].w[0]))
    assert "layers[0].neurons[0] = tanh(" in text
    assert "layers[1].neurons[0].w[0]" in text


def test_a_deep_chain_is_explained_in_a_moment():
    x = Value(1.0, label="x")
    v = x
    for _ in range(50_000):
        v = v * 1.00001
    told = explain(v, x)
    assert told.gradient == pytest.approx(math.exp(50_000 * math.log1p(1e-5)), rel=1e-9)
    assert "steps in the middle are not shown" in str(told)
    assert "more …" in str(told)


@pytest.mark.parametrize(("bad", "error"), [(0, ValueError), (True, TypeError), (1.5, TypeError), ("3", TypeError)])
def test_bad_limits(bad, error):
    with pytest.raises(error, match="max_paths must be"):
        explain(Value(1.0), Value(1.0), max_paths=bad)


def test_a_node_is_found_by_its_label_or_by_the_name_it_is_given():
    model = MLP(1, [2, 1], activation="tanh", rng=3)
    loss = mse([model([0.7])], [1.0])
    loss.label = "E"
    unit = explain(loss, "layers[0].neurons[1]")
    assert unit.wrt == "layers[0].neurons[1]"
    weight = model.layers[0].neurons[1].w[0]
    assert str(explain(loss, weight.label)) == str(explain(loss, weight))
    x = Value(3.0)
    assert explain(x * x + 1.0, "n1").gradient == 1.0
    with pytest.raises(
        ValueError, match=r"none is called 'layers\[0\].neuron\[1\]': did you mean 'layers\[0\].neurons"
    ):
        explain(loss, "layers[0].neuron[1]")
    with pytest.raises(ValueError, match="must name one node, and 2 are called 'a'"):
        explain(Value(1.0, label="a") * Value(2.0, label="a"), "a")
    with pytest.raises(TypeError, match="wrt must be a Value, or the label of one, got an int: 3"):
        explain(loss, 3)
