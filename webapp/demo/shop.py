"""What the demo shop says of itself: its identity, its lists, its fields and its segments."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from webapp.contacts.models import AttributeKind
from webapp.subscriptions.editing import Description
from webapp.subscriptions.models import OptIn

NAME = "Les Jardins d’Élise"
LOCALE = "fr"
WEBSITE = "https://jardins-elise.example"
# How far back the shop's story goes: eighteen months.
STORY = timedelta(days=548)
CONTROLLER = {
    "name": NAME,
    "legal_name": "Les Jardins d’Élise SARL (société fictive)",
    "address": "1 rue de l’Exemple",
    "postcode": "44000",
    "city": "Nantes",
    "website": WEBSITE,
    # Its Luhn sum is right, and no company has it.
    "siren": "999000011",
    "rights_email": "donnees@jardins-elise.example",
    # ARCEP keeps 02 61 91 for fiction.
    "rights_phone": "02 61 91 00 10",
    "dpo_name": "Camille Orain",
    "dpo_email": "dpo@jardins-elise.example",
    "sender_name": NAME,
    "sender_email": "bonjour@jardins-elise.example",
    "locale": LOCALE,
    "is_demo": True,
}


class Key(StrEnum):
    """The custom fields, by the key their name gives."""

    FAMILY = "famille_preferee"
    CARD = "carte_de_fidelite"
    LAST_PURCHASE = "dernier_achat"
    ORDERS = "commandes"
    WISHES = "envies"


PLANTS, TEAS, CERAMICS = FAMILIES = ("Plantes", "Thés", "Céramiques")
WISHES = ("Potager", "Balcon", "Vivaces", "Infusions", "Terrarium")
ATTRIBUTES: tuple[tuple[str, AttributeKind, list[str]], ...] = (
    ("Famille préférée", AttributeKind.CHOICE, list(FAMILIES)),
    ("Carte de fidélité", AttributeKind.YES_NO, []),
    ("Dernier achat", AttributeKind.DATE, []),
    ("Commandes", AttributeKind.NUMBER, []),
    ("Envies", AttributeKind.CHOICES, list(WISHES)),
)
# What people see on their own page, and fill in.
ASKED = {Key.FAMILY, Key.WISHES}


class About(StrEnum):
    """What customers can agree to: the three lists and the two ways of measuring."""

    NEWS = "news"
    ADVICE = "advice"
    WORKSHOP = "workshop"
    OPENS = "opens"
    CLICKS = "clicks"


_NOTICE = (
    "Les Jardins d’Élise SARL (société fictive), 1 rue de l’Exemple, 44000 Nantes, utilise"
    " votre adresse pour vous envoyer cette lettre, avec votre consentement. Vous pouvez le"
    " retirer à tout moment par le lien présent dans chaque message. Sans nouvelles de vous"
    " pendant trois ans, nous effaçons vos données. Pour y accéder, les rectifier, les"
    " effacer, les récupérer ou décider de leur sort après votre décès :"
    " dpo@jardins-elise.example, 02 61 91 00 10. Vous pouvez saisir la CNIL (cnil.fr)."
)
LISTS = {
    About.NEWS: Description(
        name="Nouveautés",
        description="Deux fois par mois : ce qui arrive en boutique, avant tout le monde.",
        opt_in=OptIn.DOUBLE,
        purpose_text=(
            "Je souhaite recevoir par e-mail les nouveautés et les offres des Jardins d’Élise."
        ),
        notice_text=_NOTICE,
        locale=LOCALE,
    ),
    About.ADVICE: Description(
        name="Conseils de saison",
        description="Rempoter, arroser, infuser : un conseil par mois.",
        opt_in=OptIn.DOUBLE,
        purpose_text=(
            "Je souhaite recevoir par e-mail les conseils de saison des Jardins d’Élise."
        ),
        notice_text=_NOTICE,
        locale=LOCALE,
        archive_is_open=True,
    ),
    About.WORKSHOP: Description(
        name="Clients de l’atelier",
        description="Les dates des ateliers de céramique et les places qui se libèrent.",
        opt_in=OptIn.SINGLE,
        purpose_text=(
            "Je souhaite être prévenu·e par e-mail des ateliers des Jardins d’Élise."
        ),
        notice_text=_NOTICE,
        locale=LOCALE,
    ),
}


@dataclass(frozen=True)
class Form:
    """A widget of the shop, for one list."""

    name: str
    design: dict[str, Any]


WIDGETS = {
    About.NEWS: Form(
        "Pied de page du site",
        {
            "title": "Restons en contact",
            "intro": "Les nouveautés de la boutique, deux fois par mois.",
            "button": "Je m’inscris",
            "thanks": "Merci ! Ouvrez l’e-mail que nous venons de vous envoyer pour confirmer.",
            "fields": ["first_name"],
        },
    ),
    About.WORKSHOP: Form(
        "Page des ateliers",
        {
            "title": "Prévenez-moi des prochains ateliers",
            "intro": "Tournage, modelage, émaillage : huit places par séance.",
            "button": "Me prévenir",
            "thanks": "C’est noté. À bientôt à l’atelier !",
            "fields": ["first_name", "last_name", "postcode"],
            "colour": "#8a3b2a",
        },
    ),
}


def segments(news_list_id: int, now: datetime) -> list[tuple[str, dict[str, Any]]]:
    """Five groups of customers worth writing to, with their rules."""
    towns = ("Nantes", "Saint-Herblain", "Rezé", "Orvault", "Vertou")
    month, year = (now - timedelta(days=days) for days in (30, 365))
    return [
        ("Amateurs de thé", _all(_rule(Key.FAMILY, "equals", TEAS))),
        (
            "Fidèles avec la carte",
            _all(_rule(Key.CARD, "equals", True), _rule(Key.ORDERS, "greater", 2)),
        ),
        (
            "À réveiller (un an sans achat)",
            _all(_rule(Key.LAST_PURCHASE, "less", year.date().isoformat())),
        ),
        (
            "Nantes et alentours",
            _rules("any", *(_condition("city", "equals", town) for town in towns)),
        ),
        (
            "Inscrits de ce mois",
            _all(
                _condition(f"list:{news_list_id}", "since", month.date().isoformat()),
            ),
        ),
    ]


def _all(*conditions: dict[str, Any]) -> dict[str, Any]:
    return _rules("all", *conditions)


def _rules(match: str, *conditions: dict[str, Any]) -> dict[str, Any]:
    return {"version": 1, "root": {"match": match, "rules": list(conditions)}}


def _rule(key: Key, operator: str, value: Any) -> dict[str, Any]:
    return _condition(f"attribute:{key}", operator, value)


def _condition(subject: str, operator: str, value: Any) -> dict[str, Any]:
    return {"subject": subject, "operator": operator, "value": value}
