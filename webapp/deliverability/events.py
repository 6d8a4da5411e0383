"""Facts about the way mail leaves that other features listen to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SenderDomainFailed:
    """A sender domain that was in order is no more: its campaigns wait."""

    workspace_id: int
    domain_id: int
    domain: str


@dataclass(frozen=True)
class MailServerChanged:
    """Somebody entered the settings of a mail server anew, or switched it on again."""

    server_id: int
