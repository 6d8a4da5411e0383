import pytest

from webapp.core.disposable import RELAYS, is_disposable


@pytest.mark.parametrize("domain", ["mailinator.com", "any.mailinator.com"])
def test_an_address_to_throw_away_is_known_by_its_domain(domain):
    assert is_disposable(domain)


@pytest.mark.parametrize("domain", ["gmail.com", "maison-tilleul.fr", "com", ""])
def test_others_are_not(domain):
    assert not is_disposable(domain)


@pytest.mark.parametrize("relay", sorted(RELAYS))
def test_a_relay_is_never_taken_for_one(relay, monkeypatch):
    monkeypatch.setattr("webapp.core.disposable._known", lambda: RELAYS)
    assert not is_disposable(relay)
    assert not is_disposable(f"shop.{relay}")
