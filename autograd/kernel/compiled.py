"""The kernel, compiled by numba once on each machine, and how a program runs on it."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import tempfile
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from autograd.kernel.scalar_code import scalar_source

__all__ = ["kernel"]

LINE = "# --- compiled from here on"
PARTS = ("arithmetic", "terms", "loops", "plain")


@lru_cache(maxsize=1)
def kernel() -> ModuleType:
    """Return the compiled loops.

    Their source is written to a file, since numba keeps compiled code beside the file that it came from. The name holds
    a digest of the text, so that another table is another file.

    Raises:
        ImportError: when numba is not installed.
    """
    if importlib.util.find_spec("numba") is None:
        raise ImportError("jit() needs numba, which is not installed; pip install 'chainrule[jit]' installs it")
    text = source()
    name = f"chainrule_kernel_{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    path = folder() / f"{name}.py"
    if not path.exists() or path.read_text() != text:  # the code that runs must be the code above
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}.tmp")
        fresh.write_text(text)
        os.replace(fresh, path)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


HEAD = '''\
"""Written by autograd.kernel.compiled: arithmetic, the table as functions, the loops over steps and over nodes."""

import math
from math import (
    acos, acosh, asin, asinh, atan, atan2, atanh, cos, cosh, erf, erfc, exp, expm1, fabs, log, log10, log1p, log2, sin,
    sinh, sqrt, tan, tanh,
)

import numpy as np
from numba import njit

options = {"cache": True, "error_model": "numpy", "_nrt": False}  # _nrt: whether references to arrays are counted
inlined = njit(inline="always", **options)
exactly = njit(fastmath=False, **options)  # said here, or numba takes over what a caller has
compiled = njit(fastmath={"reassoc", "contract"}, **options)
'''


def source() -> str:
    """Return the source that is compiled: what stands below the line in each module, and the table as functions."""
    arithmetic, terms, loops, plain = (
        text[text.index(LINE) :].replace(": Any", "").replace(" -> Any", "")
        for text in ((Path(__file__).parent / f"{name}.py").read_text() for name in PARTS)
    )
    return "\n\n".join([HEAD, arithmetic, scalar_source(), terms, loops, plain])


def folder() -> Path:
    """Return where compiled code is kept: the user's cache, or a temporary folder of the user's where there is none."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    kept = Path(base) / "chainrule"
    try:
        kept.mkdir(parents=True, exist_ok=True)
        if os.access(kept, os.W_OK):
            return kept
    except OSError:
        pass
    return Path(tempfile.gettempdir()) / f"chainrule-{getattr(os, 'getuid', int)()}"
