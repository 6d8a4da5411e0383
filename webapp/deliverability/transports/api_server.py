"""Which provider to hand mail to by its programming interface, and in whose name."""

import re
from dataclasses import dataclass, field

# Somebody may be waiting: a provider that takes longer is in trouble.
ANSWER_SECONDS = 30.0
REQUESTS_PER_CONNECTION = 1000

# It stands in a header field: nothing that could end one.
_SECRET = re.compile(r"[\x21-\x7e]{1,300}")


class BadApiServer(ValueError):
    """These settings do not describe an account that mail can be handed to.

    `about` names the one that is missing or wrong, as `ApiServer` calls it.
    """

    def __init__(self, about: str, text: str) -> None:
        """Say which, and what is wrong with it."""
        super().__init__(text)
        self.about = about


@dataclass(frozen=True)
class ApiServer:
    """An account with a provider; its address follows from `kind` and `region` alone.

    `account`: SES the id of the access key, Mailgun the sending domain, Scaleway the
    project. `channel`: SES the configuration set, Postmark the stream of newsletters.
    Times in seconds. Raises BadApiServer.
    """

    kind: str
    secret: str = field(repr=False)
    account: str = ""
    region: str = ""
    channel: str = ""
    timeout: float = ANSWER_SECONDS
    messages_per_connection: int = REQUESTS_PER_CONNECTION

    def __post_init__(self) -> None:
        """Refuse a key that no header field can hold."""
        if not _SECRET.fullmatch(self.secret):
            raise BadApiServer("secret", "the key is missing, or is not one")
        if self.messages_per_connection < 1 or self.timeout <= 0:
            raise BadApiServer("timeout", "a connection carries no message")
