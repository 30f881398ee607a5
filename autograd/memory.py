"""Keeping Python's cyclic garbage collector out of the way: a graph of Values has no cycles for it to find."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["gc_paused"]


@contextmanager
def gc_paused() -> Iterator[None]:
    """Pause the cyclic garbage collector inside a ``with`` block, and leave it as it was found.

    Reference counting frees a graph as soon as it is dropped; the collector would only walk it, again and
    again, while it grows. Blocks may be nested, and an exception ends the pause like any other way out.
    It also works as a decorator.

    >>> import gc
    >>> with gc_paused():
    ...     gc.isenabled()
    False
    >>> gc.isenabled()
    True
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
