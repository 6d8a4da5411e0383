"""Domains that look mistyped, and of which a colleague knows that they are right."""

from sqlalchemy import Select, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.quality.domains import domain_of
from webapp.quality.models import Doubt, Finding, TrustedDomain

_LONGEST = 253
_SHOWN = 20


def trust(workspace: Workspace, domain: str) -> None:
    """Doubt this domain no more."""
    domain = domain.strip().lower()[:_LONGEST]
    if not domain:
        return
    db.session.execute(
        insert(TrustedDomain)
        .values(workspace_id=workspace.id, domain=domain)
        .on_conflict_do_nothing()
    )
    noted = _doubted(workspace).where(domain_of() == domain)
    db.session.execute(
        delete(Finding).where(
            Finding.workspace_id == workspace.id,
            Finding.doubt == Doubt.MISTYPED,
            Finding.contact_id.in_(noted.with_only_columns(Contact.id)),
        ),
        execution_options={"synchronize_session": False},
    )
    auditing.record(workspace, "quality.domain_trusted", domain=domain)


def doubted(workspace: Workspace) -> list[tuple[str, int]]:
    """The domains that look mistyped, with how many people have them, the most first."""
    people = func.count().label("people")
    rows = db.session.execute(
        _doubted(workspace)
        .with_only_columns(domain_of().label("domain"), people)
        .group_by(domain_of())
        .order_by(people.desc(), domain_of())
        .limit(_SHOWN)
    )
    return [(row.domain, row.people) for row in rows]


def _doubted(workspace: Workspace) -> Select[Contact]:
    return (
        select(Contact)
        .join(Finding, Finding.contact_id == Contact.id)
        .where(Finding.workspace_id == workspace.id, Finding.doubt == Doubt.MISTYPED)
    )
