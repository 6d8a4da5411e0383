"""Connections to mail servers, kept between jobs by the thread that opened them."""

import threading

from webapp.deliverability.transports import Transport, kinds
from webapp.deliverability.transports.kinds import Server


class _Kept(threading.local):
    def __init__(self) -> None:
        self.transports: dict[Server, Transport] = {}


_kept = _Kept()


def transport_to(server: Server) -> Transport:
    """This thread's own way to a server."""
    if server not in _kept.transports:
        _kept.transports[server] = kinds.transport(server)
    return _kept.transports[server]


def close_all() -> None:
    """Take leave of every server this thread spoke with."""
    while _kept.transports:
        _kept.transports.popitem()[1].close()
