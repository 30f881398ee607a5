"""Words that people type by habit from other libraries: each is answered with the word used here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar

from autograd.base.checks import chosen, wish
from nn.networks.words import ARGUMENTS, INSTEAD, NAMES

__all__ = ["by_name", "our_words"]

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


def by_name(given: Any, known: Mapping[str, T], what: str, other: str = "a function") -> T:
    """Return what the name ``given`` stands for, or ``given`` itself if it is a function or a class.

    Args:
        given: a name, a function or a class.
        known: what the names stand for.
        what: the argument that an error names.

    Raises:
        TypeError: when ``given`` is neither a name nor callable.
        ValueError: for an unknown name; a name from another library is translated.

    >>> by_name("swish", {"silu": abs}, "activation")
    Traceback (most recent call last):
    ...
    ValueError: activation must be silu or a function, got 'swish'; 'silu' is the same function
    """
    if isinstance(given, str) and given not in known:
        word = given.lower().replace(" ", "_").replace("-", "_")
        advice = f"write {word!r}" if word in known else NAMES.get(word)
        if advice is not None:
            raise ValueError(f"{wish(what, known, other)}, got {given!r}; {advice}")
    return chosen(given, known, what, other)


def our_words(function: Callable[P, R]) -> Callable[P, R]:
    """Return ``function`` with an answer to unknown names of arguments, and to too many given by place.

    >>> @our_words
    ... def train(epochs, learning_rate=0.1): ...
    >>> train(3, lr=0.5)
    Traceback (most recent call last):
    ...
    TypeError: train() has no argument 'lr'; it is called learning_rate here
    """
    parameters = signature(function).parameters
    known = list(parameters)
    by_name_only = [name for name, p in parameters.items() if p.kind is p.KEYWORD_ONLY]
    by_place = [name for name, p in parameters.items() if p.kind is p.POSITIONAL_OR_KEYWORD]

    @wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        for name in kwargs:
            if name not in known:
                raise TypeError(no_such_argument(function, name, known))
        if by_name_only and len(args) > len(by_place):
            wanted = f"{name_of(function)}() takes {', '.join(word for word in by_place if word != 'self')} by place"
            raise TypeError(f"{wanted} and the others by name, as {by_name_only[0]}=…; got too many by place")
        return function(*args, **kwargs)

    return checked


def name_of(function: Callable[..., object]) -> str:
    """Return the name by which a function, or the class it makes, is called."""
    return function.__qualname__.removesuffix(".__init__")


def no_such_argument(function: Callable[..., object], name: str, known: list[str]) -> str:
    """Return a sentence that says which argument was probably meant by ``name``."""
    from difflib import get_close_matches  # only a wrong name needs it

    called = name_of(function)
    called_elsewhere = [name.lower(), *ARGUMENTS.get(name.lower(), "").split()]
    argument, advice = INSTEAD.get(name.lower(), ("", ""))
    if argument in known and set(known).isdisjoint(called_elsewhere):
        return f"{called}() has no argument {name!r}; {advice}"
    words = [*called_elsewhere, *get_close_matches(name, known, n=1)]
    meant = next((word for word in words if word in known), None)
    if meant is None:
        return f"{called}() has no argument {name!r}; it takes {', '.join(word for word in known if word != 'self')}"
    return f"{called}() has no argument {name!r}; it is called {meant} here"
