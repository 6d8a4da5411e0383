"""Make a widget, show it as a form, and keep each version as people saw it."""

import hashlib
import json
import secrets
from dataclasses import replace
from typing import Any

from flask_babel import force_locale
from sqlalchemy import select

from webapp.accounts.models import Workspace
from webapp.consent.models import PurposeKind
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _, _l
from webapp.core.templating import render
from webapp.subscriptions import wording
from webapp.subscriptions.models import MailingList
from webapp.widgets import queries
from webapp.widgets.design import FIELDS, Design
from webapp.widgets.models import Widget, WidgetVersion


class WidgetIsIncomplete(DomainError):
    """A form that does not say who asks, for what and how to object must not be shown."""

    message = _l(
        "This widget cannot be published yet. What is missing is listed below."
    )


def create(workspace: Workspace, mailing_list: MailingList, name: str) -> Widget:
    """A draft with the words most people use, in the language of its list."""
    widget = Widget(
        workspace_id=workspace.id,
        mailing_list_id=mailing_list.id,
        public_id=secrets.token_urlsafe(12),
        name=name,
        design=starting_design(mailing_list).to_json(),
    )
    db.session.add(widget)
    db.session.flush()
    return widget


def starting_design(mailing_list: MailingList) -> Design:
    """The words a new widget begins with."""
    with force_locale(mailing_list.locale):
        return Design(
            title=str(_("Stay in touch")),
            intro=mailing_list.description,
            button=str(_("Sign me up")),
            thanks=str(
                _("Thank you! Please open the e-mail we just sent you to confirm.")
            ),
            locale=mailing_list.locale,
        )


def missing(workspace: Workspace, mailing_list: MailingList) -> list[Any]:
    """What the law wants said at a form (GDPR article 13) and is not known yet, in words."""
    wanted = (
        (workspace.legal_name, _l("the legal name of the controller")),
        (
            workspace.address and workspace.city,
            _l("the postal address of the controller"),
        ),
        (workspace.rights_email, _l("the contact for questions about data")),
        (mailing_list.purpose_text, _l("what people agree to (purpose of the list)")),
        (mailing_list.notice_text, _l("the information notice of the list")),
    )
    return [words for value, words in wanted if not value]


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


def form_html(widget: Widget, design: Design, base_url: str, version: str = "") -> str:
    """The form as plain HTML that works anywhere, without script and without style."""
    with force_locale(design.locale):
        return render(
            "public/widgets/_form.html",
            action=f"{base_url}/f/{widget.public_id}",
            design=design,
            labels=FIELDS,
            mailing_list=queries.mailing_list_of(widget),
            measuring=_measuring(widget, design),
            version=version,
        ).strip()


def _measuring(widget: Widget, design: Design) -> dict[str, str]:
    """The boxes about being measured: each its own, each its own sentence."""
    workspace = queries.workspace_of(widget)
    asked = (
        (PurposeKind.OPENS, design.asks_opens),
        (PurposeKind.CLICKS, design.asks_clicks),
    )
    return {
        kind.value: wording.measuring_sentence(kind, workspace, design.locale)
        for kind, wanted in asked
        if wanted
    }


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
    )
    db.session.add(version)
    db.session.flush()
    return version
