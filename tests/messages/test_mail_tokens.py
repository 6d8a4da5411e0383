import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from webapp.messages.mail_tokens import Kind, MailTokens

TOKENS = MailTokens(b"a secret for tests")
IDS = st.integers(min_value=0, max_value=2**63 - 1)
COUNTS = {
    Kind.UNSUBSCRIBE: 4,
    Kind.PREFERENCES: 2,
    Kind.VIEW: 1,
    Kind.OPEN: 1,
    Kind.CLICK: 2,
    Kind.MESSAGE: 1,
    Kind.FRESH: 4,
    Kind.HYGIENE: 1,
    Kind.MEASURING: 5,
}
SIGNED = st.sampled_from(list(Kind)).flatmap(
    lambda kind: st.tuples(st.just(kind), st.tuples(*[IDS] * COUNTS[kind]))
)


@given(SIGNED)
def test_what_was_signed_is_read_back(signed):
    kind, ids = signed
    assert TOKENS.read(TOKENS.sign(kind, *ids), kind) == ids


@pytest.mark.covers("delivery-48")
@given(SIGNED, st.data())
def test_an_altered_token_says_nothing(signed, data):
    kind, ids = signed
    token = TOKENS.sign(kind, *ids)
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from("ABCabc019-_=/+ é"))
    altered = token[:place] + letter + token[place + 1 :]
    assume(altered != token)
    assert TOKENS.read(altered, kind) is None


@given(st.text(max_size=100))
def test_any_text_can_be_asked_about(token):
    assert TOKENS.read(token, Kind.OPEN) is None


@given(SIGNED, st.sampled_from(list(Kind)))
def test_a_token_of_one_kind_is_none_of_another(signed, other):
    kind, ids = signed
    assume(kind != other)
    assert TOKENS.read(TOKENS.sign(kind, *ids), other) is None


def test_a_token_of_another_instance_says_nothing():
    assert TOKENS.read(MailTokens(b"another").sign(Kind.OPEN, 5), Kind.OPEN) is None


@pytest.mark.covers("delivery-14")
def test_links_of_old_mails_work_after_the_key_was_changed():
    old = TOKENS.sign(Kind.UNSUBSCRIBE, 1, 2, 3, 4)
    rotated = MailTokens(b"new", key_id=2, older={1: b"a secret for tests"})
    assert rotated.read(old, Kind.UNSUBSCRIBE) == (1, 2, 3, 4)
    assert rotated.sign(Kind.UNSUBSCRIBE, 1, 2, 3, 4) != old
    assert MailTokens(b"new", key_id=2).read(old, Kind.UNSUBSCRIBE) is None


def test_a_token_is_short():
    assert len(TOKENS.sign(Kind.UNSUBSCRIBE, 1, 2**31, 3, 2**31)) == 40
