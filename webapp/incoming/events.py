"""What came back, told to the features that take care of our good name."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PolicyRefusal:
    """A mailbox provider refused what we are, after our server had taken the message."""

    workspace_id: int
    message_id: int
    provider: str
    text: str
