"""The figures of mail by day, the thresholds that pause a campaign, and the alarms."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, ForeignKey, Index, Numeric, String, Text, text
from sqlalchemy.orm import Mapped

from webapp.core.db import HasId, Model
from webapp.core.personal_data import technical


class MailDay(Model):
    """What became of the messages of a campaign that were first handed over on a day, by provider.

    All of it, also what comes back weeks later, belongs to the day of the first attempt.
    """

    __tablename__ = "mail_day"
    __table_args__ = (Index("ix_mail_day_workspace_id_day", "workspace_id", "day"),)

    campaign_id: Mapped[int] = technical(
        ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True
    )
    # In the time zone of the workspace.
    day: Mapped[date] = technical(primary_key=True)
    provider: Mapped[str] = technical(String(12), primary_key=True)
    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    # Of the sender's address, as it was when the campaign was first counted.
    sender_domain: Mapped[str] = technical(String(253))
    delivered: Mapped[int] = technical()
    # Accepted or refused after the server had put it off at least once, or still put off.
    deferred: Mapped[int] = technical()
    hard: Mapped[int] = technical()
    soft: Mapped[int] = technical()
    policy: Mapped[int] = technical()
    complaints: Mapped[int] = technical()
    unsubscribed: Mapped[int] = technical()
    # What a server said that refused us or put us off; it holds no address.
    said: Mapped[str] = technical(String(300), default="")


class PauseRule(Model):
    """From which rates on the campaigns of a workspace are paused; without a row, the usual ones."""

    __tablename__ = "pause_rule"

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    # In percent of the messages that were handed over.
    bounces: Mapped[Decimal] = technical(Numeric(4, 2))
    complaints: Mapped[Decimal] = technical(Numeric(4, 2))
    # Below so many messages a rate says nothing.
    least: Mapped[int] = technical()


class CampaignPause(Model):
    """That a campaign was paused by itself, over which figures; they count no more once it goes on."""

    __tablename__ = "campaign_pause"

    campaign_id: Mapped[int] = technical(
        ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True
    )
    paused_at: Mapped[datetime] = technical()
    handed: Mapped[int] = technical()
    bounces: Mapped[int] = technical()
    complaints: Mapped[int] = technical()
    # Somebody read the figures and had it go on.
    resumed_at: Mapped[datetime | None] = technical()


class SendingAlarm(HasId, Model):
    """A provider that refuses us, or a lane that is closed: told until it is over."""

    __tablename__ = "sending_alarm"
    __table_args__ = (
        Index(
            "uq_sending_alarm_open",
            "workspace_id",
            "kind",
            "provider",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_sending_alarm_workspace_id", "workspace_id", "id"),
    )

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    kind: Mapped[str] = technical(String(12))
    provider: Mapped[str] = technical(String(12))
    # What the server said; it holds no address.
    said: Mapped[str] = technical(Text, default="")
    times: Mapped[int] = technical(BigInteger, default=1)
    first_at: Mapped[datetime] = technical()
    last_at: Mapped[datetime] = technical()
    # When the owners were written to about it.
    mailed_at: Mapped[datetime | None] = technical()
    closed_at: Mapped[datetime | None] = technical()
