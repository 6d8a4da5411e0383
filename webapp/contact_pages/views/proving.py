"""What a person said, with the words and the form they saw, and the proof to take away."""

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from markupsafe import Markup

from webapp.accounts import auditing
from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.consent import evidence
from webapp.contact_pages import dossier, proofs
from webapp.contact_pages.views.blueprint import blueprint
from webapp.contacts import aliases, queries
from webapp.core import clock
from webapp.core.bad_input import row_number
from webapp.core.errors import NotFound
from webapp.widgets.design import Design

FRAME_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; "
    "frame-ancestors 'self'; sandbox"
)


@blueprint.get("/<int:contact_id>/consent")
@requires(Permission.CONTACTS)
def consent(workspace: Workspace, contact_id: int) -> ResponseReturnValue:
    """Everything the person said, newest first."""
    contact = queries.get(workspace, contact_id)
    return render_template(
        "contacts/consent.html",
        contact=contact,
        said=dossier.said(contact, most=None),
        former=[
            (one, dossier.said(contact, most=None, former_id=one.former_id))
            for one in aliases.of(contact)
        ],
    )


@blueprint.get("/<int:contact_id>/consent/<int:seq>")
@requires(Permission.PRIVACY)
def one_said(workspace: Workspace, contact_id: int, seq: int) -> ResponseReturnValue:
    """One thing the person said: what they saw, and under which circumstances."""
    contact = queries.get(workspace, contact_id)
    event = proofs.get_event(contact, seq)
    return render_template(
        "contacts/one_said.html",
        contact=contact,
        event=event,
        one=dossier.told([event])[0],
        known=evidence.read(event),
    )


@blueprint.get("/<int:contact_id>/consent/<int:seq>/form")
@requires(Permission.PRIVACY)
def form_shown(workspace: Workspace, contact_id: int, seq: int) -> ResponseReturnValue:
    """The form as it was shown, for the frame: it can do nothing there."""
    contact = queries.get(workspace, contact_id)
    version = proofs.form_shown(proofs.get_event(contact, seq))
    design = Design.from_json(version.design)
    with force_locale(design.locale):
        page = render_template(
            "widgets/preview.html",
            design=design,
            # Made by our own template, which escapes all that people wrote.
            form=Markup(version.html),  # noqa: S704
        )
    return page, {"Content-Security-Policy": FRAME_POLICY}


@blueprint.post("/<int:contact_id>/consent/proof")
@requires(Permission.PRIVACY)
def proof(workspace: Workspace, contact_id: int) -> ResponseReturnValue:
    """The proof as a file that anybody can verify; who takes it is logged."""
    contact = queries.get(workspace, contact_id)
    number = request.form.get("former", contact.id, type=row_number)
    if number not in aliases.numbers(contact):
        raise NotFound
    auditing.record(workspace, "contact.proof_exported", contact)
    return Response(
        proofs.bundle(workspace, contact, number),
        mimetype="application/zip",
        headers={
            "Content-Disposition": "attachment; filename="
            f"proof-{workspace.slug}-{number}-{clock.now():%Y-%m-%d}.zip"
        },
    )
