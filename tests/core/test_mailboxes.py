import pytest

from webapp.core import addresses


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("camille@example.org", "Camille+news@Example.org"),
        ("c.a.mille@gmail.com", "camille+x@gmail.com"),
    ],
)
def test_spellings_that_reach_one_mailbox_are_counted_together(one, other):
    assert addresses.mailbox(one) == addresses.mailbox(other)
    assert addresses.key(one) != addresses.key(other)


def test_dots_count_where_they_make_a_difference():
    assert addresses.mailbox("a.b@orange.fr") != addresses.mailbox("ab@orange.fr")
