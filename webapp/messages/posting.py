"""Write a mail that is not a newsletter: a confirmation, a notice to a colleague, a test."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from webapp.accounts.models import Workspace
from webapp.consent.models import Purpose
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.core.mail_templates import Words
from webapp.messages import jobs
from webapp.messages.models import Kind, Message


def post(
    template: str,
    *,
    to: Contact | str,
    workspace: Workspace,
    locale: str,
    kind: Kind,
    content: Mapping[str, Any],
) -> Message:
    """Have `templates/emails/<template>/` sent to a contact or an address, once committed.

    The template sees `content` (JSON values), `workspace` and, if it goes to one, `contact`.
    The row is the promise: it is tried again for a day, and its content is wiped in the end.
    """
    told = {"template": template, "locale": locale, "values": dict(content)}
    return _post(to, workspace, kind, told)


def post_written(
    words: Words,
    *,
    to: Contact | str,
    workspace: Workspace,
    kind: Kind = Kind.TEST,
    about: Purpose | None = None,
) -> Message:
    """Have a mail sent whose words stand already: the test of a campaign.

    :param about: what a contact must agree to, still, when it leaves.
    """
    told: dict[str, Any] = {"words": asdict(words)}
    if about is not None:
        told["purpose"] = about.id
    return _post(to, workspace, kind, told)


def _post(
    to: Contact | str, workspace: Workspace, kind: Kind, content: dict[str, Any]
) -> Message:
    now = clock.now()
    message = Message(
        workspace_id=workspace.id,
        kind=kind,
        content=content,
        created_at=now,
        not_before=now,
    )
    if isinstance(to, Contact):
        message.contact_id = to.id
    else:
        message.recipient = to
    db.session.add(message)
    db.session.flush()
    jobs.send_one.enqueue(message_id=message.id)
    return message
