import dataclasses

import pytest

from tests.factories import domains
from webapp.deliverability import domain_editing, domain_keys, domain_records
from webapp.deliverability.domain_checks.findings import Subject, good
from webapp.deliverability.models import KeyAlgorithm


@pytest.fixture
def made(app, workspace, monkeypatch):
    settings = dataclasses.replace(
        app.extensions["settings"],
        smtp_url="smtps://a:b@ssl0.ovh.net:465",
        return_host="mail.volontiers.example",
        base_url="https://lettres.volontiers.example",
    )
    monkeypatch.setitem(app.extensions, "settings", settings)
    return domains.domain(workspace, checked=False)


def records(domain, workspace):
    return {(one.kind, one.name): one for one in domain_records.of(domain, workspace)}


def test_a_new_domain_gets_all_its_records(workspace, made):
    domain_editing.change_hosts(
        made,
        return_path="bounce.maison-tilleul.example",
        tracking="news.maison-tilleul.example",
    )
    [key] = domain_keys.every(made)
    found = records(made, workspace)
    assert {name: one.value for name, one in found.items()} == {
        ("TXT", "maison-tilleul.example"): "v=spf1 include:mx.ovh.com ~all",
        (
            "TXT",
            f"{key.selector}._domainkey.maison-tilleul.example",
        ): f"v=DKIM1; k=rsa; p={key.public_key}",
        ("TXT", "_dmarc.maison-tilleul.example"): (
            "v=DMARC1; p=none; rua=mailto:bonjour@maison-tilleul.example"
        ),
        ("MX", "bounce.maison-tilleul.example"): "10 mail.volontiers.example.",
        ("TXT", "bounce.maison-tilleul.example"): "v=spf1 include:mx.ovh.com ~all",
        ("CNAME", "news.maison-tilleul.example"): "lettres.volontiers.example.",
    }
    assert not any(one.is_there for one in found.values())


def test_a_long_key_is_shown_in_pieces_too(workspace, made):
    [key] = domain_keys.every(made)
    name = f"{key.selector}._domainkey.maison-tilleul.example"
    record = records(made, workspace)["TXT", name]
    pieces = record.pieces.strip('"').split('" "')
    assert "".join(pieces) == record.value
    assert max(map(len, pieces)) <= 255
    assert records(made, workspace)["TXT", "maison-tilleul.example"].pieces == ""


def test_a_replaced_key_is_not_shown_any_more(workspace, made):
    domains.pass_checks(made)
    domain_editing.renew_key(made, KeyAlgorithm.RSA)
    keys = [one for one in records(made, workspace) if "_domainkey" in one[1]]
    assert len(keys) == 2
    domains.pass_checks(made)
    [(_kind, name)] = [
        one for one in records(made, workspace) if "_domainkey" in one[1]
    ]
    assert name.startswith(domain_keys.every(made)[0].selector)


def test_what_is_published_is_said_to_be(workspace, made):
    domains.pass_checks(made)
    made.checks = [
        good(Subject.SPF, "spf_good", record="v=spf1 include:mx.ovh.com -all").stored(),
        good(Subject.DMARC, "dmarc_good", record="v=DMARC1; p=reject").stored(),
    ]
    found = records(made, workspace)
    assert all(one.is_there for one in found.values())
    spf = found["TXT", "maison-tilleul.example"]
    assert spf.value == "v=spf1 include:mx.ovh.com -all"


def test_no_record_is_asked_for_where_one_above_holds(workspace, made):
    domains.pass_checks(made)
    assert ("TXT", "_dmarc.maison-tilleul.example") not in records(made, workspace)


@pytest.mark.parametrize(
    ("present", "value"),
    [
        ("", "v=spf1 a:x.fr ~all"),
        ("v=spf1 mx -all", "v=spf1 mx a:x.fr -all"),
        ("v=spf1 mx ?all", "v=spf1 mx a:x.fr ~all"),
        ("v=spf1 mx", "v=spf1 mx a:x.fr ~all"),
        ("v=spf1 A:X.fr +all", "v=spf1 A:X.fr ~all"),
        ("v=spf1 redirect=_spf.x.fr", "v=spf1 a:x.fr redirect=_spf.x.fr"),
    ],
)
def test_an_spf_record_keeps_what_it_has(present, value):
    assert domain_records.spf_value(present, ["a:x.fr"]) == value


@pytest.mark.parametrize(
    ("present", "value"),
    [
        ("", "v=DMARC1; p=none; rua=mailto:a@x.fr"),
        ("v=DMARC1; p=reject; pct=50", "v=DMARC1; p=reject; rua=mailto:a@x.fr"),
        (
            "v=DMARC1;rua=mailto:b@y.fr;p=quarantine;sp=none",
            "v=DMARC1; p=quarantine; rua=mailto:b@y.fr; sp=none",
        ),
        ("v=DMARC1; p=refuse", "v=DMARC1; p=none; rua=mailto:a@x.fr"),
    ],
)
def test_a_dmarc_record_is_never_made_weaker(present, value):
    assert domain_records.dmarc_value(present, "a@x.fr") == value
