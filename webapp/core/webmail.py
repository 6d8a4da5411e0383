"""Where people read the mail of the usual providers, so that a page can lead them there."""

from typing import NamedTuple

from webapp.core import addresses


class Webmail(NamedTuple):
    """The name a provider goes by, and the address of its inbox."""

    name: str
    url: str


_GMAIL = Webmail("Gmail", "https://mail.google.com/mail/u/0/#inbox")
_OUTLOOK = Webmail("Outlook", "https://outlook.live.com/mail/0/inbox")
_ORANGE = Webmail("Orange", "https://messagerie.orange.fr/")
_SFR = Webmail("SFR", "https://webmail.sfr.fr/")
_YAHOO = Webmail("Yahoo", "https://mail.yahoo.com/")
_ICLOUD = Webmail("iCloud", "https://www.icloud.com/mail/")
_PROTON = Webmail("Proton Mail", "https://mail.proton.me/")

WEBMAILS = {
    **dict.fromkeys(("gmail.com", "googlemail.com"), _GMAIL),
    **dict.fromkeys(
        ("hotmail.fr", "hotmail.com", "outlook.fr", "outlook.com", "live.fr"), _OUTLOOK
    ),
    **dict.fromkeys(("live.com", "msn.com"), _OUTLOOK),
    **dict.fromkeys(("orange.fr", "wanadoo.fr"), _ORANGE),
    **dict.fromkeys(("sfr.fr", "neuf.fr"), _SFR),
    **dict.fromkeys(("yahoo.fr", "yahoo.com"), _YAHOO),
    **dict.fromkeys(("icloud.com", "me.com", "mac.com"), _ICLOUD),
    **dict.fromkeys(("protonmail.com", "proton.me", "pm.me"), _PROTON),
    "free.fr": Webmail("Free", "https://webmail.free.fr/"),
    "laposte.net": Webmail("La Poste", "https://www.laposte.net/accueil"),
    "aol.com": Webmail("AOL", "https://mail.aol.com/"),
    "gmx.fr": Webmail("GMX", "https://www.gmx.fr/"),
}


def of(address: str) -> Webmail | None:
    """The provider's inbox, told by the domain alone; None for the others."""
    return WEBMAILS.get(addresses.domain(address))
