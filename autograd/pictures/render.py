"""DOT to a picture, by whichever Graphviz there is: `dot` on the PATH, or the one that pygraphviz brings.

Without either, or where no process can be started at all, `NoRenderer` says what to install.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

__all__ = ["FORMATS", "NoRenderer", "Renderer", "render", "renderers"]

FORMATS = {  # how a picture in each begins and ends
    "svg": (b"<svg", b"</svg>"),
    "png": (b"\x89PNG", b"IEND\xaeB`\x82"),
    "pdf": (b"%PDF", b"%%EOF"),
}
PATIENCE = 60.0  # seconds; if Graphviz takes longer, it will not finish
CHILD = str(Path(__file__))  # this file is also run, as a process of its own: `draw_in_this_process`
INSTALL_DOT = "install Graphviz, so that `dot` is on the PATH"
INSTALL_PYGRAPHVIZ = "pip install 'pygraphviz>=2.0.4', which brings Graphviz along"


class NoRenderer(RuntimeError):
    """Nothing here can draw the picture; the message says what to install."""


class Renderer(NamedTuple):
    """A way to draw pictures, and whether it is there."""

    name: str
    ready: bool
    version: str  # "" if it is not there
    install: str  # how to get it; "" if it is there


def render(source: str, format: str = "svg") -> bytes:
    """Return the picture of a graph in DOT.

    Args:
        source: the text of a DOT file.
        format: "svg", "png" or "pdf".

    Raises:
        ValueError: for another format.
        NoRenderer: when there is no Graphviz, or none could draw it.
    """
    if format not in FORMATS:
        raise ValueError(f"format must be one of {', '.join(FORMATS)}, got {format!r}")
    failures = []
    for command in (dot_command(), pygraphviz_command()):
        if command:
            picture, failure = run([*command, f"-T{format}"], source)
            if is_picture(picture, format):
                return picture
            failures.append(failure)
    because = f" ({'; '.join(failures)})" if failures else ""
    raise NoRenderer(f"no Graphviz here could draw {format}{because}: {INSTALL_PYGRAPHVIZ}; or {INSTALL_DOT}")


def renderers() -> list[Renderer]:
    """Return the ways to draw pictures, best first, with their versions, or how to get those that are missing."""
    from importlib.metadata import PackageNotFoundError, version

    found = []
    command = dot_command()
    said = run([*command, "-V"], "")[1] if draws(command) else ""  # dot prints its version as an error
    ready = "graphviz version" in said
    found.append(Renderer("dot", ready, said.rpartition("version ")[2] if ready else "", "" if ready else INSTALL_DOT))
    ready = draws(pygraphviz_command())
    try:
        installed = version("pygraphviz") if ready else ""
    except PackageNotFoundError:
        installed = "of unknown version"
    found.append(Renderer("pygraphviz", ready, installed, "" if ready else INSTALL_PYGRAPHVIZ))
    found.append(Renderer("our own drawing", True, "", ""))
    return found


def draws(command: list[str]) -> bool:
    """Return whether a command is there and draws SVG."""
    return bool(command) and is_picture(run([*command, "-Tsvg"], "digraph {}")[0], "svg")


def is_picture(content: bytes, format: str) -> bool:
    """Return whether ``content`` is a whole picture in a format: not every program called dot is Graphviz."""
    begins, ends = FORMATS[format]
    return begins in content[:1000] and content.rstrip().endswith(ends)


def dot_command() -> list[str]:
    """Return the command that runs `dot`, [] if it is not on the PATH."""
    from shutil import which

    program = which("dot")
    return [program] if program else []


def pygraphviz_command() -> list[str]:
    """Return the command that runs pygraphviz in a process of its own, [] if it is not installed."""
    # -P: or the files beside it would hide modules of the standard library that have their names
    return [sys.executable, "-P", CHILD] if sys.executable and find_spec("pygraphviz") else []


def run(command: list[str], source: str) -> tuple[bytes, str]:
    """Return the output of ``command`` for the input ``source``, b"" if it fails, and its last line of complaint."""
    import subprocess  # here, as importing it takes a third as long as importing the engine

    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # on Windows, or a console flashes up
    try:
        done = subprocess.run(
            command,
            input=source.encode(errors="backslashreplace"),
            capture_output=True,
            timeout=PATIENCE,
            creationflags=hidden,
        )
    except (OSError, subprocess.SubprocessError) as error:  # OSError: in a browser there are no processes
        return b"", f"{Path(command[0]).name}: {error}"
    complaint = done.stderr.decode(errors="replace").strip().splitlines()
    said = complaint[-1] if complaint else f"exit status {done.returncode}"
    if done.returncode == 0 and not complaint:
        said = f"{Path(command[0]).name} printed something else"
    return (done.stdout if done.returncode == 0 else b""), said


def draw_in_this_process() -> None:
    """Draw the DOT on standard input with pygraphviz, in the format that -Tsvg, -Tpng or -Tpdf names.

    Inside pygraphviz, Graphviz can crash its process and prints warnings: ``python -P render.py -Tsvg`` is a process in
    which neither does harm.
    """
    from pygraphviz import AGraph

    formats = {"-Tsvg": "svg", "-Tpng": "png", "-Tpdf": "pdf"}
    graph = AGraph(string=sys.stdin.buffer.read().decode())  # string=: else a file's name, if it is not DOT
    sys.stdout.buffer.write(graph.draw(format=formats[sys.argv[1]], prog="dot"))


if __name__ == "__main__":
    draw_in_this_process()
