"""The notebooks run from top to bottom, give their stored outputs again, and contain nothing private."""

import re
from html.parser import HTMLParser

import nbformat
import pytest

from notebooks import FOLDER, SOURCES, executed

LARGEST = 1_000_000  # bytes of a file


class Images(HTMLParser):
    """The alternative texts of images and the titles of frames in a piece of HTML."""

    def __init__(self, text):
        super().__init__()
        self.alts, self.frames = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.alts.append(dict(attributes).get("alt"))
        if tag == "iframe":
            self.frames.append(dict(attributes).get("title"))


def outputs(notebook):
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def steady(text):
    """A text without addresses and the last bits of matrix products, which depend on the machine."""
    return re.sub(r"(?<=at most )\d\.\de[-+]\d+", "…", re.sub(r" at 0x\w+", "", text))


def said(output):
    """The content of an output, without what depends on fonts and on the program that drew a picture."""
    if output.output_type == "stream":
        return output.name, steady(output.text)
    kinds = dict(output.data)
    plain = steady(kinds.get("text/plain", ""))
    if "text/html" not in kinds:
        return sorted(kinds), plain
    seen = Images(kinds["text/html"])
    text = "" if seen.alts or seen.frames else steady(kinds["text/html"])
    return sorted(kinds), plain, text, seen.alts, seen.frames


def test_every_source_has_its_notebook():
    assert len(SOURCES) >= 4
    assert {p.stem for p in SOURCES} == {p.stem for p in FOLDER.glob("*.ipynb")}


@pytest.mark.slow
@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_a_notebook_runs_and_shows_what_it_is_kept_with(source):
    kept, now = nbformat.read(source.with_suffix(".ipynb"), as_version=4), executed(source)
    assert [(c.cell_type, c.source) for c in kept.cells] == [(c.cell_type, c.source) for c in now.cells]
    assert [said(o) for o in outputs(kept)] == [said(o) for o in outputs(now)]


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_a_kept_notebook_is_clean_small_and_accessible(source):
    path = source.with_suffix(".ipynb")
    kept, text = nbformat.read(path, as_version=4), path.read_text()
    nbformat.validate(kept)
    assert path.stat().st_size < LARGEST
    assert kept.cells[0].source.startswith("# ")
    assert "?" in kept.cells[0].source.splitlines()[0], "it opens with its question"
    pictures = 0
    for output in outputs(kept):
        assert output.output_type in ("stream", "execute_result", "display_data")
        assert output.get("name") != "stderr"
        seen = Images(output.get("data", {}).get("text/html", ""))
        assert all(seen.alts), "an image without an alternative text"
        assert all(seen.frames)
        assert "image/png" not in output.get("data", {}), "an image that has no alternative text"
        pictures += len(seen.alts)
    assert pictures
    assert not re.search(r"/(home|root|tmp|Users|work)/", text), "a path of the machine it ran on"
    assert "execution" not in kept.metadata
    assert "class " not in "".join(c.source for c in kept.cells if c.cell_type == "code"), (
        "a notebook imports, it does not build"
    )
