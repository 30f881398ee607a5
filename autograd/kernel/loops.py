"""The kernel: one loop over the steps of any program, which numba compiles.

Steps come as a table of whole numbers, a row for each: see `autograd.kernel.encode`. All arrays lie in one ``memory``.
What stands below the line is compiled together with ``values`` and ``slopes``, which are written from the table by
`autograd.kernel.scalar_code`; until then they are only named here.
"""

from __future__ import annotations

from typing import Any

__all__ = ["run"]


def compiled(f: Any) -> Any:
    """Return what numba makes of a function."""
    return f


def values(row: int, xs: Any, ys: Any, out: Any) -> None:
    """Compute a row of the table for arrays of operands."""


def slopes(row: int, k: int, ups: Any, zs: Any, xs: Any, ys: Any, out: Any) -> None:
    """Compute upstream times a local derivative for arrays of operands."""


# --- compiled from here on ------------------------------------------------------------------------------------------

MAP, TERM, FILL, GATHER, SCATTER, PEAK = 0, 1, 2, 3, 4, 5  # what a row of the table does
AXES = 5  # of a step; those that it does not have are of size 1
SIZES, VIEWS, WIDTH = 8, 13, 7  # where sizes and views begin in a row, and how long a view is: start, even?, strides


@compiled
def spread(memory: Any, row: Any, view: Any, out: Any) -> None:
    """Copy the places of a view, one after the other."""
    a, b, c, d, e = row[SIZES], row[SIZES + 1], row[SIZES + 2], row[SIZES + 3], row[SIZES + 4]
    p = 0
    for i in range(a):
        for j in range(b):
            for k in range(c):
                for m in range(d):
                    at = view[0] + i * view[2] + j * view[3] + k * view[4] + m * view[5]
                    for n in range(e):
                        out[p] = memory[at + n * view[6]]
                        p += 1


@compiled
def put(memory: Any, row: Any, view: Any, new: Any, add: bool) -> None:
    """Write numbers to the places of a view, or add them to what is there."""
    a, b, c, d, e = row[SIZES], row[SIZES + 1], row[SIZES + 2], row[SIZES + 3], row[SIZES + 4]
    p = 0
    for i in range(a):
        for j in range(b):
            for k in range(c):
                for m in range(d):
                    at = view[0] + i * view[2] + j * view[3] + k * view[4] + m * view[5]
                    for n in range(e):
                        place = at + n * view[6]
                        memory[place] = memory[place] + new[p] if add else new[p]
                        p += 1


@compiled
def operand(memory: Any, row: Any, v: int, count: int, scratch: Any) -> Any:
    """Return the places of view ``v`` as an even array: in memory, if they lie so there, else copied."""
    view = row[VIEWS + v * WIDTH : VIEWS + (v + 1) * WIDTH]
    if view[1] == 1:
        return memory[view[0] : view[0] + count]
    out = scratch[v, :count]
    if view[1] == 0:
        spread(memory, row, view, out)
    return out  # 2: an operand that the operation does not have


@compiled
def mapped(memory: Any, row: Any, scratch: Any) -> bool:
    """Do an operation, or pass back what it passes back; return whether a result shows that it may have failed."""
    count, k, add = row[4], row[2], row[3] == 1
    out_view = row[VIEWS : VIEWS + WIDTH]
    direct = out_view[1] == 1 and not add
    out = memory[out_view[0] : out_view[0] + count] if direct else scratch[0, :count]
    if k < 0:
        xs = operand(memory, row, 1, count, scratch)
        ys = operand(memory, row, 2, count, scratch)
        values(row[1], xs, ys, out)
    else:
        ups = operand(memory, row, 1, count, scratch)
        zs = operand(memory, row, 2, count, scratch)
        xs = operand(memory, row, 3, count, scratch)
        ys = operand(memory, row, 4, count, scratch)
        slopes(row[1], k, ups, zs, xs, ys, out)
    if not direct:
        put(memory, row, out_view, out, add)
    doubt = 0.0
    if row[5]:
        for i in range(count):
            doubt += out[i] - out[i]  # nan if any is infinite or nan
    return doubt != 0.0 or doubt != doubt


@compiled
def term(memory: Any, row: Any, factor: float) -> None:
    """Add a term to its places: factor × a × b, or factor × a, over all axes; along some of them ``out`` stays."""
    a, b, c, unrolled, length = row[SIZES], row[SIZES + 1], row[SIZES + 2], row[SIZES + 3], row[SIZES + 4]
    out, left, right = row[VIEWS : VIEWS + 7], row[VIEWS + 7 : VIEWS + 14], row[VIEWS + 14 : VIEWS + 21]
    form = row[6]
    for i in range(a):
        for j in range(b):
            for k in range(c):
                o = out[0] + i * out[2] + j * out[3] + k * out[4]
                p = left[0] + i * left[2] + j * left[3] + k * left[4]
                q = right[0] + i * right[2] + j * right[3] + k * right[4]
                if form == 1:  # out[n] += p[m] q[m, n]: a matrix product by rows
                    rows_times(memory, o, p, left[5], q, right[5], unrolled, length, factor)
                elif form == 2:  # out[m] += p[n] q[m, n]: a matrix product by dot products
                    dots(memory, o, out[5], p, q, right[5], unrolled, length, factor)
                else:
                    for m in range(unrolled):
                        o_at, p_at, q_at = o + m * out[5], p + m * left[5], q + m * right[5]
                        line(memory, o_at, out[6], p_at, left[6], q_at, right[6], length, factor)


@compiled
def rows_times(
    memory: Any, o: int, p: int, p_step: int, q: int, q_step: int, count: int, length: int, factor: float
) -> None:
    """out[n] += factor × the sum over m of p[m] × q[m, n], four rows at a time."""
    out = memory[o : o + length]
    m = 0
    while m + 4 <= count:
        f0, f1 = factor * memory[p + m * p_step], factor * memory[p + (m + 1) * p_step]
        f2, f3 = factor * memory[p + (m + 2) * p_step], factor * memory[p + (m + 3) * p_step]
        at = q + m * q_step
        q0, q1 = memory[at : at + length], memory[at + q_step : at + q_step + length]
        q2 = memory[at + 2 * q_step : at + 2 * q_step + length]
        q3 = memory[at + 3 * q_step : at + 3 * q_step + length]
        for n in range(length):
            out[n] += (f0 * q0[n] + f1 * q1[n]) + (f2 * q2[n] + f3 * q3[n])
        m += 4
    while m < count:
        f0 = factor * memory[p + m * p_step]
        q0 = memory[q + m * q_step : q + m * q_step + length]
        for n in range(length):
            out[n] += f0 * q0[n]
        m += 1


@compiled
def dots(memory: Any, o: int, o_step: int, p: int, q: int, q_step: int, count: int, length: int, factor: float) -> None:
    """out[m] += factor × the sum over n of p[n] × q[m, n], four rows at a time."""
    left = memory[p : p + length]
    m = 0
    while m + 4 <= count:
        at = q + m * q_step
        q0, q1 = memory[at : at + length], memory[at + q_step : at + q_step + length]
        q2 = memory[at + 2 * q_step : at + 2 * q_step + length]
        q3 = memory[at + 3 * q_step : at + 3 * q_step + length]
        s0, s1, s2, s3 = 0.0, 0.0, 0.0, 0.0
        for n in range(length):
            s0 += left[n] * q0[n]
            s1 += left[n] * q1[n]
            s2 += left[n] * q2[n]
            s3 += left[n] * q3[n]
        memory[o + m * o_step] += factor * s0
        memory[o + (m + 1) * o_step] += factor * s1
        memory[o + (m + 2) * o_step] += factor * s2
        memory[o + (m + 3) * o_step] += factor * s3
        m += 4
    while m < count:
        q0 = memory[q + m * q_step : q + m * q_step + length]
        s0 = 0.0
        for n in range(length):
            s0 += left[n] * q0[n]
        memory[o + m * o_step] += factor * s0
        m += 1


@compiled
def line(
    memory: Any, o: int, o_step: int, p: int, p_step: int, q: int, q_step: int, length: int, factor: float
) -> None:
    """out[n] += factor × p[n] × q[n] along one line, along which any of the three may stay."""
    if o_step == 0:
        total = 0.0
        if p_step == 1 and q_step == 1:
            ps, qs = memory[p : p + length], memory[q : q + length]
            for n in range(length):
                total += ps[n] * qs[n]
        elif p_step == 1 and q_step == 0:
            ps = memory[p : p + length]
            for n in range(length):
                total += ps[n]
            total *= memory[q]
        else:
            for n in range(length):
                total += memory[p + n * p_step] * memory[q + n * q_step]
        memory[o] += factor * total
    elif o_step == 1 and p_step == 1 and q_step == 0:
        out, ps, f = memory[o : o + length], memory[p : p + length], factor * memory[q]
        for n in range(length):
            out[n] += f * ps[n]
    elif o_step == 1 and p_step == 1 and q_step == 1:
        out, ps, qs = memory[o : o + length], memory[p : p + length], memory[q : q + length]
        for n in range(length):
            out[n] += factor * ps[n] * qs[n]
    elif o_step == 1 and p_step == 0 and q_step == 0:
        out, f = memory[o : o + length], factor * memory[p] * memory[q]
        for n in range(length):
            out[n] += f
    else:
        for n in range(length):
            memory[o + n * o_step] += factor * memory[p + n * p_step] * memory[q + n * q_step]


@compiled
def peak(memory: Any, row: Any) -> None:
    """Put the largest along axis 3 to its place; nan if any is nan. The last axis is that of the examples."""
    a, b, c, d, e = row[SIZES], row[SIZES + 1], row[SIZES + 2], row[SIZES + 3], row[SIZES + 4]
    out, view = row[VIEWS : VIEWS + WIDTH], row[VIEWS + WIDTH : VIEWS + 2 * WIDTH]
    for i in range(a):
        for j in range(b):
            for k in range(c):
                o = out[0] + i * out[2] + j * out[3] + k * out[4]
                p = view[0] + i * view[2] + j * view[3] + k * view[4]
                for n in range(e):
                    largest = memory[p + n * view[6]]
                    for m in range(1, d):
                        x = memory[p + m * view[5] + n * view[6]]
                        largest = largest if largest >= x or largest != largest else x
                    memory[o + n * out[6]] = largest


@compiled
def run(memory: Any, table: Any, factors: Any, places: Any, scratch: Any, first: int, last: int) -> bool:
    """Do the steps from ``first`` to before ``last``; return whether a result is in doubt."""
    doubt = False
    for s in range(first, last):
        row = table[s]
        kind = row[0]
        if kind == MAP:
            doubt |= mapped(memory, row, scratch)
        elif kind == TERM:
            term(memory, row, factors[s])
        elif kind == PEAK:
            peak(memory, row)
        elif kind == FILL:
            memory[row[VIEWS] : row[VIEWS] + row[4]] = factors[s]
        elif kind == GATHER:
            out = row[VIEWS]
            for i in range(row[4]):
                memory[out + i] = memory[places[row[5] + i]]
        else:
            source = row[VIEWS + WIDTH]
            for i in range(row[4]):
                if places[row[5] + i] >= 0:
                    memory[places[row[5] + i]] += memory[source + i]
    return doubt


@compiled
def step(
    memory: Any, table: Any, factors: Any, places: Any, scratch: Any, forward: int, weights: Any, start: int, out: Any
) -> bool:
    """Run a program there and back: take in the weights, give out the gradients from ``start`` on; is it in doubt?"""
    memory[: len(weights)] = weights
    if run(memory, table, factors, places, scratch, 0, forward):
        return True
    run(memory, table, factors, places, scratch, forward, len(table))
    doubt = 0.0
    for i in range(len(out)):
        out[i] = memory[start + i]
        doubt += out[i] * 0.0  # nan if any is infinite or nan: the loop over nodes decides then
    return doubt != 0.0
