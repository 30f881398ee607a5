"""python -m autograd: an expression is parsed and explained, the table is printed, pictures are written."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from autograd import Value
from autograd.__main__ import main
from autograd.engine.ops import OPS
from autograd.expression import FUNCTIONS, ExpressionError, expression

ROOT = Path(__file__).parent.parent
NEURON = ["tanh(w*x + b)", "w=0.5", "x=2", "b=-0.5"]


def run(capsys, *words):
    status = main(words)
    said = capsys.readouterr()
    return status, said.out, said.err


def test_an_expression_is_computed_differentiated_and_explained(capsys):
    status, out, _ = run(capsys, *NEURON)
    assert status == 0
    lines = out.splitlines()
    assert lines[:7] == [
        "node   made by    data       gradient",
        "w      a leaf     0.5        1.5729",
        "x      a leaf     2          0.393224",
        "n2     w × x      1          0.786448",
        "b      a leaf     -0.5       0.786448",
        "n4     n2 + b     0.5        0.786448",
        "out    tanh(n4)   0.462117   1",
    ]
    assert [line for line in lines if line.startswith("d out")] == [
        "d out / d w = 1.5729",
        "d out / d x = 0.393224",
        "d out / d b = 0.786448",
    ]


def test_one_name_is_explained_if_it_is_asked_for(capsys):
    _, out, _ = run(capsys, *NEURON, "--wrt", "b")
    assert "d out / d b" in out
    assert "d out / d w" not in out
    _, out, _ = run(capsys, *NEURON, "--wrt=x", "--wrt=w")
    assert out.index("d out / d x") < out.index("d out / d w")


def test_pictures_and_pages_are_written(capsys, tmp_path):
    files = [str(tmp_path / name) for name in ("a.svg", "a.png", "a.pdf", "a.gif", "page")]
    options = [
        word
        for kind, file in zip(("svg", "png", "pdf", "gif", "html"), files, strict=True)
        for word in (f"--{kind}", file)
    ]
    status, out, err = run(capsys, *NEURON, *options)
    assert (status, err) == (0, "")
    assert ET.parse(files[0]).getroot().tag.endswith("svg")
    assert Path(files[1]).read_bytes().startswith(b"\x89PNG")
    assert Path(files[2]).read_bytes().startswith(b"%PDF")
    assert (tmp_path / "page.html").read_text().lower().startswith("<!doctype html>")
    assert Path(files[3]).read_bytes().startswith(b"GIF89a")
    assert [line.split()[0] for line in out.rsplit("\n\n", 1)[1].splitlines()] == ["wrote"] * 5


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("2 + 3*4", 14.0),
        ("-x**2", -9.0),
        ("(-x)**2", 9.0),
        ("2**x**2", 512.0),
        ("x % 2 + x // 2", 2.0),
        ("+x - -x", 6.0),
        ("exp(log(x)) / sqrt(x*x)", 1.0),
        ("max(x, 5) * min(x, 5)", 15.0),
        ("clamp(x, 0, 1)", 1.0),
        ("sin(pi/2) + log(e)", 2.0),
        ("1e-3*x", 0.003),
        ("((x))", 3.0),
        ("ln(x)", 1.0986122886681098),
        ("σ(-x)", 0.04742587317756678),
        ("x^2 + x² − x³/x", 9.0),
        ("√(x×x)·2 ÷ ½", 12.0),
        ("⌊x + 0.5⌋ + ⌈π⌉", 7.0),
        (" x\n", 3.0),
    ],
)
def test_expressions(text, want):
    assert float(expression(text, {"x": Value(3.0)})) == pytest.approx(want, rel=1e-15)


def test_a_name_is_read_as_python_reads_it(capsys):
    status, out, _ = run(capsys, "ﬁ*2", "ﬁ=2")
    assert status == 0
    assert "d out / d fi = 2" in out


def test_a_long_sum_is_accepted():
    x = Value(1.0)
    z = expression("+".join(["x"] * 900), {"x": x})
    z.backward()
    assert (z.data, x.grad) == (900.0, 900.0)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('id')", "().__class__", "x.data", "x[0]", "[x for x in (1,)]", "lambda: x", "x if x else x", "'a'", "True", "None",
        "x and x", "x < 1", "f'{x}'", "x := 2", "open('f')", "exp(x=1)", "exp(*[x])", "exp", "1j", "x; x", "x = 2", "import os", "", "(", "x\0", "2x", "x y", "x(2)", "|x|", "x" + ".a" * 500,
        "~x", "not x", "x @ x", "tanhh(x)", "tanh()", "tanh(x, x)", "y", "(" * 300 + "x" + ")" * 300, "x" * 20_000, "clamp(x)",
    ],
)  # fmt: skip
def test_text_that_is_not_an_expression_is_refused_and_never_run(text):
    with pytest.raises(ExpressionError):
        expression(text, {"x": Value(1.0)})


@pytest.mark.parametrize("text", ["log(0-x)", "1/(x-1)", "exp(1000)", "(-8)**(1/3)", "10.0**400", "9" * 400])
def test_what_has_no_value_says_so(text):
    with pytest.raises((ValueError, ArithmeticError)):
        expression(text, {"x": Value(1.0)})


def test_deep_nesting_is_read_or_refused():
    try:  # how deep the parser goes is another in each Python
        found = str(float(expression("-" * 5000 + "x", {"x": Value(1.0)})))
    except ExpressionError as error:
        found = str(error)
    assert found in ("1.0", "the expression is nested too deeply")


def test_every_function_of_the_table_is_known():
    assert set(FUNCTIONS) >= {name for name in OPS if name.isalnum()} - {
        "add", "sub", "mul", "div", "mod", "floordiv", "neg", "power", "zero", "scale", "gate", "still",
    }  # fmt: skip


def test_one_row_of_the_table(capsys, tmp_path):
    status, out, _ = run(capsys, "rule", "tanh", "--at", "0", "--plot", str(tmp_path / "t.png"))
    assert status == 0
    assert "z = tanh(x)" in out
    assert "dz/dx = 1 - z²" in out
    assert OPS["tanh"].why in out
    assert [line.split() for line in out.splitlines() if line.startswith("  0 ")] == [["0", "0", "1"]]
    assert (tmp_path / "t.png").read_bytes().startswith(b"\x89PNG")
    _, out, _ = run(capsys, "rule", "hypot")
    assert "dz/dy = y/hypot(x, y)" in out
    _, out, _ = run(capsys, "rule", "×", "--at", "2,3")
    assert [line.split() for line in out.splitlines() if line.startswith("  2   3 ")] == [["2", "3", "6", "3", "2"]]
    _, out, _ = run(capsys, "rule", "relu", "--at", "0")
    assert [line.split() for line in out.splitlines() if line.startswith("  0 ")] == [["0", "0", "0"]]
    _, out, _ = run(capsys, "rule", "log", "--at", "0.5")
    assert "not defined" in out
    _, out, _ = run(capsys, "rule", "floor")
    assert "nothing goes back" in out


@pytest.mark.parametrize("name", OPS)
def test_every_row_can_be_shown(capsys, name):
    status, out, err = run(capsys, "rule", name)
    assert (status, err) == (0, "")
    assert OPS[name].why in out


def test_the_whole_table(capsys):
    _, out, _ = run(capsys, "rules")
    assert [line.split()[0] for line in out.splitlines()[1:]] == list(OPS)


def test_the_doctor_says_what_is_there_and_what_to_install(capsys):
    status, out, _ = run(capsys, "doctor")
    assert status == 0
    assert "our own drawing" in out
    assert "ready" in out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["w*v", "w=1"], "v has no value: give it one after the expression, as v=1.5 (given: w)"),
        (["w", "w 1"], "'w 1' gives no name a value"),
        (["w", "w=a"], "'w=a': 'a' is not a number"),
        (["w", "tanh=1"], "tanh is a function here"),
        (["w", "w=1", "--wrt", "v"], "--wrt v: there is no such name"),
        (["w", "w=1", "--foo", "3"], "unrecognized arguments"),
        (["rule"], "rule takes the name of one operation"),
        (["rule", "foo"], "rule takes the name of one operation, got 'foo': did you mean floor?"),
        (["rule", "sigmod"], "rule takes the name of one operation, got 'sigmod': did you mean sigmoid?"),
        (["rule", "qqq"], "got 'qqq': known are add, sub, mul,"),
        (["rule", "hypot", "--at", "1"], "--at of hypot must be two numbers, as --at 2,3, got '1'"),
        (["rule", "hypot", "--plot", "a.png"], "has two operands"),
        (["rule", "tanh", "--at", "a"], "--at of tanh must be a number, as --at 0.5, got 'a'"),
        (["rule", "tanh", "--at", "nan"], "--at of tanh must be a number"),
        (["rule", "log", "--at", "-1"], "log(-1.0): math domain error; log wants a number above 0"),
        (["doctor", "x"], "doctor takes nothing after it"),
        (["rules", "x"], "rules takes nothing after it"),
        (["1/0"], "div(1.0, 0.0): float division by zero"),
        (["1e400"], "too large for a float"),
        (["w", "w=1", "--svg", "/nowhere/at/all/a.svg"], "must be in a folder that exists"),
        (["tanhh(w)", "w=1"], "did you mean tanh?"),
        (["--wrt", "w"], "no expression"),
        (["w", "w=1", "--svg"], "--svg needs a word after it"),
        (["w", "w=1", "--svg", ""], "--svg needs a word after it"),
        (["w", "w=1", "--svg="], "--svg= needs a word after it"),
        (["w", "w=1", "w=2"], "w is given twice"),
    ],
)
def test_mistakes_are_said_on_one_line(capsys, words, says):
    status, _, err = run(capsys, *words)
    assert status == 2
    assert says in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2x + 1", "write a product with its sign: 2*x + 1"),
        ("3(x + 1)x", "write a product with its sign: 3*(x + 1)*x"),
        ("2sin(x)", "write a product with its sign: 2*sin(x)"),
        ("x x", "write a product with its sign: x*x"),
        ("2(x + 1)", "write a product with its sign, 2*(x + 1)"),
        ("x(2)", "write a product with its sign, 2*(x + 1)"),
        ("sin x", "write the operand of a function in brackets: sin(x)"),
        ("|x|", "the size of x is written abs(x)"),
        ("1e5x", "invalid decimal literal"),  # a product? of 1 and e5x?
        ("arcsin(x)", "did you mean asin?"),
        ("x" + ".a" * 500, "got an attribute, x.name"),
    ],
)
def test_a_spelling_of_books_is_answered_with_that_of_python(capsys, text, says):
    status, _, err = run(capsys, text, "x=1")
    assert status == 2
    assert says in err
    assert len(err.splitlines()) == 1


def command(*words, encoding="utf-8"):
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, capture_output=True, env=os.environ | {"PYTHONIOENCODING": encoding}
    )


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_pipe_that_lacks_characters_gets_others(encoding):
    done = command("-m", "autograd", "σ(x)*x", "x=2", encoding=encoding)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.decode(encoding).splitlines()
    assert "n1     sigmoid(x)   0.880797   2" in lines
    assert "  x -> n1 -> out   0.104994 * 2 = 0.209987".replace("*", "×" if encoding == "cp1252" else "*") in lines
    assert command("-m", "autograd", "☃(x)", encoding=encoding).returncode == 2
    assert command("-m", "autograd", "rules", encoding=encoding).returncode == 0
    program = "from autograd import *; x = Value(2.0, label='x☃'); y = (x * x).sqrt()\nfor f in tree, diagnose: print(f(y))\nprint(explain(y, x))"
    done = command("-c", program, encoding=encoding)
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode(encoding).splitlines()[2].startswith(r"    |-- x\u2603   data 2")


def test_a_reader_that_stops_early_is_not_an_error():
    done = subprocess.run(
        f"{sys.executable} -m autograd rules | head -1", shell=True, cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("name ")


def test_the_doctor_says_who_else_installs_a_package_called_autograd(capsys, monkeypatch):
    import importlib.metadata

    assert "the name autograd            ours alone" in run(capsys, "doctor")[1]
    both = {"autograd": ["autograd", "chainrule"]}
    monkeypatch.setattr(importlib.metadata, "packages_distributions", lambda: both)
    assert "claimed by autograd too   pip uninstall autograd, then install chainrule again" in run(capsys, "doctor")[1]


def test_help(capsys):
    assert run(capsys, "--help")[0] == 0
    status, out, _ = run(capsys)
    assert status == 2
    assert out.startswith("usage: python -m autograd EXPRESSION")


def test_it_runs_as_a_command():
    done = subprocess.run(
        [sys.executable, "-m", "autograd", "-x**2", "x=3"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )
    assert done.returncode == 0, done.stderr
    assert "d out / d x = -6" in done.stdout
