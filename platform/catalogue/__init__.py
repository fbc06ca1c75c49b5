"""The store of record, on SQLite or any other database that SQLAlchemy and the contract tests know."""

from .catalogue import Catalogue
from .results import (
    Counts,
    DiagnosticTally,
    Entry,
    Event,
    Harvest,
    Job,
    NewTask,
    NoiseTally,
    ProviderTally,
    Refused,
    SeriesTally,
    Tally,
    Task,
    Tombstone,
    Verdict,
)
from .words import PageText

__all__ = [
    "Catalogue",
    "Counts",
    "DiagnosticTally",
    "Entry",
    "Event",
    "Harvest",
    "Job",
    "NewTask",
    "NoiseTally",
    "PageText",
    "ProviderTally",
    "Refused",
    "SeriesTally",
    "Tally",
    "Task",
    "Tombstone",
    "Verdict",
]
