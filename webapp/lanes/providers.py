"""Which mailbox provider an address belongs to: whose servers take it, not what it is called."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, SQLColumnExpression, case, func, select

from webapp.core.db import db
from webapp.core.i18n import Lazy, _l
from webapp.lanes.known_domains import DOMAINS, EXCHANGERS
from webapp.lanes.models import WHOLE_SERVER, DomainProvider

OTHER = "other"
# Their own names, which no language changes, apart from the last two.
NAMES: dict[str, str | Lazy] = {
    "google": "Gmail, Google Workspace",
    "microsoft": "Outlook.com, Hotmail, Live",
    "office365": "Microsoft 365",
    "yahoo": "Yahoo, AOL",
    "apple": "Apple iCloud",
    "orange": "Orange, Wanadoo",
    "free": "Free",
    "sfr": "SFR, Numericable",
    "bouygues": "Bouygues Telecom",
    "laposte": "La Poste",
    "gmx": "GMX, web.de, mail.com",
    "proton": "Proton",
    "tonline": "T-Online",
    "ovh": "OVHcloud",
    "ionos": "IONOS",
    "gandi": "Gandi",
    "infomaniak": "Infomaniak",
    "mimecast": "Mimecast",
    "proofpoint": "Proofpoint",
    OTHER: _l("Other providers"),
    WHOLE_SERVER: _l("The whole server"),
}

_BY_DOMAIN = {domain: name for name, domains in DOMAINS.items() for domain in domains}
_BY_EXCHANGER = {end: name for name, ends in EXCHANGERS.items() for end in ends}


def of(domain: str) -> str:
    """The provider of a domain that is known by its name, else "other"."""
    return _BY_DOMAIN.get(domain.lower().rstrip("."), OTHER)


def find(domain: str) -> str:
    """The provider of one domain: by its name, else as the DNS said."""
    known = of(domain)
    asked = db.session.get(DomainProvider, domain.lower()) if known == OTHER else None
    return asked.provider if asked else known


def behind(exchangers: Sequence[str]) -> str:
    """The provider whose hosts take a domain's mail, as its MX records say, else "other".

    The exchangers come in no order: any one that is known decides, as all of a domain's
    are one provider's but for a spare.
    """
    return next(filter(None, map(_host, sorted(exchangers))), OTHER)


def expression(email_column: SQLColumnExpression[str]) -> ColumnElement[str]:
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


def _host(exchanger: str) -> str | None:
    """The provider by the longest end of the host's name that is known."""
    labels = exchanger.lower().rstrip(".").split(".")
    ends = (".".join(labels[start:]) for start in range(len(labels)))
    return next((_BY_EXCHANGER[end] for end in ends if end in _BY_EXCHANGER), None)
