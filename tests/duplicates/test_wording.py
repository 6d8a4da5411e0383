"""What a comparison came to, in words."""

from webapp.core.i18n import speaking
from webapp.duplicates import wording

LEVELS = {
    "birth_date": ["different", -4.0],
    "email": ["same", 9.1],
    "address": ["place", 0.0],
}


def test_what_weighs_most_is_said_first(app):
    with app.test_request_context(), speaking("en"):
        assert wording.sentence(LEVELS) == (
            "+9.1 same inbox, −4.0 another birth date, +0.0 same town"
        )


def test_reasons_are_told(app):
    with app.test_request_context(), speaking("en"):
        told = wording.reasons(["household", "crowd"])
    assert told[1] == "Too many contacts would become one."
    assert len(wording.reasons(wording.REASONS)) == len(wording.REASONS)
