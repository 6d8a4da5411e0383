"""Whatever is sent to an address, the answer is an answer: never a fault of ours."""

import re
from html import unescape

import pytest

from tests.factories import accounts as make_accounts
from tests.factories import audience as make
from tests.factories import campaigns as make_campaigns
from tests.factories import widgets as make_widgets
from webapp.contacts.models import AttributeKind
from webapp.core.db import db
from webapp.deliverability import connections, mail_servers
from webapp.deliverability.mail_servers import Terms
from webapp.deliverability.transports.memory import MemoryTransport
from webapp.deliverability.transports.smtp_server import Security
from webapp.incoming.webhooks import addresses
from webapp.messages import addressing
from webapp.segments.models import Segment

BAD = {
    "NUL": "a\0b",
    "no UTF-8": b"\xff\xfe\xc3(",
    "enormous number": "9" * 40,
    "number beyond bigint": str(2**63),
    "negative number": "-1",
    "half a pair": "\ud83d".encode("utf-8", "surrogatepass"),
    "line ends": "a\r\nBcc: everybody@example.org\r\n\r\nb",
    "very long": "x" * 30_000,
    "template": "{{ ().__class__ }} {% for x in range(10**9) %}",
    "brackets": '"><script>alert(1)</script>',
    "empty": "",
}
# What the addresses of pages take after the question mark.
ARGUMENTS = (
    *("q", "before", "after", "lang", "next", "list", "state", "stage", "words"),
    *("view", "part", "reader", "at", "action", "person", "page", "version"),
    *("_scheme", "_external", "_anchor", "_method", "endpoint", "workspace_slug"),
)
# What `url_for` gives a meaning of its own.
MEANT_FOR_PROGRAMS = ARGUMENTS[-6:]
NUMBERS = (0, 2**31, 2**63, 10**30)
RULES_OF_A_SEGMENT = {
    "version": 1,
    "root": {
        "match": "all",
        "rules": [{"subject": "contact.city", "operator": "is", "value": "Lyon"}],
    },
}


@pytest.fixture
def furnished(app, workspace, monkeypatch):
    """A workspace with one of everything, and no server to wait for."""
    monkeypatch.setattr(connections, "transport_to", lambda server: MemoryTransport())
    mailing = make.mailing_list(workspace)
    person = make.subscriber(workspace, mailing, email="ana@example.org")
    make.attribute(workspace, "taille", AttributeKind.NUMBER)
    make.attribute(workspace, "naissance", AttributeKind.DATE)
    make.attribute(workspace, "couleur", AttributeKind.CHOICE, ["vert", "bleu"])
    campaign = make_campaigns.campaign(workspace, mailing_list_id=mailing.id)
    segment = Segment(workspace_id=workspace.id, name="Lyon", rules=RULES_OF_A_SEGMENT)
    db.session.add(segment)
    widget = make_widgets.widget(workspace, mailing)
    make_accounts.member(workspace, role="viewer")
    server = mail_servers.add(workspace, Terms("127.0.0.1", 1, Security.NONE))
    db.session.flush()
    urls = addressing.urls()
    found = {
        "contact_id": person.id,
        "list_id": mailing.id,
        "campaign_id": campaign.id,
        "link_id": make_campaigns.link(campaign).id,
        "segment_id": segment.id,
        "server_id": server.id,
        "widget_id": widget.id,
        "public_id": widget.public_id,
        "address_id": addresses.make(workspace, "mailgun").address.id,
        "preferences": urls.preferences(workspace=workspace.id, contact=person.id),
    }
    db.session.commit()
    return found


def rules_of(app):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def paths(app, rule, known):
    """The address as it should be, and with each of its parts spoiled."""
    converters = rule._converters
    good = {
        name: known.get(name, "maison-tilleul" if name == "workspace_slug" else 1)
        for name in converters
    }
    for name, converter in converters.items():
        if hasattr(converter, "items"):
            good[name] = min(converter.items)
    yield _address(rule, good)
    for name, converter in converters.items():
        if name == "workspace_slug" or hasattr(converter, "items"):
            continue
        number = converter.__class__.__name__ == "IntegerConverter"
        bad = NUMBERS if number else ("%00", "%FF%FE", "x" * 3000, "a%00b", "é", "..")
        for value in bad:
            yield _address(rule, {**good, name: value})


def _address(rule, values):
    return re.sub(
        r"<(?:[^:<>]+:)?(\w+)>", lambda found: str(values[found[1]]), rule.rule
    )


class Prober:
    """Asks, and keeps what was answered badly."""

    def __init__(self, browser):
        self.browser = browser
        self.faults = []

    def ask(self, method, path, **more):
        what = f"{method} {path[:90]} {str(more)[:160]}"
        try:
            answer = self.browser.open(path, method=method, **more)
        except Exception as error:
            db.session.rollback()
            self.faults.append(f"{what}: {type(error).__name__}: {str(error)[:200]}")
            return None
        if answer.status_code >= 500 and path != "/readyz":
            self.faults.append(f"{what}: {answer.status_code}")
        return answer


@pytest.fixture
def prober(owner):
    return Prober(owner)


def test_no_address_is_answered_by_a_fault(app, furnished, prober):
    for rule in rules_of(app):
        for method in sorted(rule.methods & {"GET", "POST"}):
            for path in paths(app, rule, furnished):
                if not path.endswith(("/sign-out", "/demo", "/demo/remove")):
                    prober.ask(method, path)
    assert prober.faults == []


@pytest.mark.parametrize("kind", BAD)
def test_no_argument_is_answered_by_a_fault(app, furnished, prober, kind):
    for rule in rules_of(app):
        if "GET" in rule.methods:
            path = next(paths(app, rule, furnished))
            prober.ask("GET", path, query_string=dict.fromkeys(ARGUMENTS, BAD[kind]))
    assert prober.faults == []


@pytest.mark.parametrize("name", MEANT_FOR_PROGRAMS)
def test_no_argument_speaks_to_the_program(app, furnished, prober, name):
    led_astray = []
    for rule in rules_of(app):
        if "GET" in rule.methods:
            path = next(paths(app, rule, furnished))
            query = {name: "javascript", "before": "9"}
            answer = prober.ask("GET", path, query_string=query)
            if (
                answer
                and answer.mimetype == "text/html"
                and "javascript:" in answer.text
            ):
                led_astray.append(path)
    assert (prober.faults, led_astray) == ([], [])


def forms_on(page):
    """The forms of a page: where they go and what they say by themselves."""
    for attributes, inside in re.findall(
        r"<form\b([^>]*)>(.*?)</form>", page, re.DOTALL
    ):
        if 'method="post"' not in attributes.lower():
            continue
        action = re.search(r'action="([^"]*)"', attributes)
        yield unescape(action[1]) if action else "", fields_in(inside)


def fields_in(markup):
    fields = {}
    for tag, attributes in re.findall(
        r"<(input|textarea|select|button)\b([^>]*)>", markup
    ):
        name = re.search(r'\bname="([^"]*)"', attributes)
        value = re.search(r'\bvalue="([^"]*)"', attributes)
        if name and not (
            re.search(r'type="(checkbox|radio)"', attributes)
            and "checked" not in attributes
            and name[1] in fields
        ):
            fields[unescape(name[1])] = unescape(value[1]) if value else "abc"
            if tag == "select":
                fields[unescape(name[1])] = _first_option(markup, name[1])
    return fields


def _first_option(markup, name):
    inside = re.search(
        rf'<select\b[^>]*\bname="{re.escape(name)}"[^>]*>(.*?)</select>',
        markup,
        re.DOTALL,
    )
    values = re.findall(r'<option\b[^>]*value="([^"]*)"', inside[1] if inside else "")
    return next((unescape(value) for value in values if value), "")


def forms_of_everything(app, known, prober):
    """Every form an owner or a visitor is shown, each once."""
    found = {}
    for rule in rules_of(app):
        if "GET" in rule.methods:
            path = next(paths(app, rule, known))
            answer = prober.ask("GET", path)
            if answer is not None and answer.mimetype == "text/html":
                for action, fields in forms_on(answer.get_data(as_text=True)):
                    found.setdefault(action or path, {}).update(fields)
    path = known["preferences"].removeprefix("http://volontiers.test")
    for action, fields in forms_on(prober.ask("GET", path).get_data(as_text=True)):
        found.setdefault(action or path, {}).update(fields)
    return {
        path: fields
        for path, fields in found.items()
        if not path.endswith(("/sign-out", "/demo", "/remove", "/end", "/end-others"))
    }


@pytest.mark.parametrize("kind", BAD)
def test_no_field_of_a_form_is_answered_by_a_fault(app, furnished, prober, kind):
    forms = forms_of_everything(app, furnished, prober)
    assert len(forms) > 20
    for path, fields in forms.items():
        prober.ask("POST", path, data=dict.fromkeys(fields, BAD[kind]))
        for name in fields:
            prober.ask("POST", path, data={**fields, name: BAD[kind]})
    assert prober.faults == []
