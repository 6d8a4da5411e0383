"""How an event becomes bytes."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from webapp.consent import chain

# What an event may hold: no number with a fraction, no half of a surrogate pair.
WORDS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | WORDS,
    lambda inner: st.lists(inner) | st.dictionaries(WORDS, inner),
    max_leaves=12,
)
ROWS = st.dictionaries(WORDS, VALUES)


@given(ROWS)
def test_the_order_of_keys_and_the_way_of_writing_change_nothing(row):
    turned = json.loads(json.dumps(dict(reversed(row.items())), indent=1))
    assert chain.digest(turned) == chain.digest(row)


@given(ROWS, ROWS)
def test_two_rows_have_one_digest_only_when_they_say_the_same(one, other):
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (chain.digest(one) == chain.digest(other)) == same


def test_a_link_can_be_worked_out_with_nothing_but_a_hash_function():
    row = {"seq": 1, "method": "widget", "detail": {"é": "ﬁ", "a": None}}
    written = '{"detail":{"a":null,"é":"ﬁ"},"method":"widget","seq":1}'
    digest = hashlib.sha256(written.encode()).digest()
    by_hand = hashlib.sha256(b"\x01" + bytes(32) + digest).digest()
    assert chain.link(chain.GENESIS, row) == by_hand


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2999, 1, 1)),
    st.integers(-12, 14),
)
def test_one_moment_has_one_spelling_wherever_it_is_told(at, hours):
    moment = at.replace(tzinfo=UTC)
    elsewhere = moment.astimezone(timezone(timedelta(hours=hours)))
    assert chain.instant(elsewhere) == chain.instant(moment)
    assert datetime.fromisoformat(chain.instant(moment)) == moment
