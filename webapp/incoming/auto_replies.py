"""Answers that machines write for people: away, moved, asking who we are. No bounces."""

import re

from webapp.incoming.mail import Mail

# What filters ask of a sender they do not know: nothing anybody here would answer.
_CHALLENGE = re.compile(
    r"demande d.authentification|mailinblack|please confirm (your|that you)|"
    r"challenge.?response|spam ?arrest|boxbe|sender (verification|confirmation)|"
    r"confirmez votre (envoi|message)",
    re.IGNORECASE,
)
# At its beginning: a person who answers our "Vacation sale" writes "Re:" before it.
_AWAY = re.compile(
    r"\W*(?:out of (the )?office|auto(matic|matische)?[- ]?(reply|response|antwort)|"
    r"autoreply|autorespon|vacation|on (annual |parental )?leave|"
    r"r[ée]ponse automatique|(message |notification )?(d.)?absen[ct]|en cong[ée]s|"
    r"je suis absent|abwesen|fuera de la oficina|respuesta autom|"
    r"risposta automatica|fuori ufficio|assente|afwezig)",
    re.IGNORECASE,
)
_BY_HEADER = ("X-Autoreply", "X-Autorespond", "X-Mail-Autoreply", "X-AutoReply-From")
_PRECEDENCE = frozenset({"auto_reply", "auto-reply", "autoreply"})


def is_auto_reply(mail: Mail) -> bool:
    """Whether a machine answers for a person (RFC 3834, and what older ones do instead).

    Reports of mail systems are answers of machines too: ask first whether it is one.
    """
    if any(mail.header(name) for name in _BY_HEADER):
        return True
    if mail.header("Precedence").lower() in _PRECEDENCE:
        return True
    submitted = mail.header("Auto-Submitted").lower()
    if submitted.startswith(("auto-replied", "auto-generated", "auto-notified")):
        return not mail.is_from_machine
    subject = mail.header("Subject")
    return bool(_AWAY.match(subject) or _CHALLENGE.search(subject))
