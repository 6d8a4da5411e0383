"""What some customers of the demo shop told besides: where they live, where they work, what they wish."""

from collections.abc import Sequence
from random import Random
from typing import Any

from stdnum import luhn

from webapp.demo.people import Person
from webapp.demo.shop import WISHES, Key

# One of so many people.
COMPANIES = 16
_STREETS = (
    *("rue des Lilas", "rue du Moulin", "avenue de la Gare", "rue de l’Église"),
    *("impasse des Rosiers", "chemin du Lavoir", "place du Marché", "quai des Brumes"),
)
_MORE = ("", "", "", "Bâtiment B", "2e étage", "Résidence Les Tilleuls")
# ARCEP keeps these for fiction.
_LANDLINES = ("+3319900", "+3326191", "+3335301", "+3346571", "+3353649")
# What they do, with its code (NAF), and the size of such a company (INSEE).
_TRADES = (
    ("Fleurs {}", "47.76Z", "02", "Gérante"),
    ("Paysages {}", "81.30Z", "11", "Chef d’équipe"),
    ("Salon de thé {}", "56.30Z", "01", "Gérant"),
    ("Hôtel {}", "55.10Z", "12", "Responsable des achats"),
    ("Pépinières {}", "01.30Z", "03", "Gérante"),
)
_DAYS = ("2004-03-15", "2011-09-01", "2016-06-20", "2019-01-07")

Details = dict[str, Any]


def of(people: Sequence[Person]) -> list[Details]:
    """For each person, in their order, what is known besides; the same at each load."""
    random = Random(7)  # noqa: S311 - a story, no secret
    return [
        {**_home(random), **_work(random, place, person), **_wishes(random)}
        for place, person in enumerate(people)
    ]


def _home(random: Random) -> Details:
    known: Details = {}
    if random.random() < 0.4:
        known["street"] = f"{random.randrange(1, 90)} {random.choice(_STREETS)}"
        known["street_more"] = random.choice(_MORE)
    if random.random() < 0.15:
        known["landline"] = f"{random.choice(_LANDLINES)}{random.randrange(10_000):04}"
    return known


def _work(random: Random, place: int, person: Person) -> Details:
    if place % COMPANIES:
        return {}
    name, activity, headcount, job = random.choice(_TRADES)
    siren = _siren(place)
    return {
        "company": name.format(person.last_name),
        "job_title": job,
        "siren": siren,
        "siret": _siret(siren),
        "activity": activity,
        "headcount": headcount,
        "founded_on": random.choice(_DAYS),
    }


def _wishes(random: Random) -> Details:
    if random.random() > 0.3:
        return {}
    chosen = random.sample(WISHES, random.randrange(1, len(WISHES)))
    return {f"attribute:{Key.WISHES}": [wish for wish in WISHES if wish in chosen]}


def _siren(place: int) -> str:
    """Its Luhn sum is right, and no company has such a one."""
    digits = f"9991{place:04}"
    return digits + str(luhn.calc_check_digit(digits))


def _siret(siren: str) -> str:
    digits = f"{siren}0001"
    return digits + str(luhn.calc_check_digit(digits))
