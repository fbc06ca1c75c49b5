"""The libraries that run models: loaded when needed and not before, in silence."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_LOADING: Final = threading.RLock()
#: More do not make networks of the size of ours faster.
_MOST_THREADS: Final = 4
#: What TensorFlow reads when it is loaded. Errors alone are told, and a graphics processor is shared by processes.
_SETTINGS: Final = {"TF_CPP_MIN_LOG_LEVEL": "2", "GLOG_minloglevel": "2", "TF_FORCE_GPU_ALLOW_GROWTH": "true"}


def load_tensorflow() -> None:
    """Load TensorFlow and Keras, without what they write to standard error before they can be told not to."""
    if "tensorflow" in sys.modules and "keras" in sys.modules:
        return
    with _LOADING:
        for name, value in _SETTINGS.items():
            os.environ.setdefault(name, value)
        with quietly():
            import keras  # noqa: F401
            import tensorflow  # noqa: F401


def threads() -> int:
    """Return how many threads a network is to have: one for each core, unless the environment says otherwise."""
    said = os.environ.get("OMP_NUM_THREADS", "")
    return int(said) if said.isdecimal() and int(said) else min(len(os.sched_getaffinity(0)), _MOST_THREADS)


def has_graphics() -> bool:
    """Say whether this machine has a graphics processor that TensorFlow may use, without loading it to ask."""
    return any(Path("/dev").glob("nvidia[0-9]*")) or Path("/dev/kfd").exists()


@contextmanager
def quietly() -> Iterator[None]:
    """Keep from standard error what libraries in machine code write there; it is shown where what they do fails.

    Nothing else of this process is written there meanwhile: it is for moments in which a library is loaded.
    """
    with _LOADING:
        try:
            own = os.dup(2)
        except OSError:
            # There is no standard error.
            yield
            return
        with tempfile.TemporaryFile() as kept:
            os.dup2(kept.fileno(), 2)
            try:
                yield
            except BaseException:
                kept.seek(0)
                os.write(own, kept.read())
                raise
            finally:
                os.dup2(own, 2)
                os.close(own)
