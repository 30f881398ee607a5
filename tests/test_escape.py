"""Escaping: any label, written in another notation and read back, is the same text."""

import html as standard
import json
import re
import xml.etree.ElementTree as ET

import pytest

from autograd.base import escape

HOSTILE = [
    '"', "'", "\\", "\\N", "a\\", "<", ">", "</script><script>alert(1)</script>", "<!--", "javascript:alert(1)",
    "<b>bold</b>", "{a|b}", "&", "&lt;", "&#60;", "a\nb", "tab\t", "\0", "\x1b[31m", "\ud800", "🙂", "\u202eabc",
    "x" * 10_000, "$x^2$", "%", "]]>", "\u2028",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_html_is_read_back_as_text(text):
    written = escape.html(text)
    for document in (f"<p>{written}</p>", f'<p title="{written}"/>', f"<p title='{written}'/>"):
        element = ET.fromstring(document)
        assert not list(element)
        assert set(element.attrib) <= {"title"}
    shown = standard.unescape(written)
    assert shown == (text if text.isprintable() else escape.printable(text, keep="\n\t"))
    assert "\0" not in written


@pytest.mark.parametrize("text", HOSTILE)
def test_dot_is_one_quoted_string(text):
    written = escape.dot(text)
    assert re.fullmatch(r'"(?:[^"\\\n]|\\\\|\\")*"', written)
    assert standard.unescape(written[1:-1].replace('\\"', '"').replace("\\\\", "\\")) == escape.printable(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_json_in_a_script_closes_nothing_and_is_read_back(text):
    written = escape.json_in_script({text: [text, 1.5, None]})
    assert not set("<>&") & set(written)
    assert written.isascii()
    assert json.loads(written) == {text: [text, 1.5, None]}


@pytest.mark.parametrize("number", [float("inf"), float("nan")])
def test_json_has_no_word_for_inf_and_nan(number):
    with pytest.raises(ValueError, match="JSON"):
        escape.json_in_script([number])


@pytest.mark.parametrize("text", HOSTILE)
def test_latex_leaves_no_character_that_means_something(text):
    bare = re.sub(r"\\backslash\{\}|\{\\wedge\}|\{\\sim\}|\\[{}$&#_% ]|\{[^{}\\]\}", "", escape.latex(text))
    assert not set("\\{}$&#_%^~ <>") & set(bare)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_label_is_one_short_line(text):
    assert escape.label(text).isprintable()
    assert len(escape.label(text)) <= 61


def test_a_label_that_is_short_and_prints_is_left_alone():
    assert escape.label("layers[0].neurons[1].w[0]") == "layers[0].neurons[1].w[0]"
    assert escape.label("\0" * 60) == "\\x00" * 15 + "…"
