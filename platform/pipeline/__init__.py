"""The way of one document through the stages, and into the stores."""

from .again import AGAIN, Again
from .company import tell_together
from .erasing import erase
from .eye import ALL, LOOKS, Eye, Sight, runs_of
from .finding import Finder
from .intake import Intake
from .jobs import goes_on_from
from .keeping import Keeping
from .ledger import Ledger
from .matching import Matching
from .own import patch_of
from .page import Fingerprint, Reading, Whole, failed, our_failure
from .pages import Pages
from .readers import ReaderDiedError, Readers
from .run import Pipeline
from .stopping import Stopped, Stopping
from .watch import Missing, Silence, Summary, Watcher

__all__ = [
    "AGAIN",
    "ALL",
    "LOOKS",
    "Again",
    "Eye",
    "Finder",
    "Fingerprint",
    "Intake",
    "Keeping",
    "Ledger",
    "Matching",
    "Missing",
    "Pages",
    "Pipeline",
    "ReaderDiedError",
    "Readers",
    "Reading",
    "Sight",
    "Silence",
    "Stopped",
    "Stopping",
    "Summary",
    "Watcher",
    "Whole",
    "erase",
    "failed",
    "goes_on_from",
    "our_failure",
    "patch_of",
    "runs_of",
    "tell_together",
]
