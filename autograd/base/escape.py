r"""Text in another notation: the one place where a user's text is made safe for DOT, HTML, a script or LaTeX.

A label may hold anything, and is always shown as text: it never becomes markup, a link or a script. These functions
return the whole text; only `label` cuts it to one line, with `one_line`.
"""

from __future__ import annotations

from typing import Any

from autograd.base.real import one_line, printable

__all__ = ["dot", "dot_html", "html", "json_in_script", "label", "latex", "source_hash"]

HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}

# A browser looks for </script> and <!-- before it looks at JSON.
SCRIPT = {c: f"\\u{ord(c):04x}" for c in "<>&"}

# In braces: a character that would get the space of an operator or a comma around it, or open a tag in Markdown.
LATEX = {c: f"\\{c}" for c in "{}$&#_% "} | {c: f"{{{c}}}" for c in "=+-*/:,;!?<>|\"'`"}
LATEX |= {"\\": r"\backslash{}", "^": r"{\wedge}", "~": r"{\sim}"}


def label(text: str) -> str:
    r"""Return ``text`` as pictures show a label: on one line, cut to about 60 characters, with escapes for characters
    that do not print.

    >>> print(label("two\nlines"))
    two\nlines
    """
    return one_line(text)


def dot(text: str) -> str:
    r"""Return ``text`` as a quoted string of DOT, for a name or an attribute that is shown as it stands.

    Graphviz reads backslashes and HTML's entities in it, as in ``\N`` and ``&lt;``; neither means anything here.

    >>> print(dot('say "hi" & go'))
    "say \"hi\" &amp; go"
    """
    return '"' + printable(text).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;") + '"'


def html(text: str) -> str:
    """Return ``text`` as text or as the value of an attribute in quotes, in HTML, XML and SVG.

    Lines are kept; other characters that do not print, which XML may not hold, are shown as escapes.

    >>> html("<b>a & b</b>")
    '&lt;b&gt;a &amp; b&lt;/b&gt;'
    """
    return "".join(HTML.get(c, c) for c in printable(text, keep="\n\t"))


def dot_html(text: str) -> str:
    r"""Return ``text`` as text in Graphviz's HTML labels, which read ``\N`` as the name of the node.

    >>> print(dot_html(r"<\N>"))
    &lt;\\N&gt;
    """
    return html(text.replace("\\", "\\\\"))


def json_in_script(obj: Any) -> str:
    r"""Return ``obj`` as JSON that may stand inside ``<script type="application/json">``, and that JavaScript reads.

    Raises:
        ValueError: for inf or nan, which JSON has no word for; pass them as text.

    >>> print(json_in_script({"label": "</script>"}))
    {"label":"\u003c/script\u003e"}
    """
    import json

    text = json.dumps(obj, allow_nan=False, separators=(",", ":"))
    return "".join(SCRIPT.get(c, c) for c in text)


def source_hash(text: str) -> str:
    """Return the hash of a script or a style, by which a page's Content-Security-Policy lets it run and nothing else.

    >>> source_hash("")
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    from base64 import b64encode
    from hashlib import sha256

    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def latex(text: str) -> str:
    r"""Return ``text`` as it stands inside ``\mathrm{…}``, in LaTeX, MathJax and KaTeX alike.

    >>> print(latex("w_1 = 50%"))
    w\_1\ {=}\ 50\%
    """
    return "".join(LATEX.get(c, c) for c in printable(text))
