"""The letters of the demo shop, written on the starter templates."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from webapp.demo.shop import WEBSITE, About
from webapp.messages.starters import starters

_SITE = "{{ workspace.website }}"
_LINKED = '<a href="{url}" style="color:inherit">{words}</a>'


@dataclass(frozen=True)
class Letter:
    """A campaign of the shop: to which list, how long ago, and its words."""

    name: str
    subject: str
    preheader: str
    starter: str
    about: About
    days_ago: int
    # What stands in the starter, and what the shop wrote there.
    words: Mapping[str, str]
    # Where it leads, in the order of reading.
    links: tuple[str, ...]

    @cached_property
    def mjml(self) -> str:
        """The starter with the shop's own words."""
        source = next(each for each in starters() if each.key == self.starter).source
        for before, after in self.words.items():
            source = source.replace(before, after)
        return source


def _page(path: str) -> str:
    return f"{WEBSITE}/{path}"


def _link(path: str, words: str) -> str:
    return _LINKED.format(url=_page(path), words=words)


NEW_TEAS = Letter(
    name="Les thés du printemps japonais",
    subject="Trois thés viennent d’arriver",
    preheader="Un sencha, un hōjicha et une infusion du jardin.",
    starter="nouveautes",
    about=About.NEWS,
    days_ago=75,
    words={
        "Trois nouveautés, fraîchement déballées": "Trois thés, fraîchement déballés",
        "La première nouveauté": _link("thes/sencha", "Sencha d’Uji"),
        "Dites en une phrase ce qu’elle a de particulier, et à qui elle plaira.": (
            "Végétal et doux, presque sucré : celui que l’on boit sans y penser."
        ),
        "La deuxième": _link("thes/hojicha", "Hōjicha grillé"),
        "La matière, l’origine, la taille&nbsp;: le détail qui décide.": (
            "Des notes de noisette, très peu de théine : un thé du soir."
        ),
        "Et la troisième": _link("thes/infusion", "Infusion du jardin"),
        "Celle que toute l’équipe s’est déjà offerte.": (
            "Verveine, mélisse et menthe cueillies à Vertou."
        ),
        _SITE: _page("thes"),
    },
    links=tuple(map(_page, ("thes/sencha", "thes/hojicha", "thes/infusion", "thes"))),
)
REPOTTING = Letter(
    name="Conseil : rempoter sans stress",
    subject="Rempoter sans stress, en quatre gestes",
    preheader="Quatre minutes de lecture, vingt de terreau.",
    starter="recit",
    about=About.ADVICE,
    days_ago=47,
    words={
        "Le jour où tout a failli s’arrêter": "Le monstera qui ne tenait plus debout",
        "Racontez ici le début&nbsp;: un lieu, une personne, un problème.": (
            "Un client, un monstera d’un mètre, et des racines par tous les trous du"
            f" pot. {_link('plantes/monstera', 'Le monstera')} demande un pot deux"
            " doigts plus large, pas davantage."
        ),
        "Puis la suite. Ce que vous avez essayé, ce qui n’a pas marché, ce que vous avez"
        " appris.": (
            "Dépotez sur un journal, démêlez les racines, coupez ce qui est mou, tassez"
            f" à peine. {_link('terreau', 'Notre terreau')} contient déjà les billes"
            " d’argile."
        ),
        "Les lecteurs retiennent les détails&nbsp;: une odeur, un prénom, un chiffre.": (
            "Arrosez une fois, puis plus rien pendant dix jours."
        ),
        "Finissez par ce qui vient&nbsp;: le projet suivant, une question à vos lecteurs.": (
            "Le mois prochain : bouturer dans un verre d’eau."
        ),
        _SITE: _page("conseils/rempoter"),
    },
    links=tuple(map(_page, ("plantes/monstera", "terreau", "conseils/rempoter"))),
)
EVENING = Letter(
    name="Soirée à l’atelier",
    subject="Une soirée à l’atelier, un verre à la main",
    preheader="La nouvelle collection avant tout le monde.",
    starter="invitation",
    about=About.WORKSHOP,
    days_ago=26,
    words={
        "Jeudi 12 décembre": "Le premier jeudi du mois",
        "Entrée libre sur inscription": (
            f"{_link('atelier/programme', 'Le programme')} · Entrée libre sur inscription"
        ),
        _SITE: _page("atelier/soiree"),
    },
    links=tuple(map(_page, ("atelier/soiree", "atelier/programme"))),
)
OFFER = Letter(
    name="Merci : −20 % sur tout le magasin",
    subject="Un code pour vous remercier",
    preheader="MERCI20, jusqu’à la fin du mois.",
    starter="offre",
    about=About.NEWS,
    days_ago=6,
    words={
        "hors articles déjà remisés": (
            f"hors articles déjà remisés ({_link('conditions', 'conditions')})"
        ),
        _SITE: _page("boutique"),
    },
    links=tuple(map(_page, ("boutique", "conditions"))),
)
SENT = (NEW_TEAS, REPOTTING, EVENING, OFFER)
DRAFTS = (
    Letter(
        name="La lettre du mois",
        subject="Ce que le jardin nous apprend ce mois-ci",
        preheader="",
        starter="lettre",
        about=About.NEWS,
        days_ago=2,
        words={},
        links=(),
    ),
    Letter(
        name="Bon anniversaire",
        subject="Un thé pour votre anniversaire",
        preheader="",
        starter="anniversaire",
        about=About.NEWS,
        days_ago=1,
        words={},
        links=(),
    ),
)
