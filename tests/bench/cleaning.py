"""Cleaning: values brought into one form, and a base looked through and counted.

Beside each rate stands what it costs of reading a line of CSV; behind `python -m
tests.bench.cleaning`, how many people the base has.
"""

import csv
import io
import sys
import time

from sqlalchemy import text

from tests.bench import installation
from tests.factories import accounts
from webapp.core import addresses
from webapp.core.db import db
from webapp.core.normalising import addresses as matching
from webapp.core.normalising import companies, dates, names, phones, places
from webapp.core.normalising.communes import table
from webapp.quality import counting, issues, looking, people

VALUES = 20_000
PEOPLE = 100_000
SAMPLES = {
    "e-mail, strict": (addresses.normalise, [("anna.martin{}@example.org",)]),
    "key of an address": (matching.key, [("Anna.Martin{}@gmail.com",)]),
    "phone": (phones.normalise, [("06 12 34 56 {:02}",), ("+33 1 42 68 53 {:02}",)]),
    "SIRET": (companies.siret, [("732 829 320 00074",)]),
    "name": (names.parse, [("M. Jean-Pierre DUPONT",), ("MARTIN Sophie",)]),
    "postcode and commune": (
        places.resolve,
        [("75011", "PARIS"), ("69003", "Lyonn"), ("01300", "St Bois")],
    ),
    "street": (places.tidy_street, [("12, AV DU GENERAL DE GAULLE",)]),
    "date": (dates.read, [("31/12/2025",), ("31 déc. 2025",)]),
}
# A tenth of the people are wrong in some way.
CONTACTS = """
INSERT INTO contact (workspace_id, email, civility, first_name, last_name, phone, postcode,
    city, country, language, source)
SELECT :workspace,
    'person' || n || CASE WHEN n % 40 = 0 THEN '@gmial.com' ELSE '@d' || n % 5000 || '.example' END,
    '', CASE WHEN n % 30 = 1 THEN 'ANNE' ELSE 'Anne' END, 'Martin',
    CASE WHEN n % 20 = 2 THEN '06 12' ELSE '+336' || lpad((n % 100000000)::text, 8, '0') END,
    '42000', CASE WHEN n % 50 = 3 THEN 'Saint-Etiene' ELSE 'Saint-Étienne' END,
    'FR', 'fr', 'bench'
FROM generate_series(1, :count) AS n
"""


def main():
    """Print values a second, then seconds."""
    table()
    line = _read_lines()
    for name, (read, samples) in SAMPLES.items():
        rate = VALUES / _timed(lambda: _each(read, samples))  # noqa: B023
        print(f"{name}: {rate:,.0f}/s, {line / rate:.1f} lines of CSV")
    count = int(sys.argv[1]) if sys.argv[1:] and sys.argv[1].isdigit() else PEOPLE
    with installation.house() as house, house.app.app_context():
        _look_through(count)


def _look_through(count):
    workspace = accounts.workspace()
    db.session.execute(text(CONTACTS), {"workspace": workspace.id, "count": count})
    db.session.commit()
    db.session.execute(text("ANALYZE contact"))
    db.session.commit()
    looked = _timed(lambda: looking.look(workspace.id))
    print(f"{count:,} people looked through in {looked:.1f} s")
    counted = _timed(lambda: counting.count(workspace.id))
    print(f"counted in {counted:.1f} s")
    for key in (
        "mistyped",
        "place",
        "phone",
        "missing:street",
        "old:phone",
        "silent-24",
    ):
        issue = issues.find(workspace, key)
        page = _timed(lambda: people.find(workspace, issue, before=None, after=None))  # noqa: B023
        print(f"the first people of {key}: {page * 1000:.0f} ms")


def _read_lines():
    """How many lines of a file of contacts are read in a second."""
    lines = io.StringIO(
        "anna@example.org;Anna;Martin;0612345678;75011;Paris\n" * VALUES
    )
    return VALUES / _timed(lambda: sum(1 for _ in csv.reader(lines, delimiter=";")))


def _each(read, samples):
    for number in range(VALUES):
        read(*(part.format(number % 100) for part in samples[number % len(samples)]))


def _timed(work):
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
