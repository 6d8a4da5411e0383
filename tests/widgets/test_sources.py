"""Links to a widget that are told apart, and what each brings."""

import pytest

from tests.factories import widgets as make
from webapp.core.errors import NotFound
from webapp.subscriptions.events import Subscribed
from webapp.widgets import sharing, sources
from webapp.widgets.design import Design
from webapp.widgets.sources import Figures, SourceIsThere


@pytest.fixture
def widget(workspace):
    return make.widget(workspace)


def test_each_link_has_a_mark_of_its_own_that_says_nothing(widget):
    marks = [sources.add(widget, f"Flyer {number}").mark for number in range(20)]
    assert len(set(marks)) == 20
    assert all(set(mark) <= set(sources.ALPHABET) for mark in marks)
    assert not set(sources.ALPHABET) & set("01ilo")


def test_two_links_of_a_widget_have_two_names(widget):
    sources.add(widget, "Flyer")
    with pytest.raises(SourceIsThere):
        sources.add(widget, "flyer")


def test_the_name_of_a_link_off_the_list_is_free(widget):
    sources.archive(sources.add(widget, "Flyer"))
    assert sources.add(widget, "Flyer") in sources.of(widget)


def test_the_address_leads_to_the_page_with_the_mark(widget):
    source = sources.add(widget, "Flyer")
    address = sources.address(widget, source, make.BASE_URL)
    assert address == f"{make.BASE_URL}/f/{widget.public_id}?s={source.mark}"


def test_a_link_is_found_in_its_own_widget_alone(widget, workspace):
    source, other = sources.add(widget, "Flyer"), make.widget(workspace)
    assert sources.find(widget, source.mark) is source
    assert sources.find(other, source.mark) is None
    with pytest.raises(NotFound):
        sources.get(other, source.id)


def test_the_figures_of_each_link_are_its_own(widget):
    flyer, profile = sources.add(widget, "Flyer"), sources.add(widget, "Profile")
    for _ in range(4):
        sources.count(flyer.id, "shown")
    sources.count(flyer.id, "submitted")
    fact = Subscribed(1, 1, 1, source_id=flyer.id)
    sources.count_confirmed(fact)
    assert sources.with_figures(widget) == [
        (flyer, Figures(4, 1, 1)),
        (profile, Figures()),
    ]
    assert sources.figures(flyer).conversion == 0.25
    assert sources.figures(profile).conversion is None


def test_a_confirmation_without_a_link_counts_for_none(widget):
    flyer = sources.add(widget, "Flyer")
    sources.count_confirmed(Subscribed(1, 1, 1))
    sources.count_confirmed(Subscribed(1, 1, 1, source_id=flyer.id + 1))
    assert sources.figures(flyer) == Figures()


def test_the_ways_to_pass_a_link_on_carry_it_whole():
    address = "https://l.example/f/x?s=ab&lang=fr"
    ways = sharing.ways(Design(title="Thé & co", intro="Une fois."), address)
    assert [way.label for way in ways][1:] == ["WhatsApp", "Facebook", "X"]
    whole = "https%3A%2F%2Fl.example%2Ff%2Fx%3Fs%3Dab%26lang%3Dfr"
    for way in ways:
        assert whole in way.href.replace("https%3A//l.example/f/x", whole[:31])
    assert "Th%C3%A9%20%26%20co" in ways[0].href
