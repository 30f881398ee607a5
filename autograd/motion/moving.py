"""The body of an animation in SVG: each shape is written once, each look and each time is a class of its style sheet.

The shape of a box stands for its gray frame, for the one in the ink of its gradient, and for the light around it; that
of an arrow for both of its inks. What appears at the same time in the same look is one group.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from autograd.base.escape import html
from autograd.base.ink import DASHES, Ink, ink
from autograd.motion.course import GLOW, Course, Part
from autograd.pictures.lettering import Text
from autograd.pictures.plan import PlacedArrow, PlacedBox
from autograd.pictures.style import fill
from autograd.pictures.svg import frames, head, route

__all__ = ["moving"]

PLAIN = ink(None)  # gray, before there is a gradient
LIGHT = f"stroke:{GLOW};stroke-width:16;stroke-linejoin:round"  # its inner half lies under the box


class Group(NamedTuple):
    """What all elements of a group share: they lie in one layer, appear in the same step, and look alike."""

    layer: int  # 0: light; 1 to 3: arrows in gray, the white between dashes, ink; 4 to 6: boxes, the same; 7: text
    since: int
    passes: bool  # whether it is seen in that step alone
    look: str  # declarations of a style sheet

    @property
    def time(self) -> str:
        """The class of its time; "" for what is always seen."""
        return f"p{self.since}" if self.passes else f"s{self.since}" if self.since else ""


def moving(course: Course, seconds: float, hold: int) -> list[str]:
    """Return the style sheet, the shapes, and the groups of what appears at the same time.

    Args:
        course: the parts of the animation.
        seconds: how long a step lasts.
        hold: steps that the last one lasts.
    """
    shapes: dict[tuple[str, ...], str] = {}  # from the elements of each shape to its name
    groups: dict[Group, list[str]] = {}
    for part in course.parts:
        for group, element in drawn(part, shapes):
            groups.setdefault(group, []).append(element)
    looks = {look: f"k{i}" for i, look in enumerate(dict.fromkeys(group.look for group in groups))}
    rules = timing(groups, course.steps + hold, seconds)
    rules += [f".{name}{{{look}}}" for look, name in looks.items()]
    defined = [with_attribute(shape, f'id="{name}"') for shape, name in shapes.items()]
    body = []
    for group in sorted(groups, key=lambda group: group.layer):
        classes = f"{group.time} {looks[group.look]}".strip()
        body.append(with_attribute(groups[group], f'class="{classes}"'))
    return [f"<style>{''.join(rules)}</style>", f"<defs>{''.join(defined)}</defs>", "".join(body)]


def drawn(part: Part, shapes: dict[tuple[str, ...], str]) -> Iterator[tuple[Group, str]]:
    """Yield the elements of a part, each with its group; the shape of the part is added to ``shapes``.

    A gray line stays when that in the ink of its gradient appears, which covers it. Where the ink is dashed or thin, a
    white line between the two does.
    """
    item, passes = part.item, part.until is not None
    if isinstance(item, Text):
        (x, y), bold = item.at, ";font-weight:bold" if item.bold else ""
        anchor = "" if item.anchor == "start" else f";text-anchor:{item.anchor}"
        place = f'x="{x:.0f}" y="{y:.0f}"'.removeprefix('x="0" ')
        look = f"font-size:{item.size}px;fill:{item.color}{anchor}{bold}"
        yield Group(7, part.since, passes, look), f"<text {place}>{html(item.text)}</text>"
        return
    shape = shape_of(item)
    if not shape:
        return
    used = f'<use href="#{shapes.setdefault(shape, f"i{len(shapes)}")}"/>'
    if part.glows:
        yield Group(0, part.since, passes, LIGHT), used
        return
    layer = 1 if isinstance(item, PlacedArrow) else 4
    if item.ink == PLAIN:
        yield Group(layer, part.since, False, line(PLAIN)), used
        return
    if item.ink.style in DASHES or item.ink.width < PLAIN.width:
        white = Ink("#FFF", "solid", max(item.ink.width, PLAIN.width) + 0.5)
        yield Group(layer + 1, part.since, False, line(white)), used
    yield Group(layer + 2, part.since, False, line(item.ink)), used


def shape_of(item: PlacedArrow | PlacedBox) -> tuple[str, ...]:
    """Return the elements of a box or an arrow, without the look of its lines."""
    if isinstance(item, PlacedBox):
        return tuple(frames(item, fill(item.box, swept=True)))
    return f'<path d="{route(item)}" fill="none"/>', f'<path d="{head(item)}" stroke="none"/>'


def line(drawn: Ink) -> str:
    """Return the look of a line and of the head of an arrow; boxes have fills of their own."""
    dashes = f";stroke-dasharray:{DASHES[drawn.style]}" if drawn.style in DASHES else ""
    width = "" if drawn.width == 1 else f";stroke-width:{drawn.width:g}"
    return f"fill:{drawn.color};stroke:{drawn.color}{width}{dashes}"


def with_attribute(elements: Sequence[str], attribute: str) -> str:
    """Return elements as one that has an attribute.

    >>> with_attribute(["<path/>"], 'id="a"'), with_attribute(["<path/>", "<rect/>"], 'id="a"')
    ('<path id="a"/>', '<g id="a"><path/><rect/></g>')
    """
    if len(elements) > 1:
        return f"<g {attribute}>{''.join(elements)}</g>"
    name = elements[0][1:].split(" ")[0].rstrip("/>")
    return f"<{name} {attribute}{elements[0][1 + len(name) :]}"


def timing(groups: Iterable[Group], lasts: int, seconds: float) -> list[str]:
    """Return the rules by which groups appear, and pass.

    Args:
        groups: all of them.
        lasts: how many steps there are.
        seconds: how long a step lasts.

    What stays is hidden by keyframes until its step comes, so that it is seen where the reader prefers less motion.
    What passes is hidden, except by keyframes, which are the same for all and begin at its step.
    """
    rules = [
        f"[class]{{animation:{lasts * seconds:g}s step-end infinite}}",
        f"@keyframes p{{0%{{opacity:1}}{100 / lasts:.4g}%{{opacity:0}}}}[class^=p]{{opacity:0;animation-name:p}}",
    ]
    for since, passes, time in sorted({(group.since, group.passes, group.time) for group in groups if group.time}):
        if passes and since:
            rules.append(f".{time}{{animation-delay:{since * seconds:g}s}}")
        elif not passes:
            rules.append(f"@keyframes {time}{{0%{{opacity:0}}{100 * since / lasts:.4g}%{{opacity:1}}}}")
            rules.append(f".{time}{{animation-name:{time}}}")
    return [*rules, "@media(prefers-reduced-motion:reduce){*{animation:none!important}}"]
