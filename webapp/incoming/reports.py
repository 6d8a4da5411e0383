"""What something that came back says about one message, whatever its shape was."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What happened to the message."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    DELIVERED = "delivered"
    DELAYED = "delayed"
    AUTO_REPLY = "auto_reply"
    UNSUBSCRIBE = "unsubscribe"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Report:
    """One thing said about one message.

    `message` is known by our own signed token alone. `address` is given only by a source
    that proved who it is (a signed webhook): who writes a mail can claim any address.
    `code` is 0 and `enhanced` empty where nothing was said; `text` holds no address.
    """

    kind: Kind
    message: int | None = None
    address: str | None = None
    code: int = 0
    enhanced: str = ""
    text: str = ""
    at: datetime | None = None
