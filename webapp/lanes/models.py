"""What one mail server may hand to one mailbox provider, and what providers we know."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, func
from sqlalchemy.orm import Mapped

from webapp.core.db import HasId, Model
from webapp.core.personal_data import technical

# The lane of a mail server that stands for all its providers together.
WHOLE_SERVER = "all"


class Lane(HasId, Model):
    """The mail that one mail server hands over for one mailbox provider.

    Without a `mail_server_id` it is the server of the installation. The lane of the
    provider "all" holds what is true of the whole server.
    """

    __tablename__ = "lane"
    __table_args__ = (
        Index(
            "uq_lane_mail_server_id_provider",
            "mail_server_id",
            "provider",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )

    mail_server_id: Mapped[int | None] = technical(
        ForeignKey("mail_server.id", ondelete="CASCADE")
    )
    provider: Mapped[str] = technical(String(12))

    # The terms: as recommended, unless somebody adjusted them.
    is_adjusted: Mapped[bool] = technical(default=False)
    connections: Mapped[int] = technical()
    messages_per_connection: Mapped[int] = technical()
    per_minute: Mapped[int | None] = technical()
    daily_cap: Mapped[int | None] = technical()

    # Warming up: the day it began, and the step of the plan that is reached.
    warm_up_from: Mapped[date | None] = technical()
    warm_up_step: Mapped[int] = technical(default=0)

    # The bucket: what may leave at once.
    tokens: Mapped[float] = technical(default=0.0)
    filled_at: Mapped[datetime] = technical(server_default=func.now())

    # The last day on which mail left, and its figures.
    day: Mapped[date] = technical()
    taken_today: Mapped[int] = technical(default=0)
    bounced_today: Mapped[int] = technical(default=0)
    # Refused for what we are, after the mail server had taken it.
    refused_today: Mapped[int] = technical(default=0)

    # What left lately, a minute; and the slow-down: percent of the pace at which the provider
    # asked for less.
    recent: Mapped[float] = technical(default=0.0)
    heard_at: Mapped[datetime] = technical(server_default=func.now())
    share: Mapped[int] = technical(default=100)
    slowed_from: Mapped[float | None] = technical()
    connections_now: Mapped[int | None] = technical()
    adapted_at: Mapped[datetime | None] = technical()

    # The circuit breaker: failures in a row, closings in a row, and the end of the pause.
    # After a closing that counts, one message goes ahead of the others.
    failures: Mapped[int] = technical(default=0)
    closings: Mapped[int] = technical(default=0)
    closed_until: Mapped[datetime | None] = technical()
    # One message is on its way to see whether the lane is open again.
    probing: Mapped[bool] = technical(default=False)
    reason: Mapped[str] = technical(String(20), default="")
    # What the server answered; it holds no address.
    words: Mapped[str] = technical(String(300), default="")


class DomainProvider(Model):
    """The mailbox provider behind a domain, as its mail exchangers say."""

    __tablename__ = "domain_provider"

    domain: Mapped[str] = technical(String(253), primary_key=True)
    provider: Mapped[str] = technical(String(12))
    checked_at: Mapped[datetime] = technical(server_default=func.now())
    # Lookups in a row without an answer: each makes the next one wait longer.
    failures: Mapped[int] = technical(default=0)
