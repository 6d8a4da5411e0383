"""How often one network may ask, before it is told to wait."""

import ipaddress

from flask import request
from flask_limiter import Limiter

from webapp.core import tokens


def network() -> str:
    """A mark for the network that asks: no IP address reaches the counters or the logs."""
    remote = request.remote_addr or ""
    # One household or server has a whole /64 of IPv6 addresses to ask from.
    if ":" in remote:
        remote = str(
            ipaddress.ip_network(f"{remote.partition('%')[0]}/64", strict=False)
        )
    return tokens.fingerprint(remote)[:16]


limiter = Limiter(network, default_limits=["1200 per minute"])
