"""The page of a film: the packed record, with the script that plays it."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.resources import files
from typing import cast

from autograd import Page
from autograd.base.escape import html, source_hash
from autograd.base.ink import digits_script
from autograd.base.lean import lean_script, lean_style
from autograd.base.real import one_line
from nn.film.contents import facts, fixed, moving_numbers, of_columns
from nn.film.graphs import formulas_of, pages_of
from nn.film.packing import pack
from nn.film.record import Record
from nn.networks.layers import MLP

__all__ = ["page"]


def page(record: Record, title: str, theme: str | None, still: Callable[[], str]) -> Page:
    """Return the page of a film.

    Args:
        record: the film.
        title: the title of the page.
        theme: "light" or "dark"; None for the setting of the reader's system.
        still: draws its last moment as SVG, for places that show no pages.
    """
    model, task = cast("MLP", record.model), record.task
    formulas = formulas_of(model, task) if record.known else None
    pages = pages_of(model, task, record.input_names) if record.known else None
    told = facts(record) | ({"graph": pages.record} if pages else {})
    if record.columns:
        told |= of_columns(record, formulas)
    names = ["network", "draw", "layout", *(["graph"] if pages else []), "film"]
    style = lean_style(part("film.css")) + (f":root{{color-scheme:{theme}}}" if theme else "")
    first, rows = lean_script(part("unpack.js")), formulas.rows if formulas else "let rows;"
    script = rows + lean_script("\n".join([digits_script(), *(part(f"{name}.js") for name in names)]))
    scripts = [
        source_hash(first),
        source_hash(script),
        *(pages.scripts if pages else []),
    ]  # a frame obeys the policy of its page too
    styles = [source_hash(style), *(pages.styles if pages else [])]
    policy = f"default-src 'none'; script-src {' '.join(scripts)}; style-src {' '.join(styles)}; img-src data:"
    about, losses = sentence(record), [frame.loss for frame in record.frames]
    fields = {
        "policy": f"{policy}; base-uri 'none'; form-action 'none'",
        "title": html(one_line(title)),
        "about": html(about),
        "note": html(remarks(record)),
        "style": style,
        "script": first,
        "film": pack({"script": script, **told}, fixed(record, formulas), moving_numbers(record, formulas)),
        "last": str(len(record.frames) - 1),
        "tick": "" if (at := told["putBack"]) is None else f'<option value="{at}"></option>',
        "units": "" if record.columns else "hidden",
        "seen": "" if record.plane is not None else "hidden",
        "inside": html(inside(record)),
        "caption": html(caption(record)),
        "val": ("; dashed: validation data" if any(frame.val_loss is not None for frame in record.frames) else "")
        + ("; dotted: the best epoch" if record.put_back is not None else ""),
        "range": f"{min(losses):.4g} to {max(losses):.4g}",
    }
    text = re.sub(r"\{\{(\w+)\}\}", lambda field: fields[field[1]], part("film.html"))
    return Page(text, about, still)


def inside(record: Record) -> str:
    """Return the line above the network."""
    what = "Each unit's output over the inputs"
    if record.image is not None:
        what = "The weights of the first layer's units as images, the outputs of the others over the plane"
    elif record.plane is not None and record.plane.note:
        what = f"Each unit's output over {' and '.join(record.plane.names)}"
    return f"{what}; weights as lines: blue above 0, orange and dashed below, wide for large"


def caption(record: Record) -> str:
    """Return the line above the plane."""
    if record.plane is None:
        return ""
    said = "Decision boundary" if record.task.classes is not None else "What the network predicts"
    if record.task.classes is not None and len(record.plane.axes) == 1:
        one = record.frames[0].outputs.shape[1] == 1
        said = "The score; dotted: above it class 1 is predicted" if one else "The score of each class"
    if record.image is not None:
        said += f" {record.plane.note}, that of their first two principal components"
    elif record.plane.note:
        said += f" over {' and '.join(record.plane.names)}, {record.plane.note}"
    if record.task.classes is None and record.frames[0].outputs.shape[1] > 1:
        said += ": its first output"
    said += "; a ring marks an example it gets wrong" if record.task.classes is not None else ""
    return said + ("; click an example to see its share of the gradient" if record.columns else "")


def remarks(record: Record) -> str:
    """Return the remarks that a reader needs on the page as a whole."""
    said = []
    if not record.columns:
        said.append("Units and weights are drawn for a plain MLP only.")
    if record.plane is None:
        said.append("The examples differ in length, so there is no plane over which to draw what is predicted.")
    if len(record.places) - 1 != record.places[-1]:
        said.append(f"{len(record.places)} examples of {record.places[-1] + 1:,} are shown, and the loss is of these.")
    if record.broken:
        said.append(f"After epoch {record.frames[-1].epoch} its numbers are too large to be drawn.")
    if record.put_back is not None:
        said.append(f"The weights that the network has now are those of epoch {record.put_back}, the best.")
    return " ".join(said)


def sentence(record: Record) -> str:
    """Return a description of the page, for those who cannot see it."""
    first, last = record.frames[0], record.frames[-1]
    said = remarks(record)
    return (
        f"Training of {record.what} on {len(record.task.rows)} examples, from epoch {first.epoch} to {last.epoch}: "
        f"the loss goes from {first.loss:.4g} to {last.loss:.4g}.{f' {said}' if said else ''}"
    )


def part(name: str) -> str:
    """Return the text of one of the files beside this one."""
    return (files("nn.film") / name).read_text("utf-8")
