"""The blueprint all pages about contacts share."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from webapp.contacts.models import Contact

blueprint = Blueprint("contacts", __name__)


def to(contact: Contact) -> ResponseReturnValue:
    """Back to the contact's page."""
    return redirect(url_for("contacts.show", contact_id=contact.id), 303)
