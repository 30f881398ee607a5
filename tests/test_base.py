"""What both packages share: the checks of arguments and their messages, and writing a file in one step."""

import os
import shutil
import stat
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import autograd
from autograd import Value, draw
from autograd.base import checks, real
from autograd.base.checks import chosen, fraction, number, whole
from autograd.base.files import file_path, replace
from autograd.base.real import shown
from autograd.base.rival import rival

NAMES = {"relu": abs, "tanh": round}
ONE_OF = "activation must be one of relu, tanh or a function, got "

REFUSED = [  # (call, error, message)
    (lambda: whole("epochs", 2.0), TypeError, "epochs must be an int of at least 1, got a float: 2.0"),
    (lambda: whole("epochs", True), TypeError, "epochs must be an int of at least 1, got a bool: True"),
    (lambda: whole("epochs", 0), ValueError, "epochs must be an int of at least 1, got 0"),
    (lambda: whole("steps", -1, least=0), ValueError, "steps must be an int of at least 0, got -1"),
    (lambda: number("decay", "3"), TypeError, "decay must be a finite number of at least 0, got a str: '3'"),
    (lambda: number("decay", None), TypeError, "decay must be a finite number of at least 0, got a NoneType: None"),
    (lambda: number("decay", True), TypeError, "decay must be a finite number of at least 0, got a bool: True"),
    (lambda: number("decay", 1j), TypeError, "decay must be a finite number of at least 0, got a complex: 1j"),
    (lambda: number("decay", -1), ValueError, "decay must be a finite number of at least 0, got -1"),
    (lambda: number("decay", float("nan")), ValueError, "decay must be a finite number of at least 0, got nan"),
    (lambda: number("rate", 0, above=0), ValueError, "rate must be a finite number above 0, got 0"),
    (lambda: number("rate", float("inf"), above=0), ValueError, "rate must be a finite number above 0, got inf"),
    (lambda: fraction("beta", 1), ValueError, "beta must be a number of at least 0 and below 1, got 1"),
    (lambda: fraction("beta", float("nan")), ValueError, "beta must be a number of at least 0 and below 1, got nan"),
    (lambda: fraction("beta", [1]), TypeError, "beta must be a number of at least 0 and below 1, got a list: [1]"),
    (lambda: chosen("reluu", NAMES, "activation"), ValueError, ONE_OF + "'reluu'; did you mean 'relu'?"),
    (lambda: chosen("nope", NAMES, "activation"), ValueError, ONE_OF + "'nope'"),
    (lambda: chosen(3, NAMES, "activation"), TypeError, ONE_OF + "an int: 3"),
    (lambda: file_path(3), TypeError, "file must be a str or a path, got an int: 3"),
    (
        lambda: file_path("no/where.svg"),
        FileNotFoundError,
        "file must be in a folder that exists, got a str: 'no/where.svg'; make its folder first",
    ),
    (lambda: file_path("."), IsADirectoryError, "file must name a file, got the name of a folder, a str: '.'"),
]


@pytest.mark.parametrize(("call", "error", "message"), REFUSED, ids=[message for *_, message in REFUSED])
def test_a_message_says_what_was_wanted_and_what_came(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert type(caught.value) is error
    assert str(caught.value) == message


ACCEPTED = [
    (lambda: whole("n", np.int64(3)), 3, int),
    (lambda: number("n", 0), 0.0, float),
    (lambda: number("n", np.float32(0.5), above=0), 0.5, float),
    (lambda: number("n", Decimal("0.5")), 0.5, float),
    (lambda: number("n", np.array(2.0)), 2.0, float),
    (lambda: fraction("n", Fraction(1, 4)), 0.25, float),
    (lambda: chosen("relu", NAMES, "f"), abs, type(abs)),
    (lambda: chosen(len, NAMES, "f"), len, type(len)),
]


@pytest.mark.parametrize(("call", "result", "kind"), ACCEPTED)
def test_a_good_argument_comes_back_as_the_plain_number(call, result, kind):
    assert call() == result
    assert type(call()) is kind


def test_there_is_one_description_of_what_came():
    assert checks.shown is real.shown
    assert shown(10**5000) == "an int: of more than 4,300 digits"


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_that_is_replaced_keeps_its_link_and_its_mode(tmp_path):
    end, link = tmp_path / "end.svg", tmp_path / "link.svg"
    end.write_text("old")
    end.chmod(0o600)
    link.symlink_to(end)
    draw(Value(2.0) * 3.0).save(link)
    assert link.is_symlink()
    assert "<svg" in end.read_text(encoding="utf-8")
    assert mode(end) == 0o600


def test_a_link_that_points_to_no_file_yet_is_followed(tmp_path):
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "end")
    assert replace(link, b"new") == link
    assert link.is_symlink()
    assert (tmp_path / "end").read_bytes() == b"new"


@pytest.mark.parametrize("function", ["fsync", "replace"])
def test_a_failure_part_way_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch, function):
    file = tmp_path / "a.svg"
    file.write_bytes(b"old")

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, function, interrupted)
    with pytest.raises(KeyboardInterrupt):
        replace(file, b"new")
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_pipe_is_not_replaced_by_a_file(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="file must be a plain file"):
        replace(tmp_path / "pipe", b"new")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_files_of_another_package_of_this_name_are_found(tmp_path):
    assert rival() is None
    shutil.copytree(Path(autograd.__file__).parent, tmp_path / "autograd", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "autograd" / "tracer.py").touch()
    assert rival(str(tmp_path / "autograd")) is not None
    done = subprocess.run(
        [sys.executable, "-c", "import autograd"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Chainrule and HIPS autograd, are installed into one folder" in done.stderr
