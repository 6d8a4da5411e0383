"""Bounces in the words of their makers: qmail, old Exchange, Yahoo, and many more."""

import logging

from flufl.bounce import all_failures

from webapp.deliverability.transports.smtp_replies import presentable
from webapp.incoming.delivery_reports import excerpt
from webapp.incoming.mail import Mail
from webapp.incoming.reports import Kind, Report

# It tells every detector it tries.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)


def read(mail: Mail, message: int | None) -> Report | None:
    """What a mail system says in words alone; None when it is not the word of one."""
    delayed, failed = _failures(mail)
    if not failed and not delayed:
        return None
    kind = Kind.BOUNCE if failed else Kind.DELAYED
    address = min(failed or delayed).decode("ascii", "replace")
    said = presentable(excerpt(mail.words, address), address)
    return Report(kind=kind, message=message, text=said)


def _failures(mail: Mail) -> tuple[frozenset[bytes], frozenset[bytes]]:
    try:
        return all_failures(mail.message)
    except Exception:  # noqa: BLE001 - a detector that stumbles has found nothing
        return frozenset(), frozenset()
