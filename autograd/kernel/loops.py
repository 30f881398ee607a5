"""The kernel: one loop over the steps of any program, which numba compiles.

Steps come as a table of whole numbers, a row for each: see `autograd.kernel.encode`. All arrays lie in one ``memory``.
What stands below the line is compiled together with ``values`` and ``slopes``, which are written from the table by
`autograd.kernel.scalar_code`; until then they are only named here.
"""

from __future__ import annotations

from typing import Any

from autograd.kernel.terms import VIEWS, WIDTH, compiled, sizes, term

__all__ = ["run", "step"]


def values(row: int, memory: Any, x_at: int, y_at: int, out_at: int, count: int) -> None:
    """Compute a row of the table for operands that lie in memory from ``x_at`` and ``y_at`` on."""


def slopes(key: int, memory: Any, up_at: int, z_at: int, x_at: int, y_at: int, out_at: int, count: int) -> None:
    """Compute upstream times a local derivative for what lies in memory."""


# --- compiled from here on ------------------------------------------------------------------------------------------

# Functions pass places in memory to each other, not slices of it: numba counts the references to every slice.

MAP, TERM, FILL, GATHER, SCATTER, PEAK = 0, 1, 2, 3, 4, 5  # what a row of the table does
RESULT, DIRECTION = 1, 2  # how an operation shows that it may have failed: its result is not finite; see `turns`


@compiled
def spread(memory: Any, table: Any, s: int, view: int, out: int) -> None:
    """Copy the places of a view to ``out``, one after the other."""
    a, b, c, d, e = sizes(table, s)
    for i in range(a):
        for j in range(b):
            for k in range(c):
                for m in range(d):
                    at = table[s, view] + i * table[s, view + 2] + j * table[s, view + 3]
                    at += k * table[s, view + 4] + m * table[s, view + 5]
                    for n in range(e):
                        memory[out] = memory[at + n * table[s, view + 6]]
                        out += 1


@compiled
def put(memory: Any, table: Any, s: int, view: int, new: int, add: bool) -> None:
    """Write the numbers from ``new`` on to the places of a view, or add them to what is there."""
    a, b, c, d, e = sizes(table, s)
    for i in range(a):
        for j in range(b):
            for k in range(c):
                for m in range(d):
                    at = table[s, view] + i * table[s, view + 2] + j * table[s, view + 3]
                    at += k * table[s, view + 4] + m * table[s, view + 5]
                    for n in range(e):
                        place = at + n * table[s, view + 6]
                        memory[place] = memory[place] + memory[new] if add else memory[new]
                        new += 1


@compiled
def operand(memory: Any, table: Any, s: int, v: int, scratch: int, longest: int) -> int:
    """Return from where on the places of view ``v`` lie side by side: where they are, or copied to the scratch."""
    view = VIEWS + v * WIDTH
    if table[s, view + 1] == 1:
        return table[s, view]  # type: ignore[no-any-return]
    out = scratch + v * longest
    if table[s, view + 1] == 0:
        spread(memory, table, s, view, out)
    return out  # 2: an operand that the operation does not have


@compiled
def mapped(memory: Any, table: Any, s: int, scratch: int, longest: int) -> bool:
    """Do an operation, or pass back what it passes back; return whether it may have failed."""
    number, count, add, forward = table[s, 1], table[s, 4], table[s, 3] == 1, table[s, 2] < 0
    direct = table[s, VIEWS + 1] == 1 and not add
    out = table[s, VIEWS] if direct else scratch
    x = operand(memory, table, s, 1 if forward else 3, scratch, longest)
    y = operand(memory, table, s, 2 if forward else 4, scratch, longest)
    if forward:
        values(number, memory, x, y, out, count)
    else:
        up = operand(memory, table, s, 1, scratch, longest)
        z = operand(memory, table, s, 2, scratch, longest)
        slopes(number, memory, up, z, x, y, out, count)
    doubt = 0.0
    if table[s, 5] == RESULT:
        for z in memory[out : out + count]:
            doubt += z - z  # nan if any is infinite or nan
    elif table[s, 5] == DIRECTION:
        doubt = turns(memory[x : x + count], memory[y : y + count])
    if not direct:
        put(memory, table, s, VIEWS, out, add)
    return doubt != 0.0 or doubt != doubt


@compiled
def turns(ys: Any, xs: Any) -> float:
    """Return how many directions, of atan2(y, x), are π or -π by the sign of a zero, which sums here do not keep."""
    found = 0.0
    for i in range(len(ys)):
        if ys[i] == 0.0 and not xs[i] > 0.0:
            found += 1.0
    return found


@compiled
def peak(memory: Any, table: Any, s: int) -> None:
    """Put the largest along axis 3 to its place; nan if any is nan. The last axis is that of the examples."""
    a, b, c, d, e = sizes(table, s)
    o, p = VIEWS, VIEWS + WIDTH
    for i in range(a):
        for j in range(b):
            for k in range(c):
                out = table[s, o] + i * table[s, o + 2] + j * table[s, o + 3] + k * table[s, o + 4]
                first = table[s, p] + i * table[s, p + 2] + j * table[s, p + 3] + k * table[s, p + 4]
                for n in range(e):
                    at = first + n * table[s, p + 6]
                    largest = memory[at]
                    for m in range(1, d):
                        x = memory[at + m * table[s, p + 5]]
                        largest = largest if largest >= x or largest != largest else x
                    memory[out + n * table[s, o + 6]] = largest


@compiled
def run(memory: Any, table: Any, factors: Any, places: Any, scratch: int, longest: int, first: int, last: int) -> bool:
    """Do the steps from ``first`` to before ``last``; return whether a result is in doubt."""
    doubt = False
    for s in range(first, last):
        kind, begin, count = table[s, 0], table[s, 5], table[s, 4]
        if kind == MAP:
            doubt |= mapped(memory, table, s, scratch, longest)
        elif kind == TERM:
            term(memory, table, s, factors[s])
        elif kind == PEAK:
            peak(memory, table, s)
        elif kind == FILL:
            out, number = table[s, VIEWS], factors[s]
            for i in range(count):
                memory[out + i] = number
        elif kind == GATHER:
            out = table[s, VIEWS]
            for i in range(count):
                memory[out + i] = memory[places[begin + i]]
        else:
            source = table[s, VIEWS + WIDTH]
            for i in range(count):
                if places[begin + i] >= 0:
                    memory[places[begin + i]] += memory[source + i]
    return doubt


@compiled
def step(
    memory: Any, table: Any, factors: Any, places: Any, scratch: int, longest: int, forward: int, weights: Any,
    start: int, out: Any,
) -> bool:  # fmt: skip
    """Run a program there and back: take in the weights, give out the gradients from ``start`` on; is it in doubt?"""
    for i in range(len(weights)):
        memory[i] = weights[i]
    if run(memory, table, factors, places, scratch, longest, 0, forward):
        return True
    run(memory, table, factors, places, scratch, longest, forward, len(table))
    doubt = 0.0
    for i in range(len(out)):
        out[i] = memory[start + i]
        doubt += out[i] * 0.0  # nan if any is infinite or nan: the loop over nodes decides then
    return doubt != 0.0
