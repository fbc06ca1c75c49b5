"""What a printer prints around the text: mastheads, headlines, advertisements, in three languages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language."""

    masthead: str
    line: str
    months: tuple[str, ...]
    headlines: tuple[str, ...]
    goods: tuple[tuple[str, str], ...]
    book: str
    author: str
    chapter: str
    plate: str

    def dated(self, day: date) -> str:
        """Return a day as the newspaper prints it."""
        return f"{day.day} {self.months[day.month - 1]} {day.year}"


_FR = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DE = (
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
)

WORDS: dict[str, Words] = {
    "fr": Words(
        "L'ESTAMPE ILLUSTRÉE",
        "Journal quotidien paraissant le matin — Le numéro : 10 centimes",
        _FR,
        (
            "La Tempête sur les côtes",
            "À la Chambre des députés",
            "Le procès de Tours",
            "Dernières nouvelles",
            "Les théâtres",
            "Courrier des arts",
            "La vie sportive",
            "Le monde et la ville",
            "Dépêches de l'étranger",
            "Échos et nouvelles",
            "Au Conseil municipal",
            "La journée à la Bourse",
        ),
        (
            ("CHOCOLAT DES ALPES", "le meilleur des déjeuners. En vente partout."),
            ("CYCLES L'ÉTOILE", "vingt années de victoires. Catalogue franco sur demande."),
            ("CAFÉ DES ÎLES", "torréfié chaque jour, rue de la Lune, à Paris."),
        ),
        "Voyages et portraits",
        "Anonyme",
        "Chapitre",
        "Planche",
    ),
    "en": Words(
        "THE ESTAMPE GAZETTE",
        "Published every morning — Price one penny",
        _EN,
        (
            "The Storm on the Coast",
            "In Parliament Yesterday",
            "The Trial at Tours",
            "Latest Intelligence",
            "At the Theatres",
            "Art Notes",
            "The World of Sport",
            "Town and Country",
            "By Special Wire",
            "Money Market",
        ),
        (
            ("ALPINE CHOCOLATE", "the best of breakfasts. Sold everywhere."),
            ("STAR CYCLES", "twenty years of victories. Catalogue post free."),
            ("ISLAND COFFEE", "roasted every day in Moon Street."),
        ),
        "Travels and Portraits",
        "Anonymous",
        "Chapter",
        "Plate",
    ),
    "de": Words(
        "ESTAMPE-ZEITUNG",
        "Erscheint täglich am Morgen — Die Nummer 10 Pfennig",
        _DE,
        (
            "Der Sturm an der Küste",
            "Aus dem Reichstage",
            "Der Prozeß",
            "Neueste Nachrichten",
            "Theater und Musik",
            "Kunst und Wissenschaft",
            "Vom Sport",
            "Aus Stadt und Land",
            "Drahtmeldungen",
            "Handel und Börse",
        ),
        (
            ("ALPEN-SCHOKOLADE", "das beste Frühstück. Überall zu haben."),
            ("STERN-FAHRRÄDER", "zwanzig Jahre Siege. Preisliste umsonst."),
            ("INSEL-KAFFEE", "täglich frisch geröstet in der Mondgasse."),
        ),
        "Reisen und Bildnisse",
        "Ungenannt",
        "Kapitel",
        "Tafel",
    ),
}
