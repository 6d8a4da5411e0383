"""What the pages for contacts share: the merchant's name, the reader's language, and discretion."""

import json
from typing import Any

from flask import Blueprint, Response, g, render_template
from flask_babel import refresh

from webapp.accounts.models import Workspace
from webapp.contact_pages import dossier
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.i18n import LOCALES, locale
from webapp.core.limits import small_forms
from webapp.subscriptions import receipts


def door(name: str) -> Blueprint:
    """A blueprint whose pages are neither indexed nor told to other sites."""
    blueprint = small_forms(Blueprint(name, __name__))
    blueprint.after_request(_keep_quiet)
    return blueprint


def speak(language: str) -> None:
    """The reader's language, where it is known; `?lang=` in the address still wins."""
    if language in LOCALES:
        g.locale = language
        refresh()


def page(template: str, workspace: Workspace | None, **values: Any) -> str:
    """A page in the merchant's name."""
    named = controller(workspace) if workspace else None
    return render_template(template, controller=named, **values)


def controller(workspace: Workspace) -> dict[str, str]:
    """The shop as its customers know it, and who answers for the data before the law."""
    return {
        "shop": workspace.name,
        "name": workspace.legal_name or workspace.name,
        "address": workspace.postal_address,
        "email": workspace.rights_email,
    }


def receipt(workspace: Workspace, contact: Contact) -> Response:
    """The person's receipt, to keep as a file."""
    told = receipts.receipt(workspace, contact)
    return Response(
        json.dumps(told, ensure_ascii=False, indent=1),
        mimetype="application/json",
        headers={
            "Content-Disposition": "attachment; filename="
            f"receipt-{workspace.slug}-{clock.now():%Y-%m-%d}.json"
        },
    )


def read_receipt(workspace: Workspace, contact: Contact, file: str) -> str:
    """The same to read and to print.

    :param file: the address of the signed one.
    """
    speak(contact.language)
    return page(
        "public/receipt.html",
        workspace,
        contact=contact,
        told=receipts.receipt(workspace, contact, locale()),
        said=dossier.said(contact, most=None),
        file=file,
    )


def _keep_quiet(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    # The address holds the key to the page: it goes to no other site.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
