"""The libraries that run models: loaded when needed and not before, in silence."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_LOADING: Final = threading.RLock()
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
