"""Numbers packed as text for a page, small; `unpack.js` reads them.

An array whose rows are moments is kept as differences from row to row, taken between the whole numbers that the same
bits mean. Training changes a weight by little, so most of the first bytes are 0. All first bytes stand together, then
all second bytes, since zlib packs that best.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["pack"]


def pack(
    record: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]], moving: Mapping[str, npt.NDArray[Any]]
) -> str:
    """Return everything as one text in base64.

    Args:
        record: facts that JSON can hold.
        arrays: further numbers, of type float64 or float32.
        moving: the same, of type float32, with a row for each moment.
    """
    told, parts = {}, []
    for name, numbers in [*arrays.items(), *moving.items()]:
        width = numbers[0].size if name in moving else 0
        data = planes(changes(numbers) if width else numbers.ravel())
        told[name] = [numbers.dtype.str[1:], width, len(data)]
        parts.append(data)
    head = json.dumps({**record, "arrays": told}, allow_nan=False, separators=(",", ":")).encode()
    return b64encode(zlib.compress(b"".join([len(head).to_bytes(4, "little"), head, *parts]), 9)).decode("ascii")


def changes(rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the first row, and what each row adds to the one before, as whole numbers that wrap around.

    >>> changes(np.array([[1.0, 2.0], [1.0, 4.0]], dtype="<f4")).tolist()
    [[1065353216, 1073741824], [0, 8388608]]
    """
    bits = rows.astype("<f4").reshape(len(rows), -1).view("<i4")
    return np.concatenate([bits[:1], bits[1:] - bits[:-1]])


def planes(numbers: npt.NDArray[Any]) -> bytes:
    """Return all first bytes, then all second ones, …

    >>> planes(np.array([1, 513], dtype="<i2"))
    b'\\x01\\x01\\x00\\x02'
    """
    little = np.ascontiguousarray(numbers).astype(numbers.dtype.newbyteorder("<"))
    return little.view(np.uint8).reshape(-1, numbers.dtype.itemsize).T.tobytes()
