from email import message_from_bytes, policy

import dkim

from tests.factories import domains
from webapp.deliverability import domain_keys, trying_out
from webapp.deliverability.transports import kinds
from webapp.deliverability.transports.memory import MemoryTransport
from webapp.deliverability.transports.smtp_server import Security, SmtpServer


def sent(workspace, monkeypatch):
    transport = MemoryTransport()
    monkeypatch.setattr(kinds, "transport", lambda server: transport)
    server = SmtpServer("127.0.0.1", 25, Security.NONE)
    trying_out.send_test(server, workspace, "lea@example.org")
    [envelope] = transport.outbox
    return envelope.body


def test_a_test_mail_is_signed_like_every_other(workspace, monkeypatch):
    [key] = domain_keys.every(domains.domain(workspace))
    record = f"v=DKIM1; k=rsa; p={key.public_key}".encode()
    message = sent(workspace, monkeypatch)
    assert dkim.DKIM(message).verify(dnsfunc=lambda name, timeout=5: record)


def test_without_a_domain_it_leaves_as_it_is(workspace, monkeypatch):
    message = message_from_bytes(sent(workspace, monkeypatch), policy=policy.default)
    assert message["dkim-signature"] is None
    assert message["from"].addresses[0].addr_spec == workspace.sender_email
    assert message.get_content().strip()
