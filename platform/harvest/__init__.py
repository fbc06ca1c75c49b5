"""From an address, an ARK, a query, a folder or a list to documents and their pages."""

from .harvester import Harvester
from .licences import licence_word
from .lists import SourceList, read_list
from .records import Harvested, Refusal

__all__ = ["Harvested", "Harvester", "Refusal", "SourceList", "licence_word", "read_list"]
