"""The audit log in plain words: one sentence for each action that is recorded."""

from typing import Any

from webapp.core.i18n import _l

ACTIONS: dict[str, Any] = {
    "workspace.created": _l("Created the workspace"),
    "workspace.changed": _l("Changed the workspace"),
    "sending.changed": _l("Changed how mail is sent"),
    "sending.server_removed": _l("Removed the SMTP server"),
    "sending.tested": _l("Sent a test e-mail"),
    "mailbox.emptied": _l("Emptied the mailbox"),
    "member.invited": _l("Invited a colleague"),
    "member.invited_again": _l("Sent an invitation again"),
    "member.invitation_revoked": _l("Revoked an invitation"),
    "member.joined": _l("Joined the workspace"),
    "member.role_changed": _l("Changed the role of a member"),
    "member.removed": _l("Removed a member"),
    "demo.loaded": _l("Loaded the demo shop"),
    "demo.removed": _l("Removed the demo shop"),
    "audit.exported": _l("Exported the audit log"),
    "user.password_changed": _l("Changed their password"),
    "user.password_reset": _l("Chose a new password by e-mail"),
    "contact.created": _l("Added a contact"),
    "contact.changed": _l("Changed a contact"),
    "contact.deleted": _l("Deleted a contact"),
    "contact.restricted": _l("Restricted the use of a contact’s data"),
    "contact.restriction_lifted": _l("Lifted the restriction of a contact’s data"),
    "contact.asked_to_confirm": _l("Asked a contact to confirm a list"),
    "contact.put_on_list": _l("Put a contact on a list without asking them"),
    "contact.taken_off_list": _l("Took a contact off a list"),
    "contact.suppressed": _l("Suppressed an address"),
    "campaign.left_out_exported": _l("Exported who does not get a campaign, and why"),
    "contact.proof_exported": _l("Exported the proof of what a contact said"),
    "field.created": _l("Added a field to contacts"),
    "field.removed": _l("Removed a field from contacts"),
    "contacts.exported": _l("Exported contacts"),
    "contacts.forgotten": _l("Forgot people who did not confirm"),
    "contacts.imported": _l("Imported contacts"),
    "list.created": _l("Created a list"),
    "list.changed": _l("Changed a list"),
    "list.bases_changed": _l("Changed who may be on a list"),
    "list.archived": _l("Archived a list"),
    "list.restored": _l("Took a list out of the archive"),
    "segment.created": _l("Created a segment"),
    "segment.changed": _l("Changed a segment"),
    "segment.deleted": _l("Deleted a segment"),
    "widget.created": _l("Created a widget"),
    "widget.changed": _l("Changed a widget"),
    "widget.published": _l("Published a widget"),
    "widget.burst": _l("Many sign-ups at once: each proves some work for an hour"),
    "widget.disowned": _l(
        "Owners of addresses never asked: sign-ups prove some work for an hour"
    ),
    "widget.archived": _l("Archived a widget"),
    "campaign.created": _l("Created a campaign"),
    "campaign.changed": _l("Changed a campaign"),
    "campaign.duplicated": _l("Copied a campaign"),
    "campaign.deleted": _l("Deleted a campaign"),
    "campaign.tested": _l("Sent a test of a campaign"),
    "campaign.unscheduled": _l("Took a campaign off the schedule"),
    "campaign.resend_uncertain": _l("Sent uncertain messages again"),
    "campaign.report_exported": _l("Exported the report of a campaign"),
    "campaign.scheduled": _l("Scheduled a campaign"),
    "campaign.sent": _l("Sent a campaign"),
    "campaign.paused": _l("Paused a campaign"),
    "campaign.resumed": _l("Resumed a campaign"),
    "campaign.cancelled": _l("Cancelled a campaign"),
}


def sentence(action: str) -> str:
    """What the action was, in the reader's language."""
    return str(ACTIONS.get(action, action))
