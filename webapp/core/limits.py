"""How often one network may ask, before it is told to wait."""

import hashlib
import hmac
import ipaddress

from flask import Blueprint, request
from flask_limiter import Limiter

from webapp.core.encryption import derived_key


def network() -> str:
    """A mark for the network that asks: no IP address reaches the counters or the logs."""
    remote = _block(request.remote_addr or "")
    # With our key: there are few enough addresses to try them all on a plain hash.
    mark = hmac.digest(derived_key("network"), remote.encode(), hashlib.sha256)
    return mark.hex()[:16]


def _block(remote: str) -> str:
    """One household or server has a whole /64 of IPv6 addresses to ask from."""
    try:
        address = ipaddress.ip_address(remote.partition("%")[0])
    except ValueError:
        # A proxy may say "unix:" or add a port.
        return remote
    if address.version == 4:
        return remote
    return str(ipaddress.ip_network((address, 64), strict=False))


limiter = Limiter(network, default_limits=["1200 per minute"])

# A form of ours, with every field of a workspace filled to the brim; in bytes.
LARGEST_FORM = 128 * 1024


def small_forms(blueprint: Blueprint) -> Blueprint:
    """A blueprint to which strangers post: it reads no more than a form of ours can hold."""

    def restrict(_endpoint: str | None, _values: dict[str, object] | None) -> None:
        request.max_content_length = LARGEST_FORM

    # Before anything of ours reads the body.
    blueprint.url_value_preprocessor(restrict)
    return blueprint
