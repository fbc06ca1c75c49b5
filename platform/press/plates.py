"""Pictures of the public domain that installed packages ship, and how a printer renders them.

scikit-image ships photographs (NASA, CC0 or public domain: see its documentation of ``skimage.data``), matplotlib a
portrait of Grace Hopper (US Navy) and elevation data (NOAA, USGS), from which maps are drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from io import BytesIO
from typing import Literal

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from ..records import Size
from .renderings import Tone, engraved, line_block, screened

Process = Literal["halftone", "engraving", "line block", "photograph", "colour", "map"]


@dataclass(frozen=True, slots=True)
class Plate:
    """A picture with its captions by language, and the concepts that are true of it."""

    name: str
    file: str
    captions: Mapping[str, str]
    titles: Mapping[str, str]
    subject: str
    crop: tuple[float, float, float, float] = (0, 0, 1, 1)


def _plate(
    name: str, file: str, subject: str, fr: str, en: str, de: str, crop: tuple[float, ...] = (0, 0, 1, 1)
) -> Plate:
    (fr_title, fr_caption), (en_title, en_caption), (de_title, de_caption) = (
        text.split(" | ", 1) for text in (fr, en, de)
    )
    left, top, right, bottom = crop
    captions = {"fr": fr_caption, "en": en_caption, "de": de_caption}
    titles = {"fr": fr_title, "en": en_title, "de": de_title}
    return Plate(name, file, captions, titles, subject, (left, top, right, bottom))


PLATES: tuple[Plate, ...] = (
    _plate(
        "astronaut",
        "skimage.data/astronaut.png",
        "portrait",
        "Une femme dans les étoiles | Le commandant Collins, en tenue de vol, avant le départ. (Phot. NASA.)",
        "A Woman among the Stars | Commander Collins in her flight suit, before the departure. (Photo NASA.)",
        "Eine Frau unter den Sternen | Kommandantin Collins im Fluganzug vor der Abreise. (Phot. NASA.)",
    ),
    _plate(
        "portrait",
        "skimage.data/astronaut.png",
        "portrait",
        "Nos contemporains | Portrait de Mme Collins, d'après une photographie récente.",
        "Our Contemporaries | Portrait of Mrs. Collins, after a recent photograph.",
        "Unsere Zeitgenossen | Bildnis der Frau Collins nach einer neuen Photographie.",
        (0.22, 0.0, 0.66, 0.5),
    ),
    _plate(
        "admiral",
        "matplotlib/mpl-data/sample_data/grace_hopper.jpg",
        "portrait",
        "Les promotions dans la Marine | Le contre-amiral Hopper, qui enseigna aux machines à compter.",
        "Promotions in the Navy | Rear Admiral Hopper, who taught the engines to reckon.",
        "Beförderungen in der Marine | Konteradmiral Hopper, die den Maschinen das Rechnen beibrachte.",
    ),
    _plate(
        "cat",
        "skimage.data/chelsea.png",
        "animal",
        "L'exposition féline | Le chat Chelsea, grand prix de l'exposition féline de Paris.",
        "The Cat Show | Chelsea, the tabby that won the first prize at the Crystal Palace.",
        "Die Katzenschau | Die Katze Chelsea, Siegerin der großen Katzenschau.",
    ),
    _plate(
        "cameraman",
        "skimage.data/camera.png",
        "portrait",
        "L'art du photographe | Un opérateur et sa chambre, devant les tours de l'université.",
        "The Photographer's Art | An operator and his camera, before the towers of the university.",
        "Die Kunst des Photographen | Ein Photograph mit seiner Kamera vor den Türmen der Universität.",
    ),
    _plate(
        "coffee",
        "skimage.data/coffee.png",
        "object",
        "La mode du café | Une tasse de café comme on la sert à présent sur les boulevards.",
        "The Fashion for Coffee | A cup of coffee, as it is now served in the Strand.",
        "Die Kaffeemode | Eine Tasse Kaffee, wie man sie jetzt am Ring serviert.",
    ),
    _plate(
        "coins",
        "skimage.data/coins.png",
        "object",
        "Les fouilles de Pompéi | Monnaies grecques trouvées à Pompéi. Musée de Brooklyn.",
        "The Digs at Pompeii | Greek coins found at Pompeii, now in the Brooklyn Museum.",
        "Die Grabungen in Pompeji | Griechische Münzen aus Pompeji, jetzt im Museum von Brooklyn.",
    ),
    _plate(
        "motorcycle",
        "skimage.data/motorcycle_left.png",
        "object",
        "Le Salon de l'automobile | Une motocyclette de course au garage, la veille du Grand Prix.",
        "The Motor Show | A racing motor-cycle in its garage, on the eve of the Grand Prix.",
        "Die Automobilausstellung | Ein Rennmotorrad in der Werkstatt am Vorabend des Großen Preises.",
    ),
    _plate(
        "rocket",
        "skimage.data/rocket.jpg",
        "landscape",
        "La fusée de la Floride | Le départ de la fusée, vu de la plage du cap Canaveral.",
        "The Rocket of Florida | The rocket's departure, seen from the beach at Cape Canaveral.",
        "Die Rakete von Florida | Der Abflug der Rakete, vom Strande des Kap Canaveral gesehen.",
    ),
    _plate(
        "moon",
        "skimage.data/moon.png",
        "science",
        "Les cratères de la Lune | Un cratère de la Lune, observé au grand télescope de Meudon.",
        "The Craters of the Moon | A crater of the Moon, seen in the great telescope at Greenwich.",
        "Die Krater des Mondes | Ein Mondkrater, im großen Fernrohr zu Potsdam gesehen.",
    ),
    _plate(
        "galaxies",
        "skimage.data/hubble_deep_field.jpg",
        "science",
        "L'univers lointain | Mille nébuleuses dans un coin du ciel grand comme une tête d'épingle.",
        "The Far Universe | A thousand nebulae in a corner of the sky no larger than a pin's head.",
        "Das ferne Weltall | Tausend Nebel in einem Winkel des Himmels, klein wie ein Nadelkopf.",
    ),
    _plate(
        "horse",
        "skimage.data/horse.png",
        "animal",
        "Le concours hippique | Un cheval de selle, silhouette découpée par M. Preuss.",
        "The Horse Show | A saddle-horse, a silhouette cut by Mr. Preuss.",
        "Das Reitturnier | Ein Reitpferd, Scherenschnitt von Herrn Preuss.",
    ),
)

#: Elevation data drawn as maps: the file, and the words for it.
MAP = _plate(
    "fault",
    "matplotlib/mpl-data/sample_data/jacksboro_fault_dem.npz",
    "map",
    "Le tremblement de terre du Tennessee | Carte de la faille de Jacksboro, levée d'après le service géologique.",
    "The Tennessee Earthquake | Map of the Jacksboro fault, drawn after the Geological Survey.",
    "Das Erdbeben in Tennessee | Karte der Verwerfung von Jacksboro, nach der Landesaufnahme gezeichnet.",
)


@lru_cache(maxsize=32)
def _source(file: str) -> Image.Image:
    package, _, name = file.partition("/")
    with as_file(files(package) / name) as path:
        if path.suffix == ".npz":
            with np.load(path) as archive:
                elevation: Tone = archive["elevation"].astype(np.float32)
            return Image.fromarray(elevation)
        drawn: Image.Image
        with Image.open(path) as picture:
            picture.load()
            drawn = picture.convert("RGB") if picture.mode not in {"L", "1"} else picture.convert("L")
    return drawn


def aspect(plate: Plate) -> float:
    """Return width over height of a plate's picture."""
    width, height = _source(plate.file).size
    left, top, right, bottom = plate.crop
    return (right - left) * width / ((bottom - top) * height)


def render(plate: Plate, process: Process, size: Size, pitch: int = 6) -> Image.Image:
    """Render a plate at a size in pixels by a printing process; ``pitch`` is that of screen or lines, in pixels.

    Returns an image in mode L (ink), or RGB for the process ``colour``.
    """
    source = _source(plate.file)
    if process == "map":
        return _contours(np.asarray(source, np.float32), size)
    width, height = source.size
    left, top, right, bottom = plate.crop
    part = source.crop((round(left * width), round(top * height), round(right * width), round(bottom * height)))
    fitted = ImageOps.fit(part, (size.w, size.h), Image.Resampling.LANCZOS)
    if process == "colour":
        return fitted.convert("RGB")
    grey: Image.Image = ImageOps.autocontrast(fitted.convert("L"), cutoff=1)
    if process == "photograph":
        return grey
    tone = np.asarray(grey, np.float32) / np.float32(255)
    if process == "halftone":
        ink = screened(tone, pitch)
    elif process == "engraving":
        ink = engraved(tone, pitch)
    else:
        ink = line_block(tone)
    return Image.fromarray(np.where(ink, 24, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.7))


def _contours(elevation: Tone, size: Size) -> Image.Image:
    """Draw contour lines and water courses of elevation data, framed as a map."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(size.w / 100, size.h / 100), dpi=100, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.015, 0.015, 0.97, 0.97))
    axes.contour(elevation, levels=18, colors="black", linewidths=0.6)
    axes.contour(elevation, levels=5, colors="black", linewidths=1.6)
    axes.contourf(elevation, levels=6, hatches=["////", "//", "..", "", "", ""], colors="none")
    axes.set_xticks([])
    axes.set_yticks([])
    figure.savefig(drawn := BytesIO(), format="png")
    return Image.open(drawn).convert("L").resize((size.w, size.h))
