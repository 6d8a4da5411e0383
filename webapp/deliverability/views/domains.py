"""Settings: the domains mail is sent from, what the DNS lacks, and who answers for sending all the same."""

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.access import Permission, current_user_id, requires
from webapp.accounts.models import Workspace
from webapp.core import addresses
from webapp.core.errors import DomainError, NotFound
from webapp.core.i18n import _
from webapp.core.installation import settings
from webapp.core.limits import limiter
from webapp.deliverability import (
    choosing,
    domain_checking,
    domain_editing,
    domain_keys,
    domain_records,
    free_mail,
    sender_domains,
)
from webapp.deliverability.domain_checks import reading
from webapp.deliverability.forms import DomainForm, HostsForm, OverrideForm
from webapp.deliverability.models import KeyAlgorithm, SenderDomain

blueprint = Blueprint("domains", __name__)


@blueprint.get("/")
@requires(Permission.SETTINGS)
def index(workspace: Workspace) -> ResponseReturnValue:
    """The domains, and how each of them stands."""
    return _list(workspace, DomainForm(None, domain=_suggestion(workspace)))


@blueprint.post("/")
@requires(Permission.SETTINGS)
def add(workspace: Workspace) -> ResponseReturnValue:
    """Send from a domain, and have it checked at once."""
    form = DomainForm()
    if not form.validate():
        return _list(workspace, form), 422
    try:
        made = domain_editing.add(workspace, form.domain.data)
    except DomainError as error:
        form.domain.errors = [str(error)]
        return _list(workspace, form), 422
    domain_checking.ask(made)
    flash(_("The domain is added. Publish its records now."), "success")
    return redirect(url_for(".show", domain_id=made.id), 303)


@blueprint.get("/<int:domain_id>")
@requires(Permission.SETTINGS)
def show(workspace: Workspace, domain_id: int) -> ResponseReturnValue:
    """What the DNS says of a domain, and what is to be published."""
    return _page(workspace, sender_domains.get(workspace, domain_id))


@blueprint.get("/<int:domain_id>/checks")
@requires(Permission.SETTINGS)
def follow(workspace: Workspace, domain_id: int) -> ResponseReturnValue:
    """How far the check is, for the page to renew itself."""
    domain = sender_domains.get(workspace, domain_id)
    answer = make_response(_checks(domain))
    if not domain_checking.is_under_way(domain):
        # Records and keys further down the page have changed with it.
        answer.headers["HX-Refresh"] = "true"
    return answer


@blueprint.post("/<int:domain_id>/check")
@requires(Permission.SETTINGS)
@limiter.limit("60 per hour")
def check(workspace: Workspace, domain_id: int) -> ResponseReturnValue:
    """Have a worker ask the DNS."""
    domain_checking.ask(sender_domains.get(workspace, domain_id))
    return _back(domain_id)


@blueprint.post("/<int:domain_id>/names")
@requires(Permission.SETTINGS)
def change_hosts(workspace: Workspace, domain_id: int) -> ResponseReturnValue:
    """Change the names for undeliverable mail and for links."""
    domain = sender_domains.get(workspace, domain_id)
    form = HostsForm()
    try:
        if not form.validate():
            return _page(workspace, domain, hosts=form), 422
        domain_editing.change_hosts(
            domain,
            return_path=form.return_path_host.data,
            tracking=form.tracking_host.data,
        )
    except DomainError as error:
        form.form_errors.append(str(error))
        return _page(workspace, domain, hosts=form), 422
    domain_checking.ask(domain)
    flash(_("The names are kept. Publish their records now."), "success")
    return _back(domain_id)


@blueprint.post("/<int:domain_id>/keys/<algorithm>")
@requires(Permission.SETTINGS)
@limiter.limit("20 per hour")
def make_key(
    workspace: Workspace, domain_id: int, algorithm: str
) -> ResponseReturnValue:
    """Make a key, which signs once its record is published."""
    domain = sender_domains.get(workspace, domain_id)
    if algorithm not in list(KeyAlgorithm):
        raise NotFound
    domain_editing.renew_key(domain, KeyAlgorithm(algorithm))
    flash(_("The new key waits for its record in the DNS. Nothing changes until then."))
    return _back(domain_id)


@blueprint.post("/<int:domain_id>/keys/<int:key_id>/remove")
@requires(Permission.SETTINGS)
def remove_key(
    workspace: Workspace, domain_id: int, key_id: int
) -> ResponseReturnValue:
    """Forget a key that is not needed."""
    domain = sender_domains.get(workspace, domain_id)
    domain_editing.remove_key(domain, key_id)
    domain_checking.ask(domain)
    flash(_("The key is removed. Take its record out of the DNS."), "success")
    return _back(domain_id)


@blueprint.post("/<int:domain_id>/override")
@requires(Permission.SETTINGS)
def override(workspace: Workspace, domain_id: int) -> ResponseReturnValue:
    """Answer for sending although the checks fail."""
    domain = sender_domains.get(workspace, domain_id)
    form = OverrideForm()
    if not form.validate():
        return _page(workspace, domain, override=form), 422
    domain_editing.override(domain, form.reason.data, user_id=current_user_id())
    flash(_("Campaigns may leave from this domain. Your reason is kept."), "warning")
    return _back(domain_id)


@blueprint.post("/<int:domain_id>/override/withdraw")
@requires(Permission.SETTINGS)
def withdraw_override(workspace: Workspace, domain_id: int) -> ResponseReturnValue:
    """Let the checks decide again."""
    domain_editing.withdraw_override(sender_domains.get(workspace, domain_id))
    flash(_("The checks decide again."), "success")
    return _back(domain_id)


@blueprint.post("/<int:domain_id>/remove")
@requires(Permission.SETTINGS)
def remove(workspace: Workspace, domain_id: int) -> ResponseReturnValue:
    """Forget a domain and its keys."""
    domain_editing.remove(sender_domains.get(workspace, domain_id))
    flash(_("The domain is removed."), "success")
    return redirect(url_for(".index"), 303)


def _back(domain_id: int) -> ResponseReturnValue:
    return redirect(url_for(".show", domain_id=domain_id), 303)


def _suggestion(workspace: Workspace) -> str:
    name = addresses.domain(workspace.sender_email)
    is_there = sender_domains.find_for(workspace, workspace.sender_email)
    return "" if is_there or name in free_mail.DOMAINS else name


def _list(workspace: Workspace, form: DomainForm) -> str:
    return render_template(
        "settings/domains.html",
        domains=sender_domains.every(workspace),
        form=form,
        caught=choosing.goes_to_mailbox(workspace),
        free_mail=free_mail.is_one(workspace.sender_email),
    )


def _checks(domain: SenderDomain) -> str:
    return render_template(
        "settings/_domain_checks.html",
        domain=domain,
        subjects=reading.by_subject(domain.checks),
        under_way=domain_checking.is_under_way(domain),
    )


def _page(
    workspace: Workspace,
    domain: SenderDomain,
    hosts: HostsForm | None = None,
    override: OverrideForm | None = None,
) -> str:
    keys = domain_keys.every(domain)
    return render_template(
        "settings/domain.html",
        domain=domain,
        subjects=reading.by_subject(domain.checks),
        under_way=domain_checking.is_under_way(domain),
        records=domain_records.of(domain, workspace),
        keys=keys,
        signing=domain_keys.in_use(keys, unseen=bool(domain.override_at)),
        outdated=domain_keys.outdated(keys),
        spare=[key for key in keys if domain_keys.can_go(keys, key)],
        hosts=hosts or HostsForm(None, obj=domain),
        override=override or OverrideForm(None),
        can_send=sender_domains.may_send(domain),
        signs_here=sender_domains.signs_here(workspace),
        receives=bool(settings().return_host),
    )
