"""What somebody sent with the page of their preferences, read; and what that page shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from werkzeug.datastructures import MultiDict

from webapp.contacts.models import Frequency
from webapp.core import addresses
from webapp.core.i18n import locale
from webapp.public import profile
from webapp.subscriptions import pausing, preferences
from webapp.subscriptions.fresh_links import Opened
from webapp.subscriptions.pausing import DayIsNotValid
from webapp.subscriptions.preferences import Chosen
from webapp.widgets.asking import Question

BOXES = ("list", "partner")
MEASURES = ("opens", "clicks")


@dataclass(frozen=True)
class Page:
    """The page: where the person stands, and what its controls hold at the moment."""

    told: preferences.Choices
    ticked: frozenset[str]
    # The boxes that were ticked when the page was first made.
    shown: frozenset[str]
    paused_until: date | None
    pauses: Mapping[int, date]
    latest: date
    questions: list[Question]
    # So many of the questions, the first, were put to the person by mail.
    asked: int
    # What is known, and what stands in the fields: frequency and language are among them.
    known: Mapping[str, str]
    fields: Mapping[str, str]
    pause: str = ""
    pause_day: str = ""
    address: str = ""
    wrong: Mapping[str, str] = field(default_factory=dict)


def page(opened: Opened) -> Page:
    """The page as things stand."""
    workspace, contact = opened.workspace, opened.contact
    told = preferences.of(workspace, contact, locale())
    questions = profile.questions(workspace, contact) if opened.is_fresh else []
    asked = profile.asked(workspace, contact) if opened.is_fresh else []
    known = {
        **profile.said(questions, contact),
        "frequency": contact.frequency,
        "language": contact.language,
    }
    return Page(
        told=told,
        ticked=told.ticked,
        shown=told.ticked,
        paused_until=pausing.paused_until(workspace, contact),
        pauses=pausing.offered(workspace),
        latest=pausing.latest(workspace),
        questions=questions,
        asked=len(asked),
        known=known,
        fields=known,
    )


def again(shown: Page, form: MultiDict[str, str], wrong: Mapping[str, str]) -> Page:
    """The page with what was sent, and a sentence beside each thing that is wrong."""
    return replace(
        shown,
        ticked=_ticked(form),
        shown=_shown(form) or frozenset(),
        pause=form.get("pause", ""),
        pause_day=form.get("pause_day", "")[:10],
        fields={
            **{name: form.get(name, said) for name, said in shown.known.items()},
            **profile.sent(shown.questions, form),
        },
        wrong=wrong,
    )


def refused(shown: Page, typed: str, why: str) -> Page:
    """The page with an address that cannot be the new one."""
    return replace(shown, address=typed[: addresses.MAX_LENGTH], wrong={"email": why})


def read(
    opened: Opened, questions: list[Question], form: MultiDict[str, str]
) -> tuple[Chosen, dict[str, str]]:
    """What the person chose, and a sentence for each thing that cannot be."""
    fields, own, wrong = profile.read(questions, form)
    until = None
    try:
        until = pausing.day_of(
            opened.workspace, form.get("pause", ""), form.get("pause_day", "")
        )
    except DayIsNotValid as error:
        wrong["pause_day"] = str(error)
    chosen = Chosen(
        ticked=_ticked(form),
        shown=_shown(form),
        frequency=_frequency(form),
        pause_until=until,
        language=_changed(form, "language"),
        fields=fields,
        own_fields=own,
    )
    return chosen, wrong


def _ticked(form: MultiDict[str, str]) -> frozenset[str]:
    numbered = {f"{name}-{value}" for name in BOXES for value in form.getlist(name)}
    return frozenset(numbered | {name for name in MEASURES if name in form})


def _shown(form: MultiDict[str, str]) -> frozenset[str] | None:
    return frozenset(form.getlist("shown")) if "shown" in form else None


def _frequency(form: MultiDict[str, str]) -> Frequency | None:
    said = _changed(form, "frequency")
    return Frequency(said) if said in tuple(Frequency) else None


def _changed(form: MultiDict[str, str], name: str) -> str:
    """What was chosen, unless the page showed it chosen already."""
    said = form.get(name, "")
    return "" if said == form.get(profile.WAS + name) else said
