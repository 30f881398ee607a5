"""Pictures that move: the forward and the backward pass step by step, as SVG without a script, or as a GIF."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterable
from pathlib import Path

from autograd.base.checks import number, shown
from autograd.base.files import file_path, replace
from autograd.base.notebook import in_cell
from autograd.engine.graph import order
from autograd.engine.value import Value
from autograd.motion.course import CAPTION, Course, course
from autograd.motion.moving import moving
from autograd.pictures.drawing import check_direction, readable_direction
from autograd.pictures.lettering import Text, text_size
from autograd.pictures.plan import Plan, plan
from autograd.pictures.style import alt
from autograd.pictures.svg import document
from autograd.scenes.contents import Scene
from autograd.scenes.scene import scene
from autograd.text.tree import tree

__all__ = ["Animation", "animate"]

HOLD = 4  # steps that the last one lasts, before it begins again
MOST_IN_TREE = 200


def animate(
    root: Value,
    *,
    level: str | None = None,
    max_nodes: int = 40,
    direction: str | None = None,
    seconds: float = 1.2,
    file: str | os.PathLike[str] | None = None,
) -> Animation:
    """Return a picture of the graph of ``root`` that moves: the data appears going forward, the gradients going back.

    Args:
        root: the node whose graph is drawn.
        level: as in `draw`.
        max_nodes: the most boxes; a larger graph is folded, or shown in part.
        direction: as in `draw`.
        seconds: how long a step lasts.
        file: where to save it too, if given: a name that ends in .svg or .gif.

    Raises:
        TypeError: when root is not a Value, or an argument has the wrong type.
        ValueError: when an argument has none of these values.

    It needs no script. As SVG it plays in a notebook, in an exported one too, and in the README of a repository. Where
    the reader prefers less motion, it stands still, complete. As a GIF it plays in slides. The backward pass that it
    shows is one of its own: no gradient that the graph holds is read or changed.

    >>> w, x = Value(0.5, label="w"), Value(2.0, label="x")
    >>> animate((w * x).tanh())
    <Animation of 7 steps: Graph of tanh: 4 nodes, 2 leaves (w, x); tanh = 0.7616; largest gradient 0.8399 at w.>
    """
    if not isinstance(root, Value):
        raise TypeError(f"root must be a Value, got {shown(root)}")
    check_direction(direction)
    seconds = number("seconds", seconds, above=0)
    twin = copy.deepcopy(root)
    for node in order(twin):
        node._grad = None
    twin.backward()
    shot = scene(twin, level=level, max_nodes=max_nodes, cut=level is None)
    animation = Animation(shot, direction, seconds)
    if file is not None:
        animation.save(file)
    return animation


class Animation:
    """A picture that moves: a notebook shows it at the end of a cell; ``save`` writes it to a file.

    ``alt`` is one line that says what it shows.
    """

    def __init__(self, scene: Scene, direction: str | None, seconds: float) -> None:
        self.scene, self.seconds = scene, seconds
        self.plan: Plan = plan(scene, direction=direction or readable_direction(scene, 4))
        self.course: Course = course(scene, self.plan)
        self.alt = alt(scene)

    def __repr__(self) -> str:
        return f"<Animation of {self.course.steps} steps: {self.alt}>"

    @property
    def size(self) -> tuple[float, float]:
        """Its width and height, with a line for the caption."""
        captions = [
            part.item for part in self.course.parts if isinstance(part.item, Text) and part.item.size == CAPTION
        ]
        width = text_size([(text.text, text.size) for text in captions])[0]
        return max(self.plan.size[0], width), self.plan.size[1] + 2 * CAPTION

    def svg(self) -> str:
        """Return it as the text of an SVG file whose style sheet moves it."""
        body = moving(self.course, self.seconds, HOLD)
        return document(self.plan._replace(size=self.size, notes=()), body, f"Animation. {self.alt}")

    def gif(self) -> bytes:
        """Return it as a GIF of one frame for each step.

        Raises:
            ImportError: when Pillow, which comes with matplotlib, is not installed.
        """
        from autograd.motion.gif import frame, gif

        frames = [frame(self.course, self.size, step) for step in range(self.course.steps)]
        return gif(frames, self.seconds, HOLD)

    def save(self, file: str | os.PathLike[str]) -> Path:
        """Write it to a file, in the format of its suffix, and return its path.

        Args:
            file: ends in .svg or .gif.

        Raises:
            ValueError: for another suffix.
            FileNotFoundError: when its folder does not exist.
        """
        path = file_path(file)
        suffix = path.suffix.lower()
        if suffix not in (".svg", ".gif"):
            raise ValueError(f"file must end in .svg or .gif, got {shown(file)}")
        return replace(path, self.gif() if suffix == ".gif" else self.svg().encode())

    def text(self) -> str:
        """Return the text to show where there are no pictures."""
        return tree(self.scene.root) if len(order(self.scene.root)) <= MOST_IN_TREE else self.alt

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> dict[str, str]:
        inline = {"image/svg+xml"}  # two on a page would share the names in their style sheets; an image has its own
        return in_cell(self.svg, f"Animation. {self.alt}", self.text, include, {*(exclude or ()), *inline})
