"""The way of one document through the stages, and into the stores."""

from .inputs import is_local, scan_address
from .run import Pipeline
from .stopping import Stopped, Stopping
from .watch import Missing, Silence, Summary, Watcher

__all__ = ["Missing", "Pipeline", "Silence", "Stopped", "Stopping", "Summary", "Watcher", "is_local", "scan_address"]
