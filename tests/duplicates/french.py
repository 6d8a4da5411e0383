"""A made-up French base, the same for the same seed: households, and people entered twice or more.

No labelled French base is public. This one has what makes real ones hard: relatives who share
a name, an address, a landline and sometimes a mailbox or a mobile; second mailboxes, typing
slips, names that changed places, initials, married names, people who moved, half-filled forms.
It ranks methods; it does not promise what a real base will give.
"""

import random
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from itertools import accumulate, combinations

from faker.providers.person.fr_FR import Provider as Names

BOYS = tuple(sorted(set(Names.first_names_male)))
GIRLS = tuple(sorted(set(Names.first_names_female)))
MAILBOXES = (
    ("gmail.com",) * 5
    + ("orange.fr",) * 3
    + (
        *("hotmail.fr", "hotmail.com", "yahoo.fr", "free.fr", "laposte.net"),
        *("wanadoo.fr", "sfr.fr", "outlook.fr", "live.fr", "icloud.com"),
    )
)
SLIPS = {"gmail.com": "gmial.com", "orange.fr": "ornage.fr", "hotmail.fr": "hotmial.fr"}
WAYS = ("rue",) * 6 + ("avenue", "boulevard", "chemin", "impasse", "place", "allée")
SHORT_WAYS = {"avenue": "av.", "boulevard": "bd", "chemin": "ch", "impasse": "imp"}
STREETS = (
    *("Victor Hugo", "de la République", "Jean Jaurès", "du Général de Gaulle"),
    *("de l'Église", "des Écoles", "Pasteur", "Jules Ferry", "du Moulin", "des Lilas"),
    *(
        "de la Gare",
        "du Château",
        "Émile Zola",
        "de Verdun",
        "de la Mairie",
        "Gambetta",
    ),
    *("du 8 Mai 1945", "du 11 Novembre", "Georges Clemenceau", "Saint-Michel"),
)
BEGINNINGS = [
    "Bar",
    "Cha",
    "Du",
    "Fa",
    "Gui",
    "La",
    "Le",
    "Mar",
    "Mo",
    "Per",
    "Ro",
    "Sau",
    "Ta",
    "Va",
    "Vi",
    "Bou",
    "Cour",
    "Des",
    "Fon",
    "Gal",
]
MIDDLES = [
    "bi",
    "cho",
    "de",
    "fo",
    "ga",
    "li",
    "ma",
    "na",
    "ne",
    "pi",
    "ra",
    "re",
    "ri",
    "ro",
    "se",
    "ta",
    "te",
    "ti",
    "ve",
    "vi",
]
ENDINGS = [
    "lin",
    "rand",
    "neau",
    "tier",
    "mont",
    "vert",
    "din",
    "get",
    "net",
    "rel",
    "quet",
    "ville",
    "son",
    "ly",
    "bert",
    "coq",
    "let",
]


@dataclass(frozen=True)
class Person:
    """A record as a form or a till wrote it; `who` is the truth."""

    who: int
    email: str = ""
    civility: str = ""
    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    landline: str = ""
    birth_date: date | None = None
    street: str = ""
    street_more: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "FR"
    household: int | None = field(default=None, compare=False)

    @property
    def fields(self):
        """What a contact would hold, by the names of its columns."""
        return {
            name: value
            for name, value in vars(self).items()
            if name not in {"who", "household"}
        }


def truth(records):
    """The pairs of places whose records are one person."""
    places = {}
    for place, record in enumerate(records):
        places.setdefault(record.who, []).append(place)
    return {pair for same in places.values() for pair in combinations(same, 2)}


def base(size, seed=20_260_101):
    """At least so many records, in an order that tells nothing."""
    maker = Maker(random.Random(seed))
    records = []
    while len(records) < size:
        for person in maker.people():
            records += maker.records(person)
    maker.dice.shuffle(records)
    return records


def families(count, seed=7):
    """Pairs of brothers and sisters: their home, landline and surname in common."""
    maker = Maker(random.Random(seed))
    return [maker.siblings() for _ in range(count)]


class Maker:
    """Makes people and what is written of them."""

    def __init__(self, dice):
        self.dice = dice
        self.next_who = self.next_household = 0
        self.taken = set()
        self.surnames = Chosen(
            dice, [*sorted(set(Names.last_names)), *self.words(4000)]
        )
        self.towns = Chosen(dice, [self.town(word) for word in self.words(2500)])
        self.streets = Chosen(dice, [*STREETS, *self.words(3000)])
        self.rare_names = self.words(400)

    def words(self, count):
        """Made-up proper names."""
        made = set()
        while len(made) < count:
            middle = "".join(
                self.dice.choices(MIDDLES, k=self.dice.choice((0, 1, 1, 2)))
            )
            made.add(self.dice.choice(BEGINNINGS) + middle + self.dice.choice(ENDINGS))
        return sorted(made)

    def town(self, word):
        name = self.dice.choice((word, word, f"Saint-{word}", f"{word}-sur-Loire"))
        return f"{self.dice.randint(1, 95):02}{self.dice.randrange(1000):03}", name

    def people(self):
        """Somebody who lives alone, or the members of a household that are known."""
        first = self.person()
        if self.dice.random() >= 0.05:
            return [first]
        self.next_household += 1
        others = [self.relative(first) for _ in range(self.dice.choice((1, 1, 2, 3)))]
        return [replace(one, household=self.next_household) for one in (first, *others)]

    def person(self):
        girl = self.dice.random() < 0.55
        first, last = self.first_name(girl=girl), self.surnames.one()
        postcode, city = self.towns.one()
        self.next_who += 1
        return Person(
            who=self.next_who,
            civility="Mme" if girl else "M.",
            first_name=first,
            last_name=last,
            email=self.address(first, last),
            phone=self.mobile(),
            landline=f"+33{self.dice.choice('123459')}{self.digits(8)}",
            birth_date=date(1935, 1, 1) + timedelta(self.dice.randrange(26_000)),
            street=self.street(),
            postcode=postcode,
            city=city,
        )

    def relative(self, of):
        """A husband or wife, a child, a brother: another person under the same roof."""
        one = replace(
            self.person(),
            **{
                name: getattr(of, name)
                for name in ("street", "postcode", "city", "landline")
            },
        )
        if self.dice.random() < 0.85:
            one = replace(one, last_name=of.last_name)
        if self.dice.random() < 0.02:
            one = replace(one, first_name=of.first_name, civility=of.civility)
        one = replace(one, email=self.address(one.first_name, one.last_name))
        if self.dice.random() < 0.06:
            one = replace(one, phone=of.phone)
        if self.dice.random() < 0.10 and of.email.endswith("@gmail.com"):
            one = replace(one, email=self.variant(of.email))
        return one

    def siblings(self):
        one = self.person()
        other = replace(self.relative(one), last_name=one.last_name)
        while other.first_name == one.first_name:
            other = replace(
                other, first_name=self.first_name(girl=other.civility == "Mme")
            )
        return one, other

    def records(self, person):
        """What is known of somebody: once as a rule, with mistakes when entered again."""
        again = 0
        if self.dice.random() < 0.22:
            again = self.dice.choices((1, 2, 3), (75, 18, 7))[0]
        return [
            self.as_filled_in(person),
            *(self.as_filled_in(self.entered_again(person)) for _ in range(again)),
        ]

    def entered_again(self, person):
        for chance, mistake in self.mistakes():
            if self.dice.random() < chance:
                person = mistake(person)
        return person

    def mistakes(self):
        return (
            (1.00, self.with_other_address),
            (0.05, partial(self.with_slip, "first_name")),
            (0.06, partial(self.with_slip, "last_name")),
            (0.03, lambda one: replace(one, first_name=f"{one.first_name[0]}.")),
            (0.03, self.swapped),
            (0.04, self.married),
            (0.10, self.moved),
            (0.08, lambda one: replace(one, phone=self.mobile())),
            (0.02, lambda one: replace(one, phone=self.one_digit_off(one.phone))),
            (0.03, self.with_date_slip),
            (0.15, partial(self.with_slip, "street")),
            (0.05, partial(self.with_slip, "city")),
            (0.20, lambda one: replace(one, street=shortened(one.street))),
            (0.15, lambda one: replace(one, last_name=one.last_name.upper())),
            (0.15, lambda one: replace(one, first_name=bare(one.first_name))),
        )

    def as_filled_in(self, person):
        """Forms ask for different things, and people skip some."""
        blank = {}
        for share, names in (
            (0.05, ("first_name",)),
            (0.03, ("last_name",)),
            (0.30, ("birth_date",)),
            (0.25, ("phone",)),
            (0.60, ("landline",)),
            (0.20, ("street", "street_more")),
            (0.12, ("postcode", "city")),
            (0.30, ("civility",)),
        ):
            if self.dice.random() < share:
                blank.update(
                    {name: None if name == "birth_date" else "" for name in names}
                )
        return replace(person, **blank)

    def with_other_address(self, one):
        """No address stands twice in a base: a second mailbox, or the same written otherwise."""
        if self.dice.random() < 0.42:
            return replace(one, email=self.address(one.first_name, one.last_name))
        return replace(one, email=self.variant(one.email))

    def variant(self, email):
        """An address that is written otherwise and reaches the same mailbox, or was meant to."""
        local, _, domain = email.partition("@")
        written = f"{local}@{slip_of(domain)}"
        if domain == "gmail.com" or written in self.taken:
            tag = "".join(self.dice.choices("abcdefghijkmnp", k=4))
            written = f"{local.replace('.', '')}+{tag}@gmail.com"
        if domain != "gmail.com" and written.endswith("gmail.com"):
            return self.address(local, "")
        return self.remember(written)

    def address(self, first, last):
        first, last = bare(first).lower(), bare(last).lower().replace(" ", "")
        local = self.dice.choice(
            (
                f"{first}.{last}",
                f"{first[0]}{last}",
                f"{first}{last}",
                f"{last}.{first}",
            )
        ).strip(".")
        if self.dice.random() < 0.5:
            local += str(self.dice.randrange(100))
        while (email := f"{local}@{self.dice.choice(MAILBOXES)}") in self.taken:
            local += str(self.dice.randrange(10))
        return self.remember(email)

    def remember(self, email):
        self.taken.add(email)
        return email

    def with_slip(self, name, one):
        return replace(one, **{name: self.slip(getattr(one, name))})

    def slip(self, text):
        """One key too many, one too few, a wrong one, or two that changed places."""
        if len(text) < 3:
            return text
        place = self.dice.randrange(1, len(text) - 1)
        letter = self.dice.choice("aeiournst")
        return self.dice.choice(
            (
                text[:place] + letter + text[place:],
                text[:place] + text[place + 1 :],
                text[:place] + letter + text[place + 1 :],
                text[:place] + text[place + 1] + text[place] + text[place + 2 :],
            )
        )

    def swapped(self, one):
        return replace(one, first_name=one.last_name, last_name=one.first_name)

    def married(self, one):
        if one.civility != "Mme":
            return one
        name = self.surnames.one()
        return replace(
            one, last_name=self.dice.choice((name, f"{one.last_name}-{name}"))
        )

    def moved(self, one):
        postcode, city = self.towns.one()
        landline = f"+33{self.dice.choice('123459')}{self.digits(8)}"
        return replace(
            one, street=self.street(), postcode=postcode, city=city, landline=landline
        )

    def with_date_slip(self, one):
        born = one.birth_date
        if born.day <= 12 and self.dice.random() < 0.4:
            return replace(one, birth_date=born.replace(month=born.day, day=born.month))
        return replace(one, birth_date=born.replace(year=born.year - 10))

    def first_name(self, *, girl):
        if self.dice.random() < 0.15:
            return self.dice.choice(self.rare_names)
        # The first ones of the list are as common as the first ones in life.
        names = GIRLS if girl else BOYS
        return names[int(len(names) * self.dice.random() ** 1.6)]

    def street(self):
        name = f"{self.dice.choice(WAYS)} {self.streets.one()}"
        return f"{self.dice.randint(1, 120)} {name}"

    def mobile(self):
        return f"+33{self.dice.choice('67')}{self.digits(8)}"

    def digits(self, count):
        return "".join(self.dice.choices("0123456789", k=count))

    def one_digit_off(self, number):
        place = self.dice.randrange(4, len(number))
        return number[:place] + self.dice.choice("0123456789") + number[place + 1 :]


class Chosen:
    """One of many, the first ones much oftener than the last."""

    def __init__(self, dice, things):
        self.dice, self.things = dice, list(things)
        dice.shuffle(self.things)
        self.weights = list(
            accumulate(1 / (place + 8) ** 0.8 for place in range(len(self.things)))
        )

    def one(self):
        return self.dice.choices(self.things, cum_weights=self.weights)[0]


def bare(text):
    """Without accents."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def shortened(street):
    for way, short in SHORT_WAYS.items():
        street = street.replace(way, short)
    return bare(street)


def slip_of(domain):
    return SLIPS.get(domain, domain[:1] + domain[2] + domain[1] + domain[3:])
