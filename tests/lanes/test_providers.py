"""An address belongs to the provider whose servers take it."""

import pytest
from sqlalchemy import String, column, select, values

from webapp.core.db import db
from webapp.lanes import providers, recommended
from webapp.lanes.known_domains import DOMAINS, EXCHANGERS
from webapp.lanes.models import DomainProvider


@pytest.mark.parametrize(
    ("domain", "provider"),
    [
        ("gmail.com", "google"),
        ("GoogleMail.com", "google"),
        ("hotmail.fr", "microsoft"),
        ("live.be", "microsoft"),
        ("outlook.fr", "microsoft"),
        ("msn.com", "microsoft"),
        ("yahoo.fr", "yahoo"),
        ("aol.com", "yahoo"),
        ("me.com", "apple"),
        ("wanadoo.fr", "orange"),
        ("aliceadsl.fr", "free"),
        ("neuf.fr", "sfr"),
        ("numericable.fr", "sfr"),
        ("bbox.fr", "bouygues"),
        ("laposte.net", "laposte"),
        ("caramail.com", "gmx"),
        ("web.de", "gmx"),
        ("pm.me", "proton"),
        ("t-online.de", "tonline"),
        # Yahoo in Japan and Wanadoo in Spain are other companies.
        ("yahoo.co.jp", "other"),
        ("wanadoo.es", "other"),
        ("notgmail.com", "other"),
        ("mail.gmail.com.attacker.example", "other"),
    ],
)
def test_a_large_provider_is_known_by_its_domains(domain, provider):
    assert providers.of(domain) == provider


@pytest.mark.parametrize(
    ("exchangers", "provider"),
    [
        (["aspmx.l.google.com.", "alt1.aspmx.l.google.com."], "google"),
        (["smtp.google.com."], "google"),
        (["hotmail-com.olc.protection.outlook.com."], "microsoft"),
        (["boutique-fr.mail.protection.outlook.com."], "office365"),
        (["boutique-fr.p-v1.mx.microsoft."], "office365"),
        (["mx-eu.mail.am0.yahoodns.net."], "yahoo"),
        (["mx01.mail.icloud.com."], "apple"),
        (["smtp-in.orange.fr."], "orange"),
        (["mx1.free.fr."], "free"),
        (["smtp-in.sfr.fr."], "sfr"),
        (["smtpz4.laposte.net."], "laposte"),
        (["mx00.ionos.fr."], "ionos"),
        (["mx1.mail.ovh.net.", "mx2.mail.ovh.net."], "ovh"),
        (["spool.mail.gandi.net.", "fb.mail.gandi.net."], "gandi"),
        (["mta-gw.infomaniak.ch."], "infomaniak"),
        (["eu-smtp-inbound-1.mimecast.com."], "mimecast"),
        (["mxa-00123.gslb.pphosted.com."], "proofpoint"),
        (["mail.protonmail.ch."], "proton"),
        (["MX.Boutique.example."], "other"),
        (["mx.notgoogle.com.", "spare.mx.example."], "other"),
        ([], "other"),
        # A spare at home does not hide whose servers these are.
        (["aaa.boutique.example.", "aspmx.l.google.com."], "google"),
    ],
)
def test_a_domain_of_its_own_belongs_to_whose_hosts_take_its_mail(exchangers, provider):
    assert providers.behind(exchangers) == provider


def test_every_provider_has_a_name_and_fits_its_column():
    named = {*DOMAINS, *EXCHANGERS, *recommended.BY_PROVIDER, providers.OTHER}
    assert named <= set(providers.NAMES)
    assert max(map(len, providers.NAMES)) <= 12


def test_no_domain_belongs_to_two_providers():
    for table in (DOMAINS, EXCHANGERS):
        listed = [domain for domains in table.values() for domain in domains]
        assert len(listed) == len(set(listed))


def test_an_audience_is_told_apart_in_one_statement(app):
    db.session.add(DomainProvider(domain="boutique.example", provider="google"))
    db.session.flush()
    told = {
        "lea@gmail.com": "google",
        "Lea@Wanadoo.FR": "orange",
        "lea@boutique.example": "google",
        "lea@nowhere.example": "other",
        "lea@yahoo.co.jp": "other",
    }
    people = values(column("email", String), name="people").data(
        [(one,) for one in told]
    )
    found = db.session.execute(
        select(people.c.email, providers.expression(people.c.email))
    )
    assert {row[0]: row[1] for row in found} == told


def test_one_address_is_told_by_its_name_or_by_the_dns(app):
    db.session.add(DomainProvider(domain="boutique.example", provider="google"))
    db.session.flush()
    assert providers.find("Wanadoo.fr") == "orange"
    assert providers.find("Boutique.example") == "google"
    assert providers.find("nowhere.example") == "other"


def test_the_statement_and_the_table_agree_on_every_known_domain(app):
    known = [domain for domains in DOMAINS.values() for domain in domains]
    people = values(column("email", String), name="people").data(
        [(f"lea@{domain}",) for domain in known]
    )
    found = db.session.scalars(select(providers.expression(people.c.email)))
    assert list(found) == [providers.of(domain) for domain in known]
