"""Slips of the finger in the domain of an address: something to ask, never to correct."""

from webapp.core import addresses

# Most people's domains, the likeliest first; what is found is a question, so few suffice.
USUAL = (
    *("gmail.com", "hotmail.fr", "orange.fr", "yahoo.fr", "hotmail.com", "outlook.fr"),
    *("free.fr", "wanadoo.fr", "laposte.net", "sfr.fr", "live.fr", "outlook.com"),
    *("icloud.com", "yahoo.com", "bbox.fr", "neuf.fr", "protonmail.com", "gmx.fr"),
)
# One slip away from a usual one, and yet somebody's own.
REAL = ("mail.com", "ymail.com", "email.com", "live.de", "gmx.de", "me.com", "gmx.com")


def suggestion(address: str) -> str | None:
    """The address that was probably meant, or None when nothing looks wrong."""
    typed = addresses.domain(address)
    if typed in USUAL or typed in REAL:
        return None
    meant = next((usual for usual in USUAL if is_one_slip(typed, usual)), None)
    return f"{address.rpartition('@')[0]}@{meant}" if meant else None


def is_one_slip(typed: str, meant: str) -> bool:
    """Whether one letter is wrong, missing or too many, or two neighbours changed places."""
    shorter = min(len(typed), len(meant))
    start = next((i for i in range(shorter) if typed[i] != meant[i]), shorter)
    end = next(
        (i for i in range(shorter - start) if typed[-1 - i] != meant[-1 - i]),
        shorter - start,
    )
    one, other = typed[start : len(typed) - end], meant[start : len(meant) - end]
    if len(one) == len(other) == 2:
        return one == other[::-1]
    return typed != meant and len(one) <= 1 and len(other) <= 1
