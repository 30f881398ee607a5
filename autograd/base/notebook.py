"""How a notebook shows a picture: without ever raising an error, and in a form that survives an export."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable

from autograd.base.escape import html

__all__ = ["forms_wanted", "image", "in_cell", "with_alt"]


def in_cell(
    picture: Callable[[], str],
    alt: str,
    text: Callable[[], str],
    include: Iterable[str] | None = None,
    exclude: Iterable[str] | None = None,
) -> dict[str, str]:
    """Return the forms in which a notebook may show a picture, by their MIME types.

    Args:
        picture: returns it as SVG.
        alt: one line that says what it shows.
        text: returns the text to show where there are no pictures.
        include: the forms that are wanted; None for all.
        exclude: the forms that are not wanted.
    """
    forms = {"text/plain": text()}
    if forms_wanted({"text/html": "", "image/svg+xml": ""}, include, exclude):
        try:
            drawn = picture()
            forms |= {"text/html": image(drawn, alt), "image/svg+xml": drawn}
        except Exception as error:  # of any kind: a cell must not fail because a picture cannot be drawn
            forms["text/plain"] += f"\nNo picture: {error}"
    return forms_wanted(forms, include, exclude)


def forms_wanted(forms: dict[str, str], include: Iterable[str] | None, exclude: Iterable[str] | None) -> dict[str, str]:
    """Return those of the ``forms`` that are wanted."""
    wanted = set(forms if include is None else include) - set(exclude or ())
    return {kind: form for kind, form in forms.items() if kind in wanted}


def image(picture: str, alt: str) -> str:
    """Return an SVG as an image in HTML, whose alternative text goes wherever the notebook goes.

    A picture wider than the page is scaled down, but to no less than 3/5, so that it can be read; then it scrolls.
    """
    data = b64encode(picture.encode()).decode()
    least = f"min({0.6 * width(picture):.0f}px, 400%)"
    return f'<img alt="{html(alt)}" src="data:image/svg+xml;base64,{data}" style="max-width:100%;min-width:{least}">'


def width(picture: str) -> float:
    """Return the width of an SVG in pixels.

    >>> width('<svg role="img" width="75pt" height="8pt">'), width('<svg width="75" height="8">')
    (100.0, 75.0)
    """
    amount = picture.partition(' width="')[2].partition('"')[0]
    return float(amount.removesuffix("pt")) * (4 / 3 if amount.endswith("pt") else 1)


def with_alt(picture: bytes, alt: str) -> str:
    """Return Graphviz's SVG without its prologue, with ``alt`` as its alternative text."""
    text = picture.decode()
    return text[text.index("<svg") :].replace("<svg ", f'<svg role="img" aria-label="{html(alt)}" ', 1)
