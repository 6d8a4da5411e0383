"""What one built newsletter costs in CPU: python tests/bench/building.py."""

import time
from datetime import UTC, datetime

from webapp.messages import mjml, text
from webapp.messages.links import MailUrls
from webapp.messages.mail_tokens import MailTokens
from webapp.messages.mime import (
    Blueprint,
    Content,
    Listing,
    Recipient,
    Sender,
    Variant,
)

MESSAGES = 5000
ROUNDS = 7
SLOTS = 50
DATED = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
FIELDS = ("first_name", "last_name", "full_name", "city", "postcode", "country")


def newsletter(extra: str = "", texts_of: int = 5) -> str:
    """Fifty values and ten links: a message of 20 KB; with texts of one value each, of 40 KB."""
    values = [f"{{{{ contact.{FIELDS[n % len(FIELDS)]} }}}}" for n in range(SLOTS - 6)]
    texts = "".join(
        f"<mj-text>Une ligne écrite pour {', '.join(values[n : n + texts_of])},"
        " à lire à tête reposée.</mj-text>"
        for n in range(0, len(values), texts_of)
    )
    buttons = "".join(
        f'<mj-button href="https://shop.example/produit/{n}?ref=lettre">Voir</mj-button>'
        for n in range(10)
    )
    return (
        "<mjml><mj-body><mj-section><mj-column>"
        f"{texts}{buttons}{extra}</mj-column></mj-section></mj-body></mjml>"
    )


def blueprint(source: str) -> Blueprint:
    """Prepared as a campaign is."""
    html = mjml.compile(source).html
    return Blueprint(
        Content("Bonjour {{ contact.first_name }}", html, text.from_html(html)),
        Sender("boutique@shop.example", "La boutique"),
        Listing("Nouvelles", "nouvelles", campaign=12, workspace=3),
        MailUrls("https://news.shop.example", MailTokens(b"0" * 32), 12, range(10)),
        fixed={"workspace": {"name": "La boutique", "address": "1 rue d’Ici"}},
    )


def person(number: int) -> Recipient:
    """Each one is somebody else; one name in two is not plain ASCII."""
    first, last = f"Zoé{number}" if number % 2 else f"Anne{number}", f"Martin{number}"
    contact = {
        "first_name": first,
        "last_name": last,
        "full_name": f"{first} {last}",
        "city": "Saint-Étienne",
        "postcode": f"{number % 96000:05}",
        "country": "France",
        "language": "fr",
    }
    return Recipient(
        f"person{number}@example.org",
        name=f"{first} {last}",
        message=number,
        workspace=3,
        contact=number,
        list_id=7,
        values={"contact": contact, "list": {"name": "Nouvelles"}},
    )


def cost(made: Blueprint, variant: Variant) -> float:
    """CPU microseconds a message, the best of some rounds."""
    people = [person(number) for number in range(MESSAGES)]
    made.build(people[0], variant, DATED)
    rounds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for recipient in people:
            made.build(recipient, variant, DATED)
        rounds.append(time.process_time() - start)
    return min(rounds) / MESSAGES * 1e6


def main() -> None:
    """Print the cost of each way of building."""
    plain = blueprint(newsletter())
    condition = (
        "{% if contact.city %}<mj-text>À {{ contact.city }}</mj-text>{% endif %}"
    )
    conditional = blueprint(newsletter(condition))
    everything = Variant(clicks=True, opens=True)
    size = len(plain.build(person(1), Variant(), DATED))
    print(f"message of {size / 1024:.0f} KB, {SLOTS} values in HTML and again in text")
    print(f"untracked             {cost(plain, Variant()):6.1f} µs")
    print(f"pixel and ten links   {cost(plain, everything):6.1f} µs")
    print(f"with one condition    {cost(conditional, Variant()):6.1f} µs")


if __name__ == "__main__":
    main()
