"""Make a widget, show it as a form, and keep each version as people saw it."""

import hashlib
import json
import secrets
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from flask_babel import force_locale
from sqlalchemy import select

from webapp.accounts.models import Workspace
from webapp.core import clock, installation
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _, _l
from webapp.core.templating import render
from webapp.subscriptions.events import WordsChanged
from webapp.subscriptions.models import MailingList
from webapp.widgets import asking, queries, sentences
from webapp.widgets.design import Design
from webapp.widgets.models import Widget, WidgetVersion
from webapp.widgets.sentences import Sentences

LONGEST_NAME = 120


class WidgetIsIncomplete(DomainError):
    """A form that does not say who asks, for what and how to object must not be shown."""

    message = _l(
        "This widget cannot be published yet. What is missing is listed below."
    )


class Place(StrEnum):
    """Where something can be filled in."""

    WORKSPACE = "workspace"
    LIST = "list"


@dataclass(frozen=True)
class Missing:
    """Something the law wants said, and where to say it."""

    words: Any
    place: Place


def create(
    workspace: Workspace,
    mailing_list: MailingList,
    name: str,
    display: str = "inline",
) -> Widget:
    """A draft with the words most people use, in the language of its list."""
    design = replace(starting_design(mailing_list), display=display)
    return _add(workspace.id, mailing_list.id, name, design.to_json())


def duplicate(widget: Widget) -> Widget:
    """A draft with the same words and choices for the same list, and no figures of its own."""
    name = str(_("Copy of %(name)s", name=widget.name))[:LONGEST_NAME]
    return _add(widget.workspace_id, widget.mailing_list_id, name, widget.design)


def archive(widget: Widget) -> None:
    """Take it out of use wherever it stands; its versions stay as proof."""
    widget.archived_at = clock.now()


def restore(widget: Widget) -> None:
    """Take it out of the archive; where it still stands it takes sign-ups again."""
    widget.archived_at = None


def starting_design(mailing_list: MailingList) -> Design:
    """The words a new widget begins with."""
    return Design(
        intro=mailing_list.description,
        locale=mailing_list.locale,
        **usual_words(mailing_list.locale),  # type: ignore[arg-type]
    )


def missing(workspace: Workspace, mailing_list: MailingList) -> list[Missing]:
    """What the law wants said at a form (GDPR article 13) and is not known yet."""
    postal = workspace.address and workspace.city
    shop, its_list = Place.WORKSPACE, Place.LIST
    wanted = (
        (workspace.legal_name, shop, _l("the legal name of the controller")),
        (postal, shop, _l("the postal address of the controller")),
        (workspace.rights_email, shop, _l("the contact for questions about data")),
        (
            mailing_list.purpose_text,
            its_list,
            _l("what people agree to (purpose of the list)"),
        ),
        (mailing_list.notice_text, its_list, _l("the information notice of the list")),
    )
    return [Missing(words, place) for value, place, words in wanted if not value]


def usual_words(locale: str) -> dict[str, str]:
    """The words most people use, in a language."""
    with force_locale(locale):
        return {
            "title": str(_("Stay in touch")),
            "button": str(_("Sign me up")),
            "thanks": str(
                _("Thank you! Please open the e-mail we just sent you to confirm.")
            ),
            "opener": str(_("Newsletter")),
        }


def publish(widget: Widget, base_url: str) -> WidgetVersion:
    """Show the widget as it now is, in each of its languages; no change makes no new version.

    :raises WidgetIsIncomplete: without controller, purpose, notice or rights contact.
    """
    if missing(queries.workspace_of(widget), queries.mailing_list_of(widget)):
        raise WidgetIsIncomplete
    widget.published_at = widget.published_at or clock.now()
    widget.updated_at = clock.now()
    design = Design.from_json(widget.design)
    widget.showing = {
        one.locale: _version(widget, one, base_url).id
        for one in in_each_language(design)
    }
    return queries.latest_version(widget)


def renew(fact: WordsChanged) -> None:
    """Have the published forms of the workspace show the sentences as they read now; drafts wait.

    Otherwise people would agree to words that nobody means any more.
    """
    base_url = installation.settings().base_url
    for widget in queries.published(fact.workspace_id):
        widget.showing = {
            locale: _version(widget, Design.from_json(shown.design), base_url).id
            for locale, shown in queries.versions_showing(widget).items()
        }


def in_each_language(design: Design) -> list[Design]:
    """The design as people see it in each language it speaks, its own first."""
    return [
        replace(design.spoken(locale), translations={}) for locale in design.locales
    ]


def is_changed(widget: Widget) -> bool:
    """Whether the draft differs from what people see."""
    wanted = {
        one.locale: one for one in in_each_language(Design.from_json(widget.design))
    }
    return wanted != {
        locale: Design.from_json(version.design)
        for locale, version in queries.versions_showing(widget).items()
    }


def _add(
    workspace_id: int, mailing_list_id: int, name: str, design: dict[str, Any]
) -> Widget:
    widget = Widget(
        workspace_id=workspace_id,
        mailing_list_id=mailing_list_id,
        public_id=secrets.token_urlsafe(12),
        name=name,
        design=design,
    )
    db.session.add(widget)
    db.session.flush()
    return widget


def form_html(widget: Widget, design: Design, base_url: str, version: str = "") -> str:
    """The form as plain HTML that works anywhere, without script and without style."""
    with force_locale(design.locale):
        return render(
            "public/widgets/_form.html",
            action=f"{base_url}/f/{widget.public_id}",
            design=design,
            questions=asking.questions(queries.workspace_of(widget), design.fields),
            said=_said(widget, design),
            version=version,
        ).strip()


def _said(widget: Widget, design: Design) -> Sentences:
    """What stands beside the boxes: each its own, each its own sentence."""
    workspace = queries.workspace_of(widget)
    return sentences.of(workspace, queries.mailing_list_of(widget), design)


def _version(widget: Widget, design: Design, base_url: str) -> WidgetVersion:
    """The version that looks and behaves exactly like this, kept now if there is none."""
    plain = form_html(widget, design, base_url)
    behaviour = json.dumps(design.to_json(), sort_keys=True)
    fingerprint = hashlib.sha256(f"{plain}\n{behaviour}".encode()).hexdigest()
    known = db.session.scalar(
        select(WidgetVersion).where(
            WidgetVersion.widget_id == widget.id,
            WidgetVersion.fingerprint == fingerprint,
        )
    )
    return known or _new_version(widget, design, fingerprint, base_url)


def _new_version(
    widget: Widget, design: Design, fingerprint: str, base_url: str
) -> WidgetVersion:
    version = WidgetVersion(
        widget_id=widget.id,
        fingerprint=fingerprint,
        html=form_html(widget, design, base_url, version=fingerprint),
        design=design.to_json(),
        texts=sentences.keep(queries.workspace_of(widget), _said(widget, design)),
    )
    db.session.add(version)
    db.session.flush()
    return version
