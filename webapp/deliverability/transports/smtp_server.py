"""Which SMTP server to hand mail to, and how to reach it safely."""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

# RFC 5321 section 4.5.3.2.6: a reply to the final dot may take ten minutes.
FINAL_DOT_SECONDS = 600.0
COMMAND_SECONDS = 60.0
# Orange closes after 100 messages; most large providers allow about as many.
MESSAGES_PER_CONNECTION = 100

_HOST = re.compile(r"[\w.-]{1,253}|[0-9A-Fa-f:.]{2,45}")
_HELO = re.compile(r"[A-Za-z0-9.:\[\]-]{0,255}")


class Security(StrEnum):
    """How the connection is kept secret."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class BadSmtpServer(ValueError):
    """These settings do not describe a server that mail can be handed to."""


@dataclass(frozen=True)
class SmtpServer:
    """An SMTP server and the terms on which we speak with it; times in seconds.

    Certificates are checked against the authorities of the system, or those of the
    file in `SSL_CERT_FILE`. An empty `helo_name` gives our address as a literal
    (RFC 5321 section 4.1.3). Raises BadSmtpServer.
    """

    host: str
    port: int
    security: Security = Security.STARTTLS
    username: str = ""
    password: str = field(default="", repr=False)
    verify: bool = True
    helo_name: str = ""
    timeout: float = COMMAND_SECONDS
    dot_timeout: float = FINAL_DOT_SECONDS
    messages_per_connection: int = MESSAGES_PER_CONNECTION

    def __post_init__(self) -> None:
        """Refuse what can never work, and a password in clear on a network."""
        for wrong, complaint in (
            (not _HOST.fullmatch(self.host), "the host name is not valid"),
            (not 0 < self.port < 65536, "the port must be from 1 to 65535"),
            (not _HELO.fullmatch(self.helo_name), "the greeting name is not valid"),
            (not self._has_sane_timeouts(), "a timeout is from 0 to 3600 seconds"),
            (self.messages_per_connection < 1, "a connection carries no message"),
            (bool(self.password) and not self.username, "a password needs a user name"),
            (self._tells_the_password(), "a password is not sent without TLS"),
        ):
            if wrong:
                raise BadSmtpServer(complaint)

    def _has_sane_timeouts(self) -> bool:
        longest = 3600
        return 0 < self.timeout <= longest and 0 < self.dot_timeout <= longest

    def _tells_the_password(self) -> bool:
        in_clear = self.security is Security.NONE
        return bool(self.username) and in_clear and not is_loopback(self.host)

    @classmethod
    def from_url(cls, url: str) -> "SmtpServer":
        """Read `smtp://user:password@host:587?security=starttls`, or `smtps://…`.

        `smtp://` means STARTTLS, required, except on this very machine: plain. Options:
        security, verify=no, helo, timeout, dot_timeout, messages_per_connection.
        Raises BadSmtpServer, which never repeats the password.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise BadSmtpServer("the address of the server cannot be read") from None
        _check_shape(parts)
        host = parts.hostname or ""
        options = _options(parts.query)
        security = options.pop("security", None) or _default_security(parts, host)
        if parts.scheme == "smtps" and security is not Security.TLS:
            raise BadSmtpServer("smtps:// always means TLS: use smtp://")
        return cls(
            host=host,
            port=_PORTS[security] if port is None else port,
            security=security,
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            **options,
        )


_PORTS = {Security.NONE: 25, Security.STARTTLS: 587, Security.TLS: 465}


def is_loopback(host: str) -> bool:
    """Tell whether the host is this very machine, so that nobody listens between."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_shape(parts: SplitResult) -> None:
    if parts.scheme not in {"smtp", "smtps"}:
        raise BadSmtpServer("the address of the server begins with smtp:// or smtps://")
    if not parts.hostname:
        raise BadSmtpServer("the address of the server names no host")
    if parts.path not in {"", "/"} or parts.fragment:
        raise BadSmtpServer("nothing but options may follow the host")


def _default_security(parts: SplitResult, host: str) -> Security:
    if parts.scheme == "smtps":
        return Security.TLS
    return Security.NONE if is_loopback(host) else Security.STARTTLS


def _options(query: str) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in _READERS:
            raise BadSmtpServer(f"there is no option “{name}”")
        field_name, read = _READERS[name]
        try:
            options[field_name] = read(value)
        except (KeyError, ValueError):
            raise BadSmtpServer(f"the option “{name}” has no such value") from None
    return options


def _yes_or_no(value: str) -> bool:
    return {"yes": True, "true": True, "1": True, "no": False, "false": False}[value]


_READERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "security": ("security", Security),
    "verify": ("verify", _yes_or_no),
    "helo": ("helo_name", str),
    "timeout": ("timeout", float),
    "dot_timeout": ("dot_timeout", float),
    "messages_per_connection": ("messages_per_connection", int),
}
