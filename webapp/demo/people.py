"""The customers of the demo shop: the same four thousand at each load, seen from today."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from webapp.demo import names
from webapp.demo.shop import FAMILIES, Key

HOW_MANY = 4000


@dataclass(frozen=True)
class Person:
    """A customer who never existed."""

    email: str
    civility: str
    first_name: str
    last_name: str
    phone: str
    postcode: str
    city: str
    birth_date: date | None
    attributes: dict[str, Any]


def customers(random: Random, now: datetime) -> list[Person]:
    """Everybody, each with an address of their own."""
    taken: set[str] = set()
    return [_customer(random, now, taken) for _ in range(HOW_MANY)]


def weighted(random: Random, table: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    """One line of a table whose last column says how frequent it is."""
    return random.choices(table, [line[-1] for line in table])[0]


def _customer(random: Random, now: datetime, taken: set[str]) -> Person:
    age = int(random.triangular(19, 86, 44))
    born = (now - timedelta(days=age * 365.25 + random.randrange(365))).date()
    is_woman = random.random() < 0.67
    generation = (born.year >= 1960) + (born.year >= 1982)
    first = random.choice((names.WOMEN if is_woman else names.MEN)[generation])
    last = random.choice(names.SURNAMES)
    # The hyphen of a name in two words only kept it in one piece in the table.
    last = last.replace("Le-", "Le ").replace("Da-", "Da ")
    postcode, city, _ = weighted(random, names.TOWNS)
    return Person(
        email=_address(random, first, last, taken),
        civility="Mme" if is_woman else "M.",
        first_name=first,
        last_name=last,
        phone=_phone(random),
        postcode=postcode,
        city=city,
        birth_date=born if random.random() < 0.4 else None,
        attributes=_attributes(random, now),
    )


def _address(random: Random, first: str, last: str, taken: set[str]) -> str:
    given, family = _plain(first), _plain(last)
    local = random.choice((f"{given}.{family}", f"{given[0]}.{family}", given + family))
    domain, _ = weighted(random, names.DOMAINS)
    address, number = f"{local}@{domain}", 1
    while address in taken:
        number += 1
        address = f"{local}{number}@{domain}"
    taken.add(address)
    return address


def _plain(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "".join(sign for sign in plain.lower() if sign.isalpha())


def _phone(random: Random) -> str:
    if random.random() < 0.7:
        return ""
    # ARCEP keeps 06 39 98 for fiction.
    return f"06 39 98 {random.randrange(100):02} {random.randrange(100):02}"


def _attributes(random: Random, now: datetime) -> dict[str, Any]:
    orders = 0 if random.random() < 0.35 else min(40, int(random.expovariate(0.28)) + 1)
    known: dict[str, Any] = {
        Key.ORDERS: orders,
        Key.CARD: orders > 0 and random.random() < 0.3 + 0.04 * orders,
    }
    if random.random() < 0.8:
        known[Key.FAMILY] = random.choices(FAMILIES, (5, 3, 2))[0]
    if orders:
        known[Key.LAST_PURCHASE] = (
            (now - timedelta(days=random.expovariate(1 / 160))).date().isoformat()
        )
    return known
