"""What a form asks beside the address: known fields and those of the workspace, each of its type."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from webapp.accounts.models import Workspace
from webapp.contacts import attributes, queries
from webapp.contacts.attributes import ValueDoesNotFit
from webapp.contacts.models import Attribute, AttributeKind, Contact
from webapp.contacts.registering import WORDS
from webapp.core import clock
from webapp.core.i18n import _
from webapp.widgets.choices import FIELDS

# Fields of the workspace are named so among the known ones.
OWN = "attr:"
AUTOCOMPLETE = {
    "first_name": "given-name",
    "last_name": "family-name",
    "postcode": "postal-code",
    "birth_date": "bday",
    "phone": "tel",
    "street": "address-line1",
    "city": "address-level2",
}
# What takes more than one control: people fill it in on their own page.
_TOO_LONG = {AttributeKind.CHOICES, AttributeKind.ADDRESS}
# Nobody older filled in a form.
OLDEST = 120


@dataclass(frozen=True)
class Question:
    """One field of a form: the name of its control, its words and its type."""

    name: str
    label: Any
    kind: AttributeKind
    attribute: Attribute | None = None

    @property
    def choices(self) -> list[str]:
        """What can be chosen."""
        return list(self.attribute.choices) if self.attribute else []

    def several(self, said: str) -> list[str]:
        """The choices that a text names; none where it names something else."""
        if self.attribute is None:
            return []
        try:
            return attributes.convert(self.attribute, said) or []
        except ValueDoesNotFit:
            return []

    @property
    def autocomplete(self) -> str:
        """What a browser may fill in by itself."""
        return AUTOCOMPLETE.get(self.name, "off")

    @property
    def longest(self) -> int:
        """How many signs are taken of a text."""
        return WORDS.get(self.name, attributes.LONGEST_TEXT)


def known(workspace: Workspace) -> dict[str, Any]:
    """All that a form of the workspace can ask, by the name of the control: for the studio."""
    own = {
        OWN + one.key: one.name
        for one in queries.attributes(workspace)
        if one.kind not in _TOO_LONG
    }
    return {**FIELDS, **own}


def questions(workspace: Workspace, names: Iterable[str]) -> list[Question]:
    """The questions with these names, in their order; a field that was removed is not asked."""
    names = list(names)
    own = {}
    if any(name.startswith(OWN) for name in names):
        own = {OWN + one.key: one for one in queries.attributes(workspace)}
    found = (_question(name, own.get(name)) for name in names)
    return [question for question in found if question]


def lacking(asked: Iterable[Question], contact: Contact) -> list[Question]:
    """Those to which we have no answer yet."""
    return [one for one in asked if not _is_known(one, contact)]


def read(
    asked: Iterable[Question], typed: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The answers as a contact keeps them, and a sentence for each that does not fit."""
    given: dict[str, Any] = {}
    own: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for question in asked:
        said = typed.get(question.name, "").strip()
        if not said:
            continue
        try:
            if question.attribute:
                own[question.attribute.key] = attributes.convert(
                    question.attribute, said
                )
            else:
                given[question.name] = _read(question, said)
        except ValueError:
            wrong[question.name] = str(_("This is not a day."))
        except ValueDoesNotFit:
            wrong[question.name] = _hint(question)
    return ({**given, "attributes": own} if own else given), wrong


def _question(name: str, attribute: Attribute | None) -> Question | None:
    if attribute is not None:
        kind = AttributeKind(attribute.kind)
        return Question(name, attribute.name, kind, attribute)
    if name not in FIELDS:
        return None
    kind = AttributeKind.DATE if name == "birth_date" else AttributeKind.TEXT
    return Question(name, FIELDS[name], kind)


def _is_known(question: Question, contact: Contact) -> bool:
    if question.attribute:
        return question.attribute.key in contact.attributes
    return bool(getattr(contact, question.name))


def _read(question: Question, said: str) -> Any:
    if question.kind is not AttributeKind.DATE:
        return said[: question.longest]
    day = date.fromisoformat(said)
    today = clock.now().date()
    if not today.year - OLDEST <= day.year or day > today:
        raise ValueError(said)
    return day


def _hint(question: Question) -> str:
    hints = {
        AttributeKind.NUMBER: _("This is not a number."),
        AttributeKind.DATE: _("This is not a day."),
    }
    return str(hints.get(question.kind, _("Choose one of these.")))
