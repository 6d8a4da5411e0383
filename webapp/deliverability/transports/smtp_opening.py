"""From nothing to a connection on which mail may be sent: greeting, TLS, password."""

import ssl
from base64 import b64encode

from webapp.deliverability.transports.smtp_connection import (
    Connection,
    Failure,
    connect,
)
from webapp.deliverability.transports.smtp_replies import (
    Extensions,
    Reply,
    read_extensions,
)
from webapp.deliverability.transports.smtp_server import Security, SmtpServer


def tls_context(server: SmtpServer) -> ssl.SSLContext:
    """Trust the authorities of the system, unless told not to check at all."""
    context = ssl.create_default_context()
    if not server.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def open_connection(
    server: SmtpServer, context: ssl.SSLContext | None
) -> tuple[Connection, Extensions]:
    """Connect, encrypt and sign in as the server's terms ask. Raises Failure."""
    connection = connect(server.host, server.port, server.timeout)
    try:
        return connection, _introduce(connection, server, context)
    except BaseException:
        connection.drop()
        raise


def _introduce(
    connection: Connection, server: SmtpServer, context: ssl.SSLContext | None
) -> Extensions:
    if context and server.security is Security.TLS:
        connection.encrypt(context, server.host, server.timeout)
    _expect(connection.read(server.timeout), 220)
    extensions = _greet(connection, server)
    if context and server.security is Security.STARTTLS:
        _start_tls(connection, server, context, extensions)
        # What was announced in clear may have been altered on the way (RFC 3207).
        extensions = _greet(connection, server)
    if server.username:
        _sign_in(connection, server, extensions)
    return extensions


def _greet(connection: Connection, server: SmtpServer) -> Extensions:
    name = server.helo_name or connection.own_address()
    reply = connection.ask(f"EHLO {name}".encode(), server.timeout)
    if reply.code == 250:
        return read_extensions(reply)
    if reply.kind == 5:
        _expect(connection.ask(f"HELO {name}".encode(), server.timeout), 250)
        return Extensions()
    raise Failure.said(reply)


def _start_tls(
    connection: Connection,
    server: SmtpServer,
    context: ssl.SSLContext,
    extensions: Extensions,
) -> None:
    # Going on in clear is what somebody who strips STARTTLS hopes for.
    if not extensions.starttls:
        raise Failure("the server does not offer STARTTLS")
    _expect(connection.ask(b"STARTTLS", server.timeout), 220)
    connection.encrypt(context, server.host, server.timeout)


def _sign_in(
    connection: Connection, server: SmtpServer, extensions: Extensions
) -> None:
    """Use AUTH PLAIN (RFC 4616), or LOGIN where it is all there is."""
    user, password = server.username.encode(), server.password.encode()
    if "PLAIN" in extensions.authentication:
        words = [b"AUTH PLAIN " + b64encode(b"\0" + user + b"\0" + password)]
    elif "LOGIN" in extensions.authentication:
        words = [b"AUTH LOGIN", b64encode(user), b64encode(password)]
    else:
        raise Failure("the server offers no way to sign in that we know")
    for word in words[:-1]:
        _expect(connection.ask(word, server.timeout), 334)
    _expect(connection.ask(words[-1], server.timeout), 235)


def _expect(reply: Reply, code: int) -> None:
    if reply.code != code:
        raise Failure.said(reply)
