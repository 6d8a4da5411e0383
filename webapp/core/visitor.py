"""Who stands at the door, as far as we look: a piece of network and a kind of program."""

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from flask import has_request_context, request

# Large enough a piece that it is no household any more.
NETWORK_BITS = {4: 24, 6: 48}
# Forms of ours have fewer; a stranger could send thousands.
MOST_FIELDS, LONGEST_FIELD = 30, 40
_NOT_ASKED = {"csrf_token", "nickname"}


@dataclass(frozen=True)
class Visitor:
    """What a request tells: the truncated network, the announced program, the names of its fields."""

    network: str
    user_agent: str
    fields: list[str]


# Who stood at the door when what a worker does now was asked for.
_recalled: ContextVar[Visitor | None] = ContextVar("recalled", default=None)


def present() -> Visitor | None:
    """The visitor this request, or the one a worker carries out, comes from; None where there is none."""
    if not has_request_context():
        return _recalled.get()
    names = (name for name, value in request.form.items() if value)
    return Visitor(
        network=truncated(request.remote_addr or ""),
        user_agent=request.user_agent.string,
        fields=sorted(name[:LONGEST_FIELD] for name in names if name not in _NOT_ASKED)[
            :MOST_FIELDS
        ],
    )


@contextmanager
def recalled(visitor: Visitor | None) -> Iterator[None]:
    """Do something on behalf of who stood at the door before."""
    token = _recalled.set(visitor)
    try:
        yield
    finally:
        _recalled.reset(token)


def truncated(address: str) -> str:
    """The network of an address, too large to find anybody in; empty for what is no address."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    bits = NETWORK_BITS[known.version]
    return str(ipaddress.ip_network((known, bits), strict=False))
