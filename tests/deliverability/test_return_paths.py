import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webapp.deliverability import return_paths

IDS = st.integers(min_value=0, max_value=2**63 - 1)
# The application does not change from one example to the next.
relaxed = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


@relaxed
@given(IDS)
def test_an_address_is_read_back_whatever_its_case(app, message_id):
    made = return_paths.address(message_id, "bounce.shop.fr")
    local, _, domain = made.partition("@")
    assert domain == "bounce.shop.fr"
    assert len(local) <= 64
    assert made == made.lower()
    assert local.replace("+", "").isalnum()
    for came in (made, made.upper(), made.title(), f"<{made}>", f"prvs=1234ab={made}"):
        assert return_paths.read(came) == message_id


@pytest.mark.covers("delivery-39")
@relaxed
@given(IDS, st.data())
def test_a_changed_address_is_read_as_nothing(app, message_id, data):
    made = return_paths.address(message_id, "bounce.shop.fr")
    token = made.partition("+")[2].partition("@")[0]
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(
        st.sampled_from("abcdefghijklmnopqrstuvwxyz234567").filter(
            lambda letter: letter != token[at]
        )
    )
    forged = f"b+{token[:at]}{other}{token[at + 1 :]}@bounce.shop.fr"
    assert return_paths.read(forged) is None


@pytest.mark.covers("delivery-39")
@relaxed
@given(st.text(max_size=80))
def test_nothing_but_our_own_addresses_is_read(app, text):
    for came in (text, f"b+{text}@bounce.shop.fr", f"{text}@bounce.shop.fr"):
        assert return_paths.read(came) is None


def test_another_installation_cannot_make_our_addresses(app, monkeypatch):
    made = return_paths.address(7, "bounce.shop.fr")
    monkeypatch.setitem(app.config, "SECRET_KEY", "another key")
    assert return_paths.read(made) is None
