"""What people see of their own data on their page, and may change there."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from webapp.accounts.models import Workspace
from webapp.contacts import attributes, queries
from webapp.contacts.fields import FIELDS, Kind, attribute_key
from webapp.contacts.models import Attribute, AttributeKind, Contact
from webapp.contacts.reading import one_line
from webapp.core.normalising import phones
from webapp.quality import writing
from webapp.widgets import asking
from webapp.widgets import queries as widgets
from webapp.widgets.asking import OWN, Question

ALWAYS = ("first_name", "last_name")
# Where we hold it, or a form of the shop asks for it.
IF_ASKED = ("postcode", "birth_date")
# What the page showed beside what was typed: a field nobody touched changes nothing.
WAS = "was-"


def questions(workspace: Workspace, contact: Contact) -> list[Question]:
    """The fields of the page: few of ours, and those the workspace lets people see.

    What the shop asked the person for lately comes first, what is not known before the rest.
    """
    first = asked(workspace, contact)
    names = {one.name for one in first}
    return [
        *first,
        *(one for one in _usual(workspace, contact) if one.name not in names),
    ]


def asked(workspace: Workspace, contact: Contact) -> list[Question]:
    """What the shop asked this person for by mail, and has no answer to yet."""
    own = {
        OWN + one.key: one
        for one in queries.attributes(workspace)
        if one.asked_of_people
    }
    wanted = [_control(name) for name in writing.wanted(contact)]
    return [_question(name, own) for name in wanted if name in own or name in FIELDS]


def _usual(workspace: Workspace, contact: Contact) -> list[Question]:
    asked = widgets.asked_fields(workspace.id)
    names = [name for name in IF_ASKED if name in asked or getattr(contact, name)]
    own = [
        OWN + one.key for one in queries.attributes(workspace) if one.asked_of_people
    ]
    phone = _question("phone", {})
    return [
        *asking.questions(workspace, (*ALWAYS, *names)),
        *([phone] if contact.phone else []),
        *asking.questions(workspace, own),
    ]


def _control(name: str) -> str:
    """The name on the page of a field that records name otherwise."""
    key = attribute_key(name)
    return OWN + key if key else name


def _question(name: str, own: Mapping[str, Attribute]) -> Question:
    attribute = own.get(name)
    if attribute:
        return Question(name, attribute.name, AttributeKind(attribute.kind), attribute)
    is_day = FIELDS[name].kind is Kind.DATE
    kind = AttributeKind.DATE if is_day else AttributeKind.TEXT
    return Question(name, FIELDS[name].label, kind)


def said(asked: Iterable[Question], contact: Contact) -> dict[str, str]:
    """What is known, as it is typed into the page."""
    return {one.name: _known(one, contact) for one in asked}


def sent(asked: Iterable[Question], form: MultiDict[str, str]) -> dict[str, str]:
    """What came from the page, as `said` writes it; what did not come is left out."""
    typed = {one.name: _sent(one, form) for one in asked}
    return {name: text for name, text in typed.items() if text is not None}


def read(
    asked: Iterable[Question], form: MultiDict[str, str]
) -> tuple[dict[str, Any], dict[str, Any], dict[str, str]]:
    """Fields of ours, fields of the workspace, and a sentence for each that does not fit.

    Only what was changed on the page is among them; None stands for what was emptied.
    """
    came = sent(asked := list(asked), form)
    touched = [one for one in asked if _is_touched(one, came, form)]
    typed = {one.name: came[one.name] for one in touched}
    given, wrong = asking.read(touched, typed)
    own = given.pop("attributes", {})
    for one in touched:
        if typed[one.name]:
            continue
        if one.attribute:
            own[one.attribute.key] = None
        else:
            given[one.name] = None if one.kind is AttributeKind.DATE else ""
    return given, own, wrong


def _is_touched(
    question: Question, came: Mapping[str, str], form: Mapping[str, str]
) -> bool:
    if question.name not in came:
        return False
    was = form.get(WAS + question.name)
    return was is None or came[question.name] != _clean(question, was)


def _sent(question: Question, form: MultiDict[str, str]) -> str | None:
    if question.attribute and question.kind is AttributeKind.CHOICES:
        # No box that is ticked comes with the form: the page says that it showed them.
        ticked = form.getlist(question.name)
        is_shown = ticked or WAS + question.name in form
        return attributes.written(question.attribute, ticked) if is_shown else None
    typed = form.get(question.name)
    return None if typed is None else _clean(question, typed)


def _clean(question: Question, typed: str) -> str:
    if question.kind is not AttributeKind.ADDRESS:
        return one_line(typed, question.longest)
    lines = (one_line(line, question.longest) for line in typed.splitlines())
    return "\n".join(line for line in lines if line)


def _known(question: Question, contact: Contact) -> str:
    if question.attribute:
        known = contact.attributes.get(question.attribute.key)
        return attributes.written(question.attribute, known)
    known = getattr(contact, question.name)
    if question.name == "phone":
        return phones.shown(known)
    return known.isoformat() if isinstance(known, date) else known or ""
