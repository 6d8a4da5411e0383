import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.messages import links, mjml, text
from webapp.messages.mail_tokens import MailTokens

URLS = st.from_regex(
    r"https://[a-z]{1,9}\.fr/[A-Za-z0-9%&=+;,.~/'()*!@:$_é-]{0,40}(\?[A-Za-z0-9%&=+;,.~/?'é-]{0,40})?(#[A-Za-z0-9%&=é/-]{0,10})?",
    fullmatch=True,
)


def mail(url):
    written = url.replace("&", "&amp;").replace('"', "&quot;")
    return mjml.compile(
        "<mjml><mj-body><mj-section><mj-column>"
        f'<mj-button href="{written}">Go</mj-button></mj-column></mj-section></mj-body></mjml>'
    ).html


@pytest.mark.covers("delivery-49")
@given(URLS)
def test_a_destination_is_found_byte_for_byte(url):
    html = mail(url)
    assert links.find(html).destinations == (url,)
    assert f"<{url}>" in text.from_html(html)


@pytest.mark.covers("delivery-49")
@given(URLS)
def test_tags_are_added_once_before_the_fragment_and_change_nothing_else(url):
    tags = {"utm_source": "lettre", "utm_campaign": "été"}
    tagged = links.with_tags(url, tags)
    assert links.with_tags(tagged, tags) == tagged
    address, _, fragment = url.partition("#")
    assert tagged.startswith(address)
    assert tagged.partition("#")[2] == fragment
    assert "utm_campaign=%C3%A9t%C3%A9" in tagged


def test_only_what_leads_away_is_followed():
    html = "".join(
        f'<a href="{url}">x</a>'
        for url in (
            "https://b.fr/",
            "mailto:a@b.fr",
            "tel:+33123456789",
            "#ancre",
            "{{ unsubscribe_url }}",
            "{{ preferences_url }}",
            "{{browser_url}}",
            "https://a.fr/?a=1&amp;b=2",
            "https://b.fr/",
        )
    )
    assert links.find(html) == links.Links(
        ("https://b.fr/", "https://a.fr/?a=1&b=2"), ()
    )


def test_a_link_made_for_each_person_is_reported_and_left_alone():
    html = '<a class="x" href="https://a.fr/?u={{ contact.email }}">x</a>'
    assert links.find(html).personal == ("https://a.fr/?u={{ contact.email }}",)
    assert links.track(html, {}) == html


def test_html_and_text_share_the_numbers_of_their_links():
    html = '<a href="https://a.fr/?a=1&amp;b=2">un</a> <a href="https://b.fr">deux</a>'
    urls = links.MailUrls("https://n.fr", MailTokens(b"0"), 3, (7, 8))
    followed = urls.followed(links.find(html).destinations)
    one, two = (f"https://n.fr/c/{{{{ click_token }}}}/{number}" for number in (7, 8))
    assert links.track(html, followed) == (
        f'<a href="{one}">un</a> <a href="{two}">deux</a>'
    )
    plain = links.track_text(text.from_html(html), followed)
    assert plain == f"un <{one}> deux <{two}>\n"


def test_the_shops_own_address_is_written_in_before_links_are_counted():
    html = '<a href="{{ workspace.website }}/promo?c={{ contact.city }}">x</a>'
    settled = links.settle(html, {"workspace": {"website": "https://shop.fr/{{x"}})
    assert (
        settled == '<a href="https://shop.fr/%7B%7Bx/promo?c={{ contact.city }}">x</a>'
    )


def test_the_pixel_is_the_last_thing_of_the_body():
    assert links.with_pixel("<body>a</body>").endswith('border:0"></body>')
