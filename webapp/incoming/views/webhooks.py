"""Settings: the addresses mail services report to."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.core import installation
from webapp.core.errors import DomainError
from webapp.core.i18n import _
from webapp.incoming.forms import ProofForm, ServiceForm, proof_form
from webapp.incoming.models import WebhookAddress
from webapp.incoming.webhooks import addresses, states
from webapp.incoming.webhooks.addresses import KeyCannotBeUsed
from webapp.incoming.webhooks.services import SERVICES

blueprint = Blueprint("webhooks", __name__)


@blueprint.get("/")
@requires(Permission.SETTINGS)
def index(workspace: Workspace) -> ResponseReturnValue:
    """List the addresses, and what came in at each."""
    return _list(workspace, ServiceForm())


@blueprint.post("/")
@requires(Permission.SETTINGS)
def create(workspace: Workspace) -> ResponseReturnValue:
    """Make an address, and show it this once."""
    form = ServiceForm()
    if not form.validate():
        return _list(workspace, form), 422
    try:
        made = addresses.make(workspace, form.service.data, form.server_id(workspace))
    except DomainError as error:
        form.service.errors = [str(error)]
        return _list(workspace, form), error.status
    empty = proof_form(SERVICES[made.address.kind].key, None)
    return _page(made.address, empty, url=made.url), 201


@blueprint.get("/<int:address_id>")
@requires(Permission.SETTINGS)
def show(workspace: Workspace, address_id: int) -> ResponseReturnValue:
    """Show what to do at the service, what it is known by, and what came in."""
    address = addresses.get(workspace, address_id)
    key = SERVICES[address.kind].key
    return _page(address, proof_form(key, None, told=address.topic))


@blueprint.post("/<int:address_id>")
@requires(Permission.SETTINGS)
def change(workspace: Workspace, address_id: int) -> ResponseReturnValue:
    """Know the service by another key, password or topic."""
    address = addresses.get(workspace, address_id)
    form = proof_form(SERVICES[address.kind].key)
    if not form.validate():
        return _page(address, form), 422
    try:
        addresses.change(workspace, address, form.told.data)
    except KeyCannotBeUsed as error:
        form.told.errors = [str(error)]
        return _page(address, form), 422
    flash(_("Saved. What is posted from now on is checked with it."), "success")
    return redirect(url_for(".show", address_id=address.id), 303)


@blueprint.post("/<int:address_id>/remove")
@requires(Permission.SETTINGS)
def remove(workspace: Workspace, address_id: int) -> ResponseReturnValue:
    """Hear nothing at this address from now on."""
    addresses.remove(workspace, addresses.get(workspace, address_id))
    flash(_("The address is removed."), "success")
    return redirect(url_for(".index"), 303)


def _list(workspace: Workspace, form: ServiceForm) -> str:
    every = addresses.of(workspace)
    return render_template(
        "incoming/webhooks/index.html",
        form=form,
        addresses=every,
        services=SERVICES,
        states={one.id: states.of(one) for one in every},
        servers=addresses.servers(workspace),
        silent=addresses.silent_servers(workspace),
        is_reachable=_is_reachable(),
    )


def _page(address: WebhookAddress, form: ProofForm, url: str = "") -> str:
    return render_template(
        "incoming/webhooks/show.html",
        address=address,
        service=SERVICES[address.kind],
        state=states.of(address),
        form=form,
        url=url,
        is_reachable=_is_reachable(),
    )


def _is_reachable() -> bool:
    """Services post over HTTPS alone."""
    return installation.address("").startswith("https://")
