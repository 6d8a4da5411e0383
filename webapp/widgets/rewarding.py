"""What a widget promised, kept once the person has confirmed."""

from webapp.consent import ledger
from webapp.consent.models import Purpose, State
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.rewards import giving
from webapp.rewards.giving import Told
from webapp.rewards.models import Reward
from webapp.subscriptions.events import Subscribed
from webapp.subscriptions.models import Confirmation
from webapp.widgets import queries
from webapp.widgets.models import Widget, WidgetVersion


def keep_promise(fact: Subscribed) -> None:
    """Give what the form promised to somebody who is on the list now."""
    version = db.session.get(WidgetVersion, fact.widget_version_id or 0)
    reward = _promised(version) if version else None
    if version and reward:
        contact = db.session.get_one(Contact, fact.contact_id)
        giving.give(reward, contact, version.design["locale"])


def keep_promise_to_a_reader(version: WidgetVersion, contact: Contact) -> None:
    """Give it to somebody who is on the list already: no confirmation will come."""
    reward = _promised(version)
    if reward is None:
        return
    widget = db.session.get_one(Widget, version.widget_id)
    purpose = db.session.get_one(Purpose, queries.mailing_list_of(widget).purpose_id)
    today = ledger.state_of(contact, purpose)
    if today is not None and today.state == State.GIVEN:
        giving.give(reward, contact, version.design["locale"])


def gift(confirmation: Confirmation) -> Told | None:
    """What the page after this confirmation hands out."""
    version = db.session.get(WidgetVersion, confirmation.widget_version_id or 0)
    reward = _promised(version) if version else None
    contact = db.session.get(Contact, confirmation.contact_id)
    return giving.told(reward, contact) if reward and contact else None


def unkept(widget: Widget) -> Reward | None:
    """The reward that people are shown today, where nobody is given it."""
    if not widget.showing:
        return None
    reward = _promised(queries.latest_version(widget))
    return reward if reward and not giving.is_given_today(reward) else None


def _promised(version: WidgetVersion) -> Reward | None:
    """The reward of the very form that was shown, if it is one of the workspace's own."""
    reward = db.session.get(Reward, version.design.get("reward") or 0)
    widget = db.session.get_one(Widget, version.widget_id)
    is_own = reward is not None and reward.workspace_id == widget.workspace_id
    return reward if is_own else None
