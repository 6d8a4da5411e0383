"""Relays that would measure mail by themselves, and how each is told not to, message by message."""

import json

# Whoever did not agree must not be measured, by nobody: what is measured, we measure ourselves.
# (CNIL, recommendation on pixels in e-mail; the headers are each provider's own.)
_OFF = {"enable": 0}
_SENDGRID = json.dumps(
    {"filters": {name: {"settings": _OFF} for name in ("clicktrack", "opentrack")}}
)
_SPARKPOST = json.dumps({"options": {"open_tracking": False, "click_tracking": False}})
_HEADERS: dict[str, tuple[tuple[str, str], ...]] = {
    "mailgun.org": (("X-Mailgun-Track", "no"),),
    "mailjet.com": (("X-Mailjet-TrackOpen", "0"), ("X-Mailjet-TrackClick", "0")),
    "mandrillapp.com": (("X-MC-Track", "none"),),
    "postmarkapp.com": (("X-PM-TrackOpens", "false"), ("X-PM-TrackLinks", "None")),
    "sendgrid.net": (("X-SMTPAPI", _SENDGRID),),
    "sparkpostmail.com": (("X-MSYS-API", _SPARKPOST),),
}


_NAMES = frozenset(name.lower() for fields in _HEADERS.values() for name, _ in fields)


def is_for_one(name: str) -> bool:
    """Whether a header field speaks to a relay and to no reader."""
    return name.lower() in _NAMES


def without_measuring(*hosts: str) -> bytes:
    """The header fields by which the relays at these hosts leave a message as it is; none where unknown.

    Providers take their own fields out of what they deliver.
    """
    return b"".join(
        f"{name}: {value}\r\n".encode()
        for domain, fields in _HEADERS.items()
        if any(host == domain or host.endswith(f".{domain}") for host in hosts)
        for name, value in fields
    )
