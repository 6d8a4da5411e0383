"""Catalogues of the interface's words: `python -m config.messages` brings them up to date,
`python -m config.messages compile` makes the form the application reads.

The sources speak English: an English text is its own translation, a French one is
written in webapp/translations/fr/LC_MESSAGES/messages.po.
"""

import os
import re
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from config.settings import ROOT

FOLDER = ROOT / "webapp" / "translations"
SOURCE_LANGUAGE = "en"
LANGUAGES = ("fr", SOURCE_LANGUAGE)
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "_n": (1, 2), "lazy_gettext": None}
# The style page shows samples to developers alone.
SOURCES = {
    "templates": [
        ("styleguide*", "ignore"),
        ("**.html", "jinja2"),
        ("**.txt", "jinja2"),
    ],
    "webapp": [("**.py", "python")],
    "workers": [("**.py", "python")],
}
JINJA = {"extensions": "jinja2.ext.do", "silent": "false"}
# Who made the file, with what and when: two people's catalogues would differ in that alone.
IDLE_HEADERS = re.compile(
    rb'^"(Project|Report|POT|PO|Last|Generated|Language-Team)[^:]*: .*\n', re.MULTILINE
)


def path_of(language: str) -> Path:
    """Where the catalogue of a language stands."""
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def extract() -> Catalog:
    """Every text the sources show to somebody, and the files that show it."""
    found = Catalog(charset="utf-8")
    for folder, methods in SOURCES.items():
        texts = extract_from_dir(
            ROOT / folder,
            method_map=methods,
            options_map={"**.html": JINJA, "**.txt": JINJA},
            keywords=KEYWORDS,
            directory_filter=lambda _: True,
        )
        for name, line, text, _, context in texts:
            found.add(text, None, [(f"{folder}/{name}", line)], context=context)
    return found


def read(language: str) -> Catalog:
    """The catalogue of a language; empty where there is none yet."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, header_comment="", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def write(language: str, catalog: Catalog) -> None:
    """Keep a catalogue in its one form: sorted, unwrapped, without lines or dates."""
    text = BytesIO()
    write_po(
        text,
        catalog,
        width=0,
        sort_output=True,
        ignore_obsolete=True,
        include_lineno=False,
    )
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(IDLE_HEADERS.sub(b"", text.getvalue()))


def update() -> None:
    """Add what is new in the sources to each catalogue and drop what is gone."""
    found = extract()
    for language in LANGUAGES:
        catalog = read(language)
        catalog.update(found, no_fuzzy_matching=True)
        if language == SOURCE_LANGUAGE:
            for message in texts_of(catalog):
                message.string = message.id
                message.flags.discard("fuzzy")
        write(language, catalog)
        missing = sum(not is_translated(message) for message in texts_of(catalog))
        print(f"· {language}: {len(catalog)} texts, {missing} to translate")


def compile_stale() -> None:
    """Make the form the application reads, for each catalogue that is newer than it."""
    for language in LANGUAGES:
        source = path_of(language)
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        beside = target.with_suffix(f".{os.getpid()}")
        with beside.open("wb") as file:
            write_mo(file, read(language))
        beside.replace(target)


def texts_of(catalog: Catalog) -> list[Message]:
    """The texts of a catalogue, without its header."""
    return [message for message in catalog if message.id]


def is_translated(message: Message) -> bool:
    """Tell whether every form of a text has its words, and nobody doubts them."""
    if message.fuzzy:
        return False
    if isinstance(message.string, tuple | list):
        return all(message.string)
    return bool(message.string)


if __name__ == "__main__":
    if "compile" not in sys.argv:
        update()
    compile_stale()
