"""Faces: BlazeFace (full range) with LiteRT, on pictures and on their tiles.

Valentin Bazarevsky et al., BlazeFace, https://arxiv.org/abs/1907.05047. It gives one box at each point of a grid.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from ..engines import quietly
from ..weights import Models
from .ssd import Seen

#: The model, in the list of models.
MODEL = "blazeface-full-range"
_SIDE, _GRID = 192, 48
# As MediaPipe has it: boxes that overlap by more are one face, and its box is their mean by score.
_SAME = 0.3
_CLIPPED = 80.0


class Faces:
    """Finds faces; its model is read when it first sees a picture. Safe to share between threads."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._turn = threading.Lock()
        self._interpreter: Any = None

    def __call__(self, pictures: Sequence[Image.Image], least: float) -> list[list[Seen]]:
        """Return the faces of each picture that score ``least`` or more, best first, as number 0. Raises ModelError."""
        return [self._look(picture, least) for picture in pictures]

    def _look(self, picture: Image.Image, least: float) -> list[Seen]:
        # The network wants a square: bars are put where the picture is none.
        scale = _SIDE / max(picture.size)
        size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
        small = picture.convert("RGB").resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
        left, top = (_SIDE - size[0]) // 2, (_SIDE - size[1]) // 2
        square = np.full((1, _SIDE, _SIDE, 3), -1, np.float32)
        square[0, top : top + size[1], left : left + size[0]] = np.asarray(small, np.float32) / 127.5 - 1
        boxes, scores = self._run(square)
        rows = np.flatnonzero(scores >= least)
        found = []
        for box, score in _merged(boxes[rows], scores[rows]):
            inside = (box - [left, top, left, top]) / [size[0], size[1], size[0], size[1]]
            x, y, right, bottom = (float(edge) for edge in np.clip(inside, 0, 1))
            if right > x and bottom > y:
                found.append(Seen(0, score, (x, y, right, bottom)))
        return found

    def _run(self, square: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Return boxes (left, top, right, bottom, in pixels of the square) and scores, one row a point of the grid."""
        with self._turn:
            if self._interpreter is None:
                self._interpreter = _opened(str(self._models.file(MODEL)))
            interpreter = self._interpreter
            interpreter.set_tensor(interpreter.get_input_details()[0]["index"], square)
            interpreter.invoke()
            raw, logits = (interpreter.get_tensor(each["index"])[0].copy() for each in interpreter.get_output_details())
        step = _SIDE / _GRID
        points = np.stack(np.meshgrid(np.arange(_GRID), np.arange(_GRID)), axis=-1).reshape(-1, 2)
        middles = (points + 0.5) * step + raw[:, :2]
        half = raw[:, 2:4] / 2
        scores = 1 / (1 + np.exp(-np.clip(logits[:, 0], -_CLIPPED, _CLIPPED)))
        return np.concatenate([middles - half, middles + half], axis=1), scores


def _opened(path: str) -> Any:
    with quietly():
        from ai_edge_litert.interpreter import Interpreter

        interpreter = Interpreter(model_path=path, num_threads=1)
        interpreter.allocate_tensors()
    return interpreter


def _merged(
    boxes: npt.NDArray[np.float32], scores: npt.NDArray[np.float32]
) -> list[tuple[npt.NDArray[np.float32], float]]:
    """Return each face once, best first: the mean of its boxes by score, and the best score."""
    left, found = list(np.argsort(-scores, kind="stable")), []
    while left:
        best = left[0]
        overlap = _overlaps(boxes[best], boxes[left])
        own = [place for place, share in zip(left, overlap, strict=True) if share > _SAME or place == best]
        weights = scores[own, None]
        found.append(((boxes[own] * weights).sum(axis=0) / weights.sum(), float(scores[best])))
        left = [place for place in left if place not in own]
    return found


def _overlaps(box: npt.NDArray[np.float32], boxes: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    low, high = np.maximum(box[:2], boxes[:, :2]), np.minimum(box[2:], boxes[:, 2:])
    common = np.prod(np.clip(high - low, 0, None), axis=1)
    areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    overlap: npt.NDArray[np.float32] = common / (areas + np.prod(box[2:] - box[:2]) - common)
    return overlap
