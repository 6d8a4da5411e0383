"""Which mailbox provider an address belongs to."""

from sqlalchemy import ColumnElement, case, func, select

from webapp.lanes.models import DomainProvider

OTHER = "other"
DOMAINS: dict[str, tuple[str, ...]] = {
    "google": ("gmail.com", "googlemail.com"),
    "microsoft": ("hotmail.com", "hotmail.fr", "outlook.com", "outlook.fr", "live.fr"),
    "yahoo": ("yahoo.com", "yahoo.fr", "aol.com", "ymail.com"),
    "apple": ("icloud.com", "me.com", "mac.com"),
    "orange": ("orange.fr", "wanadoo.fr"),
    "free": ("free.fr",),
    "sfr": ("sfr.fr", "neuf.fr"),
    "laposte": ("laposte.net",),
    "gmx": ("gmx.fr", "gmx.de", "web.de"),
}
_OF = {domain: name for name, domains in DOMAINS.items() for domain in domains}


def of(domain: str) -> str:
    """The provider of a domain that is known by its name, else "other"."""
    return _OF.get(domain.lower(), OTHER)


def expression(email_column: ColumnElement[str]) -> ColumnElement[str]:
    """The provider of each address of a column, for one statement over a whole audience."""
    domain = func.lower(func.split_part(email_column, "@", 2))
    asked = (
        select(DomainProvider.provider)
        .where(DomainProvider.domain == domain)
        .scalar_subquery()
    )
    return case(
        *((domain.in_(domains), name) for name, domains in DOMAINS.items()),
        else_=func.coalesce(asked, OTHER),
    )
