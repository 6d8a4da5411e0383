"""The SMTP server of the built-in mailbox: takes every mail and sends none of it on."""

import signal
import sys
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from config import settings
from webapp.core import mailbox

LOOPBACK = "127.0.0.1"
# Listing the directory at each message would cost more than the message.
PRUNE_EVERY = 100
STOPPING = (signal.SIGTERM, signal.SIGINT)


class Catcher:
    """Stores what arrives; the methods are aiosmtpd's hooks."""

    def __init__(self, directory: Path) -> None:
        """Prepare the directory, which may hold mail of earlier days."""
        self.directory = directory
        self._caught = 0
        directory.mkdir(parents=True, exist_ok=True)
        # Its mail holds the links that open accounts and preferences.
        directory.chmod(0o700)
        mailbox.prune(directory)

    async def handle_EHLO(  # noqa: N802 - named by aiosmtpd
        self,
        _server: SMTP,
        session: Session,
        _envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        """Announce PIPELINING (RFC 2920), which aiosmtpd can do but does not say."""
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_DATA(  # noqa: N802 - named by aiosmtpd
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep the message and say so."""
        content = envelope.content
        raw = content.encode() if isinstance(content, str) else content or b""
        sender = envelope.mail_from or ""
        mailbox.store(self.directory, sender, envelope.rcpt_tos, raw)
        self._caught += 1
        if self._caught % PRUNE_EVERY == 0:
            mailbox.prune(self.directory)
        return "250 2.0.0 Kept in the mailbox"


def controller(directory: Path, port: int) -> Controller:
    """Make the server; `start()` and `stop()` it."""
    return Controller(
        Catcher(directory),
        hostname=LOOPBACK,
        port=port,
        enable_SMTPUTF8=True,
        server_hostname="mailbox.localhost",
    )


def main() -> None:
    """Run the mailbox until SIGTERM or SIGINT."""
    config = settings.load()
    # Blocked before the server's thread starts, so that it inherits the block.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    server = controller(config.mailbox_dir, config.mailbox_port)
    server.start()
    sys.stdout.write(f"Mail sent to {LOOPBACK}:{config.mailbox_port} is kept here.\n")
    sys.stdout.flush()
    signal.sigwait(STOPPING)
    server.stop()


if __name__ == "__main__":
    main()
