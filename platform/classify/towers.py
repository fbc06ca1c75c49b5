"""A joint space of the operator's own: CLIP, SigLIP or another model with a tower for pictures and one for words.

The list of models names three files: ``joint-image``, ``joint-text`` (each ONNX, Keras or a SavedModel folder) and
``joint-tokenizer`` (``tokenizer.json``). Their ``config`` says what each wants; see docs/models.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from ..errors import ModelError
from ..late import Late
from ..records import JOINT, Label, Run
from ..weights import Entry, Models
from .backbone import Features

IMAGE, TEXT, TOKENIZER = "joint-image", "joint-text", "joint-tokenizer"
_BATCH = 8
# OpenAI's, which most others share.
_MEAN, _DEVIATION = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
# What towers for words call their inputs: tokens, and, where they want to know it, which of these are of the text.
_TOKENS, _MASK = "input_ids", "attention_mask"

#: Takes what it looks at, and for texts 1 where a token is of the text and 0 behind its end.
Tower = Callable[[npt.NDArray[Any], npt.NDArray[Any] | None], npt.NDArray[np.float32]]


class Towers:
    """Two towers and a tokeniser; each is read when it is first needed. Safe to share between threads."""

    def __init__(self, models: Models) -> None:
        image = models.entry(IMAGE)
        self._pictures, self._text = image.config, models.entry(TEXT).config
        self._size = _number(image, "size", 512)
        self._side = _number(image, "side", 224)
        self._length = _number(models.entry(TEXT), "length", 77)
        self._towers = {name: Late(partial(_tower, models, name)) for name in (IMAGE, TEXT)}
        self._tokenizer = Late(lambda: _tokenizer(models))
        digest = image.sha256[:12] or "unhashed"
        self._run = Run(
            f"joint-towers@{image.version}+{digest}",
            "joint-towers",
            image.version,
            JOINT,
            {"size": str(self._size), "from": image.what},
        )

    @property
    def run(self) -> Run:
        """Who makes the vectors."""
        return self._run

    def pictures(
        self,
        pictures: Sequence[Image.Image],
        features: Features,  # noqa: ARG002 - other spaces are made of these
        labels: Sequence[Sequence[Label]],  # noqa: ARG002
    ) -> npt.NDArray[np.float16]:
        """Return a row for each picture, from its pixels alone. Raises ModelError."""
        mean = np.asarray(self._pictures.get("mean", _MEAN), np.float32)
        deviation = np.asarray(self._pictures.get("deviation", _DEVIATION), np.float32)
        rows = []
        for start in range(0, len(pictures), _BATCH):
            batch = np.stack([self._prepared(picture) for picture in pictures[start : start + _BATCH]])
            batch = (batch / np.float32(255) - mean) / deviation
            if self._pictures.get("layout", "nchw") == "nchw":
                batch = np.ascontiguousarray(batch.transpose(0, 3, 1, 2))
            rows.append(self._run_tower(IMAGE, batch))
        return self._unit(rows)

    def texts(self, texts: Sequence[str]) -> npt.NDArray[np.float16]:
        """Return a row for each text. Raises ModelError."""
        kind = np.int32 if self._text.get("numbers") == "int32" else np.int64
        tokens = np.full((len(texts), self._length), int(self._text.get("pad", 0)), kind)
        given = np.zeros_like(tokens)
        for row, words, text in zip(tokens, given, texts, strict=True):
            numbers = self._tokenizer().encode(text).ids
            # What is cut off is the text, and not the mark of its end.
            numbers = numbers if len(numbers) <= self._length else [*numbers[: self._length - 1], numbers[-1]]
            row[: len(numbers)] = numbers
            # Of a text without any token one counts: a mean over nothing is no number.
            words[: max(len(numbers), 1)] = 1
        return self._unit([self._run_tower(TEXT, tokens, given)] if len(texts) else [])

    def _prepared(self, picture: Image.Image) -> npt.NDArray[np.float32]:
        """Return the middle square of a picture, or with ``fit = "squash"`` all of it squeezed, as CLIP's users do."""
        whole = picture.convert("RGB")
        if self._pictures.get("fit", "crop") == "crop":
            side = min(whole.size)
            left, top = (whole.width - side) // 2, (whole.height - side) // 2
            whole = whole.crop((left, top, left + side, top + side))
        return np.asarray(whole.resize((self._side, self._side), Image.Resampling.BICUBIC), np.float32)

    def _run_tower(
        self, name: str, batch: npt.NDArray[Any], words: npt.NDArray[Any] | None = None
    ) -> npt.NDArray[np.float32]:
        tower = self._towers[name]()
        try:
            rows = np.asarray(tower(batch, words), np.float32)
        except Exception as error:
            raise ModelError(name, f"it cannot be run on {batch.shape}: {error}", "correct its config") from error
        if rows.shape != (len(batch), self._size):
            cause = f"it gives {rows.shape} for {len(batch)} inputs, and not {self._size} numbers each"
            raise ModelError(name, cause, f"say the length of its vectors in {IMAGE}'s config: size = …")
        return rows

    def _unit(self, rows: Sequence[npt.NDArray[np.float32]]) -> npt.NDArray[np.float16]:
        whole = np.concatenate(rows) if rows else np.zeros((0, self._size), np.float32)
        unit: npt.NDArray[np.float16] = (whole / np.maximum(np.linalg.norm(whole, axis=1, keepdims=True), 1e-9)).astype(
            np.float16
        )
        return unit


def _number(entry: Entry, key: str, usual: int) -> int:
    value = entry.config.get(key, usual)
    if not isinstance(value, int) or value < 1:
        raise ModelError(entry.name, f"its config has {key} = {value!r}", "it must be a whole number larger than 0")
    return value


def _tokenizer(models: Models) -> Any:
    from tokenizers import Tokenizer

    path = models.file(TOKENIZER)
    try:
        tokenizer = Tokenizer.from_file(str(path))
        # Some of these files say how long texts are made; here the tower's config does.
        tokenizer.no_padding()
        tokenizer.no_truncation()
    except Exception as error:
        raise ModelError(TOKENIZER, f"{path} is no tokenizer.json: {error}") from error
    return tokenizer


def _tower(models: Models, name: str) -> Tower:
    path = models.file(name)
    config = models.entry(name).config
    try:
        if path.is_dir():
            return _saved_model(path, config)
        return _onnx(path, config) if path.suffix == ".onnx" else _keras(path)
    except Exception as error:
        raise ModelError(
            name, f"{path} cannot be read: {error}", "an ONNX file, a .keras file or a SavedModel"
        ) from error


def _onnx(path: Path, config: Mapping[str, Any]) -> Tower:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_inputs()]
    given = config.get("input", _TOKENS if _TOKENS in names else names[0])
    wanted = config.get("output", session.get_outputs()[0].name)

    def run(batch: npt.NDArray[Any], words: npt.NDArray[Any] | None) -> npt.NDArray[np.float32]:
        inputs = {given: batch} | ({_MASK: words} if _MASK in names else {})
        rows: npt.NDArray[np.float32] = session.run([wanted], inputs)[0]
        return rows

    return run


def _keras(path: Path) -> Tower:
    import keras

    model = keras.saving.load_model(path, compile=False, safe_mode=True)
    return lambda batch, _: keras.ops.convert_to_numpy(model(batch, training=False))


def _saved_model(path: Path, config: Mapping[str, Any]) -> Tower:
    import tensorflow as tf

    loaded = tf.saved_model.load(str(path))
    signature = loaded.signatures[config.get("signature", "serving_default")]
    (given,) = signature.structured_input_signature[1]
    wanted = config.get("output", next(iter(signature.structured_outputs)))

    def run(batch: npt.NDArray[Any], words: npt.NDArray[Any] | None) -> npt.NDArray[np.float32]:  # noqa: ARG001
        rows: npt.NDArray[np.float32] = signature(**{given: tf.constant(batch)})[wanted].numpy()
        return rows

    # The signature does not keep what it came from.
    run.loaded = loaded  # type: ignore[attr-defined]
    return run
