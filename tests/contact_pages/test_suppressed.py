"""The suppression list at work: looked up, added to, lifted where one may, taken from files."""

import io

import pytest
from sqlalchemy import select

from tests.factories import audience, sendings
from webapp.accounts.models import AuditEntry
from webapp.core.db import db
from webapp.deliverability import suppression, suppression_imports
from webapp.deliverability.models import Origin, SuppressionReason

HOME = "/w/maison-tilleul/contacts/suppressed/"


def said(answer):
    return answer.get_data(as_text=True)


def audited(action):
    return db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == action)
    ).all()


def look_up(browser, address):
    return said(browser.post(f"{HOME}look-up", data={"wanted": address}))


def lift(browser, address, **more):
    form = {"lifted": address, "why": "works_again", "sure": "y", **more}
    return browser.post(f"{HOME}lift", data=form)


def test_a_newcomer_is_told_what_will_stand_here(owner):
    assert "No address is suppressed" in said(owner.get(HOME))


def test_an_address_that_is_not_suppressed_is_said_so(owner):
    assert "anna@example.org is not suppressed" in look_up(owner, "anna@example.org")


def test_an_address_is_looked_up_with_its_reason_its_day_and_its_campaign(
    owner, workspace
):
    campaign = sendings.campaign(workspace, None, name="Braderie")
    suppression.suppress(
        workspace,
        "anna@example.org",
        SuppressionReason.COMPLAINT,
        origin=Origin.REPORT,
        campaign_id=campaign.id,
    )
    db.session.commit()
    page = look_up(owner, "ANNA@example.org")
    for words in ("Complained of spam", "Braderie", "By a report of a mail server"):
        assert words in page


def test_what_is_looked_up_stands_in_no_address_of_a_page(owner):
    assert owner.get(f"{HOME}look-up?wanted=anna@example.org").status_code == 405


def test_what_is_no_address_is_said_beside_the_field(owner):
    answer = owner.post(f"{HOME}look-up", data={"wanted": "anna"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "reason", sorted(suppression.OF_THE_PERSON), ids=lambda reason: reason.value
)
def test_no_colleague_lifts_what_a_person_refused(owner, workspace, reason):
    suppression.suppress(workspace, "anna@example.org", reason)
    db.session.commit()
    assert "Only the person can undo this" in look_up(owner, "anna@example.org")
    assert lift(owner, "anna@example.org").status_code == 409
    assert suppression.is_suppressed(workspace, "anna@example.org")


@pytest.mark.parametrize(
    "reason",
    sorted(set(SuppressionReason) - suppression.OF_THE_PERSON),
    ids=lambda reason: reason.value,
)
def test_a_mailbox_that_works_again_is_lifted_and_that_is_logged(
    owner, workspace, reason
):
    suppression.suppress(workspace, "anna@example.org", reason)
    db.session.commit()
    assert "Why do you lift it?" in look_up(owner, "anna@example.org")
    assert lift(owner, "anna@example.org").status_code == 303
    assert not suppression.is_suppressed(workspace, "anna@example.org")
    (entry,) = audited("suppression.lifted")
    assert entry.detail == {"reason": reason, "why": "works_again"}


def test_nothing_is_lifted_without_a_reason_and_a_confirmation(owner, workspace):
    suppression.suppress(workspace, "anna@example.org", SuppressionReason.HARD_BOUNCE)
    db.session.commit()
    assert lift(owner, "anna@example.org", sure="").status_code == 422
    assert lift(owner, "anna@example.org", why="").status_code == 422
    assert suppression.is_suppressed(workspace, "anna@example.org")


def test_lifting_what_is_not_suppressed_is_refused(owner):
    assert lift(owner, "anna@example.org").status_code == 409


def test_a_dead_address_is_entered_by_hand_and_the_lists_stay(owner, workspace):
    anna = audience.contact(workspace, email="anna@example.org")
    db.session.commit()
    owner.post(HOME, data={"email": anna.email, "reason": "hard_bounce"})
    line = suppression.find(workspace, anna)
    assert (line.reason, line.origin) == (
        SuppressionReason.HARD_BOUNCE,
        Origin.STAFF,
    )


def test_the_page_of_a_contact_says_who_can_undo_it(owner, workspace):
    anna = audience.contact(workspace, email="anna@example.org")
    bob = audience.contact(workspace, email="bob@example.org")
    suppression.suppress(workspace, anna.email, SuppressionReason.HARD_BOUNCE)
    suppression.suppress(workspace, bob.email, SuppressionReason.COMPLAINT)
    db.session.commit()
    pages = f"/w/{workspace.slug}/contacts"
    assert "to see why, and to lift it" in said(owner.get(f"{pages}/{anna.id}"))
    assert "Only the person can undo that" in said(owner.get(f"{pages}/{bob.id}"))


def upload(browser, content, name="liste.csv"):
    file = (io.BytesIO(content), name)
    return browser.post(
        f"{HOME}files", data={"file": file}, content_type="multipart/form-data"
    )


def test_a_file_is_taken_and_its_faults_can_be_downloaded(owner, workspace):
    answer = upload(owner, b"email;motif\nanna@example.org;spam\nnobody;\n")
    assert answer.status_code == 303
    page = said(owner.get(answer.location))
    assert "The file is taken" in page
    faults = said(owner.get(f"{answer.location}/faults.csv"))
    assert "3,This cannot be an e-mail address." in faults
    assert suppression.is_suppressed(workspace, "anna@example.org")
    (entry,) = audited("suppressions.imported")
    assert entry.detail == {"lines": 2}


def test_a_file_that_cannot_be_read_is_refused_beside_the_field(owner):
    answer = upload(owner, b"name\nAnna\n")
    assert answer.status_code == 422
    assert "No column holds addresses" in said(answer)
    assert owner.post(f"{HOME}files").status_code == 422


def test_a_long_file_shows_how_far_it_is(owner, monkeypatch):
    monkeypatch.setattr(suppression_imports, "AT_ONCE", 1)
    answer = upload(owner, b"email\na@example.org\nb@example.org\n")
    assert "The file is being read" in said(owner.get(answer.location))
    assert "every 2s" in said(owner.get(f"{answer.location}/progress"))


def test_a_file_larger_than_a_page_may_post_is_taken(owner):
    line = b"person@example.org;" + b"x" * 100_000 + b"\n"
    assert upload(owner, b"email;note\n" + line * 30).status_code == 303


def test_the_export_has_marks_and_is_logged(owner, workspace):
    suppression.suppress(workspace, "anna@example.org", SuppressionReason.STAFF)
    db.session.commit()
    file = said(owner.post(f"{HOME}export"))
    assert suppression.mark("anna@example.org").hex() in file
    assert "anna@" not in file
    assert len(audited("suppressions.exported")) == 1


def test_whoever_may_not_see_contacts_sees_nothing_here(viewer):
    assert viewer.get(HOME).status_code == 403
    assert viewer.post(f"{HOME}export").status_code == 403
