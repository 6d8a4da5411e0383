import csv
import io
import re

from sqlalchemy import select

from config.settings import ROOT
from tests.factories import accounts as make
from webapp.accounts import auditing
from webapp.accounts.actions import ACTIONS, sentence
from webapp.accounts.models import AuditEntry
from webapp.core.db import db

LOG = "/w/maison-tilleul/settings/audit-log"
# record(workspace, "thing.verb": also over several lines.
RECORDED = re.compile(r'auditing\.record\(\s*[\w.]+,\s*"([a-z_]+\.[a-z_]+)"')


def _entries(workspace, *actions, by=None, name=""):
    for action in actions:
        auditing.record(workspace, action, name=name, by=by)
    db.session.commit()


def _cells(page):
    return re.findall(r"<td>([^<]*)</td>", page.text)


def test_every_action_that_is_recorded_has_its_words():
    recorded = {
        action
        for path in (ROOT / "webapp").rglob("*.py")
        for action in RECORDED.findall(path.read_text())
    }
    assert len(recorded) > 5
    assert recorded - ACTIONS.keys() == set()


def test_an_action_without_words_is_shown_as_it_is(app):
    assert sentence("thing.done") == "thing.done"


def test_the_log_says_who_did_what_to_what(workspace, owner):
    luc = make.user(name="Luc")
    _entries(workspace, "campaign.sent", by=luc, name="Soldes")
    assert _cells(owner.get(LOG)) == ["Luc", "Sent a campaign", "Soldes"]


def test_the_log_is_filtered_by_action_and_by_person(workspace, owner):
    luc = make.user(name="Luc")
    _entries(workspace, "campaign.sent", "list.created", by=luc)
    _entries(workspace, "list.created")
    assert (
        _cells(owner.get(LOG, query_string={"action": "campaign.sent"}))[1]
        == "Sent a campaign"
    )
    assert len(_cells(owner.get(LOG, query_string={"person": luc.id}))) == 6


def test_the_log_of_another_workspace_stays_there(workspace, owner):
    _entries(make.workspace(slug="other"), "campaign.sent", name="Secret")
    assert "Secret" not in owner.get(LOG).text


def test_a_long_log_has_older_and_newer_pages(workspace, owner):
    _entries(workspace, *["list.created"] * 60)
    first = owner.get(LOG)
    older = re.search(r'href="([^"]*before=\d+)"', first.text)[1]
    second = owner.get(older)
    assert (len(_cells(first)), len(_cells(second))) == (150, 30)
    assert "after=" in second.text


def test_the_export_holds_what_the_filter_shows_and_is_recorded(workspace, owner):
    _entries(workspace, "campaign.sent", "list.created", name="=cmd()")
    answer = owner.post(f"{LOG}/export", data={"action": "campaign.sent"})
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row[3:5] for row in rows[1:]] == [["Sent a campaign", "'=cmd()"]]
    assert answer.mimetype == "text/csv"
    last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert last.action == "audit.exported"


def test_who_is_no_officer_reads_no_log(editor, viewer):
    assert editor.get(LOG).status_code == viewer.get(LOG).status_code == 403
