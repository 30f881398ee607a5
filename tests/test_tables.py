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
