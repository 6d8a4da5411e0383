"""The lanes of the servers that a workspace's mail goes through, for its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from webapp.accounts import queries
from webapp.accounts.models import User, Workspace
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import NotFound
from webapp.core.i18n import _l
from webapp.core.installation import settings
from webapp.deliverability import mail_servers
from webapp.deliverability.models import MailServer, ServerKind
from webapp.lanes import providers, recommended, states
from webapp.lanes.models import WHOLE_SERVER, Lane
from webapp.lanes.recommended import Terms
from webapp.lanes.states import State

# In an address, the server of the installation.
INSTALLATION = 0


@dataclass(frozen=True)
class Line:
    """One provider, as a server serves it; `lane` None: nothing was handed over yet."""

    provider: str
    name: Any
    terms: Terms
    lane: Lane | None = None
    state: State | None = None
    today: int = 0
    cap: int | None = None
    step: int | None = None


@dataclass(frozen=True)
class Server:
    """A mail server and its lanes; `may_adjust` for who sees the page."""

    number: int
    name: Any
    by_a_service: bool
    may_adjust: bool
    used: Sequence[Line] = ()
    unused: Sequence[Line] = ()
    warms_up_since: Any = None

    @property
    def warms_up(self) -> bool:
        """Whether the plan still holds any lane back."""
        steps = [line.step for line in self.used if line.provider != WHOLE_SERVER]
        return bool(self.warms_up_since) and (
            not steps or steps.count(None) < len(steps)
        )

    @property
    def server_id(self) -> int | None:
        """Its number as lanes know it."""
        return self.number or None


def servers(workspace: Workspace, user: User) -> list[Server]:
    """The servers that mail goes through, the workspace's own first; none in a demonstration."""
    if workspace.is_demo:
        return []
    numbers = [one.id for one in mail_servers.every(workspace)]
    if settings().smtp_url:
        numbers.append(INSTALLATION)
    return [server(workspace, user, number) for number in numbers]


def server(workspace: Workspace, user: User, number: int) -> Server:
    """One server with its lanes.

    :raises NotFound: when it is another workspace's, or there is none.
    """
    own = _own(workspace, number)
    by_a_service = bool(own and own.kind != ServerKind.SMTP)
    lanes = _lanes(number or None)
    whole = lanes.get(WHOLE_SERVER)
    lines = [
        _line(name, lanes.get(name), by_a_service=by_a_service)
        for name in providers.NAMES
    ]
    used = sorted(
        (line for line in lines if line.lane),
        key=lambda line: (line.provider != WHOLE_SERVER, -line.today),
    )
    return Server(
        number=number,
        name=own.name if own else _l("Server of this installation"),
        by_a_service=by_a_service,
        may_adjust=bool(own) or queries.owns_a_shop(user),
        used=used,
        unused=[line for line in lines if not line.lane],
        warms_up_since=whole.warm_up_from if whole else None,
    )


def _own(workspace: Workspace, number: int) -> MailServer | None:
    if workspace.is_demo:
        raise NotFound
    if number != INSTALLATION:
        return mail_servers.get(workspace, number)
    if not settings().smtp_url:
        raise NotFound
    return None


def _lanes(server_id: int | None) -> dict[str, Lane]:
    found = db.session.scalars(
        select(Lane).where(Lane.mail_server_id.is_not_distinct_from(server_id))
    )
    return {lane.provider: lane for lane in found}


def _line(provider: str, lane: Lane | None, *, by_a_service: bool) -> Line:
    name = providers.NAMES[provider]
    if lane is None:
        terms = recommended.terms(provider, by_a_service=by_a_service)
        return Line(provider, name, terms)
    return Line(
        provider,
        name,
        Terms(
            lane.connections,
            lane.messages_per_connection,
            lane.per_minute,
            lane.daily_cap,
        ),
        lane,
        states.of(lane, clock.now()),
        states.taken_today(lane),
        states.cap_today(lane),
        states.warm_up_step(lane),
    )
