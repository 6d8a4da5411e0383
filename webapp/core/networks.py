"""Which network somebody asks from."""

import ipaddress

from flask import request


def asking() -> str | None:
    """The /24 or /64 that asks, for counters that keep a mark of it; None where it tells nothing.

    Behind a proxy nobody told us of, everybody comes from this machine or its own network.
    """
    try:
        remote = ipaddress.ip_address((request.remote_addr or "").partition("%")[0])
    except ValueError:
        return None
    if isinstance(remote, ipaddress.IPv6Address) and remote.ipv4_mapped:
        remote = remote.ipv4_mapped
    if remote.is_loopback or remote.is_private:
        return None
    bits = 24 if remote.version == 4 else 64
    return str(ipaddress.ip_network(f"{remote}/{bits}", strict=False))
