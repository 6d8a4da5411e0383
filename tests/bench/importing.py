"""An import beside a plain COPY of the same file: from the uploaded file to everything applied.

`python -m tests.bench.importing [ROWS]`. COPY goes into a table made like `contact`, with all its
indexes; for comparison also into a bare one. The import reads, checks and weighs each line, shows
what would change, takes the people with the record of who said what, and in a second go brings
proven consents for a list, chained in the ledger.
"""

import cProfile
import os
import pstats
import random
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from sqlalchemy import text

from tests.bench import installation
from tests.factories import accounts, imports, subscriptions
from webapp.core.db import db
from webapp.core.normalising import places

ROWS = 100_000
HEADING = "E-mail;Civilité;Prénom;Nom;Téléphone;Adresse;Code postal;Ville;Date de naissance;Pointure"
COLUMNS = "email, civility, first_name, last_name, phone, street, postcode, city, birth_date, size"
FIRST = ("Ana", "Émilie", "Jean-Pierre", "Léa", "Mohamed", "Chloé", "Théo", "Inès")
LAST = ("Durand", "Martin", "Le Goff", "Bernard", "N’Diaye", "Müller", "Petit", "Roux")
CITIES = (
    ("69001", "Lyon"),
    ("75011", "Paris"),
    ("33000", "Bordeaux"),
    ("59000", "Lille"),
)
HOSTS = (
    "orange.fr",
    "gmail.com",
    "free.fr",
    "laposte.net",
    "maison-tilleul.example.com",
)


def main(rows=None):
    """Print seconds and ratios."""
    rows = rows or (int(sys.argv[1]) if sys.argv[1:] else ROWS)
    print(f"{rows} rows; load average at the start {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as corner, installation.house() as house:
        path = write(Path(corner) / "clients.csv", rows)
        print(f"the file: {path.stat().st_size / 1e6:.1f} MB")
        with house.app.app_context():
            _measure(path, rows)


def write(path, rows):
    """A file as a shop exports it."""
    chance = random.Random(7)
    with path.open("w", encoding="utf-8") as file:
        file.write(f"{HEADING}\n")
        for number in range(rows):
            postcode, city = chance.choice(CITIES)
            first, last = chance.choice(FIRST), chance.choice(LAST)
            file.write(
                f"client{number}@{chance.choice(HOSTS)};Mme;{first};{last}{number % 977};"
                f"06{number % 90_000_000 + 10_000_000};{number % 300} rue de la Paix;{postcode};"
                f"{city};{1940 + number % 65}-{1 + number % 12:02}-{1 + number % 28:02};"
                f"{34 + number % 14}\n"
            )
    return path


def _measure(path, rows):
    # A worker reads the table of communes once in its life.
    places.resolve("69001", "Lyon")
    workspace = accounts.workspace()
    letter = subscriptions.mailing_list(workspace)
    db.session.commit()
    bare = _copied(path, "(LIKE contact)", workspace.id)
    plain = _copied(path, "(LIKE contact INCLUDING ALL)", workspace.id)
    print(
        f"COPY into a bare table: {bare:.1f} s; into one like `contact`: {plain:.1f} s"
    )
    with _timed() as reading:
        run = _checked(workspace, path)
    print(
        f"read, checked and weighed: {reading():.1f} s ({rows / reading():.0f} rows/s)"
    )
    with _timed() as taking:
        run = imports.done(run)
    assert run.figures["new"] == rows, run.figures
    print(f"taken: {taking():.1f} s")
    whole = reading() + taking()
    print(f"from the file to the base: {whole:.1f} s, {whole / plain:.2f} times COPY")
    with _timed() as again:
        run = imports.done(_checked(workspace, path, [letter]))
    done = run.figures["done"]["consents"][str(letter.id)]
    print(f"again, all known, with {done} consents: {again():.1f} s")
    with _timed() as undoing:
        imports.undone(run)
    print(f"that one undone: {undoing():.1f} s")


def _checked(workspace, path, lists=()):
    run = imports.answered(
        workspace,
        path.read_bytes(),
        lists,
        name=path.name,
        collected_on=date(2026, 9, 1),
    )
    run.mapping = [one or "new:number:Pointure" for one in run.mapping]
    return imports.checked(run)


def _copied(path, definition, workspace_id):
    run = db.session.execute
    run(text(f"CREATE TABLE copied {definition}"))
    run(text("ALTER TABLE copied ADD COLUMN size text"))
    run(
        text(
            "ALTER TABLE copied ADD FOREIGN KEY (workspace_id) REFERENCES workspace(id)"
        )
    )
    for column, value in {
        "workspace_id": str(workspace_id),
        "id": "nextval('copied_id')",
        **dict.fromkeys(("country", "source", "language", "frequency"), "''"),
        **dict.fromkeys(("time_zone", "landline", "job_title", "company"), "''"),
        **dict.fromkeys(("siren", "siret", "vat_number", "street_more"), "''"),
        **dict.fromkeys(("activity", "headcount"), "''"),
        "attributes": "'{}'",
        **dict.fromkeys(("created_at", "updated_at", "last_contact_at"), "now()"),
    }.items():
        if column == "id":
            run(text("CREATE SEQUENCE copied_id"))
            run(text("ALTER TABLE copied ALTER COLUMN id DROP IDENTITY IF EXISTS"))
        run(text(f"ALTER TABLE copied ALTER COLUMN {column} SET DEFAULT {value}"))
    db.session.commit()
    with _timed() as elapsed:
        connection = db.session.connection().connection.driver_connection
        statement = (
            f"COPY copied ({COLUMNS}) FROM STDIN (FORMAT csv, HEADER, DELIMITER ';')"
        )
        with (
            connection.cursor() as cursor,
            cursor.copy(statement) as target,
            path.open("rb") as file,
        ):
            while piece := file.read(1 << 16):
                target.write(piece)
        db.session.commit()
    run(text("DROP TABLE copied"))
    run(text("DROP SEQUENCE copied_id"))
    db.session.commit()
    return elapsed()


@contextmanager
def _timed():
    start, end = time.perf_counter(), []
    yield lambda: (end[0] if end else time.perf_counter()) - start
    end.append(time.perf_counter())


if __name__ == "__main__":
    if "--profile" in sys.argv:
        sys.argv.remove("--profile")
        with cProfile.Profile() as profile:
            main()
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)
    else:
        main()
