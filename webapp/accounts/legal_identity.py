"""The numbers that identify a company."""

import re

SIREN = re.compile(r"[0-9]{9}")


def bare_number(typed: str) -> str:
    """The number without the blanks people write in it."""
    return re.sub(r"[\s.\u00a0\u202f-]", "", typed)


def is_siren(number: str) -> bool:
    """Nine digits whose Luhn sum is a multiple of ten (INSEE, ISO/IEC 7812-1 annex B)."""
    if not SIREN.fullmatch(number):
        return False
    digits = [int(digit) for digit in number]
    doubled = [2 * digit for digit in digits[-2::-2]]
    return (
        sum(digits[-1::-2]) + sum(sum(divmod(two, 10)) for two in doubled)
    ) % 10 == 0
