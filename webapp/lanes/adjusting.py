"""What a person changes about the lanes of a server; each change is in the audit log."""

from dataclasses import asdict

from sqlalchemy import select

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.core.db import db
from webapp.core.errors import NotAllowed, NotFound
from webapp.lanes import adapting, offers, providers, recommended, warming
from webapp.lanes.models import WHOLE_SERVER, Lane
from webapp.lanes.overview import Server
from webapp.lanes.recommended import Terms


def adjust(workspace: Workspace, server: Server, provider: str, terms: Terms) -> None:
    """Hand over on these terms from now on.

    :raises NotAllowed: for a server that is not theirs to adjust.
    :raises NotFound: when nobody knows the provider.
    """
    lane = _lane(server, provider)
    _write(lane, terms)
    lane.is_adjusted = True
    _record(workspace, "lane.adjusted", server, provider)


def as_recommended(workspace: Workspace, server: Server, provider: str) -> None:
    """Go back to what is recommended, now and when that changes."""
    lane = _lane(server, provider)
    _write(lane, recommended.terms(provider, by_a_service=server.by_a_service))
    lane.is_adjusted = False
    _record(workspace, "lane.as_recommended", server, provider)


def open_again(workspace: Workspace, server: Server, provider: str) -> None:
    """Forget what the provider answered: somebody took care of it."""
    adapting.reset(_lane(server, provider))
    _record(workspace, "lane.opened", server, provider)


def start_warm_up(workspace: Workspace, server: Server) -> None:
    """Let a little more leave each day, from today on."""
    _lane(server, WHOLE_SERVER)
    warming.start(server.server_id)
    _record(workspace, "lane.warm_up_started", server)


def stop_warm_up(workspace: Workspace, server: Server) -> None:
    """Hold the mail back no longer."""
    _lane(server, WHOLE_SERVER)
    warming.stop(server.server_id)
    _record(workspace, "lane.warm_up_stopped", server)


def _lane(server: Server, provider: str) -> Lane:
    if not server.may_adjust:
        raise NotAllowed
    if provider not in providers.NAMES:
        raise NotFound
    offers.make(server.server_id, {provider, WHOLE_SERVER})
    return db.session.scalars(
        select(Lane)
        .where(
            Lane.mail_server_id.is_not_distinct_from(server.server_id),
            Lane.provider == provider,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _write(lane: Lane, terms: Terms) -> None:
    for name, value in asdict(terms).items():
        setattr(lane, name, value)


def _record(
    workspace: Workspace, action: str, server: Server, provider: str = ""
) -> None:
    auditing.record(workspace, action, name=str(server.name), provider=provider)
