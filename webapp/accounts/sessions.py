"""The browsers in which a user is signed in; each can be signed out from another."""

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, select, update

from webapp.accounts.models import User, UserSession
from webapp.accounts.queries import IDLE
from webapp.core import clock, tokens
from webapp.core.db import db
from webapp.core.errors import NotFound

# The first that matches: every browser also claims to be those further down.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox|FxiOS", "Firefox"),
    ("Chrome|CriOS", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def begin(user: User, user_agent: str) -> str:
    """Sign the user in on one more browser and give the secret it must show."""
    token = tokens.random_token()
    user.session_token = token
    db.session.add(
        UserSession(
            user_id=user.id,
            token_hash=tokens.fingerprint(token),
            browser=browser_name(user_agent),
            created_at=clock.now(),
            seen_at=clock.now(),
        )
    )
    return token


def open_ones(user: User) -> Sequence[UserSession]:
    """The sessions that are still good, the last seen first."""
    return db.session.scalars(
        select(UserSession)
        .where(
            UserSession.user_id == user.id,
            UserSession.ended_at.is_(None),
            UserSession.seen_at > clock.now() - IDLE,
        )
        .order_by(UserSession.seen_at.desc(), UserSession.id.desc())
    ).all()


def is_this_one(user: User, session: UserSession) -> bool:
    """Whether the page is being read in this session."""
    return session.token_hash == tokens.fingerprint(user.session_token)


def end(user: User, session_id: int) -> None:
    """Sign one browser of the user out.

    :raises NotFound: when the user has no such session.
    """
    session = db.session.get(UserSession, session_id)
    if session is None or session.user_id != user.id:
        raise NotFound
    session.ended_at = session.ended_at or clock.now()


def end_this(user: User) -> None:
    """Sign the browser of this page out."""
    _end_where(user, UserSession.token_hash == tokens.fingerprint(user.session_token))


def end_others(user: User) -> None:
    """Sign every other browser of the user out."""
    _end_where(user, UserSession.token_hash != tokens.fingerprint(user.session_token))


def end_all(user: User) -> None:
    """Sign every browser of the user out."""
    _end_where(user, UserSession.user_id == user.id)


def browser_name(user_agent: str) -> str:
    """A name by which the person recognises the browser: "Firefox, Windows"."""
    found = [_first(table, user_agent) for table in (_BROWSERS, _SYSTEMS)]
    return ", ".join(name for name in found if name)


def _first(table: tuple[tuple[str, str], ...], user_agent: str) -> str:
    names = (name for pattern, name in table if re.search(pattern, user_agent))
    return next(names, "")


def _end_where(user: User, condition: ColumnElement[bool]) -> None:
    db.session.execute(
        update(UserSession)
        .where(
            UserSession.user_id == user.id, UserSession.ended_at.is_(None), condition
        )
        .values(ended_at=clock.now())
    )
