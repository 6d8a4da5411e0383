"""Connections to mail servers, kept between jobs by the thread that opened them."""

import threading

from webapp.deliverability.transports import Transport, kinds
from webapp.deliverability.transports.kinds import Server

# Of each thread: what a way keeps of the authorities it trusts is a megabyte.
MOST = 8


class _Kept(threading.local):
    def __init__(self) -> None:
        self.transports: dict[Server, Transport] = {}


_kept = _Kept()


def transport_to(server: Server) -> Transport:
    """This thread's own way to a server; of the servers it knows, the latest are kept."""
    found = _kept.transports.pop(server, None) or kinds.transport(server)
    _kept.transports[server] = found
    if len(_kept.transports) > MOST:
        _kept.transports.pop(next(iter(_kept.transports))).close()
    return found


def close_all() -> None:
    """Take leave of every server this thread spoke with."""
    while _kept.transports:
        _kept.transports.popitem()[1].close()
