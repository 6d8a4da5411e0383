"""The letters of the demo shop."""

import pytest

from webapp.demo.letters import DRAFTS, SENT
from webapp.messages import links, mjml
from webapp.messages.problems import errors
from webapp.messages.starters import starters


def _compiled(letter):
    return mjml.compile(
        letter.mjml, language="fr", custom_keys=[], instance="http://volontiers.test"
    )


@pytest.mark.parametrize("letter", SENT, ids=lambda letter: letter.name)
def test_each_change_to_the_starter_finds_its_place(letter):
    source = next(each for each in starters() if each.key == letter.starter).source
    assert [words for words in letter.words if words not in source] == []


@pytest.mark.parametrize("letter", SENT, ids=lambda letter: letter.name)
def test_a_letter_leads_where_it_says(letter):
    assert links.find(_compiled(letter).html).destinations == letter.links


@pytest.mark.parametrize("letter", [*SENT, *DRAFTS], ids=lambda letter: letter.name)
def test_a_letter_has_no_error(letter):
    assert errors(_compiled(letter).problems) == []
