"""The way of one document through the stages, and into the stores."""

from .erasing import erase
from .inputs import is_local
from .readers import Readers
from .run import Pipeline
from .stopping import Stopped, Stopping
from .watch import Missing, Silence, Summary, Watcher

__all__ = [
    "Missing",
    "Pipeline",
    "Readers",
    "Silence",
    "Stopped",
    "Stopping",
    "Summary",
    "Watcher",
    "erase",
    "is_local",
]
