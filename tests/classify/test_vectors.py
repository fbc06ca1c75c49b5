"""Vectors of pictures and of words: alike is near, in three languages; another model's towers plug in by the list."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from estampe.classify.backbone import Backbone, Features, picture_for
from estampe.classify.towers import Towers
from estampe.classify.vectors import SIZE, Conse, Looks, fit_looks, open_joint
from estampe.errors import ModelError
from estampe.records import Label
from estampe.settings import Settings
from estampe.weights import Models, read_list

skimage = pytest.importorskip("skimage.data")

NAMES = ("coffee", "chelsea", "rocket", "clock")
PICTURES = [Image.fromarray(getattr(skimage, name)()) for name in NAMES]
HEAD = 'version = "1"\nlicence = "MIT"\nwhat = "tiny"\n'


@pytest.fixture(scope="module")
def features(backbone: Backbone) -> Features:
    return backbone([picture_for(picture) for picture in PICTURES])


@pytest.fixture(scope="module")
def conse(models: Models) -> Conse:
    return Conse(models)


def test_a_picture_is_nearest_to_its_darker_smaller_self(
    models: Models, backbone: Backbone, features: Features
) -> None:
    looks = Looks(models)
    vectors = looks(features)
    assert vectors.shape == (4, SIZE) and vectors.dtype == np.float16
    assert np.allclose(np.linalg.norm(vectors.astype(np.float32), axis=1), 1, atol=2e-3)
    assert looks.run.facet == "vector.visual" and looks.run.config["size"] == str(SIZE)
    again = backbone([picture_for(picture.resize((180, 150)).point(lambda v: v * 0.8)) for picture in PICTURES])
    assert (looks(again).astype(np.float32) @ vectors.astype(np.float32).T).argmax(axis=1).tolist() == [0, 1, 2, 3]


def test_a_projection_can_be_made_anew() -> None:
    chance = np.random.default_rng(1)
    few = Features(*(chance.random((300, width)).astype(np.float32) for width in (256, 256, 1280, 1000)))
    made = fit_looks(few)
    assert made["matrix"].shape == (1792, SIZE) and np.isfinite(made["matrix"]).all()


@pytest.mark.parametrize(
    ("question", "shown"),
    [("un chat", 1), ("Katze", 1), ("a cat", 1), ("tasse de café", 0), ("fusée", 2), ("Rakete", 2), ("horloge", 3)],
)
def test_words_find_pictures_in_three_languages(conse: Conse, features: Features, question: str, shown: int) -> None:
    places = conse.pictures(PICTURES, features, [()] * 4).astype(np.float32)
    (word,) = conse.texts([question]).astype(np.float32)
    assert (places @ word).argmax() == shown


def test_labels_draw_a_picture_towards_their_names(conse: Conse, features: Features) -> None:
    said = [Label("person", "person", 0.9, "persons@1"), Label("Paris", "place", 1.0, "person:anne")]
    plain = conse.pictures(PICTURES, features, [()] * 4).astype(np.float32)
    told = conse.pictures(PICTURES, features, [said, (), (), ()]).astype(np.float32)
    (word,) = conse.texts(["une personne"]).astype(np.float32)
    assert told[0] @ word > plain[0] @ word + 0.1
    assert np.allclose(told[1:], plain[1:])


def test_no_text_and_odd_texts_have_vectors(conse: Conse) -> None:
    assert conse.texts([]).shape == (0, 384)
    assert np.isfinite(conse.texts(["", "\0", "ſ ꝑ 漢字", "mot " * 600]).astype(np.float32)).all()


# --- towers of one's own


def _keras_image(folder: Path) -> str:
    """A tower that says how red, green and blue a picture is."""
    import keras

    picture = keras.Input((3, 8, 8))
    model = keras.Model(picture, keras.layers.GlobalAveragePooling2D(data_format="channels_first")(picture))
    model.save(folder / "image.keras")
    return "image.keras"


def _onnx_image(folder: Path) -> str:
    onnx = pytest.importorskip("onnx")
    given = onnx.helper.make_tensor_value_info("pixels", onnx.TensorProto.FLOAT, ["n", 3, 8, 8])
    wanted = onnx.helper.make_tensor_value_info("vectors", onnx.TensorProto.FLOAT, ["n", 3])
    nodes = [
        onnx.helper.make_node("GlobalAveragePool", ["pixels"], ["pooled"]),
        onnx.helper.make_node("Flatten", ["pooled"], ["vectors"]),
    ]
    graph = onnx.helper.make_graph(nodes, "image", [given], [wanted])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=9)
    (folder / "image.onnx").write_bytes(model.SerializeToString())
    return "image.onnx"


def _saved_text(folder: Path) -> str:
    """A tower that knows the words for three colours."""
    import tensorflow as tf

    class Text(tf.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            self.table = tf.constant(np.concatenate([np.zeros((1, 3)), np.eye(3)]).astype(np.float32))

        @tf.function(input_signature=[tf.TensorSpec((None, 4), tf.int64)])  # type: ignore[untyped-decorator]
        def __call__(self, tokens: object) -> object:
            return tf.reduce_sum(tf.gather(self.table, tokens), axis=1)

    text = Text()
    tf.saved_model.save(text, str(folder / "text"), signatures=text.__call__)
    return "text"


def _masked_text(folder: Path) -> str:
    """A tower that wants to be told which tokens are words: it says how many there are, and their sum."""
    onnx = pytest.importorskip("onnx")
    helper, kinds = onnx.helper, onnx.TensorProto
    inputs = [helper.make_tensor_value_info(name, kinds.INT64, ["n", 4]) for name in ("attention_mask", "input_ids")]
    axes = helper.make_tensor("axes", kinds.INT64, [1], [1])
    nodes = [
        helper.make_node("ReduceSum", ["attention_mask", "axes"], ["words"]),
        helper.make_node("ReduceSum", ["input_ids", "axes"], ["sum"]),
        helper.make_node("Concat", ["words", "sum", "words"], ["three"], axis=1),
        helper.make_node("Cast", ["three"], ["vectors"], to=kinds.FLOAT),
    ]
    outputs = [helper.make_tensor_value_info("vectors", kinds.FLOAT, ["n", 3])]
    graph = helper.make_graph(nodes, "text", inputs, outputs, [axes])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    (folder / "text.onnx").write_bytes(model.SerializeToString())
    return "text.onnx"


def _tokenizer(folder: Path) -> str:
    words = {"[PAD]": 0, "rouge": 1, "vert": 2, "bleu": 3}
    model = {"type": "WordLevel", "vocab": words, "unk_token": "[PAD]"}
    parts = {"normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "Whitespace"}, "model": model}
    # As in the files of some models, which fill short texts up by themselves.
    fill = {"strategy": {"Fixed": 9}, "direction": "Right", "pad_to_multiple_of": None}
    padding = {"padding": {**fill, "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"}}
    (folder / "tokenizer.json").write_text(json.dumps({"version": "1.0", "added_tokens": [], **padding, **parts}))
    return "tokenizer.json"


def _list(folder: Path, image: str, text: str, size: int = 3) -> Models:
    path = folder / "models.toml"
    path.write_text(
        f'[joint-image]\n{HEAD}path = "{image}"\n[joint-image.config]\nside = 8\nsize = {size}\n'
        "mean = [0.0, 0.0, 0.0]\ndeviation = [1.0, 1.0, 1.0]\n"
        f'[joint-text]\n{HEAD}path = "{text}"\n[joint-text.config]\nlength = 4\n'
        f'[joint-tokenizer]\n{HEAD}path = "{_tokenizer(folder)}"\n'
    )
    return Models.open(Settings(home=folder, models=str(path)))


@pytest.mark.parametrize("image", [_keras_image, _onnx_image])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_another_model_s_towers_are_used_where_the_list_names_them(
    tmp_path: Path, image: Callable[[Path], str], features: Features
) -> None:
    joint = open_joint(_list(tmp_path, image(tmp_path), _saved_text(tmp_path)))
    assert isinstance(joint, Towers) and joint.run.facet == "vector.joint" and joint.run.config["size"] == "3"
    colours = [Image.new("RGB", (30, 20), colour) for colour in ("red", "lime", "blue")]
    places = joint.pictures(colours, features, [()] * 3).astype(np.float32)
    asked = joint.texts(["Vert", "bleu", "un rouge trop long pour la tour rouge"]).astype(np.float32)
    assert (asked @ places.T).argmax(axis=1).tolist() == [1, 2, 0]
    assert joint.texts([]).shape == (0, 3)


def test_a_tower_that_wants_to_know_which_tokens_are_words_is_told(tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    joint = open_joint(_list(tmp_path, "image.onnx", _masked_text(tmp_path)))
    said = joint.texts(["rouge", "bleu rouge vert", "rouge vert bleu rouge vert", ""]).astype(np.float32)
    expected = np.array([[1, 1, 1], [3, 6, 3], [4, 8, 4], [1, 0, 1]], np.float32)
    assert np.allclose(said, expected / np.linalg.norm(expected, axis=1, keepdims=True), atol=2e-3)


def test_towers_that_do_not_fit_are_told(tmp_path: Path, features: Features) -> None:
    joint = open_joint(_list(tmp_path, _onnx_image(tmp_path), "tokenizer.json", size=4))
    with pytest.raises(ModelError, match="joint-image: it gives"):
        joint.pictures([Image.new("L", (9, 9))], features, [()])
    with pytest.raises(ModelError, match=r"joint-text.*cannot be read"):
        joint.texts(["rouge"])
    with pytest.raises(ModelError, match="joint-text"):
        open_joint(Models({"joint-image": read_list(tmp_path / "models.toml")["joint-image"]}, tmp_path))
