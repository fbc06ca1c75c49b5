"""The IIIF formats: read tolerantly (Presentation 2 and 3), written strictly (Presentation 3 and its companions)."""

from .activity_reading import Activity, ReadActivities, is_activities, read_activities
from .activity_writing import page_count, page_range, write_activity_collection, write_activity_page
from .addresses import Addresses, slug
from .annotation_writing import ConceptNames, write_annotation_page
from .blocks import publication_box, publication_size
from .collection_writing import PART_LENGTH, CollectionMember, collection_parts, write_collection
from .collections import Member, ReadCollection
from .content_state import ContentState, decode_content_state, encode_content_state
from .context import write_context
from .manifest_writing import canvas_address, write_manifest
from .manifests import ReadManifest
from .reading import read
from .search_writing import Extent, WordHit, write_search_response_1, write_search_response_2

__all__ = [
    "PART_LENGTH",
    "Activity",
    "Addresses",
    "CollectionMember",
    "ConceptNames",
    "ContentState",
    "Extent",
    "Member",
    "ReadActivities",
    "ReadCollection",
    "ReadManifest",
    "WordHit",
    "canvas_address",
    "collection_parts",
    "decode_content_state",
    "encode_content_state",
    "is_activities",
    "page_count",
    "page_range",
    "publication_box",
    "publication_size",
    "read",
    "read_activities",
    "slug",
    "write_activity_collection",
    "write_activity_page",
    "write_annotation_page",
    "write_collection",
    "write_context",
    "write_manifest",
    "write_search_response_1",
    "write_search_response_2",
]
