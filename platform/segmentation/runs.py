"""The runs that this stage's values point to."""

from __future__ import annotations

from ..records import Run

#: Which regions are illustrations, and which of them are noise.
REGION_RUN = Run("ocr-regions@1", "ocr-regions", "1", "region")
#: Captions, titles and the text around.
TEXT_RUN = Run("ocr-words@1", "ocr-words", "1", "text")
#: What the OCR and METS say that a region is. Its facet is its own, so that it stands beside a classifier's run.
LABEL_RUN = Run("ocr-labels@1", "ocr-labels", "1", "labels")

RUNS = (REGION_RUN, TEXT_RUN, LABEL_RUN)
