"""Colour, texture, layout and deep descriptors on real pictures, compared as the ETIS laboratory did for the BnF.

    python -m bench.descriptors [--json FILE]

Every picture of `genre` is a query. **Same genre**: the others of its genre are to come first, those of its own
document left out. **Same document**: the others of its document are to come first. Mean average precision, each with
its 95 % interval over documents; the first line is what chance gives.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from skimage.color import rgb2lab
from skimage.feature import local_binary_pattern

from bench.shared_pictures import DATA, Picture, pictures
from estampe.classify.backbone import Backbone, Features, picture_for
from estampe.classify.reproductions import Reproductions
from estampe.classify.reproductions.outlines import field, outline
from estampe.errors import ModelError
from estampe.settings import Settings
from estampe.weights import Models

# Genres of fewer pictures or documents say nothing.
_PICTURES, _DOCUMENTS = 20, 5


def colours(picture: Image.Image) -> np.ndarray:
    """Histogram of L*a*b*: 4 × 8 × 8, roots of shares (Hellinger)."""
    small = np.asarray(picture.resize((128, 128), Image.Resampling.BOX), np.float64) / 255
    lab = rgb2lab(small).reshape(-1, 3)
    shares, _ = np.histogramdd(lab, (4, 8, 8), ((0, 100), (-40, 60), (-40, 60)))
    return np.sqrt(shares.ravel() / len(lab))


def patterns(picture: Image.Image) -> np.ndarray:
    """Local binary patterns, uniform and turned alike, at three radii."""
    grey = np.asarray(_sized(picture, 320))
    parts = []
    for radius, points in ((1, 8), (2, 12), (4, 16)):
        shares = np.bincount(
            local_binary_pattern(grey, points, radius, "uniform").astype(int).ravel(), minlength=points + 2
        )
        parts.append(np.sqrt(shares / shares.sum()))
    return np.concatenate(parts)


def _gabor(picture: Image.Image, side: int) -> list[np.ndarray]:
    """Energies of 4 scales × 8 directions of log-Gabor filters (D. J. Field, 1987), in a square."""
    grey = np.asarray(picture.convert("L").resize((side, side), Image.Resampling.LANCZOS), np.float64)
    grey = (grey - grey.mean()) / (grey.std() + 1e-6)
    y, x = np.meshgrid(np.fft.fftfreq(side), np.fft.fftfreq(side), indexing="ij")
    radius, angle, spectrum = np.hypot(x, y), np.arctan2(y, x), np.fft.fft2(grey)
    radius[0, 0] = 1
    energies = []
    for centre in (0.25, 0.125, 0.0625, 0.03125):
        ring = np.exp(-(np.log(radius / centre) ** 2) / (2 * np.log(0.6) ** 2))
        ring[0, 0] = 0
        for direction in np.arange(8) * np.pi / 8:
            off = np.angle(np.exp(1j * (angle - direction)))
            energies.append(np.abs(np.fft.ifft2(spectrum * ring * np.exp(-(off**2) / (2 * 0.35**2)))))
    return energies


def gabor(picture: Image.Image) -> np.ndarray:
    """Mean and deviation of each filter's energy."""
    energies = _gabor(picture, 256)
    return np.array([each.mean() for each in energies] + [each.std() for each in energies])


def gist(picture: Image.Image) -> np.ndarray:
    """Each filter's energy on a grid of 4 × 4 (A. Oliva, A. Torralba, Modeling the shape of the scene, 2001)."""
    return np.concatenate([each.reshape(4, 32, 4, 32).mean(axis=(1, 3)).ravel() for each in _gabor(picture, 128)])


def edges(picture: Image.Image) -> np.ndarray:
    """The field that pictures are laid over each other by, squeezed into 12 × 12 cells."""
    return field(outline(picture).resize((144, 144)), 12).ravel()


def _sized(picture: Image.Image, side: int) -> Image.Image:
    scale = side / max(picture.size)
    return picture.convert("L").resize((max(16, round(picture.width * scale)), max(16, round(picture.height * scale))))


def descriptors(every: list[Picture]) -> dict[str, np.ndarray]:
    """Return each descriptor of all pictures: standardised, of length 1."""
    by_hand: dict[str, Callable[[Image.Image], np.ndarray]] = {
        "colour: Lab histogram": colours,
        "texture: local binary patterns": patterns,
        "texture: Gabor": gabor,
        "layout: GIST": gist,
        "layout: edges (ours)": edges,
    }
    rows: dict[str, list[np.ndarray]] = {name: [] for name in by_hand}
    parts: list[Features] = []
    same: list[np.ndarray] = []
    with tempfile.TemporaryDirectory() as home:
        models = Models.open(Settings(home=Path(home)))
        backbone = Backbone(models)
        try:
            reproductions: Reproductions | None = Reproductions(models)
        except ModelError as error:
            print(error)
            reproductions = None
        for each in every:
            picture = each.open()
            for name, describe in by_hand.items():
                rows[name].append(describe(picture))
            parts.append(backbone([picture_for(picture)]))
            if reproductions:
                same.append(reproductions([picture])[0])
    seen = Features.joined(parts)
    deep = {
        "deep: style (means and deviations of four blocks)": np.concatenate([seen.means, seen.deviations], axis=1),
        "deep: top of EfficientNet-Lite2": seen.top,
        "deep: ImageNet's classes": np.sqrt(seen.classes),
        "deep: style and top": np.concatenate(
            [standard(seen.means), standard(seen.deviations), standard(seen.top)], axis=1
        ),
    }
    found = {name: standard(np.stack(values)) for name, values in rows.items()}
    found |= {name: standard(values) for name, values in deep.items()}
    return found | ({"deep: vector of reproductions (ours)": np.stack(same).astype(np.float32)} if same else {})


def standard(values: np.ndarray) -> np.ndarray:
    """Return rows less the mean, over the deviation, of length 1."""
    spread = (values - values.mean(axis=0)) / (values.std(axis=0) + 1e-6)
    return spread / np.maximum(np.linalg.norm(spread, axis=1, keepdims=True), 1e-9)


def precision(similar: np.ndarray, right: np.ndarray) -> float:
    """Return the average precision of one query; ``similar`` and ``right`` of each other picture."""
    order = np.argsort(-similar, kind="stable")
    hits = right[order]
    return float((np.cumsum(hits)[hits] / (np.flatnonzero(hits) + 1)).mean())


def measured(vectors: np.ndarray | None, every: list[Picture], of: str) -> tuple[str, float]:
    """Return mean average precision with its interval, in words, and the number; None for the vectors is chance."""
    genres, documents = np.array([each.label for each in every]), np.array([each.document for each in every])
    similar = np.random.default_rng(2).random((len(every),) * 2) if vectors is None else vectors @ vectors.T
    counted = {
        genre
        for genre in set(genres.tolist())
        if (genres == genre).sum() >= _PICTURES and len(set(documents[genres == genre])) >= _DOCUMENTS
    }
    scores: dict[str, list[float]] = {}
    for own in range(len(every)):
        together = documents == documents[own]
        right = genres == genres[own] if of == "genre" else together
        judged = ~together if of == "genre" else np.arange(len(every)) != own
        if (of == "genre" and genres[own] not in counted) or not (right & judged).any():
            continue
        scores.setdefault(documents[own], []).append(precision(similar[own][judged], right[judged]))
    sums = np.array([[sum(values), len(values)] for values in scores.values()])
    chance = np.random.default_rng(1)
    drawn = [sums[chance.integers(len(sums), size=len(sums))].sum(axis=0) for _ in range(1000)]
    low, high = np.percentile([total / count for total, count in drawn], [2.5, 97.5])
    mean = float(sums[:, 0].sum() / sums[:, 1].sum())
    return f"{mean:.3f} ({low:.3f}–{high:.3f})", mean


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--json", type=Path)
    given = arguments.parse_args()
    every = [each for each in pictures(DATA) if each.kind == "genre"]
    found: dict[str, np.ndarray | None] = {"chance": None, **descriptors(every)}
    report = {}
    print(f"{len(every)} pictures of {len({each.document for each in every})} documents\n")
    print("| descriptor | numbers | same genre | same document |\n|---|---|---|---|")
    for name, vectors in found.items():
        cells = {of: measured(vectors, every, of) for of in ("genre", "document")}
        length = vectors.shape[1] if vectors is not None else "–"
        print(f"| {name} | {length} | {cells['genre'][0]} | {cells['document'][0]} |")
        report[name] = {of: value for of, (_, value) in cells.items()}
    if given.json:
        given.json.write_text(json.dumps(report, indent=1), "utf-8")


if __name__ == "__main__":
    main()
