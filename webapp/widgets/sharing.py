"""How a link to a form is passed on: by mail and by networks, as plain links that tell nobody anything."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from webapp.core.i18n import _l
from webapp.widgets.design import Design


@dataclass(frozen=True)
class Way:
    """A way to pass a link on: its name, its pictogram and the address that opens it."""

    label: Any
    icon: str
    href: str


def ways(design: Design, address: str) -> list[Way]:
    """What opens with the words of the form and its link already written."""
    words = design.title or design.button
    said = f"{words}\n{address}"
    mail = {"subject": words, "body": f"{design.intro}\n\n{address}".strip()}
    tweet = urlencode({"text": words, "url": address})
    return [
        Way(_l("E-mail"), "mail", f"mailto:?{urlencode(mail, quote_via=quote)}"),
        Way("WhatsApp", "brand-whatsapp", f"https://wa.me/?text={quote(said)}"),
        Way(
            "Facebook",
            "brand-facebook",
            f"https://www.facebook.com/sharer/sharer.php?{urlencode({'u': address})}",
        ),
        Way("X", "brand-x", f"https://x.com/intent/post?{tweet}"),
    ]
