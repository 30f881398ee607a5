"""Text for terminals and pipes that cannot print every character: plain characters replace those they lack."""

from __future__ import annotations

import sys
from typing import TextIO

__all__ = ["for_stdout", "say"]

PLAIN = {
    "├": "|", "│": "|", "└": "`", "─": "-", "–": "-", "−": "-", "→": "->", "×": "*", "·": "*", "∂": "d", "…": "...",
    "²": "^2", "³": "^3", "½": "1/2", "√": "sqrt", "∛": "cbrt", "σ": "sigmoid", "π": "pi",
    "⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")",
}  # fmt: skip


def for_stdout(text: str) -> str:
    r"""Return ``text`` as standard output can print it: unchanged where it is UTF-8, as nearly everywhere."""
    return printable(text, getattr(sys.stdout, "encoding", None))


def printable(text: str, encoding: str | None) -> str:
    r"""Return ``text`` in the characters of an encoding; characters of a label that it lacks become escapes.

    >>> printable("├── 2 × σ(x)", "cp1252"), printable("├── 2 × σ(x)", "utf-8"), printable("☃", "ascii")
    ('|-- 2 × sigmoid(x)', '├── 2 × σ(x)', '\\u2603')
    """
    try:
        text.encode(encoding or "utf-8", "surrogatepass")
        return text
    except LookupError:  # an encoding that Python does not know
        return text
    except UnicodeEncodeError:
        return "".join(c if encodes(c, encoding) else PLAIN.get(c, ascii(c)[1:-1]) for c in text)


def encodes(c: str, encoding: str | None) -> bool:
    """Return whether an encoding has a character."""
    try:
        c.encode(encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def say(text: str, *, file: TextIO | None = None) -> None:
    """Print ``text`` on standard output, or to a file, in the characters it has."""
    file = file or sys.stdout
    print(printable(text, getattr(file, "encoding", None)), file=file)
