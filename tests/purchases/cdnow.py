"""The orders of CDNOW, a shop for records: 23,570 customers of 1997, all they bought until June 1998.

`cdnow.txt.gz` holds one customer a line, `day:cents` for each day on which they bought, days counted
from 1 January 1997. It was made from `CDNOW_master.txt` of the Python package `lifetimes` 0.11.3 (MIT
licence, Cameron Davidson-Pilon), which has it from Bruce Hardie's notes (Fader and Hardie, 2001).
"""

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

from webapp.contacts.models import Contact
from webapp.core.copying import copy, reserve
from webapp.purchases.models import Order

START = datetime(1997, 1, 1, 12, tzinfo=UTC)
CUSTOMERS = 23_570


def customers():
    """Of each customer, the moments and amounts of what they bought."""
    with gzip.open(Path(__file__).with_name("cdnow.txt.gz"), "rt") as lines:
        for line in lines:
            bought = (one.split(":") for one in line.split())
            yield [
                (START + timedelta(days=int(day)), int(cents) / 100)
                for day, cents in bought
            ]


def load(workspace, until):
    """Everybody, and what they bought before that moment; gives what each bought from then on."""
    everybody = list(customers())
    # Read before: nothing else is asked while rows are copied.
    ours = workspace.id
    numbers = reserve(Contact, len(everybody))
    copy(
        Contact,
        ("id", "workspace_id", "email", *_EMPTY),
        (
            (number, ours, f"cdnow{number}@example.org", *_EMPTY.values())
            for number in numbers
        ),
    )
    copy(
        Order,
        ("workspace_id", "contact_id", "number", "placed_at", "total", *_PAID),
        (
            (
                ours,
                number,
                f"{number}-{at:%Y%m%d}",
                at,
                f"{total:.2f}",
                *_PAID.values(),
            )
            for number, bought in zip(numbers, everybody, strict=True)
            for at, total in bought
            if at < until
        ),
    )
    return {
        number: [at for at, _ in bought if at >= until]
        for number, bought in zip(numbers, everybody, strict=True)
    }


_PAID = {"status": "paid", "currency": "EUR", "source": "import"}
_EMPTY = {
    "civility": "",
    "first_name": "",
    "last_name": "",
    "phone": "",
    "postcode": "",
    "city": "",
    "country": "",
    "language": "en",
    "source": "import",
    "frequency": "all",
}
