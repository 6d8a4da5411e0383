"""Everything shown is said in French and in English, in good typography and in the words of the glossary."""

import os
import re

import pytest

from config import messages
from config.settings import ROOT

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%")
# Code that a French sentence names: tags, attributes, addresses, Jinja.
CODE = re.compile(
    r"<[^<>]*>|\w+=\"[^\"]*\"|default\(.*?\)|&\w+;|https?://\S*|\{%%.*?%%\}"
)
FOUND = messages.extract()
CATALOGUES = {language: messages.read(language) for language in messages.LANGUAGES}
# What French says without the word of the glossary.
# A list that is no audience, and keys that sign nothing.
OTHERWISE_SAID = {
    "You are on the list",
    "Decide by keyboard",
    (
        "Keys: hold Alt and Shift, and press an arrow to move what you are in, Delete to"
        " remove it, Enter to add a condition."
    ),
}
FAULTS = {
    "a straight apostrophe": r"'",
    "three dots instead of an ellipsis": r"\.\.\.",
    "no no-break space before ; ! ?": r"[^\u202f\u00a0][;!?]",
    "no no-break space before a colon": r"[^\u00a0\d]:(?![\S\u00a0])",
    "no no-break space inside guillemets": r"«[^\u00a0]|[^\u00a0]»",
    "quotes that are not guillemets": r"[“”\"]",
    "no no-break space before a unit": r"(?<=\d)(?:|[^\S\u00a0])(?:%|Ko|Mo|€|jours?|minutes|caractères)(?!\w)",
    "two spaces": r"\s\s",
    "another word for e-mail": r"(?i)(?<!e-)\bmails?\b|\bemails?\b|courriel",
    "a reader who is not spoken to with vous": r"(?i)\b(?:tu|toi|ton|ta|tes)\b",
}


def forms(text):
    """The singular and the plural of a text, or its only form."""
    return list(text) if isinstance(text, tuple | list) else [text or ""]


def pairs(language):
    """Each text with its translation, form by form."""
    for message in messages.texts_of(CATALOGUES[language]):
        yield from zip(forms(message.id), forms(message.string), strict=True)


def keys(catalog):
    return {(message.context, message.id) for message in messages.texts_of(catalog)}


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_the_catalogue_holds_the_texts_of_the_sources_and_no_others(language):
    assert keys(CATALOGUES[language]) == keys(FOUND), "make messages"


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_text_is_translated_in_all_its_forms(language):
    catalog = CATALOGUES[language]
    for message in messages.texts_of(catalog):
        assert messages.is_translated(message), message.id
        if message.pluralizable:
            assert len(forms(message.string)) == catalog.num_plurals, message.id


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_a_translation_has_the_same_placeholders(language):
    for text, said in pairs(language):
        assert sorted(PLACEHOLDER.findall(said)) == sorted(PLACEHOLDER.findall(text)), (
            text
        )


@pytest.mark.parametrize("fault", FAULTS)
def test_french_is_well_set(fault):
    wrong = [
        said
        for _, said in pairs("fr")
        # A figure stands for what is filled in.
        if re.search(FAULTS[fault], PLACEHOLDER.sub(_filled_in, CODE.sub("x", said)))
    ]
    assert wrong == []


def _filled_in(found):
    return "%" if found[0] == "%%" else "0"


def test_mails_have_no_space_that_outlook_shows_as_a_box():
    mailed = [
        message
        for message in messages.texts_of(CATALOGUES["fr"])
        if any(name.startswith("templates/emails/") for name, _ in message.locations)
    ]
    assert mailed
    assert [
        message.id for message in mailed if "\u202f" in "".join(forms(message.string))
    ] == []


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_a_translation_begins_and_ends_like_its_text(language):
    for text, said in pairs(language):
        assert re.findall(r"^[ \n]*|[ \n]*$", said) == re.findall(
            r"^[ \n]*|[ \n]*$", text
        ), text


def glossary():
    """The words of docs/glossary.md, English and French, by what their forms have in common."""
    rows = re.findall(
        r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$",
        (ROOT / "docs" / "glossary.md").read_text(),
        re.MULTILINE,
    )
    return [(cell, said) for cell, said in rows if cell != "English"]


def pattern(cell):
    """What finds any form of a word: the only one or its plural, or the beginning of several."""
    alternatives = cell.split(", ")
    if len(alternatives) > 1:
        # Letter by letter is what we want here.
        return rf"\b{re.escape(os.path.commonprefix(alternatives))}"  # noqa: RUF071
    return rf"\b{re.escape(cell)}s?\b"


def without_longer(english, text):
    """A word within another thing's name is not this thing: a sender domain is no sender."""
    for cell, _ in glossary():
        if len(cell) > len(english) and re.search(
            pattern(english), cell, re.IGNORECASE
        ):
            text = re.sub(pattern(cell), "", text, flags=re.IGNORECASE)
    return text


@pytest.mark.parametrize(("english", "french"), glossary())
def test_a_thing_has_one_french_name(english, french):
    wrong = [
        (text, said)
        for text, said in pairs("fr")
        if re.search(
            pattern(english),
            without_longer(english, PLACEHOLDER.sub("", text)),
            re.IGNORECASE,
        )
        and not re.search(pattern(french), PLACEHOLDER.sub("", said), re.IGNORECASE)
        and text not in OTHERWISE_SAID
    ]
    assert wrong == []
