"""How the kernel is compiled: ahead of nothing, once a machine, and the same bytes on every processor."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import config, njit

HERE = Path(__file__).parent
F = TypeVar("F", bound=Callable[..., Any])


def fingerprint(folder: Path, *patterns: str) -> str:
    """The first 16 hex digits of SHA-256 over the names and contents of the files below a folder."""
    total = hashlib.sha256()
    for path in sorted(path for pattern in patterns for path in folder.rglob(pattern)):
        total.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()[:16]


class _Kept:
    """Where compiled code is kept. numba notices a changed function, not a changed function that it calls from another
    file: it would go on running what was compiled before. A folder for each state of the sources cannot be stale.

    numba wants to write there even when everything is found: in an image, which is read-only, a copy of what was
    compiled at its build is used for the life of the process."""

    copy: tempfile.TemporaryDirectory[str] | None = None

    @classmethod
    def folder(cls) -> Path:
        sources = fingerprint(HERE, "*.py")
        if own := os.environ.get("NUMBA_CACHE_DIR"):
            return Path(own) / sources
        built = HERE / "__pycache__" / sources
        if os.access(built if built.exists() else HERE, os.W_OK):
            return built
        cls.copy = tempfile.TemporaryDirectory(prefix="basal-engine-")
        if built.exists():
            shutil.copytree(built, cls.copy.name, dirs_exist_ok=True)
        return Path(cls.copy.name)


config.CACHE_DIR = str(_Kept.folder())  # type: ignore[attr-defined] # set when numba is imported


# No fastmath: it gives other bytes on another processor.
HOW: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
# Arrays come in and are only borrowed. To count who holds them, as numba does unless told not to, is a locked
# instruction each time one is handed on: a fifth of a run's time.
BORROWED = HOW | {"_nrt": False}


def compiled(function: F) -> F:
    """Compile on first call and keep it on disk. The function makes no array."""
    return cast(F, njit(cache=True, **BORROWED)(function))


def makes_arrays(function: F) -> F:
    """`compiled`, for the few that make arrays of their own."""
    return cast(F, njit(cache=True, **HOW)(function))


def inlined(function: F) -> F:
    """`compiled`, for a part of a greater one that is run every minute. Left to itself the compiler makes it a call,
    and to hand on its arrays costs more than what is done with them."""
    return cast(F, njit(forceinline=True, **BORROWED)(function))
