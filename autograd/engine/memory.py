"""Keeping Python's cyclic garbage collector out of the way: a graph of Values has no cycles for it to find."""

from __future__ import annotations

import gc
import threading
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
    with _lock:
        _pause.depth += 1
        if _pause.depth == 1:
            _pause.was_enabled = gc.isenabled()
            gc.disable()
    try:
        yield
    finally:
        with _lock:
            _pause.depth -= 1
            if _pause.depth == 0 and _pause.was_enabled:
                gc.enable()


class _Pause:
    """How many blocks are inside one another, or side by side in threads: the collector is one for all."""

    depth = 0
    was_enabled = False


_pause, _lock = _Pause(), threading.Lock()
