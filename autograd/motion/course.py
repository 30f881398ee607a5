"""The steps of an animation: which part of a drawing is seen when, first forward, then backward."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from autograd.base.ink import digits, ink
from autograd.engine.graph import order
from autograd.pictures.lettering import Text
from autograd.pictures.plan import PlacedArrow, PlacedBox, Plan
from autograd.scenes.contents import Box, Scene
from autograd.text.explain import Names, operand_symbols, operation

__all__ = ["CAPTION", "GLOW", "Course", "Part", "course"]

LONGEST = 110  # characters of a caption
CAPTION = 13  # pixels
GLOW = "#F5B800"  # around the box where something happens
FINISHED = "finished: a gradient is the sum of the shares on the arrows that leave its box"


class Part(NamedTuple):
    """A box without its text, an arrow without its text, or a line of text, and the steps in which it is seen."""

    item: PlacedBox | PlacedArrow | Text
    since: int = 0
    until: int | None = None  # the first step in which it is seen no more; None: it stays
    glows: bool = False  # it is marked as what happens in this step


class Course(NamedTuple):
    """An animation: its parts, those at the back first, and how many steps it has."""

    parts: tuple[Part, ...]
    steps: int


def course(scene: Scene, drawing: Plan) -> Course:
    """Return the steps of the forward and of the backward pass through a scene, with a caption for each.

    Args:
        scene: what is shown, after a backward pass.
        drawing: where everything in it goes.
    """
    computes = [box for box in scene.boxes if any(arrow.head == box.id for arrow in scene.arrows)]
    passes = [box for box in reversed(computes) if not box.dead]
    forward = {box.id: step for step, box in enumerate(computes, 1)}
    turn = len(computes) + 1  # the step in which the root gets its gradient
    backward = {box.id: step for step, box in enumerate(passes, turn + 1)}
    arrives = {scene.boxes[-1].id: turn}  # the step in which the gradient of a box is whole
    for arrow in scene.arrows:
        if arrow.head in backward:
            arrives[arrow.tail] = max(arrives.get(arrow.tail, 0), backward[arrow.head])
    parts = [
        Part(box, steps[box.box.id], steps[box.box.id] + 1, glows=True)
        for box in drawing.boxes
        for steps in (forward, backward)
        if box.box.id in steps
    ]  # behind all else
    for placed in drawing.arrows:
        head = placed.arrow.head
        parts += of_arrow(placed, forward[head], backward.get(head))
    for box in drawing.boxes:
        parts += of_box(box, forward.get(box.box.id, 0), arrives.get(box.box.id))
    captions = [*spoken_forward(scene, computes), *spoken_backward(scene, passes), FINISHED]
    place = (0.0, drawing.size[1] + 1.5 * CAPTION)
    for step, caption in enumerate(captions):
        shown = caption if len(caption) <= LONGEST else f"{caption[:LONGEST]}…"
        parts.append(Part(Text(shown, place, CAPTION, "start"), step, step + 1))
    return Course((*parts, *(Part(note) for note in drawing.notes)), len(captions))


def of_arrow(placed: PlacedArrow, forward: int, backward: int | None) -> list[Part]:
    """Return the parts of an arrow: gray on the way forward, in the ink of its share, with numbers, on the way back."""
    gray = placed._replace(ink=ink(None), texts=())
    if backward is None or placed.arrow.constant:
        return [Part(gray, forward)]
    inked = Part(placed._replace(texts=()), backward)
    return [Part(gray, forward, backward), inked, *(Part(text, backward) for text in placed.texts)]


def of_box(placed: PlacedBox, forward: int, arrives: int | None) -> list[Part]:
    """Return the parts of a box: its name, then its data, then its gradient in numbers and ink."""
    gray, inked = placed._replace(ink=ink(None), texts=()), placed._replace(texts=())
    parts = [Part(gray, 0, arrives), Part(inked, arrives)] if arrives is not None else [Part(gray)]
    for text in placed.texts:
        if text is placed.texts[0]:
            parts.append(Part(text))
        elif text.text.startswith("grad "):
            parts += [Part(text, arrives)] if arrives is not None else []
        else:
            parts.append(Part(text, forward if text.text.startswith("data ") else 0))
    return parts


def spoken_forward(scene: Scene, computes: Sequence[Box]) -> list[str]:
    """Return the captions of the forward pass: the leaves, then each operation."""
    names = Names(order(scene.root))
    captions = ["forward: the leaves have their data"]
    for box in computes:
        node = box.nodes[0] if len(box.nodes) == 1 else None
        if node is None or node.op is None:
            captions.append(f"forward: {box.label} computes")
        else:
            made = operation(node.op, operand_symbols(node, names))
            captions.append(f"forward: {names[node]} = {made} = {digits(node.data)}")
    return captions


def spoken_backward(scene: Scene, passes: Sequence[Box]) -> list[str]:
    """Return the captions of the backward pass: the root, then what each operation passes back."""
    called = {box.id: box.label or box.id for box in scene.boxes}
    captions = [f"backward: the gradient of {called[scene.boxes[-1].id]} in itself is {digits(scene.boxes[-1].grad)}"]
    for box in passes:
        terms = []
        for arrow in scene.arrows:
            if arrow.head == box.id and arrow.share is not None:
                local = "" if arrow.local is None else f"{digits(box.grad)} × {digits(arrow.local)} = "
                terms.append(f"{local}{digits(arrow.share)} to {called[arrow.tail]}")
        captions.append(f"backward: {called[box.id]} passes back {', '.join(terms) or 'nothing'}")
    return captions
