"""From an address, an ARK, a query, a folder or a list to documents and their pages."""

from .harvester import Harvester
from .licences import licence_word
from .lists import SourceList, read_list
from .records import Complete, Found, Harvested, Listing, Refusal, Withdrawn

__all__ = [
    "Complete",
    "Found",
    "Harvested",
    "Harvester",
    "Listing",
    "Refusal",
    "SourceList",
    "Withdrawn",
    "licence_word",
    "read_list",
]
