"""A workspace as large as one likes, made inside PostgreSQL: people, consents, messages, hits."""

import time

from sqlalchemy import text

from tests.bench.building import newsletter
from tests.factories import accounts, audience, widgets
from webapp.campaigns.models import Campaign
from webapp.consent import purposes
from webapp.contacts.models import AttributeKind
from webapp.core import clock
from webapp.core.db import db
from webapp.demo import names
from webapp.messages.models import Link
from webapp.segments.models import Segment

BIG = (
    "contact",
    "consent_state",
    "consent_event",
    "suppression",
    "message",
    "hit",
    "audit_entry",
)
LINKS = 10

PEOPLE = """
WITH numbered AS (
    SELECT n, (CAST(:first AS text[]))[1 + n * 31 % cardinality(CAST(:first AS text[]))]
               AS first,
           (CAST(:last AS text[]))[1 + n * 17 % cardinality(CAST(:last AS text[]))]
               || CASE n % 4 WHEN 0 THEN '' ELSE '-' || (n * 7 % 997) END AS last,
           (ARRAY['gmail.example', 'orange.example', 'free.example', 'shop.example',
                  'mail' || (n % 5000) || '.example'])[1 + n % 5] AS domain
    FROM generate_series(1, :count) AS n
)
INSERT INTO contact (workspace_id, email, civility, first_name, last_name, phone,
    postcode, city, country, birth_date, language, attributes, source,
    created_at, last_contact_at)
SELECT :workspace, lower(first || '.' || last || n || '@' || domain), '', first, last, '',
    lpad((n * 13 % 96000)::text, 5, '0'), 'Ville ' || n * 11 % 3000, 'FR',
    date '1940-01-01' + n * 7 % 25000, 'fr',
    jsonb_build_object('points', n % 1000, 'vip', n % 50 = 0,
        'taste', (ARRAY['tea', 'coffee', 'honey', 'jam'])[1 + n * 3 % 4]),
    'import', now() - (:count - n) * interval '1 minute', now()
FROM numbered
ORDER BY n
"""
# `share`: of each hundred people so many gave, then wait, then withdrew; the rest never said.
CONSENTS = """
WITH said AS (
    INSERT INTO consent_event (workspace_id, contact_id, purpose_id, state, basis,
        method, at, seq, prev_hash, hash)
    SELECT :workspace, id, :purpose, CASE WHEN place < :given THEN 'given'
        WHEN place < :waiting THEN 'pending' ELSE 'withdrawn' END, 'consent', 'widget',
        now() - (place + 1) * interval '5 days', seq,
        sha256((seq - 1)::text::bytea), sha256(seq::text::bytea)
    FROM (SELECT id, place, row_number() OVER (ORDER BY id)
              + (SELECT coalesce(max(seq), 0) FROM consent_event) AS seq
          FROM (SELECT id, (id * 7919 + :purpose * 37) % 101 AS place
                FROM contact WHERE workspace_id = :workspace) AS placed
          WHERE place < :left) AS person
    RETURNING *
), ended AS (
    INSERT INTO ledger_head (workspace_id, size, hash)
    SELECT :workspace, max(seq), ''::bytea FROM said
    ON CONFLICT (workspace_id) DO UPDATE SET size = excluded.size
)
INSERT INTO consent_state (contact_id, purpose_id, state, basis, method, since, event_id)
SELECT contact_id, purpose_id, state, basis, method, at, id FROM said
"""
# The links hold together and what they seal is made up: no bench verifies the ledger.
LEDGER = """
INSERT INTO ledger_head (workspace_id, size, hash)
SELECT workspace_id, max(seq), sha256(max(seq)::text::bytea) FROM consent_event
WHERE workspace_id = :workspace GROUP BY workspace_id
ON CONFLICT (workspace_id) DO UPDATE SET size = excluded.size, hash = excluded.hash
"""
SUPPRESSED = """
INSERT INTO suppression (workspace_id, address_hash, contact_id, reason)
SELECT workspace_id, sha256(email::bytea), id, 'hard_bounce'
FROM contact WHERE workspace_id = :workspace AND id * 31 % 1009 < 50
"""
MESSAGES = """
INSERT INTO message (workspace_id, kind, campaign_id, contact_id, recipient, status,
    reason, attempts, not_before, tracks_opens, tracks_clicks, smtp_code, smtp_reply,
    created_at, dated_at, finished_at)
SELECT :workspace, 'campaign', :campaign, contact_id, '',
    CASE WHEN contact_id % 97 = 1 THEN 'bounced' WHEN contact_id % 97 = 2 THEN 'skipped'
         ELSE 'sent' END,
    CASE WHEN contact_id % 97 = 2 THEN 'withdrawn' ELSE '' END, 1, moment,
    contact_id % 2 = 0, contact_id % 5 < 2, 250, '2.0.0 Ok: queued', moment, moment, moment
FROM consent_state, (SELECT now() - :ago * interval '1 day' AS moment) AS departure
WHERE purpose_id = :purpose AND state = 'given' ORDER BY contact_id LIMIT :most
"""
HITS = """
INSERT INTO hit (workspace_id, campaign_id, message_id, contact_id, link_id, at, by_machine)
SELECT workspace_id, campaign_id, id, contact_id,
    CASE WHEN n = 2 THEN (CAST(:links AS bigint[]))[1 + id % cardinality(CAST(:links AS bigint[]))]
    END, finished_at + (id % 5000) * interval '1 minute', id % 10 = 0
FROM message CROSS JOIN generate_series(1, 2) AS n
WHERE campaign_id = :campaign AND tracks_opens AND status = 'sent'
    AND (n = 1 AND contact_id % 10 < 8 OR n = 2 AND contact_id % 20 = 0)
"""
DAYS = """
INSERT INTO widget_day (widget_id, day, shown, started, submitted, confirmed)
SELECT :widget, current_date - n, 900, 90, 30, 20 FROM generate_series(0, :days - 1) AS n
"""
DEEDS = """
INSERT INTO audit_entry (workspace_id, user_id, at, action, target_kind, target_id, target_name,
    detail)
SELECT :workspace, :user, now() - (:count - n) * interval '1 minute',
    (ARRAY['contact.created', 'contact.changed', 'campaign.sent'])[1 + n % 3],
    'contact', n, '', '{}'
FROM generate_series(1, :count) AS n
"""
MARKED = "SELECT relallvisible > 0 FROM pg_class WHERE relname = 'contact'"
INDEXES = """
SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
FROM pg_index
WHERE indrelid::regclass::text = ANY(:tables) AND NOT indisunique
"""


def build(people, *, campaigns=2):
    """Fill the empty database of the current application, and commit."""
    # No foreign key and no trigger asks anything of rows that we make ourselves.
    _do("SET session_replication_role = replica")
    found = db.session.execute(text(INDEXES), {"tables": list(BIG)}).all()
    for index in found:
        _do(f"DROP INDEX {index.name}")
    crowd = _Crowd(people)
    crowd.fill(campaigns)
    for index in found:
        # Of a partitioned table the definition is given without its parts.
        _do(index.definition.replace(" ON ONLY ", " ON "))
    _do("SET session_replication_role = origin")
    db.session.commit()
    return crowd


def tidy():
    """As autovacuum leaves the tables: counted, and their visible pages marked."""
    db.session.rollback()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as link:
        # Nothing is marked while somebody, such as autovacuum itself, still looks from before.
        for _ in range(20):
            link.execute(text("VACUUM (ANALYZE)"))
            if link.scalar(text(MARKED)):
                return
            time.sleep(0.5)


class _Crowd:
    def __init__(self, people):
        self.people = people
        self.workspace = accounts.workspace()
        self.owner = accounts.member(self.workspace, role="owner")
        self.lists = [
            audience.mailing_list(self.workspace, name)
            for name in ("La lettre", "Les offres", "Les ateliers")
        ]
        audience.attribute(self.workspace, "points", AttributeKind.NUMBER)
        audience.attribute(self.workspace, "vip", AttributeKind.YES_NO)
        taste = ("tea", "coffee", "honey", "jam")
        audience.attribute(self.workspace, "taste", AttributeKind.CHOICE, taste)
        self.widget = widgets.widget(self.workspace, self.lists[0])
        self.segment = self._segment()
        self.sent = []
        self.draft = self._campaign("draft")

    def fill(self, campaigns):
        everybody = (*names.WOMEN, *names.MEN)
        first = [name for generation in everybody for name in generation]
        here = {"workspace": self.workspace.id, "count": self.people}
        _do(PEOPLE, **here, first=first, last=list(names.SURNAMES))
        asked = purposes.measuring(self.workspace)
        shares = ((70, 80, 90), (20, 21, 25), (5, 6, 7), (50, 50, 60), (40, 40, 45))
        about = [one.purpose_id for one in self.lists] + [
            asked.opens.id,
            asked.clicks.id,
        ]
        for purpose, (given, waiting, left) in zip(about, shares, strict=True):
            consents = {"given": given, "waiting": waiting, "left": left}
            _do(CONSENTS, workspace=self.workspace.id, purpose=purpose, **consents)
        _do(LEDGER, workspace=self.workspace.id)
        _do(SUPPRESSED, workspace=self.workspace.id)
        for number in range(campaigns):
            self._send(days_ago=20 * (number + 1))
        _do(DAYS, widget=self.widget.id, days=200)
        _do(DEEDS, **{**here, "count": self.people // 10}, user=self.owner.id)

    def _send(self, days_ago):
        campaign = self._campaign("sent")
        campaign.started_at = clock.ago(days=days_ago)
        links = [
            Link(
                campaign_id=campaign.id,
                position=place,
                url=f"https://shop.example/{place}",
            )
            for place in range(LINKS)
        ]
        db.session.add_all(links)
        db.session.flush()
        _do(
            MESSAGES,
            workspace=self.workspace.id,
            campaign=campaign.id,
            purpose=self.lists[0].purpose_id,
            most=self.people * 6 // 10,
            ago=days_ago,
        )
        _do(HITS, campaign=campaign.id, links=[link.id for link in links])
        self.sent.append(campaign)

    def _campaign(self, status):
        made = Campaign(
            workspace_id=self.workspace.id,
            name="Mesure",
            status=status,
            subject="Bonjour {{ contact.first_name }}",
            mjml=newsletter(),
            mailing_list_id=self.lists[0].id,
        )
        db.session.add(made)
        db.session.flush()
        return made

    def _segment(self):
        on_list = {"subject": f"list:{self.lists[0].id}", "operator": "on"}
        taste = {"subject": "attribute:taste", "operator": "equals", "value": "tea"}
        root = {"match": "all", "rules": [on_list, taste]}
        made = Segment(
            workspace_id=self.workspace.id,
            name="Tea",
            rules={"version": 1, "root": root},
        )
        db.session.add(made)
        db.session.flush()
        return made


def _do(statement, **values):
    db.session.execute(text(statement), values)
