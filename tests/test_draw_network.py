"""The picture of a network: every weight with its gradient, nothing over anything else."""

import re
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise

import numpy as np
import pytest

from nn import MLP, cross_entropy, draw_network, layer_gradients, mse

SVG = "{http://www.w3.org/2000/svg}"


def loss(outputs):
    return mse(outputs, [0.01, 0.99])


def network():
    return MLP(2, [3, 2], activation="sigmoid", output_activation="sigmoid", rng=7)


def parts(drawing):
    root = ET.fromstring(drawing.svg())
    boxes = [
        {k: float(box.get(k)) for k in ("x", "y", "width", "height")} for box in root.iter(f"{SVG}rect") if box.get("x")
    ]
    texts = [(text.text, float(text.get("x")), float(text.get("y"))) for text in root.iter(f"{SVG}text")]
    return root, boxes, texts


def test_every_weight_has_a_line_that_ends_at_its_row_with_its_gradient():
    model = network()
    drawing = draw_network(model, [0.05, 0.10], loss)
    root, _, _ = parts(drawing)
    lines = [path for path in root.iter(f"{SVG}path") if path.get("id")]
    assert len(lines) == 12 + 2  # and those of the outputs to the loss
    loss(model([0.05, 0.10])).backward()
    ends = [tuple(map(float, re.findall(r"[-\d.]+", line.get("d"))[-2:])) for line in lines]
    for k, layer in enumerate(model.layers):
        for j, unit in enumerate(layer.neurons):
            for i, w in enumerate(unit.w):
                (row,) = [row for row in drawing.columns[k + 1][j].rows if row.name == f"w[{i}]"]
                assert row.numbers == (f"{w.data:.4g}", f"{w.grad:.4g}")
                assert row.source == (k, i)
    assert len(set(ends)) == len(ends)  # each at a row of its own


def test_a_gradient_is_the_number_at_the_start_times_the_delta_at_the_end():
    columns = draw_network(network(), [0.05, 0.10], loss).columns
    for column in columns[1:-1]:
        for card in column:
            delta = float(card.rows[-1].numbers[0].split("= ")[1])
            for row in card.rows:
                if row.source:
                    start = columns[row.source[0]][row.source[1]]
                    comes_in = float(start.rows[start.leaves].numbers[0])
                    assert comes_in * delta == pytest.approx(row.gradient, rel=2e-3)


def test_what_goes_back_to_the_inputs_is_two_numbers_for_two_inputs():
    first = draw_network(network(), [0.05, 0.10], loss).columns[0]
    goes_back = layer_gradients(network(), [0.05, 0.10], loss)[-1].goes_back
    assert [card.rows[1].numbers[0] for card in first] == [f"{x:.4g}" for x in goes_back]


def check_that_texts_are_apart(root, boxes):
    """No text begins before its card, or runs into another on the same line."""
    bottom = max(box["y"] + box["height"] for box in boxes)
    lines = {}  # by their height and their card
    for text in root.iter(f"{SVG}text"):
        x, y, width = float(text.get("x")), float(text.get("y")), 6.3 * len(text.text)
        card = next((i for i, box in enumerate(boxes) if box["x"] < x < box["x"] + box["width"] and y < bottom), None)
        lines.setdefault((card, y), []).append((x - width, x) if text.get("text-anchor") else (x, x + width))
    for (card, _), spans in lines.items():
        if card is not None:
            assert min(spans)[0] >= boxes[card]["x"]
            assert all(left[1] < right[0] for left, right in pairwise(sorted(spans)))


@pytest.mark.parametrize("sizes", [[3, 2], [8, 3], [1], [2, 2, 2, 1], [40, 12]])
def test_no_card_covers_another_and_every_text_is_inside_one(sizes):
    model = MLP(4, sizes, activation="tanh", rng=1)
    drawing = draw_network(
        model, [1e-30, 1.0, -2.0, 0.5], lambda out: -1e-120 * (out if len(sizes) == 4 or sizes == [1] else sum(out))
    )
    root, boxes, texts = parts(drawing)
    for a, b in combinations(boxes, 2):
        apart = (
            a["x"] + a["width"] < b["x"] or b["x"] + b["width"] < a["x"]
            or a["y"] + a["height"] < b["y"] or b["y"] + b["height"] < a["y"]
        )  # fmt: skip
        assert apart
    bottom = max(box["y"] + box["height"] for box in boxes)
    for text, x, y in texts:
        assert y > bottom or any(
            box["x"] < x < box["x"] + box["width"] and box["y"] < y < box["y"] + box["height"] for box in boxes
        ), text
    check_that_texts_are_apart(root, boxes)
    wide, high = float(root.get("width")), float(root.get("height"))
    assert all(box["x"] + box["width"] < wide and box["y"] + box["height"] < high for box in boxes)


def test_a_long_gradient_beside_a_short_delta_has_room():
    model = MLP(1, [1], output_activation="elu", init=lambda *_: -0.9876, rng=0)
    drawing = draw_network(model, [-1.2345e-120], lambda out: out)
    assert drawing.columns[1][0].rows[1].numbers == ("-0.9876", "-1.235e-120")
    root, boxes, _ = parts(drawing)
    check_that_texts_are_apart(root, boxes)


def test_a_large_layer_is_shown_in_part_and_says_so():
    drawing = draw_network(MLP(64, [32, 10], rng=0), [0.1] * 64, lambda out: cross_entropy([out], [1]))
    assert [len(column) for column in drawing.columns] == [8, 8, 8, 1]
    svg = drawing.svg()
    for says in ("… 56 more weights", "… 24 more weights", "… 2 more", "hidden layer: 8 of 32 units are shown"):
        assert says in svg
    assert len(draw_network(MLP(64, [32, 10], rng=0), [0.1] * 64, lambda out: out[0], most=64).columns[0]) == 64


def test_no_gradient_is_changed_and_names_are_text():
    def activation(v):
        return v.tanh()

    activation.__name__ = "<script>"
    model = MLP(1, [1], output_activation=activation, rng=0)
    assert "&lt;script&gt;" in draw_network(model, [1.0], lambda out: out).svg()
    assert {p.grad for p in model.parameters()} == {0.0}


def test_a_loss_that_holds_the_weights_itself_is_reported():
    model = network()
    assert "the loss holds them" not in draw_network(model, [0.05, 0.10], loss).svg()
    decay = draw_network(model, [0.05, 0.10], lambda out: loss(out) + sum(p * p for p in model.parameters()))
    assert "and more where weights are used twice or the loss holds them" in decay.svg()


def test_it_shows_itself_and_is_saved(tmp_path):
    drawing = draw_network(network(), [0.05, 0.10], loss)
    forms = drawing._repr_mimebundle_()
    assert forms["text/html"].startswith(
        '<img alt="Network 2-3-2: 12 weights and 5 biases with their gradients; loss 0.29'
    )
    assert forms["text/plain"] == f"<NetworkDrawing: {drawing.alt}>"
    assert drawing.save(tmp_path / "net.svg").read_text() == drawing.svg() == forms["image/svg+xml"]
    with pytest.raises(ValueError, match=r"file must end in \.svg or \.html, got a str: '.*net\.png'"):
        drawing.save(str(tmp_path / "net.png"))


def test_what_it_refuses():
    with pytest.raises(TypeError, match="model must be an MLP"):
        draw_network(network().layers[0], [1.0, 2.0], loss)
    with pytest.raises(ValueError, match="most must be an int of at least 1"):
        draw_network(network(), np.array([1.0, 2.0]), loss, most=0)


def test_a_model_that_skips_a_layer_is_not_drawn_as_if_it_did_not():
    class Skip(MLP):
        def __call__(self, x):
            return super().__call__(x) + x[0]

    class Told(MLP):
        def __call__(self, x):
            self.told = True
            return super().__call__(x)

    with pytest.raises(ValueError, match=r"each layer from the outputs of the one before: Skip gives a list: \[1.36"):
        draw_network(Skip(2, [1], rng=0), [0.5, 1.0], lambda out: out)
    assert draw_network(Told(2, [1], rng=0), [0.5, 1.0], lambda out: out).alt.startswith("Network 2-1: 2 weights")
    assert draw_network(MLP(1, [1], rng=0), [0.5], lambda out: out).alt.startswith("Network 1-1: 1 weight and 1 bias ")


@pytest.mark.slow
@pytest.mark.parametrize("shown_in", ["net.svg", "net.html", "a cell"])
def test_pointing_at_a_weight_marks_its_line_its_input_and_the_delta(browser, tmp_path, shown_in):
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.by import By

    browser.set_window_size(1300, 800)
    drawing = draw_network(network(), [0.05, 0.10], loss)
    if shown_in == "a cell":
        (tmp_path / "cell.html").write_text(drawing.page()._repr_html_())
        browser.get((tmp_path / "cell.html").as_uri())
        browser.switch_to.frame(browser.find_element(By.TAG_NAME, "iframe"))
    else:
        browser.get(drawing.save(tmp_path / shown_in).as_uri())

    def marked():
        script = "return [...document.querySelectorAll('[id]')].filter((e) => getComputedStyle(e).fontWeight > 500)"
        return {element.get_attribute("id") for element in browser.execute_script(script)}

    assert marked() == set()
    ActionChains(browser).move_to_element(browser.find_element(By.ID, "r1-1-2")).perform()
    # w[1] of layers[0].neurons[1]: its line, its row, the second input's number, the unit's last row
    assert marked() == {"p1-1-2", "r1-1-2", "r0-1-0", "r1-1-5"}
    assert browser.get_log("browser") == []


def test_the_page_fetches_nothing_and_leaves_a_picture_where_frames_are_stripped():
    drawing = draw_network(network(), [0.05, 0.10], loss)
    page = drawing.page()
    assert "<title>Network 2-3-2</title>" in page.html
    assert "<script" not in page.html
    assert re.search(r'content="default-src \'none\'; style-src \'sha256-[^\']+\';', page.html)
    assert f'alt="{drawing.alt}"' in page._repr_html_().partition("<iframe")[0]
