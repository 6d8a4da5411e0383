import re

import pytest

from webapp.messages import mjml
from webapp.messages.personalising import HTML, compiled
from webapp.messages.problems import Severity

WAY_OUT = '<mj-section><mj-column><mj-text><a href="{{ unsubscribe_url }}">x</a></mj-text></mj-column></mj-section>'


def page(body, head=""):
    return f'<mjml lang="fr"><mj-head>{head}</mj-head><mj-body>\n{body}\n{WAY_OUT}</mj-body></mjml>'


def column(content):
    return page(f"<mj-section><mj-column>{content}</mj-column></mj-section>")


def said(source, **options):
    return [
        str(problem.message) for problem in mjml.compile(source, **options).problems
    ]


def complete(source, **values):
    return compiled(HTML, mjml.compile(source).html)(values)


def test_a_condition_with_a_comparison_survives_around_a_section():
    source = page(
        "{% if contact.city < 'M' %}<mj-section><mj-column><mj-text>Bonjour"
        "</mj-text></mj-column></mj-section>{% endif %}"
    )
    assert said(source) == []
    assert "Bonjour" in complete(source, contact={"city": "Lyon"})
    assert "Bonjour" not in complete(source, contact={"city": "Nice"})


def test_a_condition_around_a_column_leaves_well_formed_outlook_comments():
    source = page(
        "<mj-section>{% if contact.city %}<mj-column><mj-text>A</mj-text></mj-column>"
        "{% endif %}<mj-column><mj-text>B</mj-text></mj-column></mj-section>"
    )
    for city in ("Lyon", ""):
        html = complete(source, contact={"city": city})
        assert html.count("<!--[if") == html.count("<![endif]-->") > 0
        assert html.count("<div") == html.count("</div>")
        assert html.count("<table") == html.count("</table>")


def test_a_loop_around_texts_and_rows_repeats_them():
    source = column(
        "{% for n in range(3) %}<mj-text>ligne {{ n }}</mj-text>{% endfor %}"
        "<mj-table>{% for n in range(3) %}<tr><td>rang {{ n }}</td></tr>{% endfor %}</mj-table>"
    )
    html = complete(source)
    assert [html.count(f"ligne {n}") for n in range(3)] == [1, 1, 1]
    rows = re.search(r"<tbody>((?:<tr><td[^>]*>rang \d</td></tr>)+)</tbody>", html)
    assert rows is not None


def test_quotes_inside_an_attribute_survive():
    source = column(
        '<mj-button href="https://a.fr/?c={{ contact.city | default("x") }}">Go</mj-button>'
    )
    assert said(source) == []
    assert 'href="https://a.fr/?c=x"' in complete(source)


def test_what_html_forgives_is_forgiven():
    source = column(
        '<mj-text>a<br>b&nbsp;c <a href="https://a.fr/?a=1&b=2">d</a> R&D</mj-text>'
    )
    assert said(source) == []
    assert "https://a.fr/?a=1&amp;b=2" in mjml.compile(source).html


@pytest.mark.parametrize(
    "written", ["&#123;&#123; contact.email }}", "&lbrace;% if x %}"]
)
def test_entities_cannot_smuggle_template_code(written):
    html = mjml.compile(column(f"<mj-text>{written}</mj-text>")).html
    assert compiled(HTML, html)({"contact": {"email": "secret"}}).count("secret") == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("<mj-botton>x</mj-botton>", "mj-button"),
        ('<mj-text colour="red">x</mj-text>', "color"),
        ('<mj-image src="https://a.fr/a.png" />', "alt"),
        ('<mj-button href="http://a.fr">x</mj-button>', "https://"),
        ('<mj-button href="javascript:alert(1)">x</mj-button>', "not allowed"),
        ('<mj-text><a href="java&#10;script:x">x</a></mj-text>', "not allowed"),
        (
            '<mj-text><a href="{% if contact.city %}https://a.fr{% else %}javascript:x{% endif %}">x</a></mj-text>',
            "not allowed",
        ),
        ('<mj-text><a href="{{ contact.city }}">x</a></mj-text>', "https://"),
        ('<mj-text><a href="ftp://a.fr">x</a></mj-text>', "ftp:"),
        (
            "<mj-raw><!--[if mso]><img src='https://a.fr/x'><![endif]--></mj-raw>",
            "Outlook",
        ),
        ('<mj-text><a href="www.a.fr">x</a></mj-text>', "complete"),
        ("<mj-text><script>x</script></mj-text>", "script"),
        ("<mj-text><p onclick='x'>x</p></mj-text>", "onclick"),
        ("<mj-text><iframe></iframe></mj-text>", "iframe"),
        ('<mj-image alt="" src="data:image/png;base64,AA" />', "data"),
        ('<mj-include path="/etc/passwd" />', "mj-include"),
        ("<mj-section></mj-section>", "mj-body"),
        ("<p>x</p>", "mj-text"),
        ("texte", "mj-text"),
        ("{{ contact.city }}", "mj-text"),
        ('<mj-text {{ contact.city }}="x">x</mj-text>', "quotes"),
        ("<mj-text>{% if contact.city %}</mj-text>{% endif %}", "same tag"),
        (
            "<mj-text><p style=\"background:url('http://a.fr/x')\">x</p></mj-text>",
            "https://",
        ),
        ("<mj-text>{{ contact.ciity }}</mj-text>", "contact.city"),
    ],
)
def test_a_mistake_is_told_with_its_line(content, words):
    compiled_ = mjml.compile(column(f"\n{content}"))
    errors = [p for p in compiled_.problems if p.severity is Severity.ERROR]
    assert [p.line for p in errors][:1] == [3]
    assert any(words in str(p.message) for p in errors)
    assert not compiled_.can_be_sent


def test_a_tag_that_is_not_closed_names_its_line():
    problem = mjml.compile("<mjml>\n<mj-body>\n</mjml>").problems[0]
    assert problem.line == 3


@pytest.mark.parametrize(
    "source",
    [
        '<!DOCTYPE mjml [<!ENTITY a "b">]><mjml><mj-body></mj-body></mjml>',
        "",
        "bonjour",
        "<html></html>",
        "\x00",
    ],
)
def test_what_is_not_mjml_is_refused(source):
    assert not mjml.compile(source).can_be_sent


def test_lines_stay_right_after_code_over_several_lines():
    source = page(
        "<mj-section><mj-column>\n{# a\nb\nc #}\n<mj-botton/>\n</mj-column></mj-section>"
    )
    assert mjml.compile(source).problems[0].line == 6


@pytest.mark.covers("delivery-10")
def test_no_third_party_is_ever_asked_for_a_font_or_a_style():
    plain = mjml.compile(column("<mj-text>x</mj-text>"))
    namespaces = re.sub(r'xmlns(:\w+)?="[^"]*"', "", plain.html)
    assert "//" not in namespaces.replace("<!--", "")
    for head in (
        '<mj-font name="Roboto" href="https://fonts.googleapis.com/css" />',
        "<mj-style>@import url(https://a.fr/x.css);</mj-style>",
        "<mj-style>@font-face{src:url(https://a.fr/x.woff)}</mj-style>",
    ):
        assert not mjml.compile(page("", head)).can_be_sent


@pytest.mark.parametrize(
    "url",
    [
        "{{ unsubscribe_url }}",
        "{{ workspace.website }}/promo",
        "{% if contact.city %}https://a.fr/{{ contact.city }}{% else %}https://b.fr{% endif %}",
        "mailto:a@b.fr",
        "#bas",
    ],
)
def test_a_link_may_lead_there(url):
    assert said(column(f'<mj-text><a href="{url}">x</a></mj-text>')) == []


@pytest.mark.covers("delivery-10")
def test_a_picture_of_another_host_is_told_and_ours_is_not():
    away = mjml.compile(column('<mj-image alt="" src="https://cdn.fr/a.png" />'))
    assert away.can_be_sent
    assert "cdn.fr" in str(away.problems[0].message)
    ours = mjml.compile(
        column('<mj-image alt="" src="/static/a.png" />'), instance="https://news.fr"
    )
    assert ours.problems == ()
    assert 'src="https://news.fr/static/a.png"' in ours.html


def test_inline_styles_are_put_on_their_elements_and_media_queries_stay():
    head = (
        '<mj-style inline="inline">.fort{color:#a00}</mj-style>'
        "<mj-style>@media (max-width:400px){.fort{color:#b00}}</mj-style>"
    )
    body = '<mj-section><mj-column><mj-text><b class="fort">x</b></mj-text></mj-column></mj-section>'
    html = mjml.compile(page(body, head)).html
    assert re.search(r'<b class="fort" style="color: ?#a00;?">', html)
    assert "@media (max-width:400px)" in html


def test_an_editors_notes_do_not_reach_the_readers():
    html = mjml.compile(column("<!-- à revoir avec Paul --><mj-text>x</mj-text>")).html
    assert "Paul" not in html


@pytest.mark.parametrize(
    "link",
    [
        "",
        "{# unsubscribe_url #}",
        "<mj-section><mj-column><mj-text>{% if contact.city %}<a href='{{ unsubscribe_url }}'>x</a>{% endif %}</mj-text></mj-column></mj-section>",
    ],
)
def test_a_newsletter_without_a_certain_way_out_gets_the_legal_foot(link):
    source = f"<mjml><mj-body>{link}</mj-body></mjml>"
    assert "Se désinscrire" in mjml.compile(source).html
    assert "Unsubscribe" in mjml.compile(source, language="en").html
    assert "{{ workspace.address }}" in mjml.compile(source).html


def test_a_newsletter_with_its_own_way_out_gets_no_second_foot():
    assert "workspace.address" not in mjml.compile(page("")).html


@pytest.mark.covers("delivery-9")
def test_a_mail_that_gmail_would_cut_is_a_warning():
    heavy = mjml.compile(column(f"<mj-text>{'x' * 110_000}</mj-text>"))
    assert heavy.can_be_sent
    assert heavy.problems[-1].severity is Severity.WARNING


def test_the_preheader_is_added_where_the_source_has_none():
    assert "Trois lignes" in mjml.compile(page(""), preheader="Trois lignes").html
    own = page("", "<mj-preview>La mienne</mj-preview>")
    assert "Trois lignes" not in mjml.compile(own, preheader="Trois lignes").html


def test_a_preheader_is_text_whatever_it_holds():
    words = "Thé & biscuits < 5 €</mj-preview><mj-raw><script>x()</script></mj-raw>"
    html = mjml.compile(page(""), preheader=words).html
    assert "Thé &amp; biscuits &lt; 5 €" in html
    assert "<script" not in html


def test_a_preheader_is_checked_as_the_rest():
    assert not mjml.compile(page(""), preheader="{{ secret }}").can_be_sent
    greeting = "Pour {{ contact.first_name | default('vous') }}"
    assert greeting in mjml.compile(page(""), preheader=greeting).html


@pytest.mark.parametrize("name", ["ping", "lowsrc", "dynsrc", "longdesc"])
def test_no_attribute_asks_an_address_behind_our_back(name):
    link = f'<a href="https://a.example" {name}="https://b.example">x</a>'
    assert not mjml.compile(page(f"<mj-text>{link}</mj-text>")).can_be_sent
