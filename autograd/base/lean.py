"""Sources without comments, indentation and spaces, which would make up a third of every page."""

from __future__ import annotations

import re

__all__ = ["lean", "lean_script", "lean_style"]

# What is kept as it is in a script: text in quotes, and a regular expression, which follows a bracket here.
QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"|(?<=[(!])/(?:[^/\\\n]|\\.)+/')


def lean(text: str) -> str:
    """Return HTML or CSS without comments, indentation and empty lines.

    >>> lean("// what it is\\n\\tx = 1; // and why\\n\\n")
    'x = 1;\\n'
    """
    return re.sub(r"\n{2,}", "\n", re.sub(r"(?m)^\t+", "", without_comments(text))).lstrip("\n")


def without_comments(text: str) -> str:
    """Return a source without the comments that end its lines."""
    return re.sub(r"(?m)(^|[ \t])// .*$", "", text)


def lean_style(text: str) -> str:
    """Return a style sheet without the spaces that have no meaning.

    >>> lean_style("a { color: red; margin: 0 2px; }")
    'a{color:red;margin:0 2px}'
    """
    return re.sub(r"\s*([{};>/]|:(?=\s(?!light-dark))|,(?=\s(?!#)))\s*", r"\1", lean(text)).replace(";}", "}")


def lean_script(text: str) -> str:
    """Return a script without comments and without spaces that have no meaning; every statement ends in ; or }.

    Text in quotes and regular expressions are kept. So is a space between letters, and the one in ``a + +b``, without
    which the meaning would change.

    >>> lean_script('const say = text => `${a ? b : c} = ` + "a = b" + c; // so')
    'let say=text=>`${a?b:c} = `+"a = b"+c;'
    """
    return script_from(together(without_comments(text)).lstrip("\n"), 0)[0]


def together(text: str) -> str:
    r"""Return a script in which constants, one below the other, are one statement.

    >>> together("const a = 1;\nconst f = x => {\n\tx += a;\n};\nconst b = 2;\n")
    'const a = 1,\nf = x => {\n\tx += a;\n},\nb = 2;\n'
    """
    lines: list[str] = []
    last = 0  # the last line that is not empty
    above = None  # the indentation of the constant that ends there, if one does
    begun: list[str] = []  # the indentations of constants that have not ended
    for line in text.split("\n"):
        lines.append(line)
        if not line.strip():
            continue
        indentation = line[: len(line) - len(line.lstrip())]
        begins = line.startswith("const ", len(indentation))
        if begins and indentation == above:
            lines[last] = lines[last].removesuffix(";") + ","
            lines[-1] = line.replace("const ", "", 1)
        above = None
        if begins and not line.endswith(";"):
            begun.append(indentation)
        elif begins or (begun and begun[-1] == indentation):
            above = indentation if line.endswith(";") else None
            begun = begun if begins else begun[:-1]
        last = len(lines) - 1
    return "\n".join(lines)


def script_from(source: str, start: int) -> tuple[str, int]:
    """Return the lean code from ``start`` to the bracket that closes what was open there, and where that is."""
    lean_code: list[str] = []
    here = plain = start
    depth = 0
    while here < len(source):
        found = QUOTED.match(source, here)
        if not found and source[here] != "`":
            depth += (source[here] == "{") - (source[here] == "}")
            if depth < 0:
                break
            here += 1
            continue
        lean_code.append(closed_up(source[plain:here]))
        text, here = (found[0], found.end()) if found else template_from(source, here)
        lean_code.append(text)
        plain = here
    return "".join([*lean_code, closed_up(source[plain:here])]), here


def template_from(source: str, start: int) -> tuple[str, int]:
    """Return the template that starts at ``start``, with lean code inside of it, and where it ends."""
    parts: list[str] = []
    here = start
    while source[here] != "`" or here == start:
        if source.startswith("${", here):
            code, here = script_from(source, here + 2)
            parts += ["${", code]
        parts.append(source[here])
        here += 1
    return "".join([*parts, "`"]), here + 1


def closed_up(code: str) -> str:
    """Return code that holds no text, with its signs close together, const as let, and Infinity as 1/0."""
    code = re.sub(r"(?<![+-]) ([+-]) (?![+-])", r"\1", code)
    code = re.sub(r"\s*([=*/<>!&|?:,;{}()\[\]])\s*", r"\1", code)
    code = re.sub(r"(?<![\w.*/%])Infinity\b", "1/0", code)
    return re.sub(r"\bconst\b", "let", code.replace(";}", "}").replace(",}", "}"))
