"""Memory that is free goes back to the system, so that a run holds the same however long it is."""

from __future__ import annotations

import ctypes


def give_back() -> None:
    """Let glibc give back what it keeps of memory that was let go of, which is more with each page; else do nothing."""
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)
