"""If something is missing, make names it in one line."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHELL = ["sh", "rm", "touch", "mkdir", "echo", "true"]


@pytest.fixture
def bare(tmp_path):
    """A directory to use as PATH, with a shell and without Python."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in SHELL:
        if found := shutil.which(name):
            (tools / name).symlink_to(found)
    return tools


def python(bare, text):
    script = bare / "python3"
    script.write_text(f"#!/bin/sh\n{text}\n")
    script.chmod(0o755)


def make(bare, tmp_path):
    done = subprocess.run(
        [shutil.which("make"), "-C", str(ROOT), "demo", f"VENV={tmp_path / 'venv'}"],
        env={"PATH": str(bare)}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode != 0
    assert not (tmp_path / "venv").exists()
    return [line for line in done.stdout.splitlines() if not line.startswith("make")]


@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
class TestWhatIsMissing:
    def test_no_python(self, bare, tmp_path):
        (line,) = make(bare, tmp_path)
        assert line.startswith("missing: Python 3.11 or newer")

    def test_an_old_python(self, bare, tmp_path):
        python(bare, 'case "$1" in --version) echo Python 3.8.18;; *) exit 1;; esac')
        (line,) = make(bare, tmp_path)
        assert line.startswith("missing: Python 3.11 or newer")
        assert "Python 3.8.18" in line

    def test_a_venv_that_fails_half_way_leaves_nothing(self, bare, tmp_path):
        half = f"mkdir -p {tmp_path}/venv/bin; touch {tmp_path}/venv/bin/python; exit 1"
        python(bare, f'case "$1" in -m) {half};; esac')
        assert make(bare, tmp_path) == []

    def test_a_python_without_venv(self, bare, tmp_path):
        python(bare, 'case "$2" in *venv*) exit 1;; esac')
        (line,) = make(bare, tmp_path)
        assert line.startswith("missing: the venv module of python3; install it")
