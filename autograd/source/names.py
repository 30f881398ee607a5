"""Names for arrays: W1, b1 from the labels of the leaves where these say so, else letters by what an array is."""

from __future__ import annotations

import keyword
import math
import re
import unicodedata
from collections.abc import Sequence

from autograd.lift.steps import Array, Map, Step, Sum, made_by
from autograd.reverse.build import Lifted
from autograd.reverse.code import OWN

__all__ = ["array_names"]

MOST_WORDS, LONGEST = 4, 20  # names of parameters that are joined to one, and letters in it
ACTIVATIONS = {"relu", "tanh", "sigmoid", "softplus", "sin", "exp"}


def array_names(lifted: Lifted) -> dict[int, str]:
    """Return a name for each array that has one in the source: all but the constants that are single numbers."""
    arrays, leaves, values, root = lifted.arrays, lifted.leaves, lifted.values, lifted.root.array
    reserved = {"np", "n", "program", "forward", "added", *OWN, *lifted.rows}
    names = {number: f"{name}_" if name in reserved else name for number, name in lifted.inputs.items()}
    taken = {*reserved, *names.values()}

    def take(number: int, name: str, numbered: bool = True) -> None:
        count = 1
        found = f"{name}1" if numbered else name
        while found in taken or keyword.iskeyword(found):
            count += 1
            found = f"{name}{count}"
        taken.add(found)
        names[number] = found

    labeled = [number for number, array in enumerate(arrays) if array.role == "parameter"]
    for number in labeled:
        labels = [
            unicodedata.normalize("NFKC", values[item].label) for item in leaves[number].ravel().tolist()
        ]  # as Python does
        name = from_labels(labels, len(arrays[number].shape))
        if name is not None and name not in taken:
            take(number, name, False)
    added = biases(lifted.forward)
    for number in labeled:
        if number not in names:
            weight = "W" if len(arrays[number].shape) > 1 else "b" if number in added else "w"
            take(number, "x" if number in lifted.right else weight)
    for number, array in enumerate(arrays):
        if array.role == "constant" and array.shape:
            if is_mask(array):
                take(number, "mask", False)
            else:
                take(number, "x" if len(array.shape) > 1 else "c")
    if root not in names and arrays[root].role == "cell":
        take(root, "loss", False)
    for step in lifted.forward:
        number = made_by(step)
        if number not in names:
            take(number, letter(step, arrays))
    for number, view in lifted.gradient.items():
        if arrays[view.array].role == "gradient" and view.array not in names and number in names:
            take(view.array, f"d_{names[number]}", False)
    for number, array in enumerate(arrays):
        if number not in names and (array.role != "constant" or array.shape):
            take(number, "g")
    return names


def biases(steps: Sequence[Step]) -> set[int]:
    """Return the arrays that are added to other terms, and multiplied by nothing but themselves."""
    terms = [(term, len(step.terms)) for step in steps if isinstance(step, Sum) for term in step.terms]
    added = {term.reads[0].array for term, count in terms if len(term.reads) == 1 and not term.summed and count > 1}
    multiplied = {
        view.array for term, _ in terms for view in term.reads if len({read.array for read in term.reads}) > 1
    }
    return added - multiplied


def word_of(label: str) -> str:
    """Return a label without the numbers at its end."""
    return re.sub(r"[\d\[\].']+$", "", label)


def together(words: list[str]) -> str:
    """Return one name for parameters of several names that lie in one array, in their order; "" if there is none.

    >>> together(["Wq", "Wk", "Wv"]), together(["query", "key"]), together(["layers[0].w", "layers[1].w"])
    ('Wqkv', 'query_key', '')
    """
    if not all(word.isidentifier() for word in words):
        return ""
    first = words[0]
    while not all(word.startswith(first) for word in words):
        first = first[:-1]
    rests = [word[len(first) :] for word in words]
    short = bool(first) and all(len(rest) == 1 for rest in rests)
    name = first + "".join(rests) if short else "_".join(words)
    return name if len(name) <= LONGEST else ""


def is_mask(array: Array) -> bool:
    """Return whether a constant tells places from others: it is 0 or -inf, or 1 or 0."""
    numbers = {*array.data.ravel().tolist()}
    return numbers in ({0.0, -math.inf}, {0.0, 1.0}) and len(array.shape) > 1


def letter(step: Step, arrays: Sequence[Array]) -> str:
    """Return the letter for what a step computes: z before an activation, h after it, s for a sum, t for others."""
    if isinstance(step, Sum):
        if any(term.summed and len(term.reads) == 2 for term in step.terms):
            return "z" if arrays[step.out.array].shape else "s"
        return "s" if not arrays[step.out.array].shape or any(term.summed for term in step.terms) else "t"
    if isinstance(step, Map) and step.row in ACTIVATIONS:
        return "h"
    return "t"


def from_labels(labels: list[str], axes: int) -> str | None:
    """Return the name that the labels of a group have in common.

    >>> from_labels(["layers[0].neurons[0].w[0]", "layers[0].neurons[0].w[1]", "layers[0].neurons[1].w[0]"], 2)
    'W1'
    """
    if not all(labels):
        return None
    if len(labels) == 1 and labels[0].isidentifier():
        return labels[0]
    stems = {word_of(label) for label in labels}
    parts = [re.findall(r"[A-Za-z_]\w*|\d+", label) for label in labels]
    if len(stems) == 1 and (stem := stems.pop()).isidentifier():
        return stem.upper() if axes > 1 and len(stem) == 1 else stem
    if 1 < len(stems) <= MOST_WORDS and (name := together([*dict.fromkeys(word_of(label) for label in labels)])):
        return name
    lasts = {next((part for part in reversed(each) if not part.isdigit()), "") for each in parts}
    firsts = {next((part for part in each if part.isdigit()), "") for each in parts}
    if len(lasts) != 1 or len(firsts) != 1:
        return None
    last, first = lasts.pop(), firsts.pop()
    name = last.upper() if axes > 1 and len(last) == 1 else last
    name = f"{name}{int(first) + 1}" if first else name
    return name if name.isidentifier() else None  # labels of signs alone have no word in common
