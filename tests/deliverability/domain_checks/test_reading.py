import re

import pytest

from config.settings import ROOT
from webapp.deliverability.domain_checks import reading
from webapp.deliverability.domain_checks.findings import (
    Finding,
    Level,
    Subject,
    advice,
    good,
    health,
    keep_known,
    problem,
    read,
    silent,
)
from webapp.deliverability.domain_checks.words import SUBJECTS, WORDS
from webapp.deliverability.models import DomainHealth

SOURCES = [
    path.read_text()
    for path in (ROOT / "webapp" / "deliverability").rglob("*.py")
    if path.name != "words.py"
]
NEEDED = [good(subject, "silent") for subject in (Subject.SPF, Subject.DKIM)]


def test_every_code_has_words_and_all_words_are_used():
    pattern = r'"((?:spf|dkim|dmarc|return_path|server|tracking)_[a-z_]+)"'
    used = {code for source in SOURCES for code in re.findall(pattern, source)}
    named = {code for code in used if code in WORDS} | {"silent"}
    assert named == set(WORDS)


def test_every_subject_has_a_title():
    assert set(SUBJECTS) == set(Subject)


def test_words_are_filled_with_what_was_found(app):
    said = reading.say(problem(Subject.SPF, "spf_two", domain="shop.fr", count=2))
    assert "shop.fr" in said.title
    assert "2" in said.title
    assert said.todo


def test_what_is_stored_is_read_again():
    found = [advice(Subject.DKIM, "dkim_missing", name="v1._domainkey.shop.fr")]
    assert read([one.stored() for one in found]) == found


def test_a_subject_stands_as_its_worst_finding(app):
    found = [
        good(Subject.SERVER, "server_good", server="a"),
        advice(Subject.SERVER, "server_no_name", server="b", ip="203.0.113.9"),
    ]
    [standing] = reading.by_subject([one.stored() for one in found])
    assert standing.level == Level.ADVICE
    assert len(standing.found) == 2


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], DomainHealth.UNCHECKED),
        (NEEDED, DomainHealth.UNCHECKED),
        ([*NEEDED, silent(Subject.DMARC)], DomainHealth.UNCHECKED),
        ([*NEEDED, good(Subject.DMARC, "dmarc_good")], DomainHealth.GREEN),
        ([*NEEDED, advice(Subject.DMARC, "dmarc_no_rua")], DomainHealth.AMBER),
        ([*NEEDED, problem(Subject.DMARC, "dmarc_missing")], DomainHealth.RED),
        ([problem(Subject.SPF, "spf_missing")], DomainHealth.RED),
    ],
)
def test_the_health_of_a_domain_is_that_of_its_findings(found, expected):
    assert health(found) == expected


def test_where_the_dns_is_silent_what_was_known_stands():
    before = [good(Subject.SPF, "spf_good"), problem(Subject.DKIM, "dkim_missing")]
    found = [silent(Subject.SPF), good(Subject.DKIM, "dkim_good")]
    assert set(map(_code, keep_known(found, before))) == {"spf_good", "dkim_good"}
    assert set(map(_code, keep_known(found, []))) == {"silent", "dkim_good"}


def _code(finding: Finding):
    return finding.code
