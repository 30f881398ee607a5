"""The renderers, each tried with the better ones missing."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest

from autograd import Value, draw, draw_dot
from autograd.pictures import render as rendering
from autograd.pictures.render import FORMATS, NoRenderer, render, renderers

SOURCE = 'digraph { a [label="x"]; a -> a }'
BEGINS = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}


@pytest.fixture
def no_dot(monkeypatch, tmp_path):
    """There is no `dot` on the PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


@pytest.fixture
def no_pygraphviz(monkeypatch):
    """pygraphviz is not installed."""
    monkeypatch.setattr(rendering, "find_spec", lambda name: None)


@pytest.fixture
def no_processes(monkeypatch):
    """No process can be started, as in a browser."""

    def refuse(*_, **__):
        raise OSError(138, "Not supported")

    monkeypatch.setattr(subprocess, "Popen", refuse)


def put_dot(folder, text):
    """Put a `dot` of our own on the PATH."""
    program = folder / "dot"
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)


def square():
    x = Value(3.0, label="x")
    y = x * x
    y.backward()
    return y


# --- rung 1: dot on the PATH ---------------------------------------------------------------------------------------


def test_dot_on_the_path_comes_first(no_dot):
    put_dot(no_dot, 'echo "<svg>drawn by dot as $1</svg>"')
    assert render(SOURCE) == b"<svg>drawn by dot as -Tsvg</svg>\n"
    put_dot(
        no_dot, 'if [ "$1" = -V ]; then echo "dot - graphviz version 9.0.0 (2023)" >&2; else echo "<svg></svg>"; fi'
    )
    assert renderers()[0] == ("dot", True, "9.0.0 (2023)", "")


def test_dot_reads_the_source_on_its_standard_input(no_dot):
    put_dot(no_dot, "while read -r line; do echo $line; done")
    assert render("<svg>\n</svg>\n") == b"<svg>\n</svg>\n"


@pytest.mark.parametrize(
    "broken", ["exit 1", "echo half a picture; exit 3", "kill -9 $$", "true", "echo garbage", "echo '<svg> cut of'"]
)
def test_a_broken_dot_is_passed_over(no_dot, broken, tmp_path):
    put_dot(no_dot, broken)
    assert render(SOURCE).startswith(BEGINS["svg"])
    assert not renderers()[0].ready
    assert draw(square()).svg().startswith("<svg")
    graph = draw_dot(square())
    assert graph.pipe("png").startswith(BEGINS["png"])
    assert "</svg>" in (tmp_path / os.path.basename(graph.render(tmp_path / "g"))).read_text()


def test_a_dot_that_prints_garbage_is_passed_over_down_to_our_own_drawing(no_dot, no_pygraphviz):
    put_dot(no_dot, "echo garbage")
    assert "data 9" in draw(square()).svg()
    assert "data 9" in draw_dot(square()).pipe(encoding="utf-8")
    with pytest.raises(NoRenderer, match="dot printed something else"):
        draw(square()).save(no_dot / "y.pdf")


def test_a_dot_that_never_ends_is_passed_over(no_dot, monkeypatch):
    put_dot(no_dot, "while :; do :; done")
    waits = iter([0.2, 60.0])
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: run(*a, **(k | {"timeout": next(waits)})))
    assert render(SOURCE).startswith(BEGINS["svg"])


# --- rung 2: pygraphviz, in a process of its own --------------------------------------------------------------------


@pytest.mark.parametrize("format", FORMATS)
def test_pygraphviz_draws_where_there_is_no_dot(no_dot, format):
    assert render(SOURCE, format).startswith(BEGINS[format])
    _, second, _ = renderers()
    assert second.ready
    assert second.version


def test_pygraphviz_is_not_imported_here(no_dot):
    code = "import sys; from autograd.pictures.render import render; assert render('digraph {}'); assert 'pygraphviz' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=os.path.dirname(os.path.dirname(__file__)))


def test_text_that_is_not_dot_is_not_taken_for_a_file_name(no_dot, tmp_path):
    file = tmp_path / "graph.dot"
    file.write_text(SOURCE)
    with pytest.raises(NoRenderer):
        render(str(file))


def test_a_child_that_fails_says_why(no_dot, monkeypatch, tmp_path):
    (tmp_path / "pygraphviz.py").write_text("raise ImportError('libcgraph is lost')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(NoRenderer, match="libcgraph is lost"):
        render(SOURCE)


# --- rung 3: our own, and rung 4: text --------------------------------------------------------------------------------


def test_without_graphviz_an_error_says_what_to_install(no_dot, no_pygraphviz):
    with pytest.raises(NoRenderer, match=r"could draw svg: pip install 'pygraphviz>=2.0.4'.*; or install Graphviz"):
        render(SOURCE)
    dot, pygraphviz, own = renderers()
    assert not dot.ready
    assert "PATH" in dot.install
    assert not pygraphviz.ready
    assert "pip install" in pygraphviz.install
    assert own.ready


@pytest.mark.parametrize("lost", ["no_pygraphviz", "no_processes"])
def test_small_graphs_are_drawn_by_our_own(no_dot, request, lost, tmp_path):
    request.getfixturevalue(lost)
    y = square()
    drawing = draw(y)
    texts = [t.text for t in ET.fromstring(drawing.svg()).iter("{http://www.w3.org/2000/svg}text")]
    assert texts.count("× 3") == 2
    assert "data 9" in texts
    assert drawing.save(tmp_path / "y.svg").read_text() == drawing.svg()
    assert y._repr_mimebundle_().keys() == {"text/plain", "text/html", "image/svg+xml"}
    with pytest.raises(NoRenderer, match="pdf"):
        drawing.save(tmp_path / "y.pdf")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["y.svg"]
    for label in ("x", "雪"):
        file = draw(Value(1.0, label=label)).save(tmp_path / "y.png")
        assert file.read_bytes().startswith(BEGINS["png"])


@pytest.mark.parametrize("lost", ["no_pygraphviz", "no_processes"])
def test_large_graphs_are_text_and_a_line_of_advice(no_dot, request, lost):
    request.getfixturevalue(lost)
    v = Value(1.0)
    for _ in range(1_100):
        v = v + 1.0
    drawing = draw(v, max_nodes=2_000)
    with pytest.raises(NoRenderer, match="pip install"):
        drawing.svg()
    bundle = drawing._repr_mimebundle_()
    assert bundle.keys() == {"text/plain"}
    text, advice = bundle["text/plain"].splitlines()
    assert text == drawing.alt
    assert advice.startswith("No picture: ")
    assert "pip install" in advice


@pytest.mark.parametrize("lost", ["no_pygraphviz", "no_processes"])
def test_draw_dot_is_drawn_by_our_own_until_it_is_added_to(no_dot, request, lost):
    request.getfixturevalue(lost)
    graph = draw_dot(square())
    assert graph.pipe().startswith(b"<svg")
    assert graph.pipe(encoding="utf-8").startswith("<svg")
    assert "image/svg+xml" in graph._repr_mimebundle_()
    with pytest.raises(NoRenderer):
        graph.pipe("png")
    graph.node("one more")
    with pytest.raises(NoRenderer):
        graph.pipe()
    assert graph._repr_mimebundle_().keys() == {"text/plain"}


# --- draw_dot with pygraphviz alone -----------------------------------------------------------------------------------


@pytest.mark.parametrize("format", FORMATS)
def test_draw_dot_pipes_and_renders_without_dot(no_dot, tmp_path, format):
    graph = draw_dot(square(), format=format, rankdir="TB")
    assert graph.pipe().startswith(BEGINS[format])
    assert graph.render("graph", directory=tmp_path, cleanup=True) == str(tmp_path / f"graph.{format}")
    assert [path.name for path in tmp_path.iterdir()] == [f"graph.{format}"]
    assert (tmp_path / f"graph.{format}").read_bytes().startswith(BEGINS[format])


def test_draw_dot_renders_as_micrograd_s_notebooks_ask(no_dot, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    graph = draw_dot(square(), format="png")
    assert graph.render("gout") == "gout.png"
    assert draw_dot(square(), format="png").render() == "Digraph.gv.png"
    assert draw_dot(square()).render(outfile="picture.pdf") == "picture.pdf"
    assert (tmp_path / "picture.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "gout").read_text() == graph.source


def test_draw_dot_uses_dot_if_it_is_there(no_dot, tmp_path):
    put_dot(no_dot, 'if [ "$1" = -Kdot ]; then echo "<svg>by dot</svg>"; fi')
    assert draw_dot(square()).pipe(encoding="utf-8") == "<svg>by dot</svg>\n"


def test_an_unknown_format_is_refused():
    with pytest.raises(ValueError, match="format must be one of svg, png, pdf, got 'gif'"):
        render(SOURCE, "gif")
    with pytest.raises(ValueError, match="format"):
        draw_dot(square(), format="hologram")
