import random

import pytest

from webapp.core.normalising import places
from webapp.core.normalising.communes import table
from webapp.core.normalising.places import Certainty

ROWS = 5000


def slip(word, chance):
    """One letter wrong, missing, doubled, or two that changed places."""
    at = chance.randrange(1, len(word) - 1) if len(word) > 3 else 0
    ways = [
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + chance.choice("aeiourst") + word[at + 1 :],
        word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
    ]
    return chance.choice(ways)


def corrupted(commune, chance):
    """How people and spreadsheets spoil a postcode and a city."""
    postcode, city = commune.postcode, commune.city
    ways = [
        lambda: (postcode, city.upper().replace("-", " ")),
        lambda: (postcode, city.lower()),
        lambda: (postcode, city.replace("Saint", "St").replace("-", " ")),
        lambda: (postcode.lstrip("0"), city),
        lambda: (f"{postcode[:2]} {postcode[2:]}", f" {city}  "),
        lambda: (f"F-{postcode}", city),
        lambda: (postcode, f"{city} CEDEX {chance.randrange(1, 20)}"),
        lambda: ("", f"{postcode} {city}"),
        lambda: (postcode, city.removeprefix("Le ").removeprefix("La ")),
        lambda: (f"{postcode}.0", city),
    ]
    rare = chance.random()
    if rare < 0.2:
        return postcode, slip(city, chance)
    if rare < 0.25:
        return postcode, ""
    if rare < 0.28:
        return slip(postcode, chance), city
    if rare < 0.30:
        return f"{postcode[:2]}000", city
    return chance.choice(ways)()


@pytest.mark.covers("data-5")
def test_nearly_every_spoilt_address_finds_its_commune_and_hardly_one_a_wrong_one():
    chance = random.Random(20_251_231)
    every = sorted({one for of in table().by_postcode.values() for one in of.values()})
    resolved = wrong = 0
    for commune in chance.choices(every, k=ROWS):
        place = places.resolve(*corrupted(commune, chance))
        resolved += place.certainty != Certainty.NONE
        wrong += bool(place.insee) and place.insee != commune.insee
    assert resolved >= 0.97 * ROWS
    assert wrong <= 0.001 * ROWS


@pytest.mark.parametrize(
    ("postcode", "city", "found"),
    [
        ("75011", "PARIS", ("75011", "Paris", "75111", Certainty.EXACT)),
        ("75116", "Paris 16e", ("75116", "Paris", "75116", Certainty.EXACT)),
        ("75000", "paris", ("75000", "Paris", "", Certainty.CITY)),
        ("69000", "Lyon 3ème", ("69003", "Lyon", "69383", Certainty.CITY)),
        ("", "Marseille 8e", ("13008", "Marseille", "13208", Certainty.CITY)),
        ("33074", "BORDEAUX CEDEX", ("33074", "Bordeaux", "33063", Certainty.CITY)),
        ("92800", "Puteaux cedex", ("92800", "Puteaux", "92062", Certainty.EXACT)),
        ("1000", "Bourg en B.", ("01000", "Bourg-en-Bresse", "01053", Certainty.CLOSE)),
        ("57011", "Paris", ("75011", "Paris", "75111", Certainty.CLOSE)),
        ("01300", "St Bois", ("01300", "Arboys en Bugey", "01015", Certainty.FORMER)),
        ("97400", "ST DENIS", ("97400", "Saint-Denis", "97411", Certainty.EXACT)),
        ("98714", "papeete", ("98714", "Papeete", "98735", Certainty.EXACT)),
        ("75001", "", ("75001", "Paris", "75101", Certainty.POSTCODE)),
        ("01300", "", ("01300", "", "", Certainty.POSTCODE)),
    ],
)
def test_a_place_is_put_right(postcode, city, found):
    assert tuple(places.resolve(postcode, city)) == found


@pytest.mark.parametrize(
    ("postcode", "city"),
    [
        ("", "Saint-Denis"),
        ("92800", "La Défense"),
        ("33000", "Marseille"),
        ("99999", "Nulle Part"),
        ("SW1A 1AA", "London"),
        ("", ""),
    ],
)
def test_what_leaves_a_doubt_stays_as_it_was_typed(postcode, city):
    assert tuple(places.resolve(postcode, city)) == (postcode, city, "", Certainty.NONE)


def test_a_place_that_was_put_right_stays_as_it_is():
    for typed in [("75011", "PARIS"), ("33074", "BORDEAUX CEDEX"), ("69000", "Lyon 3")]:
        once = places.resolve(*typed)
        assert places.resolve(once.postcode, once.city)[:3] == once[:3]


@pytest.mark.parametrize(
    ("typed", "tidied"),
    [
        ("12, AV DU GENERAL DE GAULLE", "12 avenue du General de Gaulle"),
        ("12bis r. de la Paix", "12 bis rue de la Paix"),
        ("3 bd St-Michel", "3 boulevard Saint-Michel"),
        ("5 ch des vignes", "5 chemin des Vignes"),
        ("2 TER IMP STE ANNE", "2 ter impasse Sainte Anne"),
        ("7 all. des Tilleuls", "7 allée des Tilleuls"),
        ("1 pl. de l'Église", "1 place de l'Église"),
        ("8 RUE PIE XII", "8 rue Pie XII"),
        ("ZA DES PINS", "ZA des Pins"),
        ("14 AVENUE D'ITALIE", "14 avenue d'Italie"),
        ("Lieu-dit Kerbras", "Lieu-dit Kerbras"),
        ("12", "12"),
        ("", ""),
    ],
)
def test_a_street_is_written_in_the_usual_words(typed, tidied):
    assert places.tidy_street(typed) == tidied
    assert places.tidy_street(tidied) == tidied
