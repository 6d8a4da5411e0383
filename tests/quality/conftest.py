"""A base with something wrong with everybody."""

import pytest

from tests.factories import audience as make
from webapp.core.db import db


@pytest.fixture
def mailing(workspace):
    made = make.mailing_list(workspace)
    db.session.commit()
    return made


@pytest.fixture
def people(workspace, mailing):
    """Each is wrong in a way of their own, but the last."""
    wrong = {
        "slip": {"email": "slip@gmial.com"},
        "phone": {"phone": "06 12"},
        "form": {"phone": "06 12 34 56 78", "first_name": "ANNA"},
        "place": {"postcode": "69003", "city": "Lyonn"},
        "right": {"phone": "+33612345678", "postcode": "69003", "city": "Lyon"},
    }
    made = {
        name: make.subscriber(workspace, mailing, **{"city": "", **fields})
        for name, fields in wrong.items()
    }
    db.session.commit()
    return made
