"""What happens to lists, told to the features above."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Subscribed:
    """Somebody is on a list from now on."""

    workspace_id: int
    mailing_list_id: int
    contact_id: int
    widget_version_id: int | None = None
    source_id: int | None = None


@dataclass(frozen=True)
class Disowned:
    """Somebody said that others had entered their address."""

    workspace_id: int
    widget_version_id: int | None = None


@dataclass(frozen=True)
class WordsChanged:
    """A sentence or a notice that forms show reads otherwise from now on."""

    workspace_id: int


@dataclass(frozen=True)
class Unsubscribed:
    """Somebody left a list."""

    workspace_id: int
    mailing_list_id: int
    contact_id: int
    message_id: int | None = None
