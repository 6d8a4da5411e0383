"""An installation at work writes down what it does, and nobody it does it for."""

import html
import http.cookiejar
import re
import signal
import urllib.error
import urllib.parse
import urllib.request

import pytest

from tests.installation import throw_away, wait_until
from webapp.core import mailbox

PASSWORD = "un tilleul au bord de l'eau"
OWNER = {
    "owner_name": "Élise Martin",
    "owner_email": "elise@maison.example",
    "password": PASSWORD,
    "name": "Maison Tilleul",
    "locale": "fr",
    "timezone": "Europe/Paris",
    "legal_name": "Maison Tilleul SARL",
    "address": "12 rue des Tilleuls",
    "postcode": "69001",
    "city": "Lyon",
    "country": "FR",
    "rights_email": "donnees@maison.example",
    "sender_name": "Maison Tilleul",
    "sender_email": "bonjour@maison.example",
}
SHOP = "/w/maison-tilleul"


class Visitor:
    """A browser that shows nothing."""

    def __init__(self, port):
        self.base = f"http://127.0.0.1:{port}"
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(jar)

    def get(self, path, data=None):
        """The page and its status; with `data`, what a POST of it answers."""
        address = urllib.parse.urljoin(self.base, path)
        body = urllib.parse.urlencode(data).encode() if data is not None else None
        try:
            with self._opener.open(address, body, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def send(self, path, **fields):
        """Fill in the form of a page as it stands, with these fields changed."""
        _, page = self.get(path)
        return self.get(path, {**_fields(page), **fields})


def _fields(page):
    boxes = {}
    for tag, text in re.findall(
        r"<((?:input|textarea)\b[^>]*)>(?:([^<]*)</textarea>)?", page
    ):
        name, value = (re.search(rf'{key}="([^"]*)"', tag) for key in ("name", "value"))
        is_box = re.search(r'type="(?:checkbox|radio)"', tag) and "checked" not in tag
        if name and not is_box:
            boxes[name[1]] = html.unescape(value[1] if value else text)
    for name, choices in re.findall(
        r'<select\b[^>]*name="([^"]*)"[^>]*>(.*?)</select>', page, re.DOTALL
    ):
        chosen = re.search(r"<option selected[^>]*>", choices) or re.search(
            r"<option[^>]*>", choices
        )
        boxes[name] = re.search(r'value="([^"]*)"', chosen[0])[1]
    return boxes


@pytest.fixture
def installation():
    with throw_away() as one:
        one.start()
        yield one


def _mail(installation, address):
    folder = installation.data_dir / "mailbox"
    wait_until(lambda: mailbox.list_messages(folder, search=address), 30)
    [summary] = mailbox.list_messages(folder, search=address)
    return mailbox.read_message(folder, summary.key).text


def _token(text, door):
    return re.search(rf"/{door}/([\w.-]+)", text)[1]


def test_the_logs_hold_no_address_no_network_and_no_key(installation):
    owner = Visitor(installation.port)
    assert owner.send("/setup", **OWNER)[0] == 200
    owner.send(f"{SHOP}/lists/new", name="Nouveautés")
    owner.send(f"{SHOP}/widgets/new", name="Pied de page")
    owner.send(f"{SHOP}/widgets/1/edit", title="Restons proches", publish="yes")
    page = owner.get(f"{SHOP}/widgets/1")[1]
    widget = re.search(r"/f/[\w-]+", page)[0]

    visitor = Visitor(installation.port)
    assert visitor.send(widget, email="camille@visiteuse.example")[0] == 200
    asked = _token(_mail(installation, "camille@visiteuse.example"), "y")
    assert visitor.get(f"/y/{asked}", {"confirm": "yes"})[0] == 200
    assert visitor.get(f"/y/{asked}%00")[0] == 400
    for _ in range(3):
        visitor.send("/sign-in", email=OWNER["owner_email"], password="no")
    visitor.send("/forgotten-password", email=OWNER["owner_email"])
    reset = _token(_mail(installation, OWNER["owner_email"]), "new-password")
    assert visitor.send(f"/new-password/{reset}", password=PASSWORD[::-1])[0] == 200

    server = installation.data_dir / "postgres.log"
    assert installation.end(signal.SIGTERM) == 0
    told = installation.output() + server.read_text()
    assert "stopping" in told
    # The mailbox says where it listens, which is an address of ours.
    ours = f"127.0.0.1:{installation.mailbox_port}"
    for secret in ("maison.example", "visiteuse", asked, reset, PASSWORD, "127.0.0.1"):
        assert secret not in told.replace(ours, "")
