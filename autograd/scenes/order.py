"""Boxes in an order in which each comes after those that feed it, also where modules feed each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import heapify, heappop, heappush

from autograd.scenes.contents import Arrow, Box

__all__ = ["by_use"]


def by_use(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> list[Box]:
    """Return the boxes, each after those that feed it. Where modules feed each other in turn, as in recurrent networks,
    the one that was given first comes first."""
    number = {box.id: i for i, box in enumerate(boxes)}
    feeds: list[set[int]] = [set() for _ in boxes]
    lacks: list[set[int]] = [set() for _ in boxes]
    for arrow in arrows:
        feeds[number[arrow.tail]].add(number[arrow.head])
        lacks[number[arrow.head]].add(number[arrow.tail])
    ready = [i for i, missing in enumerate(lacks) if not missing]
    heapify(ready)
    done: dict[int, None] = {}
    while len(done) < len(boxes):
        i = heappop(ready) if ready else first_of_a_circle(lacks, done)
        if i in done:
            continue
        done[i] = None
        for j in sorted(feeds[i]):
            lacks[j].discard(i)
            if not lacks[j]:
                heappush(ready, j)
    return [boxes[i] for i in done]


def first_of_a_circle(lacks: Sequence[set[int]], done: Mapping[int, None]) -> int:
    """Return the first of some boxes that feed each other in turn, and that no other box still to come feeds.

    Args:
        lacks: for each box, those that feed it and are still to come.
        done: the boxes that have come.
    """

    def before(i: int) -> set[int]:
        """Return the boxes that feed ``i``, directly or not."""
        found: set[int] = set()
        waiting = [i]
        while waiting:
            more = lacks[waiting.pop()] - found
            found |= more
            waiting += more
        return found

    i = next(i for i in range(len(lacks)) if i not in done)
    while outside := sorted(j for j in before(i) if i not in before(j)):
        i = outside[0]
    return min(before(i))
