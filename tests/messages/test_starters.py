import pytest

from webapp.messages import mjml, text
from webapp.messages.personalising import check
from webapp.messages.starters import starters


@pytest.mark.parametrize("starter", starters(), ids=lambda starter: starter.key)
def test_a_starter_is_ready_to_be_sent(starter):
    made = mjml.compile(starter.source)
    assert made.problems == ()
    assert made.can_be_sent
    assert 'lang="fr"' in made.html
    assert "<title></title>" not in made.html
    assert check(text.from_html(made.html)) == []


def test_each_starter_has_a_name_in_both_languages():
    assert len(starters()) >= 6
    for starter in starters():
        assert set(starter.name) == set(starter.description) == {"fr", "en"}
