"""Film: what is recorded of a training, and what its page shows of it in a browser."""

import base64
import json
import re
import zlib

import numpy as np
import pytest
from selenium.webdriver.support.ui import WebDriverWait

from autograd import Value
from nn import MLP, Film, Module, binary_cross_entropy_with_logits, digits, fit, iris, moons, mse, predict, spirals
from nn.film.columns import in_columns
from nn.film.plane import plane_of_variation
from nn.training.errors import NonFiniteError

LOGITS = "binary_cross_entropy_with_logits"


def tanh(n, sizes, **more):
    return MLP(n, sizes, activation="tanh", init="glorot_uniform", rng=1, **more)


def filmed(model, x, y, loss, epochs=3, **more):
    film = Film(model, x, y, loss, **more)
    fit(
        model,
        x,
        y,
        loss=loss,
        optimizer="adam",
        learning_rate=0.05,
        epochs=epochs,
        callbacks=[film],
        rng=0,
        progress=False,
    )
    return film


def record(film):
    """What travels with the page of a film, as unpack.js finds it."""
    data = zlib.decompress(base64.b64decode(re.search(r'id="film">(.*?)</script>', film.page().html, re.S)[1]))
    start = 4 + int.from_bytes(data[:4], "little")
    found = json.loads(data[4:start])
    for name, (kind, width, size) in found["arrays"].items():
        planes = np.frombuffer(data[start : start + size], np.uint8).reshape(np.dtype(kind).itemsize, -1)
        numbers = np.ascontiguousarray(planes.T).view(f"<{kind}").ravel()
        if width:
            bits = numbers.view(f"<i{numbers.itemsize}").reshape(-1, width)
            numbers = np.cumsum(bits, axis=0, dtype=bits.dtype).view(f"<{kind}").ravel()
        found[name] = numbers
        start += size
    return found


X, Y = moons(20, noise=0.1, rng=0)


def test_every_epoch_is_recorded_from_before_the_first():
    model = tanh(2, [3, 1])
    before = model.state_dict()
    film = filmed(model, X, Y, LOGITS, epochs=4)
    assert [frame.epoch for frame in film.moments()] == [0, 1, 2, 3, 4]
    first, last = film.moments()[0], film.moments()[-1]
    assert first.weights[:3] == pytest.approx([*before["layers.0.weight"][0], before["layers.0.bias"][0]])
    assert last.weights[-1] == pytest.approx(model.state_dict()["layers.1.bias"][0])
    assert last.loss < first.loss
    fit(model, X, Y, loss=LOGITS, epochs=1, callbacks=[film], progress=False)  # and goes on
    assert film.moments()[-1].epoch == 5
    assert repr(film) == "<Film: a 2-3-1 network on 20 examples, 6 moments from epoch 0 to 5>"


def test_of_a_long_training_a_part_is_kept_and_the_end():
    film = filmed(tanh(2, [2, 1]), X, Y, LOGITS, epochs=23, most=6)
    assert [frame.epoch for frame in film.moments()] == [0, 4, 8, 12, 16, 20, 23]


def filmed_with_patience(epochs=60, **how):
    """A film of a training that overshoots, ends by patience, and goes back to its best epoch."""
    film = Film(tanh(2, [4, 1]), X, Y, LOGITS, **how)
    rate = [0.5] * 12 + [60.0] * epochs
    data = {"validation_data": (X, Y), "patience": 5, "progress": False}

    def faster(now):
        now.optimizer.learning_rate = rate[now.epoch]

    history = fit(film.model, X, Y, loss=LOGITS, epochs=epochs, callbacks=[film, faster], learning_rate=0.5, **data)
    return film, 1 + int(np.argmin(history.val_loss)), len(history.loss)


@pytest.mark.parametrize("most", [120, 3])
def test_the_epoch_to_which_patience_goes_back_is_kept_and_named(most):
    film, best, last = filmed_with_patience(most=most)
    assert last == best + 5
    assert film.record().put_back == best
    assert {best, last} <= {frame.epoch for frame in film.moments()}
    assert film.model_at(best).state_dict()["layers.0.weight"] == pytest.approx(
        film.model.state_dict()["layers.0.weight"], rel=1e-6
    )
    assert f"The weights that the network has now are those of epoch {best}, the best." in film.page().html
    assert "those of epoch" not in filmed(tanh(2, [2, 1]), X, Y, LOGITS).page().html
    fit(film.model, X, Y, loss=LOGITS, epochs=1, callbacks=[film], progress=False)
    assert film.record().put_back is None


def test_the_validation_loss_is_what_fit_says():
    film = Film(tanh(2, [2, 1]), X, Y, LOGITS)
    history = fit(film.model, X, Y, loss=LOGITS, epochs=3, callbacks=[film], validation_data=(X, Y), progress=False)
    assert [frame.val_loss for frame in film.moments()] == [None, *history.val_loss]
    assert [frame.loss for frame in film.moments()][1:] == pytest.approx(history.val_loss)  # the same data


def test_pulls_are_the_gradients_of_the_loss_in_the_outputs():
    film = Film(tanh(2, [2, 1]), X, Y, lambda p, t: binary_cross_entropy_with_logits(p, t) * 1.0)
    logits = np.asarray(predict(film.model, X))
    assert film.last.pulls[:, 0] == pytest.approx((1 / (1 + np.exp(-logits)) - Y) / len(Y))


def test_the_page_is_one_small_file_that_fetches_nothing(tmp_path):
    film = filmed(tanh(2, [6, 5, 1]), *moons(100, rng=0), LOGITS, epochs=5)
    page = film.save(tmp_path / "film.html").read_text()
    assert len(page) < 62_000  # with two explorers, packed
    assert "http" not in re.sub(r"http-equiv|http://www\.w3\.org/2000/svg", "", page)
    assert "default-src 'none'" in page
    assert "<title>Training</title>" in page
    assert "&lt;b&gt;" in film.page(title="<b>").html
    shown = film._repr_html_()
    assert shown.startswith("<details><summary>As a picture</summary><img alt=")  # what strips frames leaves it
    assert "</details><iframe srcdoc=" in shown
    assert "Training of a 2-6-5-1 network on 100 examples, from epoch 0 to 5: the loss goes from" in shown


def test_an_activation_of_your_own_is_sampled():
    def bump(v):
        return (-v * v).exp()

    film = filmed(MLP(1, [2, 1], activation=bump, rng=0), np.linspace(-1, 1, 9), np.linspace(-1, 1, 9), "mse")
    values, straight = record(film)["tables"].reshape(2, -1)
    s = np.sinh(np.linspace(-1, 1, len(values)) * np.arcsinh(record(film)["reach"]))
    assert values == pytest.approx(np.exp(-s * s), abs=1e-6)
    assert straight == pytest.approx(s, rel=1e-6)


def test_a_film_of_a_dataset_knows_its_names():
    data = iris()
    film = filmed(tanh(4, [3]), data, None, "cross_entropy", epochs=1)
    shown = record(film)
    assert shown["classes"] == ["setosa", "versicolor", "virginica"]
    assert film.input_names[0] == "sepal length (cm)"
    other = Film(tanh(4, [3]), data, loss="cross_entropy", class_names="abc", input_names="wxyz")
    assert (other.class_names, other.input_names) == (["a", "b", "c"], ["w", "x", "y", "z"])
    with pytest.raises(TypeError, match="y must be left out where x is a Dataset"):
        Film(tanh(4, [3]), data, data.y, "cross_entropy")
    with pytest.raises(TypeError, match=r"loss must be a name, one of mse, .* or a function, got None"):
        Film(tanh(4, [3]), data)


def test_what_a_film_refuses():
    with pytest.raises(TypeError, match=r"model must be an nn\.Module, such as an MLP, got a function"):
        Film(lambda x: x[0], X, Y, LOGITS)
    with pytest.raises(ValueError, match=r"class_names must be 2, one for each class, got a list: \['up'\]"):
        Film(tanh(2, [1]), X, Y, LOGITS, class_names=["up"])
    with pytest.raises(ValueError, match=r"x must have shape \(examples, 3\), a column for each input of the model"):
        Film(tanh(3, [2, 1]), X, Y, LOGITS)
    with pytest.raises(ValueError, match="along must be two different inputs by their places, ints from 0 to 1"):
        Film(tanh(2, [2, 1]), X, Y, LOGITS, along=(1, 1))
    with pytest.raises(ValueError, match="image must be a height and a width, ints whose product is 2, got a tuple"):
        Film(tanh(2, [2, 1]), X, Y, LOGITS, image=(2, 2))
    with pytest.raises(ValueError, match="input_names must be 2, one for each input, got 1"):
        Film(tanh(2, [2, 1]), X, Y, LOGITS, input_names=["a"])
    with pytest.raises(ValueError, match="theme must be 'light', 'dark' or None, got a str: 'Dark'"):
        Film(tanh(2, [2, 1]), X, Y, LOGITS).page(theme="Dark")
    with pytest.raises(ValueError, match="y must hold one target for each of 20 examples"):
        Film(tanh(2, [2, 1]), X, Y[:3], LOGITS)
    with pytest.raises(
        ValueError, match=r"x must have shape \(examples, 2\), a column for each input of the model, got a list"
    ):
        Film(tanh(2, [2, 1]), [[1.0], [2.0, 3.0]], [0, 1], LOGITS)
    with pytest.raises(ValueError, match="most must be an int of at least 2"):
        Film(tanh(2, [2, 1]), X, Y, LOGITS, most=1)


# --- in a browser -------------------------------------------------------------------------------------------------


@pytest.fixture
def watch(browser, tmp_path):
    def opened(film):
        browser.get(film.save(tmp_path / "film.html").as_uri())
        WebDriverWait(browser, 5).until(lambda _: browser.execute_script("return document.body.dataset.ready"))
        return lambda script: browser.execute_script(script)

    yield opened
    assert browser.get_log("browser") == []


@pytest.mark.slow
def test_the_page_computes_what_the_network_computes(watch):
    for model, (x, y), loss in (
        (tanh(2, [4, 3, 1]), (X, Y), LOGITS),
        (MLP(2, [5, 3], activation="relu", rng=0), tuple(spirals(30, rng=0)), "cross_entropy"),
        (tanh(1, [4, 1]), (X[:, :1], Y.astype(float)), "mse"),
        (tanh(2, [4, 2]), (X, X[::-1]), "huber"),
        (
            MLP(2, [3, 1], activation="gelu", output_activation="sigmoid", rng=0),
            (X, 0.25 + Y / 2),
            "binary_cross_entropy",
        ),
        (MLP(2, [3, 1], activation="elu", rng=0), (X, 2 * Y - 1), "hinge"),
        (MLP(2, [3, 1], activation=lambda v: v.tanh(), rng=0), (X, X[:, 1]), "mae"),
    ):
        film = filmed(model, x, y, loss)
        js = watch(film)
        js("show(frames - 1)")
        rough = 1e-6 if film.known else 5e-3
        out = js("return film.x.map((x) => forward(layersAt(frames - 1), x).ins.at(-1))")
        assert np.array(out).reshape(len(x), -1) == pytest.approx(
            np.asarray(predict(model, x)).reshape(len(x), -1), abs=rough
        )
        # the shares of all examples add up to the gradient of every weight
        found = np.array(js("return film.x.map((_, e) => shares(layersAt(frames - 1), frames - 1, e).flat())"))
        model.zero_grad()
        film.task.loss([model(row) for row in film.task.rows], film.task.targets(np.arange(len(x)))).backward()
        grads = [w.grad for layer in model.layers for unit in layer.neurons for w in unit.w]
        assert found.sum(axis=0) == pytest.approx(grads, abs=10 * rough * max(map(abs, grads)))


@pytest.mark.slow
def test_the_page_is_watched_by_mouse_and_keys(watch, browser):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    film = filmed(tanh(2, [3, 1]), X, Y, LOGITS, epochs=6, class_names=["<i>up</i>", "down"])
    js = watch(film)
    says = browser.find_element(By.ID, "says")
    assert says.text.startswith(f"Epoch 0: loss {film.moments()[0].loss:.4g}"[:18])
    slider = browser.find_element(By.ID, "epoch")
    slider.send_keys(Keys.END)
    assert says.text.startswith("Epoch 6: loss ")
    wrong = int(
        (np.asarray(predict(film.model, X)) > 0).astype(int) @ (1 - Y)
        + (np.asarray(predict(film.model, X)) <= 0).astype(int) @ Y
    )
    assert f"{wrong} of 20 examples wrong" in says.text
    slider.send_keys(Keys.ARROW_LEFT)
    assert says.text.startswith("Epoch 5: ")
    assert slider.get_attribute("aria-valuetext") == "epoch 5"
    browser.find_elements(By.CLASS_NAME, "point")[2].click()
    assert "Example 2, of class" in says.text
    points = browser.find_element(By.ID, "points")
    js("document.getElementById('points').focus()")
    points.send_keys(Keys.ARROW_RIGHT)
    assert "Example 3, of class" in says.text
    points.send_keys(Keys.ESCAPE)
    assert "Example" not in says.text
    assert browser.find_element(By.ID, "legend").text.split("\n") == ["<i>up</i>", "down"]
    js("show(0)")
    browser.find_element(By.ID, "play").click()
    WebDriverWait(browser, 5).until(lambda _: says.text.startswith("Epoch 6"))
    WebDriverWait(browser, 5).until(lambda _: browser.find_element(By.ID, "play").text == "Play")
    # the weights are lines: one for each, dashed below 0
    widths = js("return [...document.querySelectorAll('#network path')].map((p) => p.getAttribute('stroke-dasharray'))")
    signs = [w.data < 0 for layer in film.model.layers for unit in layer.neurons for w in unit.w]
    by_name = [
        js(f"return document.getElementById('w{k}-{e}').getAttribute('stroke-dasharray')")
        for k, layer in enumerate(film.model.layers)
        for e in range(sum(len(u.w) for u in layer.neurons))
    ]
    assert [dash != "none" for dash in by_name] == signs
    assert len(widths) == 9


@pytest.mark.slow
def test_the_best_epoch_is_marked(watch):
    film, best, _ = filmed_with_patience()
    js = watch(film)
    assert js("return document.querySelector('#best-epoch option').value") == str(best)
    says = f"show({best}); return says.textContent"
    assert js(says).endswith("; training ended with these weights, the best.")
    assert js("return cursor.getAttribute('x1') === best.getAttribute('x1')")
    assert not js(says.replace(f"{best})", f"{best + 1})")).endswith("the best.")
    js = watch(filmed(tanh(2, [2, 1]), X, Y, LOGITS))
    assert js("return [document.querySelectorAll('#best, option').length, says.textContent.includes('best')]") == [
        0,
        False,
    ]


@pytest.mark.slow
def test_the_page_writes_numbers_as_python_does(watch):
    js = watch(filmed(tanh(2, [2, 1]), X, Y, LOGITS))
    numbers = [
        0.0,
        1.0,
        -0.25,
        123.456,
        9999.4,
        9999.6,
        12340.0,
        1e15,
        -0.00012345,
        1e-4,
        9.9996e-5,
        5.654e-5,
        3e-120,
        0.15625,
        0.00078125,
    ]
    assert js(f"return {numbers}.map(short)") == [f"{v:.4g}" for v in numbers]


@pytest.mark.slow
def test_the_name_of_an_input_is_on_one_line_beside_many_small_tiles(watch, browser):
    browser.set_window_size(1100, 700)
    js = watch(filmed(tanh(2, [16, 1]), X, Y, LOGITS, input_names=["length", "width"]))
    assert js("return document.querySelector('canvas.tile').offsetWidth") < 40
    tall = "[...document.querySelectorAll('div.tile')].map(box => { const r = document.createRange(); r.selectNodeContents(box); return r.getClientRects().length; })"
    assert js(f"return {tall}") == [1, 1]


@pytest.mark.slow
def test_the_page_fits_wide_and_narrow_screens(watch, browser):
    js = watch(filmed(tanh(2, [8, 8, 1]), *moons(60, rng=0), LOGITS))
    browser.set_window_size(1280, 900)
    assert js("return document.documentElement.scrollWidth <= innerWidth")
    browser.set_window_size(420, 900)
    assert js("return document.querySelector('#plane').getBoundingClientRect().right <= innerWidth")


def test_classes_are_called_as_they_are_given():
    assert record(Film(tanh(2, [1]), X, 2 * Y - 1, "hinge"))["classes"] == ["-1", "1"]
    assert record(Film(tanh(2, [1]), X, Y, LOGITS))["classes"] == ["0", "1"]
    assert record(Film(tanh(2, [3]), X, Y, "cross_entropy", class_names="abc"))["classes"] == ["a", "b", "c"]


def test_a_loss_of_your_own_is_filmed():
    film = filmed(tanh(1, [2, 1]), X[:, 0], X[:, 1], lambda p, t: mse(p, t) + 0.0)
    assert record(film)["classes"] is None


def test_the_network_at_an_epoch_and_the_graph_of_one_example():
    model = tanh(2, [3, 1])
    before, at_start = model.state_dict(), np.asarray(predict(model, X))
    film = filmed(model, X, Y, LOGITS, epochs=4)
    assert np.asarray(predict(film.model_at(0), X)) == pytest.approx(at_start, abs=1e-5)
    assert film.model_at(0).state_dict()["layers.0.weight"] == pytest.approx(before["layers.0.weight"], abs=1e-6)
    assert np.asarray(predict(film.model_at(4), X)) == pytest.approx(np.asarray(predict(model, X)), abs=1e-5)
    page = film.explore(4, 7)
    assert "<title>Example 7 at epoch 4</title>" in page.html
    assert "layers[0].neurons[2].w[1]" in page.html
    with pytest.raises(ValueError, match=r"epoch must be one that was kept, 0, 1, 2, 3, 4; got an int: 9"):
        film.explore(9, 0)
    with pytest.raises(ValueError, match="example must be an int from 0 to 19, got an int: 20"):
        film.explore(0, 20)
    with pytest.raises(ValueError, match="0, 4, 8, … 23"):
        filmed(tanh(2, [2, 1]), X, Y, LOGITS, epochs=23, most=6).model_at(1)


@pytest.mark.parametrize("inputs", [1, 2])
def test_a_gif_has_a_picture_for_each_moment(inputs, tmp_path):
    from PIL import Image

    x, y, loss = (X, Y, LOGITS) if inputs == 2 else (X[:, 0], X[:, 1], "mse")
    film = filmed(tanh(inputs, [2, 1]), x, y, loss, epochs=2, class_names=["$a", "b"] if inputs == 2 else None)
    with Image.open(film.save(tmp_path / "film.gif", title="$_")) as picture:
        assert picture.n_frames == 3
        assert picture.info["loop"] == 0
        assert picture.size == (672, 320)
        assert picture.convert("RGB").getpixel((2, 2)) == (255, 255, 255)
    assert (tmp_path / "film.gif").stat().st_size < 60_000


def test_what_a_film_is_saved_as(tmp_path):
    film = Film(tanh(2, [2, 1]), X, X[:, 0], "mse")
    with pytest.raises(ValueError, match=r"file must end in \.html or \.gif, got a str: '.*film\.mp4'"):
        film.save(str(tmp_path / "film.mp4"))
    assert film.save(tmp_path / "film.gif").stat().st_size > 5_000
    assert film.save(tmp_path / "film.html").exists()


@pytest.mark.slow
def test_the_graph_of_an_example_opens_alive_at_its_epoch(watch, browser):
    from selenium.webdriver.common.by import By

    numbers = "return Object.fromEntries(trace.nodes.filter(n => !n.op).map(n => [n.label, [n.data, n.grad]]))"
    for model, (x, y), loss, epoch, example in (
        (tanh(2, [4, 3, 1]), (X, Y), LOGITS, 0, 3),
        (tanh(2, [4, 1]), (X, 2 * Y - 1), "hinge", 3, 5),
        (MLP(2, [5, 3], activation="relu", rng=0), tuple(spirals(30, rng=0)), "cross_entropy", 2, 20),
        (tanh(1, [4, 1]), (X[:, :1], X[:, 1]), "mse", 3, 7),
        (tanh(1, [4, 2]), (X[:, :1], X), "mse", 1, 7),
    ):
        film = filmed(model, x, y, loss)
        js = watch(film)
        js(f"show({epoch}); choose({example})")
        button = browser.find_element(By.CSS_SELECTOR, "#open button")
        assert button.text == f"Open the graph of example {example} at epoch {epoch}"
        button.click()
        frame = WebDriverWait(browser, 5).until(lambda _: browser.find_elements(By.CSS_SELECTOR, "iframe[data-ready]"))[
            0
        ]
        browser.switch_to.frame(frame)
        WebDriverWait(browser, 5).until(lambda _: browser.find_elements(By.CSS_SELECTOR, "#leaves input"))
        assert browser.title or js("return document.title") == f"Example {example} at epoch {epoch}"
        then = film.model_at(epoch)
        value = film.task.loss([then(film.task.rows[example])], film.task.targets(np.array([example])))
        value.backward()
        assert js("return root.data") == pytest.approx(value.data, rel=1e-13, abs=1e-15)
        found = js(numbers)
        for k, layer in enumerate(then.layers):
            for j, unit in enumerate(layer.neurons):
                for name, leaf in [("b", unit.b), *((f"w[{i}]", w) for i, w in enumerate(unit.w))]:
                    data, grad = found[f"layers[{k}].neurons[{j}].{name}"]
                    assert data == leaf.data
                    assert grad == pytest.approx(leaf.grad, rel=1e-12, abs=1e-15)
        # and it is alive: a leaf moves it, and it can be put back to that moment
        js("move({[leaves[0].id]: leaves[0].data + 1})")
        assert js("return root.data") != value.data or loss == "hinge"
        js("reset()")
        assert js("return root.data") == pytest.approx(value.data, rel=1e-13, abs=1e-15)
        browser.switch_to.default_content()
        browser.find_elements(By.CSS_SELECTOR, "#open button")[1].click()
        assert not browser.find_elements(By.CSS_SELECTOR, "#graph iframe")


def test_no_graph_is_opened_that_might_not_be_true_of_its_epoch():
    def own(v):
        return v if v.data > 0 else 0.1 * v

    assert "graph" in record(filmed(tanh(2, [3, 1]), X, Y, LOGITS))
    assert "graph" not in record(filmed(MLP(2, [3, 1], activation=own, rng=0), X, Y, LOGITS))
    assert "graph" not in record(filmed(tanh(2, [3, 1]), X, Y, lambda p, t: mse(p, t) + 0.0))


def test_a_film_ends_where_a_training_blows_up(tmp_path):
    x = np.linspace(-3, 3, 20)
    film = Film(MLP(1, [4, 1], activation="relu", rng=0), x, x**3, "mse")
    with pytest.raises(NonFiniteError):
        fit(film.model, x, x**3, loss="mse", optimizer="sgd", learning_rate=5.0, callbacks=[film], progress=False)
    last = film.moments()[-1]
    assert np.isfinite(last.loss)
    assert np.isfinite(last.weights).all()
    assert repr(film).endswith(f"moments from epoch 0 to {last.epoch}; then its numbers are too large to be drawn>")
    assert f"After epoch {last.epoch} its numbers are too large to be drawn." in film.page().html


@pytest.mark.slow
def test_large_sums_late_in_a_training_leave_the_early_moments_true(watch):
    film = Film(tanh(2, [4, 1]), X, Y, LOGITS)
    film.reach = 1e6
    out = watch(film)("return Array.from(outputs(layersAt(0), columns).pop()[0])")
    assert np.array(out) == pytest.approx(np.asarray(predict(film.model, X)), abs=5e-3)


# --- more than two inputs, and models of one's own ----------------------------------------------------------------


class Skip(MLP):
    """A way of its own from inputs to outputs: the first input is added at the end."""

    def __call__(self, x):
        return super().__call__(x) + x[0]


class Recurrent(Module):
    def __init__(self):
        self.a, self.b = Value(0.5), Value(0.25)

    def __call__(self, x):
        state = Value(0.0)
        for v in x:
            state = (self.a * state + self.b * v).tanh()
        return state


def test_of_many_inputs_two_are_drawn_and_the_others_held_at_their_mean():
    data = iris()
    film = filmed(tanh(4, [5, 3]), data.x, data.y, "cross_entropy", epochs=20, input_names=data.feature_names)
    plane = film.plane()
    assert plane.names == ["petal length (cm)", "petal width (cm)"]  # by which the three kinds are told apart
    assert plane.note == "with sepal length (cm) and sepal width (cm) at their means"
    assert plane.inputs_at(np.array([[1.0, 2.0]]))[0] == pytest.approx([*data.x.mean(axis=0)[:2], 1.0, 2.0])
    assert f"Decision boundary over petal length (cm) and petal width (cm), {plane.note}" in film.page().html
    given = Film(film.model, data.x, data.y, "cross_entropy", along=(3, 0)).plane()
    assert given.names == ["x4", "x1"]
    assert given.note == "with x2 and x3 at their means"
    assert (given.places == data.x[:, [3, 0]]).all()


def test_images_are_drawn_in_the_plane_in_which_they_differ_most():
    rng = np.random.default_rng(0)
    a, b = np.array([3.0, 4.0, 0.0]) / 5, np.array([0.0, 0.0, 1.0])
    x = 7.0 + np.outer(rng.normal(size=50), 9 * a) + np.outer(rng.normal(size=50), 2 * b)
    plane = plane_of_variation(x)
    assert np.abs(plane.axes @ a)[0] == pytest.approx(1.0, abs=1e-2)
    assert plane.inputs_at(plane.places) == pytest.approx(x)  # these lie in one plane
    data = digits()
    film = Film(tanh(64, [8, 10]), data.x, data.y, "cross_entropy", image=(8, 8))
    assert repr(film).startswith("<Film: a 64-8-10 network on 300 of 1,797 examples, ")
    html = film.page().html
    assert "300 examples of 1,797 are shown, and the loss is of these." in html
    assert "The weights of the first layer&#39;s units as images" in html
    assert len(html) < 120_000


def test_only_a_plain_mlp_has_its_units_drawn():
    shared = tanh(2, [2, 2, 1])
    shared.layers[1] = shared.layers[0]
    mixed = tanh(2, [2, 1])
    mixed.layers[0].neurons[1].activation = Value.relu
    assert in_columns(tanh(2, [2, 1]))
    assert not any(map(in_columns, (Skip(2, [1]), shared, mixed, Recurrent(), tanh(2, [1]).layers[0])))
    film = filmed(Skip(2, [3, 1], activation="tanh", rng=0), X, Y, LOGITS)
    assert repr(film) == "<Film: a Skip of 13 parameters on 20 examples, 4 moments from epoch 0 to 3>"
    assert "Units and weights are drawn for a plain MLP only." in film.page().html
    assert "sizes" not in record(film)
    assert record(film)["outputs"][-20:] == pytest.approx(np.asarray(predict(film.model, X)))
    assert np.asarray(predict(film.model_at(3), X)) == pytest.approx(np.asarray(predict(film.model, X)), abs=1e-5)


def test_of_examples_that_differ_in_length_the_loss_is_shown():
    film = filmed(Recurrent(), [[1.0, 2.0], [1.0], [-1.0, 0.5, -2.0]], [1, 1, 0], LOGITS)
    assert film.plane() is None
    assert "The examples differ in length, so there is no plane" in film.page().html


@pytest.mark.parametrize("engine", ["program", "eager"])
def test_a_film_is_of_the_weights_at_the_end_of_each_epoch(engine):
    model, seen = tanh(2, [3, 1]), []
    film = Film(model, X, Y, LOGITS)

    def interrupt(now):
        seen.append(np.array([p.data for p in model.parameters()], np.float32))
        if now.epoch == 4:
            raise KeyboardInterrupt

    fit(model, X, Y, loss=LOGITS, epochs=9, engine=engine, callbacks=[film, interrupt], progress=False)
    assert [frame.epoch for frame in film.moments()] == [0, 1, 2, 3, 4]
    assert [frame.weights.tolist() for frame in film.moments()[1:]] == [weights.tolist() for weights in seen]


def test_the_still_is_a_picture_for_every_kind_of_film():
    data = iris()
    for film in (
        Film(tanh(4, [2, 3]), data.x, data.y, "cross_entropy"),
        Film(tanh(3, [2, 1]), data.x[:, :3], data.x[:, 3], "mse"),
        Film(Skip(2, [1]), X, Y, LOGITS),
        Film(Recurrent(), [[1.0, 2.0], [1.0]], [1, 0], LOGITS),
        Film(tanh(1, [2, 1]), X[:, 0], Y, LOGITS),
        Film(tanh(1, [2, 3]), X[:, 0], [0, 1, 2, 2] * 5, "cross_entropy"),
        Film(tanh(1, [2, 2]), X[:, 0], X, "mse"),
        Film(tanh(2, [2, 2]), X, X, "mse"),
        Film(tanh(2, [9]), X, [*range(9), 0] * 2, "cross_entropy"),
    ):
        assert film.page().picture().startswith('<svg xmlns="http://www.w3.org/2000/svg" width="672" height="320">')


@pytest.mark.slow
def test_the_maps_of_many_inputs_are_the_network_in_that_plane(watch):
    data = iris()
    film = filmed(tanh(4, [5, 3]), data.x, data.y, "cross_entropy")
    js = watch(film)
    js("show(frames - 1)")
    maps = np.array(js("return momentAt(frames - 1).out.map((values) => Array.from(values))"))
    places = np.array(js("return grid.map((values) => Array.from(values))")).T
    wanted = np.asarray(predict(film.model, film.plane().inputs_at(places)))
    assert maps.T == pytest.approx(wanted, abs=5e-3)
    wrong = int((np.asarray(predict(film.model, data.x)).argmax(axis=1) != data.y).sum())
    assert js("return document.querySelectorAll('.point.wrong').length") == wrong
    assert f"{wrong} of 150 examples wrong" in js("return says.textContent")


@pytest.mark.slow
def test_a_users_own_model_shows_its_predictions(watch):
    film = filmed(Skip(2, [3, 1], activation="tanh", rng=0), X, Y, LOGITS)
    js = watch(film)
    found = np.array(js("return Array.from(momentAt(2).out[0])"))
    places = np.array(js("return grid.map((values) => Array.from(values))")).T
    wanted = np.asarray(predict(film.model_at(2), places))
    assert found == pytest.approx(wanted, rel=1e-3)
    assert js("return document.querySelector('#network').checkVisibility()") is False
    watch(filmed(Recurrent(), [[1.0, 2.0], [1.0]], [1, 0], LOGITS))


@pytest.mark.slow
def test_all_is_seen_at_once_in_a_notebook_s_frame_and_on_a_phone(watch, browser):
    js = watch(filmed(tanh(2, [6, 5, 1]), *moons(60, rng=0), LOGITS))
    for width, height in ((880, 680), (700, 680), (390, 844)):
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        try:
            browser.refresh()
            WebDriverWait(browser, 5).until(lambda _: js("return document.body.dataset.ready"))
            for part in ("network", "plane", "loss"):
                box = js(f"return document.getElementById('{part}').getBoundingClientRect().toJSON()")
                assert box["right"] <= width, (part, width)
                assert box["bottom"] <= height + 40, (part, width)
                assert box["width"] > 150
        finally:
            browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.slow
def test_it_is_dark_where_the_reader_or_the_argument_says_so_and_light_on_paper(watch, browser, tmp_path):
    film = filmed(tanh(2, [3, 1]), X, Y, LOGITS)
    js = watch(film)
    panel = "return getComputedStyle(document.getElementById('plane')).backgroundColor"
    dark, light = "rgb(29, 33, 38)", "rgb(255, 255, 255)"
    assert js(panel) == light
    corner = "return Array.from(map.getContext('2d').getImageData(0, 0, 1, 1).data)[3]"
    assert 0 < js(corner) < 255  # the color fades into the panel
    for media, feature, wanted in (("", "dark", dark), ("print", "dark", light)):
        features = [{"name": "prefers-color-scheme", "value": feature}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})
        try:
            assert js(panel) == wanted
        finally:
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
    browser.get(film.save(tmp_path / "dark.html", theme="dark").as_uri())
    assert js(panel) == dark


@pytest.mark.slow
def test_it_steps_slowly_where_less_motion_is_preferred_and_is_silent_while_it_plays(watch, browser):
    js = watch(filmed(tanh(2, [3, 1]), X, Y, LOGITS, epochs=4))
    js("window.setInterval = (call, pace) => (window.pace = pace)")
    for value, pace in (("reduce", 1000), ("no-preference", 80)):
        feature = {"name": "prefers-reduced-motion", "value": value}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
        try:
            js("play.click()")
            assert js("return window.pace") == pace
            assert js("return says.getAttribute('aria-live')") == "off"
            js("play.click()")
            assert js("return says.getAttribute('aria-live')") == "polite"
        finally:
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


@pytest.mark.slow
def test_names_of_any_length_stay_on_a_phone(watch, browser):
    """A class of 200 letters made the page 2,000 pixels wide, and of x1 and x2 only the x was seen."""
    js = watch(filmed(tanh(2, [24, 3]), X, Y, "cross_entropy", epochs=2, class_names=["up", "w" * 200, "</script>"]))
    size = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        browser.refresh()
        WebDriverWait(browser, 5).until(lambda _: js("return document.body.dataset.ready"))
        assert js("return document.documentElement.scrollWidth") <= 390
        lines = """return [...document.querySelectorAll("div.tile")].map((tile) => {
            const range = document.createRange();
            range.selectNodeContents(tile);
            return [tile.textContent, range.getClientRects().length];
        })"""
        assert js(lines) == [["x1", 1], ["x2", 1]]
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
