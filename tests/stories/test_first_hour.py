"""The first hour of a shopkeeper and of two visitors: the whole product, on real components.

`volontiers run` as it is installed, a page of another origin, a conversation in SMTP, a real browser.
"""

import email
import email.policy
import functools
import http.server
import re
import threading
import urllib.request

import pytest

from tests.browsing import keep_picture, violations
from tests.installation import throw_away, wait_until
from webapp.core import mailbox

pytestmark = pytest.mark.browser

SHOP = "/w/maison-tilleul"
CAMILLE, DOMINIQUE = "camille@example.org", "dominique@example.org"
OWNER = {
    "owner_name": "Élise Martin",
    "owner_email": "elise@example.org",
    "password": "un tilleul au bord de l'eau",
    "name": "Maison Tilleul",
    "legal_name": "Maison Tilleul SARL",
    "address": "12 rue des Tilleuls",
    "postcode": "69001",
    "city": "Lyon",
    "rights_email": "donnees@example.org",
    "sender_name": "Maison Tilleul",
    "sender_email": "bonjour@example.org",
}


@pytest.fixture
def installation():
    with throw_away() as one:
        one.start()
        yield one


@pytest.fixture
def merchant_site(tmp_path):
    """The merchant's own pages, of another origin than ours and with a strict policy."""
    handler = functools.partial(_MerchantPages, directory=tmp_path)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever).start()
    yield tmp_path, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class _MerchantPages(http.server.SimpleHTTPRequestHandler):
    policy = ""

    def end_headers(self):
        self.send_header("Content-Security-Policy", _MerchantPages.policy)
        super().end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def visit(browser):
    contexts = []

    def visit_(base_url=None, **options):
        context = browser.new_context(base_url=base_url, locale="en-GB", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    yield visit_
    for context in contexts:
        context.close()


def test_from_an_empty_machine_to_a_report(installation, merchant_site, visit):
    ours = f"http://localhost:{installation.port}"
    owner = visit(ours)
    _create_the_workspace(owner)
    _create_a_list(owner)
    embed = _publish_a_widget(owner)
    _put_on_the_merchants_site(merchant_site, embed, ours)
    _, merchant = merchant_site

    _sign_up_with_script(visit(merchant), CAMILLE)
    _sign_up_without_script(visit(merchant, java_script_enabled=False), DOMINIQUE, ours)
    for person in (CAMILLE, DOMINIQUE):
        _confirm(visit(), installation, person)

    _write_a_campaign(owner)
    _send(owner)
    agreed = _newsletter_for(installation, CAMILLE)
    silent = _newsletter_for(installation, DOMINIQUE)
    _has_the_headers_of_rfc_8058(agreed)
    _is_measured(agreed)
    _is_not_measured(silent)
    _read_and_follow(agreed)
    _report_counts_two_and_hides_the_few(owner)

    _choose_in_the_preference_page(visit(), agreed)
    _unsubscribe_with_one_click(silent)
    _only_one_is_left(owner)


def _create_the_workspace(page):
    page.goto("/")
    page.wait_for_url("**/setup")
    for name, value in OWNER.items():
        page.fill(f"[name={name}]", value)
    page.click("main button[type=submit]")
    page.wait_for_url(f"**{SHOP}/")
    assert page.locator("text=Your first hour").is_visible()
    assert violations_without_policy(page) == []
    keep_picture(page, "story-home")


def violations_without_policy(page):
    """axe-core in a page of its own that is allowed to run it."""
    context = page.context.browser.new_context(
        storage_state=page.context.storage_state(), bypass_csp=True
    )
    looker = context.new_page()
    looker.goto(page.url)
    found = violations(looker)
    context.close()
    return found


def _create_a_list(page):
    page.goto(f"{SHOP}/lists/new")
    page.fill("[name=name]", "Nouveautés")
    page.click("main form button[type=submit]:visible")
    page.wait_for_url(re.compile(r"/lists/\d+$"))


def _publish_a_widget(page):
    page.goto(f"{SHOP}/widgets/new")
    page.fill("[name=name]", "Foot of the page")
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile(r"/widgets/\d+/edit$"))
    page.fill("[name=title]", "Stay close")
    preview = page.frame_locator("#widget-preview")
    preview.locator("h2", has_text="Stay close").wait_for()
    page.click("text=Save and publish")
    page.wait_for_url(re.compile(r"/widgets/\d+$"))
    keep_picture(page, "story-widget")
    return page.input_value("#script-code")


def _put_on_the_merchants_site(site, embed, ours):
    folder, _ = site
    # No inline script or style, nothing but the shop itself and us.
    _MerchantPages.policy = (
        f"default-src 'none'; script-src {ours}; connect-src {ours}; form-action {ours}"
    )
    # As the studio says for such sites: without the look of the plain form.
    embed = re.sub(r"<style>.*?</style>\n", "", embed, flags=re.DOTALL)
    page = f"<!DOCTYPE html><html lang=en><title>A shop</title><h1>Tea</h1>{embed}"
    (folder / "index.html").write_text(page)


def _sign_up_with_script(page, address):
    complaints = []
    page.on(
        "console", lambda m: complaints.append(m.text) if m.type == "error" else None
    )
    page.goto("/")
    # A waiting function of Playwright's would need 'unsafe-eval' here.
    dressed = "!!document.querySelector('volontiers-form').shadowRoot"
    wait_until(lambda: page.evaluate(dressed), 30)
    form = page.locator("volontiers-form")
    form.locator("[name=email]").fill("camille")
    form.locator("button").click()
    form.locator("[role=alert]").wait_for()
    form.locator("[name=email]").fill(address)
    form.locator("[name=opens]").check()
    form.locator("[name=clicks]").check()
    form.locator("button").click()
    form.locator("[role=status]", has_text="Thank you").wait_for()
    assert page.url.endswith("/")
    # A refused form answers 422, one filled in faster than anybody can 428, which browsers note in the console:
    # nothing else may stand there.
    expected = re.compile("422|428|favicon")
    assert [text for text in complaints if not expected.search(text)] == []
    keep_picture(page, "story-merchant")


def _sign_up_without_script(page, address, ours):
    page.goto("/")
    page.fill("[name=email]", address)
    page.click("form button")
    page.wait_for_url(f"{ours}/f/*/thanks/*")


def _mail_to(installation, address, subject):
    folder = installation.data_dir / "mailbox"

    def found():
        return [
            mail.key
            for mail in mailbox.list_messages(folder, search=address)
            if subject in mail.subject
        ]

    wait_until(found, 30)
    [key] = found()
    raw = (folder / f"{key}.eml").read_bytes()
    return email.message_from_bytes(raw, policy=email.policy.default)


def _text(mail):
    return mail.get_body(["plain"]).get_content()


def _html(mail):
    return mail.get_body(["html"]).get_content()


def _confirm(page, installation, address):
    mail = _mail_to(installation, address, "Nouveautés")
    assert mail["Auto-Submitted"] == "auto-generated"
    [link] = set(re.findall(r"http\S+/y/[\w.-]+", _text(mail)))
    page.goto(link)
    keep_picture(page, "story-confirm")
    page.click("main form button")
    page.get_by_text("You are on the list").wait_for()


def _write_a_campaign(page):
    page.goto(f"{SHOP}/campaigns/new")
    page.get_by_role("button", name="New in the shop").click()
    page.wait_for_url(re.compile(r"/campaigns/\d+/edit$"))
    page.fill("[name=subject]", "News {{ contact.nom }}")
    page.get_by_text("contact.nom").last.wait_for()
    page.fill("[name=subject]", "The autumn teas")
    source = page.locator("textarea[name=mjml]").input_value()
    button = '<mj-button href="https://shop.example/teas?a=1&amp;b=2">See the teas</mj-button>'
    _type_source(page, source.replace("</mj-column>", f"{button}</mj-column>", 1))
    page.click("text=Save the draft")
    page.get_by_text("The draft is saved").wait_for()
    keep_picture(page, "story-composer")


def _type_source(page, source):
    """Put a source in the editor as pasting would."""
    page.evaluate(
        """source => {
            const area = document.querySelector("textarea[name=mjml]");
            area.value = source;
        }""",
        source,
    )


def _send(page):
    page.click("text=Next: audience")
    page.wait_for_url(re.compile(r"/audience$"))
    page.click("text=Save the audience")
    page.get_by_text("The audience is saved").wait_for()
    page.click("text=Next: sending")
    page.wait_for_url(re.compile(r"/send$"))
    page.get_by_role("button", name="Send now").click()
    page.get_by_role("dialog").get_by_role("button", name="Send to 2 people").click()
    page.wait_for_url(re.compile(r"/progress$"))
    page.get_by_text("2 / 2").wait_for()
    keep_picture(page, "story-progress")


def _newsletter_for(installation, address):
    return _mail_to(installation, address, "The autumn teas")


def _has_the_headers_of_rfc_8058(mail):
    assert re.fullmatch(r"<http\S+/u/\S+>", mail["List-Unsubscribe"])
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-ID"]
    assert "/u/" in _text(mail)


def _is_measured(mail):
    assert "/o/" in _html(mail)
    assert "/c/" in _html(mail)
    assert "https://shop.example/teas" not in _html(mail)


def _is_not_measured(mail):
    assert "/o/" not in _html(mail)
    assert "/c/" not in _html(mail) + _text(mail)
    assert "https://shop.example/teas?a=1&amp;b=2" in _html(mail)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def _read_and_follow(mail):
    [pixel] = re.findall(r"http[^\"]+/o/[\w-]+", _html(mail))
    with urllib.request.urlopen(pixel, timeout=10) as answer:
        assert answer.headers["Content-Type"] == "image/gif"
    link = re.search(r"http[^\"]+/c/[\w-]+/\d+", _html(mail))[0]
    with pytest.raises(urllib.error.HTTPError) as there:
        urllib.request.build_opener(_Stay).open(link, timeout=10)
    assert there.value.code == 302
    assert there.value.headers["Location"] == "https://shop.example/teas?a=1&b=2"


def _report_counts_two_and_hides_the_few(page):
    page.goto(page.url.replace("/progress", "/report"))
    assert page.get_by_text("measured on 1 of 2").count() == 2
    assert page.get_by_text("fewer than 10").first.is_visible()
    assert violations_without_policy(page) == []
    keep_picture(page, "story-report")


def _choose_in_the_preference_page(page, mail):
    link = re.search(r"http\S+/p/[\w-]+", _text(mail))[0]
    page.goto(link)
    page.uncheck("[name=opens]")
    page.click("main form button[type=submit] >> nth=0")
    page.locator(".notice.success, [role=status]").first.wait_for()
    keep_picture(page, "story-preferences")


def _unsubscribe_with_one_click(mail):
    request = urllib.request.Request(
        mail["List-Unsubscribe"].strip("<>"), data=b"List-Unsubscribe=One-Click"
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200
        assert "Set-Cookie" not in answer.headers


def _only_one_is_left(page):
    page.goto(f"{SHOP}/contacts/")
    page.get_by_role("link", name=DOMINIQUE).click()
    page.get_by_text("Unsubscribed").first.wait_for()
    page.goto(f"{SHOP}/contacts/")
    page.get_by_role("link", name=CAMILLE).click()
    page.get_by_text("Subscribed").first.wait_for()
