"""The kernel's sums of products: matrix products where the axes of a term make one, else line by line.

What stands below the line is compiled together with `autograd.kernel.loops`.
"""

from __future__ import annotations

from typing import Any

__all__ = ["AXES", "SIZES", "VIEWS", "WIDTH", "compiled", "term"]


def compiled(f: Any) -> Any:
    """Return what numba makes of a function."""
    return f


# --- compiled from here on ------------------------------------------------------------------------------------------

# A row of the table, by place:
#   0  what it does                      1  the operation
#   2  -1, or the operand that a gradient goes back to
#   3  whether to add to what is there   4  how many numbers
#   5  how it shows that it may have failed; or where its list of places begins
#   6  the form of the loops over a term
#   8  the sizes of the axes            13  the views: of each its start, 1 if its places lie side by side, its strides
AXES = 5  # those that a step does not have are of size 1
SIZES, VIEWS, WIDTH = 8, 13, 7


@compiled
def sizes(table: Any, s: int) -> Any:
    """Return the sizes of the axes of step s."""
    return table[s, SIZES], table[s, SIZES + 1], table[s, SIZES + 2], table[s, SIZES + 3], table[s, SIZES + 4]


@compiled
def term(memory: Any, table: Any, s: int, factor: float) -> None:
    """Add a term to its places, or write it there: factor × left × right over all axes; ``out`` stays along some."""
    a, b, c, rows, length = sizes(table, s)
    o, p, q = VIEWS, VIEWS + WIDTH, VIEWS + 2 * WIDTH  # where the views of out, left and right begin in the row
    o_row, p_row, q_row = table[s, o + 5], table[s, p + 5], table[s, q + 5]
    o_step, p_step, q_step = table[s, o + 6], table[s, p + 6], table[s, q + 6]
    form, add = table[s, 6], table[s, 3] == 1
    for i in range(a):
        for j in range(b):
            for k in range(c):
                out = table[s, o] + i * table[s, o + 2] + j * table[s, o + 3] + k * table[s, o + 4]
                left = table[s, p] + i * table[s, p + 2] + j * table[s, p + 3] + k * table[s, p + 4]
                right = table[s, q] + i * table[s, q + 2] + j * table[s, q + 3] + k * table[s, q + 4]
                if form == 1:  # out[n] += left[m] right[m, n]: a matrix product by rows
                    rows_times(memory, out, left, p_row, right, q_row, rows, length, factor, add)
                elif form == 2:  # out[m] += left[n] right[m, n]: a matrix product by dot products
                    dots(memory, out, o_row, left, right, q_row, rows, length, factor, add)
                else:
                    for m in range(rows):
                        o_at, p_at, q_at = out + m * o_row, left + m * p_row, right + m * q_row
                        line(memory, o_at, o_step, p_at, p_step, q_at, q_step, length, factor, add)


@compiled
def rows_times(
    memory: Any, o: int, p: int, p_step: int, q: int, q_step: int, count: int, length: int, factor: float, add: bool
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
        if add:
            for n in range(length):
                out[n] += (f0 * q0[n] + f1 * q1[n]) + (f2 * q2[n] + f3 * q3[n])
        else:
            for n in range(length):
                out[n] = (f0 * q0[n] + f1 * q1[n]) + (f2 * q2[n] + f3 * q3[n])
        add = True
        m += 4
    while m < count:
        f0 = factor * memory[p + m * p_step]
        q0 = memory[q + m * q_step : q + m * q_step + length]
        if add:
            for n in range(length):
                out[n] += f0 * q0[n]
        else:
            for n in range(length):
                out[n] = f0 * q0[n]
        add = True
        m += 1


@compiled
def dots(
    memory: Any, o: int, o_step: int, p: int, q: int, q_step: int, count: int, length: int, factor: float, add: bool
) -> None:
    """out[m] += factor × the sum over n of p[n] × q[m, n], four rows at a time."""
    left = memory[p : p + length]
    if not add:
        for m in range(count):
            memory[o + m * o_step] = 0.0
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
    memory: Any, o: int, o_step: int, p: int, p_step: int, q: int, q_step: int, length: int, factor: float, add: bool
) -> None:
    """out[n] += factor × p[n] × q[n] along one line, along which any of the three may stay."""
    if not add and o_step == 1 and p_step == 1 and q_step == 0:
        out, ps, f = memory[o : o + length], memory[p : p + length], factor * memory[q]
        for n in range(length):
            out[n] = f * ps[n]
        return
    if not add:
        for n in range(length if o_step else 1):
            memory[o + n * o_step] = 0.0
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
