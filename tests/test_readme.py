"""Every code block in the README runs, and its output is the one shown."""

import contextlib
import io
import re
from pathlib import Path

import pytest
from accuracy import SMOOTH_ONE, SMOOTH_TWO
from house import WINGS
from pictures import FOLDER, PICTURES, drawn

import nn
from nn.demo import neuron

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text()
FENCED = re.findall(r"^```(\w*)\n(.*?)^```$", TEXT, re.M | re.S)
PYTHON = [block for language, block in FENCED if language == "python"]
SHOWN = [block for language, block in FENCED if not language]


def output(block):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(block, "README.md", "exec"), {})
    return printed.getvalue()


@pytest.mark.parametrize("block", PYTHON, ids=lambda block: block.splitlines()[0])
def test_code_blocks_run(block):
    got = output(block)
    for shown in re.findall(r"print\(.*\) +# ([-\d. ]+)$", block, re.M):
        assert shown in got


def test_outputs_are_shown_as_they_are_printed(capsys):
    neuron()
    graph, explained, one_rule, program, checked = SHOWN
    assert graph in capsys.readouterr().out  # the demo shows the same neuron
    assert graph == output(PYTHON[0])
    got = output(next(block for block in PYTHON if "one_rule" in block))
    rounding = r"at most .*"  # the last bits of a matrix product are the processor's
    assert re.sub(rounding, "", one_rule) in re.sub(rounding, "", got)
    assert output(next(block for block in PYTHON if "explore(out)" in block)) == explained
    got = output(next(block for block in PYTHON if "print(program)" in block))
    assert got.rstrip("\n") == program.rstrip("\n")
    digits = r"\d\.\de[-+]\d\d"
    got = output(next(block for block in PYTHON if "print(gradcheck" in block))
    assert re.sub(digits, "", checked) == re.sub(digits, "", got)


def test_every_wing_and_every_plot_is_named():
    shown = next(block for language, block in FENCED if language == "text")
    named = re.findall(r"^(?:\w+/)? +(\w+)", shown, re.M)
    own = {"expression", "__init__", "demo", "__main__"}  # rooms beside the wings
    assert named == [wing for wings in WINGS.values() for wing in wings if wing not in own]
    assert not [name for name in nn.__all__ if name.startswith("plot_") and f"`{name}`" not in TEXT]


def test_the_number_of_operations_that_make_accuracy_tries():
    tried = len(SMOOTH_ONE) + len(SMOOTH_TWO)
    assert f"built from {tried} operations" in TEXT


def test_commands_are_make_s_and_files_are_there():
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"(?:^|`)make (\w+)", TEXT, re.M):
        assert re.search(rf"^{target}:", makefile, re.M), target
    for path in re.findall(r"\]\((?!http)(.*?)\)", TEXT):
        assert (ROOT / path).exists(), path


def test_pictures_are_shown_with_a_text_and_are_those_that_are_drawn_today():
    shown = re.findall(r"^!\[([^\]]+)\]\(notebooks/pictures/([\w.]+)\)$", TEXT, re.M)
    assert sorted(name for _, name in shown) == sorted(PICTURES)
    assert all(len(text) > 40 for text, _ in shown)
    for name in PICTURES:
        kept = (FOLDER / name).read_bytes()
        assert len(kept) < 100_000
        if name.endswith(".svg"):
            assert kept == drawn(name), "run make outputs"
    assert TEXT.index("![") < TEXT.index("## ")  # it opens with one, which moves
    assert b"@keyframes" in (FOLDER / "neuron.svg").read_bytes()


@pytest.mark.slow  # it trains the networks of the demo
def test_the_picture_of_training_can_still_be_drawn():
    assert drawn("training.png").startswith(b"\x89PNG")
