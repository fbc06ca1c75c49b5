"""The store of record, on SQLite or any other database that SQLAlchemy and the contract tests know."""

from .catalogue import Catalogue
from .findings import Found
from .results import (
    NAME_FACETS,
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
    Said,
    SeriesTally,
    Tally,
    Task,
    Tombstone,
    Verdict,
)
from .words import PageText

__all__ = [
    "NAME_FACETS",
    "Catalogue",
    "Counts",
    "DiagnosticTally",
    "Entry",
    "Event",
    "Found",
    "Harvest",
    "Job",
    "NewTask",
    "NoiseTally",
    "PageText",
    "ProviderTally",
    "Refused",
    "Said",
    "SeriesTally",
    "Tally",
    "Task",
    "Tombstone",
    "Verdict",
]
