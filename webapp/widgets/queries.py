"""Questions about widgets, and what counts on the days."""

from typing import Literal

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts.models import Workspace
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import NotFound
from webapp.subscriptions.models import MailingList
from webapp.widgets.models import Widget, WidgetDay, WidgetVersion

Count = Literal["shown", "started", "submitted", "confirmed"]


def widgets(
    workspace: Workspace, *, archived: bool = False
) -> list[tuple[Widget, MailingList]]:
    """The widgets in use, or those put away, with their lists, newest first."""
    rows = db.session.execute(
        select(Widget, MailingList)
        .join(MailingList, MailingList.id == Widget.mailing_list_id)
        .where(
            Widget.workspace_id == workspace.id,
            Widget.archived_at.is_not(None) == archived,
        )
        .order_by(Widget.id.desc())
    )
    return [(widget, mailing_list) for widget, mailing_list in rows]


def get_widget(workspace: Workspace, widget_id: int) -> Widget:
    """One widget of the workspace that is in use.

    :raises NotFound: also for a widget of another workspace.
    """
    widget = get_any_widget(workspace, widget_id)
    if widget.archived_at:
        raise NotFound
    return widget


def get_any_widget(workspace: Workspace, widget_id: int) -> Widget:
    """One widget of the workspace, in use or archived.

    :raises NotFound: also for a widget of another workspace.
    """
    widget = db.session.get(Widget, widget_id)
    if widget is None or widget.workspace_id != workspace.id:
        raise NotFound
    return widget


def get_published(public_id: str) -> Widget:
    """The widget that an embed code names, while it is published.

    :raises NotFound: for a draft, an archived and an unknown one alike.
    """
    widget = db.session.scalar(
        select(Widget).where(
            Widget.public_id == public_id,
            Widget.published_at.is_not(None),
            Widget.archived_at.is_(None),
        )
    )
    if widget is None:
        raise NotFound
    return widget


def published(workspace_id: int) -> list[Widget]:
    """The widgets of a workspace that people see."""
    return list(
        db.session.scalars(
            select(Widget).where(
                Widget.workspace_id == workspace_id,
                Widget.published_at.is_not(None),
                Widget.archived_at.is_(None),
            )
        )
    )


def asked_fields(workspace_id: int) -> set[str]:
    """The fields that any published widget of the workspace asks for, at once or later."""
    return {
        name
        for widget in published(workspace_id)
        for part in ("fields", "later_fields")
        for name in widget.design.get(part, ())
    }


def mailing_list_of(widget: Widget) -> MailingList:
    """The list that people join by this widget."""
    return db.session.get_one(MailingList, widget.mailing_list_id)


def workspace_of(widget: Widget) -> Workspace:
    """The controller behind this widget."""
    return db.session.get_one(Workspace, widget.workspace_id)


def latest_version(widget: Widget, locale: str | None = None) -> WidgetVersion:
    """What the widget shows today, in this language if it speaks it, otherwise in its own.

    :raises NotFound: when it was never published.
    """
    own = widget.design.get("locale", "")
    number = widget.showing.get(locale or own) or widget.showing.get(own)
    # Its own language was changed since it was published: any it speaks will do.
    number = number or next(iter(widget.showing.values()), None)
    version = db.session.get(WidgetVersion, number) if number else None
    if version is None:
        raise NotFound
    return version


def versions_showing(widget: Widget) -> dict[str, WidgetVersion]:
    """What people see today, by language; nothing before it is published."""
    numbers = widget.showing.values()
    found = db.session.scalars(
        select(WidgetVersion).where(WidgetVersion.id.in_(numbers))
    )
    by_number = {version.id: version for version in found}
    return {
        locale: by_number[number]
        for locale, number in widget.showing.items()
        if number in by_number
    }


def version_shown(widget: Widget, fingerprint: str) -> WidgetVersion:
    """The version a form says it is, if it is one of this widget; otherwise the latest."""
    version = db.session.scalar(
        select(WidgetVersion).where(
            WidgetVersion.widget_id == widget.id,
            WidgetVersion.fingerprint == fingerprint,
        )
    )
    return version or latest_version(widget)


def versions(widget: Widget) -> list[WidgetVersion]:
    """Every form people saw, the newest first."""
    return list(
        db.session.scalars(
            select(WidgetVersion)
            .where(WidgetVersion.widget_id == widget.id)
            .order_by(WidgetVersion.id.desc())
        )
    )


def get_version(widget: Widget, version_id: int) -> WidgetVersion:
    """One form people saw.

    :raises NotFound: also for a version of another widget.
    """
    version = db.session.get(WidgetVersion, version_id)
    if version is None or version.widget_id != widget.id:
        raise NotFound
    return version


def count(widget_id: int, what: Count) -> None:
    """Add one to a counter of today; nobody is identified."""
    column = getattr(WidgetDay, what)
    db.session.execute(
        insert(WidgetDay)
        .values(widget_id=widget_id, day=clock.now().date(), **{what: 1})
        .on_conflict_do_update(
            index_elements=["widget_id", "day"], set_={what: column + 1}
        )
    )


def count_confirmed(widget_version_id: int) -> None:
    """Add one confirmed sign-up to the widget that showed this version."""
    widget_id = db.session.scalar(
        select(WidgetVersion.widget_id).where(WidgetVersion.id == widget_version_id)
    )
    if widget_id is not None:
        count(widget_id, "confirmed")
