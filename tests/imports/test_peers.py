"""Exports of other tools, taken as they are."""

import io
import zipfile

import pytest

from tests.factories import audience as make
from tests.factories import imports
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.imports import uploading

LISTMONK = """uuid,email,name,attributes,status,created_at,updated_at
b1,ana@example.org,Ana Durand,"{""city"": ""Lyon"", ""pointure"": 38}",enabled,2024-01-02,2024-03-04
b2,bob@example.org,Bob Martin,{},blocklisted,2024-01-02,2024-03-04
"""
MAILCHIMP = {
    "subscribed_members_export_ab12.csv": """Email Address,First Name,Last Name,Phone Number,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS
ana@example.org,Ana,Durand,0612345678,2,2020-01-01 10:00:00,1.2.3.4,,,45.7,4.8,1,1,Europe/Paris,fr,ara,2021-01-01 10:00:00,123,abc,,"VIP"
""",
    "unsubscribed_members_export_ab12.csv": """Email Address,First Name,MEMBER_RATING,LAST_CHANGED,LEID,EUID,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER
bob@example.org,Bob,1,2021-01-01 10:00:00,124,abd,2021-02-03 10:00:00,Printemps,c1,NORMAL,
""",
    "cleaned_members_export_ab12.csv": """Email Address,First Name,LAST_CHANGED,LEID,EUID,CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID
eve@example.org,Eve,2021-01-01 10:00:00,125,abe,2021-02-03 10:00:00,Printemps,c1
""",
}
BREVO = """CONTACT ID;EMAIL;LASTNAME;FIRSTNAME;SMS;EMAIL_BLACKLISTED;SMS_BLACKLISTED;ADDED_TIME;MODIFIED_TIME
1;ana@example.org;Durand;Ana;33612345678;No;No;12-04-2022;13-04-2022
2;bob@example.org;Martin;Bob;;Yes;No;12-04-2022;13-04-2022
"""
SARBACANE = """Email;Nom;Prénom;Statut Sarbacane;Date de modification
ana@example.org;Durand;Ana;Inscrit;12/04/2022
bob@example.org;Martin;Bob;Désabonné;12/04/2022
eve@example.org;Roux;Eve;NPAI;12/04/2022
"""


@pytest.fixture
def letter(workspace):
    made = make.mailing_list(workspace)
    db.session.commit()
    return made


def people():
    found = db.session.query(Contact).order_by(Contact.email)
    return [(one.email, one.first_name, one.last_name) for one in found]


@pytest.mark.parametrize(
    ("tool", "content", "refused"),
    [
        ("listmonk", LISTMONK, {"bob": "unsubscribed_from_all"}),
        ("brevo", BREVO, {"bob": "unsubscribed_from_all"}),
        (
            "sarbacane",
            SARBACANE,
            {"bob": "unsubscribed_from_all", "eve": "hard_bounce"},
        ),
    ],
)
def test_an_export_is_read_as_it_is(workspace, letter, tool, content, refused):
    run = imports.done(
        imports.answered(workspace, content, [letter], name="export.csv")
    )
    assert run.tool == tool
    assert people() == [("ana@example.org", "Ana", "Durand")]
    assert run.figures["done"]["consents"] == {str(letter.id): 1}
    for name, reason in refused.items():
        assert suppression.reason_for(workspace, f"{name}@example.org") == reason


def test_fields_that_listmonk_packs_into_one_become_columns(workspace):
    run = imports.uploaded(workspace, LISTMONK, "subscribers.csv")
    assert run.columns[-2:] == ["city", "pointure"]
    assert run.mapping[run.columns.index("city")] == "city"


def test_the_packed_file_of_mailchimp_becomes_an_import_for_each_status(
    workspace, letter
):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, content in MAILCHIMP.items():
            file.writestr(name, content)
    packed.seek(0)
    runs = uploading.take(workspace, "lists.zip", packed, None)
    told = {
        run.name.partition("_")[0]: (run.kind, run.answers["file_status"])
        for run in runs
    }
    assert told == {
        "subscribed": ("contacts", "agrees"),
        "unsubscribed": ("opt_outs", "unsubscribed_from_all"),
        "cleaned": ("opt_outs", "hard_bounce"),
    }


def test_the_counters_of_mailchimp_are_left_out(workspace):
    name, content = next(iter(MAILCHIMP.items()))
    run = imports.uploaded(workspace, content, name)
    kept = {
        column: to for column, to in zip(run.columns, run.mapping, strict=True) if to
    }
    assert kept == {
        "Email Address": "email",
        "First Name": "first_name",
        "Last Name": "last_name",
        "Phone Number": "phone",
        "TIMEZONE": "time_zone",
        "CC": "country",
        "LAST_CHANGED": "row_date",
    }
