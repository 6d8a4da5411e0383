import re
from urllib.parse import urlsplit

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


@pytest.mark.covers("delivery-10")
@pytest.mark.parametrize("starter", starters(), ids=lambda starter: starter.key)
def test_opening_a_message_made_from_a_starter_asks_nobody_else(starter):
    html = mjml.compile(starter.source, instance="https://news.example").html
    asked = re.findall(
        r"""(?:\bsrc|\bbackground|\bsrcset|<link[^>]*\bhref)\s*=\s*["']?([^"'> ]*)"""
        r"""|url\(\s*["']?([^"')]*)|@import\s*([^;]*)""",
        html,
    )
    hosts = {urlsplit(one).hostname for found in asked for one in found if one}
    assert hosts <= {"news.example", None}


def test_each_starter_has_a_name_in_both_languages():
    assert len(starters()) >= 6
    for starter in starters():
        assert set(starter.name) == set(starter.description) == {"fr", "en"}
