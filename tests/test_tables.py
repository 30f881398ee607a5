"""Printed tables: their text, the same in a notebook, and a limit on their length there."""

import xml.etree.ElementTree as ET

from autograd.base.tables import MOST_ROWS, Table


def cells(table):
    root = ET.fromstring(f"<div>{table._repr_html_()}</div>")
    return [["".join(cell.itertext()) for cell in row] for row in root.iter("tr")]


def test_the_text_and_the_html_hold_the_same_cells():
    table = Table(("name", "n", "mean"), [("a", 12345, -0.0), ("b", 7, None)], title="Two", note="That is all.")
    assert str(table).splitlines() == [
        "Two",
        "name       n  mean",
        "a     12,345     0",
        "b          7     –",
        "That is all.",
    ]
    assert repr(table) == str(table)
    assert cells(table) == [["name", "n", "mean"], ["a", "12,345", "0"], ["b", "7", "–"]]
    assert "Two" in table._repr_html_()
    assert "That is all." in table._repr_html_()


def test_a_name_is_text_in_html():
    assert cells(Table(("<b>",), [("</td><script>",)])) == [["<b>"], ["</td><script>"]]


def test_a_long_table_shows_its_ends_and_counts_the_rest():
    table = Table(("epoch", "loss"), [(k, 1.0 / k) for k in range(1, 1001)])
    lines = str(table).splitlines()
    assert len(lines) == MOST_ROWS + 2
    assert lines[1].split() == ["1", "1"]
    assert lines[-1].split() == ["1,000", "0.001"]
    assert f"… {1000 - MOST_ROWS} more" in lines[1 + MOST_ROWS // 2]
    assert len(cells(table)) == MOST_ROWS + 2
    assert len(str(Table(("k",), [(k,) for k in range(MOST_ROWS)])).splitlines()) == MOST_ROWS + 1


def test_a_table_without_rows_is_its_heading():
    assert str(Table(("a", "b"), [])) == "a  b"


def test_networks_data_optimizers_histories_and_reports_show_themselves():
    from autograd import gradcheck
    from nn import MLP, SGD, History, iris, layer_statistics

    model = MLP(64, [32, 10], activation="tanh", rng=0)
    assert cells(model)[1:] == [
        ["layers[0]", "64", "32", "tanh", "32x64", "2,080"],
        ["layers[1]", "32", "10", "linear", "10x32", "330"],
    ]
    assert "2,410 parameters" in model._repr_html_()
    assert repr(iris()) == "<Dataset: 150 examples, 4 features, 3 classes (setosa, versicolor, virginica)>"
    assert cells(iris())[2] == ["sepal width (cm)", "2", "3.057", "4.4", "0.4344"]
    assert "setosa 50, versicolor 50, virginica 50" in iris()._repr_html_()
    assert repr(SGD(model.parameters(), 0.1)) == (
        "<SGD: learning_rate 0.1, momentum 0.0, nesterov False, weight_decay 0.0; 2,410 parameters>"
    )
    assert cells(History([2.0, 1.0]).table()) == [["epoch", "loss"], ["1", "2"], ["2", "1"]]
    report = gradcheck(abs, 0.0)
    assert [row[:2] for row in cells(report)] == [["argument", "analytic"], ["x", "0"]]
    assert "the slope is -1 on the left" in report._repr_html_()
    statistics = layer_statistics(model, [[0.1] * 64] * 50)
    assert cells(statistics)[0] == [
        "layer", "units", "activation", "mean", "std", "saturated", "dead units", "exactly 0", "gradient rms",
    ]  # fmt: skip
    assert len(cells(statistics)) == 3
    assert cells(statistics)[1][:3] == ["hidden", "32", "tanh"]


def test_nothing_floods_a_cell():
    from nn import MLP, History, digits, layer_statistics

    x, _ = digits()
    model = MLP(64, [32, 10], activation="tanh", rng=0)
    statistics = layer_statistics(model, x[:50])
    for thing in (digits(), statistics, statistics[0], History([1.0] * 1000, [1.0] * 1000).table()):
        assert len(repr(thing)) < 1000
        assert not hasattr(thing, "_repr_html_") or len(cells(thing)) <= 14


def test_a_row_is_not_left_out_to_be_counted():
    table = Table(("n",), [(i,) for i in range(11)], most=10)
    assert str(table).split() == ["n", *map(str, range(11))]
    assert "… 2 more" in str(Table(("n",), [(i,) for i in range(12)], most=10))
