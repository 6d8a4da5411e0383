import dataclasses
import hashlib

import pytest

from tests.factories import accounts as make
from webapp.app import create_app
from webapp.core.db import db
from webapp.core.limits import limiter, network


def _from(app, address):
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
        return network()


def test_a_network_is_a_mark_and_not_an_address(app):
    assert "192.0.2.1" not in _from(app, "192.0.2.1")
    assert _from(app, "192.0.2.1") != _from(app, "192.0.2.2")


def test_a_household_is_one_network(app):
    assert _from(app, "2001:db8::1") == _from(app, "2001:db8::ffff:1")
    assert _from(app, "2001:db8::1") != _from(app, "2001:db8:0:1::1")


def test_a_mark_cannot_be_found_by_trying_every_address(app):
    plain = hashlib.sha256(b"192.0.2.1").hexdigest()
    assert _from(app, "192.0.2.1") not in plain


@pytest.mark.parametrize("said", ["unix:", "192.0.2.1:443", "[2001:db8::1]:443", ""])
def test_whatever_a_proxy_says_of_the_visitor_is_a_mark(app, said):
    assert len(_from(app, said)) == 16


@pytest.fixture
def limited(settings, empty_tables):
    """A browser before an application that counts, as a real one does."""
    real = create_app(dataclasses.replace(settings, testing=False))
    real.config["WTF_CSRF_ENABLED"] = False
    with real.app_context():
        make.user()
        db.session.commit()
    yield real.test_client()
    limiter.enabled = False


def _guess(browser, email):
    guess = {"email": email, "password": "wrong"}
    return browser.post("/sign-in", data=guess, headers={"Accept-Language": "en"})


def test_guessing_one_password_is_slowed_down(limited):
    answers = [_guess(limited, "anna@maison.example") for _ in range(11)]
    assert (answers[0].status_code, answers[-1].status_code) == (422, 429)
    assert "Too many attempts" in answers[-1].text
    assert _guess(limited, "luc@maison.example").status_code == 422
