"""From the messy export of a shop to clean people, a segment and a campaign's audience, in a real browser."""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest

from tests.browsing import keep_picture, until
from tests.factories import audience as make
from webapp.consent.models import State
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.deliverability.models import SuppressionReason
from webapp.duplicates.models import MergeEvent
from webapp.purchases import jobs as purchases
from webapp.segments import jobs as segments

pytestmark = pytest.mark.browser

SHOP = "/w/maison-tilleul"
# As the till of a small shop writes it: capitals, any form of phone, a line twice, a broken address.
PEOPLE = """\
Civilité;NOM;Prénom;Courriel;Téléphone;Date de naissance;CP;Ville;Statut;Thé préféré;Fidèle depuis
Mme;DURAND;ANAÏS;anais@example.org;06 12 34 56 78;14/02/1980;69002;LYON;abonné;sencha;31/12/2025
M.;MARTIN;BOB;bob@example.org;+33 (0)6 87 65 43 21;;69003;Lyon;abonné;;
Mme;LEFÈVRE;chloé;Chloe@Example.org;0611223344;03/05/1991;75011;PARIS;abonné;oolong;01/09/2024
M.;PETIT;Denis;denis@example.org;07.81.22.33.45;;69001;Lyon;désabonné;;
Mme;MOREAU;Emma;emma@example.org;;;69006;lyon;abonné;sencha;
Mme;ROUX;Fanny;fanny@example.org;04 72 00 11 22;;69007;Lyon;abonné;;
M.;BLANC;Gilles;gilles(at)example.org;;;69004;Lyon;abonné;;
Mme;Durand;Anaïs;ANAIS@EXAMPLE.ORG;0612345678;14/02/1980;69002;Lyon;abonné;sencha;31/12/2025
M.;GARNIER;Hugo;hugo@example.org;;;69009;LYON;prospect;;
Mme;FAURE;Inès;ines@example.org;06-55-44-33-22;;69005;Lyon;abonné;oolong;15/03/2025
Mme;DURAND;Anais;a.durand@example.net;+33612345678;14/02/1980;69002;Lyon;abonné;;
"""
ORDERS_FROM_DAYS_AGO = (
    *(("anais", 20), ("bob", 400), ("chloe", 10), ("denis", 5), ("emma", 3)),
    *(("fanny", 30), ("hugo", 60), ("ines", 15), ("nobody-we-know", 2)),
)


@pytest.fixture
def known(workspace):
    """What the shop knew before: a list, who left it, and an address that bounced."""
    letter = make.mailing_list(workspace, "La lettre du thé")
    fanny = make.contact(
        workspace, email="fanny@example.org", first_name="Fanny", last_name="Roux"
    )
    make.say(fanny, letter)
    make.say(fanny, letter, State.WITHDRAWN)
    suppression.suppress(workspace, "emma@example.org", SuppressionReason.HARD_BOUNCE)
    db.session.commit()


@pytest.fixture
def page(owner, open_browser):
    opened = open_browser(owner)
    opened.set_default_timeout(15_000)
    return opened


@pytest.mark.usefixtures("known")
def test_a_messy_export_becomes_a_clean_segment_and_a_campaign(page, workspace, worker):
    _choose_a_file(page, "clients.csv", PEOPLE)
    _map_the_columns(page)
    _answer_for_the_list(page)
    _see_what_would_change(page, worker)
    _import(page, worker)
    _the_lines_not_taken_come_back_with_their_reasons(page)
    _people_are_clean(workspace)

    _import_the_orders(page, worker)

    _look_for_duplicates(page, worker)
    _data_quality_tells_of_them(page, worker)
    _merge_them_by_keyboard(page)

    _everything_is_worked_out(worker)
    recent = _build_the_segment_of_lyon(page)
    oolong = _build_the_segment_of_a_tea(page)
    _start_a_campaign(page)
    _choose_the_audience(page, recent, oolong)
    _who_gets_it_and_who_does_not(page)


def _choose_a_file(page, name, text):
    page.goto(f"{SHOP}/contacts/imports/new")
    content = text.encode("cp1252")
    page.set_input_files(
        "input[type=file]", {"name": name, "mimeType": "text/csv", "buffer": content}
    )
    page.click("main form[enctype] button[type=submit]")
    page.wait_for_url("**/file")


def _map_the_columns(page):
    assert page.get_by_role("cell", name="ANAÏS", exact=True).is_visible()
    page.click("button[name=go]")
    page.wait_for_url("**/columns")
    chosen = [page.input_value(f"#column-{place}") for place in range(9)]
    assert chosen == [
        *("civility", "last_name", "first_name", "email", "phone", "birth_date"),
        *("postcode", "city", "status"),
    ]
    page.select_option("#column-9", "new:text:Thé préféré")
    page.select_option("#column-10", "new:date:Fidèle depuis")
    page.click("main form .btn-primary")
    page.wait_for_url("**/questions")


def _answer_for_the_list(page):
    _say_where_they_come_from(page)
    page.check("input[name=lists]")
    page.check("input[name=basis][value=consent]")
    page.click("main form .btn-primary")
    # The law wants the exact words: without them, the page comes back with the question.
    page.locator(".invalid-feedback:visible").first.wait_for()
    page.fill("textarea[name=wording]", "Je veux recevoir la lettre du thé.")
    page.click("main form .btn-primary")


def _say_where_they_come_from(page):
    page.check("input[name=source][value=shop]")
    page.fill("input[name=collected_on]", "2026-05-02")
    page.check("input[name=attested]")


def _see_what_would_change(page, worker):
    _wait_for_the_worker(page, worker, ".alert-info")
    assert page.get_by_text("Nothing has changed yet").is_visible()
    assert _figures(page) == {
        "New": "7",
        "Updated": "1",
        "Unchanged": "0",
        "Opt-outs": "1",
        "Twice in the file": "1",
        "Refused": "1",
        "Suppressed": "1",
    }
    assert _rows(page, "Who can be written to by “La lettre du thé”") == {
        "can be written to": "5",
        "on the suppression list": "1",
        "unsubscribed": "1",
        "the file does not say that they agreed": "1",
    }
    assert _rows(page, "What is not taken") == {
        "this cannot be an e-mail address": "1",
        "Twice in the file": "1",
    }
    assert db.session.query(Contact).count() == 1
    keep_picture(page, "story-dry-run")


def _import(page, worker):
    announced = _figures(page)
    _post(page, page.locator("form[action$='/start'] button"))
    _wait_for_the_worker(page, worker, ".alert-success")
    assert _figures(page) == announced
    assert page.get_by_text("It differs a little").count() == 0


def _the_lines_not_taken_come_back_with_their_reasons(page):
    with page.expect_download() as download:
        page.click("form[action$='/refused.csv'] button")
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), csv.Sniffer().sniff(text, ";,")))
    assert rows[0][3] == "Courriel"
    assert [(row[3], row[-1]) for row in rows[1:]] == [
        ("gilles(at)example.org", "this cannot be an e-mail address"),
        ("ANAIS@EXAMPLE.ORG", "says the same person as line 2"),
    ]


def _people_are_clean(workspace):
    db.session.expire_all()
    # Who refuses is remembered by the suppression list alone.
    refusal = suppression.look_up(workspace, "denis@example.org").reason
    assert refusal == SuppressionReason.UNSUBSCRIBED_FROM_ALL
    assert db.session.query(Contact).count() == 8
    anais = _contact("anais@example.org")
    assert (anais.civility, anais.first_name, anais.last_name) == (
        "Mme",
        "Anaïs",
        "Durand",
    )
    assert (anais.phone, anais.postcode, anais.city) == (
        "+33612345678",
        "69002",
        "Lyon",
    )
    assert anais.birth_date.isoformat() == "1980-02-14"
    assert sorted(anais.attributes.values()) == ["2025-12-31", "sencha"]
    chloe = _contact("Chloe@example.org")
    assert (chloe.first_name, chloe.last_name) == ("Chloé", "Lefèvre")
    assert _contact("bob@example.org").phone == "+33687654321"


def _import_the_orders(page, worker):
    lines = ["N° commande;Date;E-mail;Produit;Quantité;Montant TTC;Statut"]
    for number, (who, days) in enumerate(ORDERS_FROM_DAYS_AGO, 1):
        day = (clock.now() - timedelta(days=days)).strftime("%d/%m/%Y")
        total = f"1 0{number:02},50 €"
        lines.append(f"C-{number};{day};{who}@example.org;Thé vert;1;{total};Payée")
    # A second article of the first order.
    lines.insert(2, lines[1].replace("Thé vert", "Théière"))
    _choose_a_file(page, "commandes.csv", "\n".join(lines))
    page.check("input[name=kind][value=orders]")
    page.click("button[name=go]")
    page.wait_for_url("**/columns")
    page.click("main form .btn-primary")
    page.wait_for_url("**/questions")
    _say_where_they_come_from(page)
    page.uncheck("input[name=makes_contacts]")
    page.click("main form .btn-primary")
    _wait_for_the_worker(page, worker, ".alert-info")
    assert _figures(page) == {
        "New": "7",
        "Updated": "0",
        "Unchanged": "0",
        "Refused": "2",
    }
    reason = "nobody is known by this address, phone number or key"
    assert _rows(page, "What is not taken") == {reason: "2"}
    _post(page, page.locator("form[action$='/start'] button"))
    _wait_for_the_worker(page, worker, ".alert-success")
    page.goto(f"{SHOP}/contacts/{_contact('anais@example.org').id}")
    page.get_by_role("link", name=re.compile("Orders|Purchases")).first.click()
    page.get_by_text("C-1", exact=True).first.wait_for()
    assert page.get_by_text("1,001.50").first.is_visible()


def _look_for_duplicates(page, worker):
    page.goto(f"{SHOP}/duplicates/")
    _post(page, page.locator("form[action$='/find'] button").first)
    worker()


def _data_quality_tells_of_them(page, worker):
    page.goto(f"{SHOP}/quality/")
    _post(page, page.get_by_role("button", name=re.compile("Count (now|again)")))
    worker()
    page.goto(f"{SHOP}/quality/")
    assert page.get_by_text("for 8 contacts").is_visible()
    mending = page.get_by_role("row", name="Pairs that may be one person")
    assert mending.get_by_role("cell").first.inner_text() == "1"
    keep_picture(page, "story-quality")
    mending.get_by_role("link", name="Look at them").click()
    page.wait_for_url("**/duplicates/")


def _merge_them_by_keyboard(page):
    pair = page.locator(".vo-twins")
    pair.wait_for()
    for address in ("anais@example.org", "a.durand@example.net"):
        assert address in pair.inner_text()
    page.keyboard.press("m")
    until(page, "() => document.body.textContent.includes('is one contact now')")
    db.session.expire_all()
    assert db.session.query(MergeEvent).count() == 1
    assert db.session.query(Contact).count() == 7


def _everything_is_worked_out(worker):
    """What the timetable asks for every few seconds."""
    purchases.refresh.enqueue()
    segments.take_changes.enqueue()
    worker()


def _build_the_segment_of_lyon(page):
    page.goto(f"{SHOP}/segments/new")
    page.fill("[name=name]", "Lyon, ordered lately")
    _ask(page, 0, "city", "equals", "Lyon")
    page.click("button[value='add:0']")
    _ask(page, 1, "last_order", "in_last", "90")
    # Bob ordered long ago, Chloé lives in Paris.
    _live_count_is(page, 5)
    return _save(page, 5)


def _build_the_segment_of_a_tea(page):
    page.goto(f"{SHOP}/segments/new")
    page.fill("[name=name]", "Oolong")
    subject = page.locator("select[name='0.0.subject'] option", has_text="Thé préféré")
    _ask(page, 0, subject.get_attribute("value"), "equals", "oolong")
    _live_count_is(page, 2)
    return _save(page, 2)


def _ask(page, place, subject, operator, value):
    row = f"0.{place}"
    page.locator(f"select[name='{row}.subject']").wait_for()
    _choose(page, f"{row}.subject", subject)
    _choose(page, f"{row}.operator", operator)
    page.fill(f"input[name='{row}.value']", value)


def _choose(page, name, value):
    """The rows are renewed by every choice that changes them."""
    if page.input_value(f"select[name='{name}']") != value:
        with page.expect_response(lambda answer: answer.url.endswith("/segments/new")):
            page.select_option(f"select[name='{name}']", value)
        until(page, "() => !document.querySelector('.htmx-request, .htmx-settling')")


def _live_count_is(page, people):
    until(
        page,
        "people => document.querySelector('#live-count .vo-stat-value')"
        ".textContent.trim() === people",
        str(people),
    )


def _save(page, people):
    page.get_by_role("button", name="Save the segment").click()
    page.wait_for_url(re.compile(r"/segments/\d+$"))
    until(
        page,
        "words => document.querySelector('#size').textContent.includes(words)",
        f"{people} contacts",
    )
    return page.url.rpartition("/")[2]


def _start_a_campaign(page):
    page.goto(f"{SHOP}/campaigns/new")
    page.get_by_role("button", name="New in the shop").click()
    page.wait_for_url(re.compile(r"/campaigns/\d+/edit$"))
    page.fill("[name=subject]", "The autumn teas")
    page.click("text=Save the draft")
    page.get_by_text("The draft is saved").wait_for()
    page.click("text=Next: audience")
    page.wait_for_url(re.compile(r"/audience$"))


def _choose_the_audience(page, included, excluded):
    page.check(f"input[name=included][value='{included}']")
    page.check(f"input[name=excluded][value='{excluded}']")
    page.click("text=Save the audience")
    page.get_by_text("The audience is saved").wait_for()


def _who_gets_it_and_who_does_not(page):
    until(page, "() => document.querySelector('#audience .vo-stats') !== null")
    # Of five, Inès is left out for her tea.
    assert _figures(page)["Will get it"] == "1"
    reasons = page.locator("#audience .list-group-item")
    assert sorted(reasons.all_inner_texts()) == sorted(
        [
            "on the suppression list\n1",
            "unsubscribed\n1",
            "never agreed to this list\n1",
        ]
    )
    keep_picture(page, "story-audience")
    page.get_by_role("link", name="on the suppression list").click()
    page.get_by_text("emma@example.org").wait_for()
    assert page.get_by_text("anais@example.org").count() == 0


def _contact(email):
    return db.session.scalars(db.select(Contact).filter_by(email=email)).one()


def _post(page, button):
    """Press a button, and wait until what it asks for is kept."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        button.click()


def _wait_for_the_worker(page, worker, wanted):
    until(page, "() => document.querySelector('#import-state') !== null")
    worker()
    until(page, "wanted => document.querySelector(wanted) !== null", wanted)


def _figures(page):
    """The figures of a page by their words."""
    return {
        one.locator(".vo-stat-label").inner_text(): one.locator(
            ".vo-stat-value"
        ).inner_text()
        for one in page.locator(".vo-stat").all()
    }


def _rows(page, caption):
    """The rows of a table of two columns."""
    rows = page.get_by_role("table", name=caption).locator("tbody tr").all()
    return {
        row.locator("th").inner_text(): row.locator("td").inner_text() for row in rows
    }
