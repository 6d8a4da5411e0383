"""A small crowd in which everything occurs that a segment may ask about, and much that is missing."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from zoneinfo import ZoneInfo

from sqlalchemy import select

from tests.factories import audience as make
from tests.factories import campaigns as make_campaigns
from webapp.campaigns.models import Status as CampaignStatus
from webapp.consent import purposes
from webapp.consent.models import Basis, ConsentState, State
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Status as MailStatus
from webapp.purchases import customer_rules, figures, keeping
from webapp.purchases.models import (
    ContactStats,
    Order,
    OrderLine,
    OrderReturn,
    SiteEvent,
    SiteEventName,
)
from webapp.segments.models import Segment, SegmentMember

PARIS = ZoneInfo("Europe/Paris")
CITIES = ["", "Lyon", "lyon", "Paris", "100%", "a_b", "O'Brien", "Saint-Lô"]
BIRTHS = [date(1990, 5, 1), date(2000, 2, 29), date(1976, 2, 28), date(1980, 3, 30)]
DAYS = [date(1990, 5, 1), date(2026, 3, 1), date(2026, 2, 28), date(2024, 2, 29)]
NUMBERS = [-3, 0, 2, 2.5, 40]
NOTES = ["Lyon", "thé vert", "100%", ""]
PRODUCTS = [("Sencha", "S1", "Thé"), ("Tasse", "T9", "Vaisselle"), ("", "X", "")]
AMOUNTS = [Decimal(text) for text in ("0.00", "12.50", "40.00", "99.90")]
SPANS = (0, 1, 7, 30, 60, 90, 400)
PROPERTIES = [{"page": "Thés", "price": 12}, {"price": "12"}, {"page": "x", "ok": True}]


def moments(now):
    """Around the midnights that windows begin and end at, and in between."""
    today = now.astimezone(PARIS).date()
    for days in SPANS:
        midnight = datetime.combine(today - timedelta(days=days), time.min, PARIS)
        yield midnight
        yield midnight - timedelta(microseconds=1)
        yield midnight + timedelta(hours=5)


class Crowd:
    """The workspace, its people as dictionaries, and what the conditions may name."""

    def __init__(self, workspace, dice, now, size=40):
        self.workspace, self.dice, self.now = workspace, dice, now
        self.moments = [one for one in moments(now) if one <= now]
        self.numbers = count(1)
        self._furnish()
        self.people = [self._person() for _ in range(size)]
        db.session.flush()
        self._figures()

    def _furnish(self):
        here = self.workspace
        self.list = make.mailing_list(here)
        self.clicks = purposes.measuring(here).clicks.id
        for key, kind, choices in (
            ("size", "number", ()),
            ("visit", "date", ()),
            ("club", "yes_no", ()),
            ("note", "text", ()),
            ("tea", "choice", ("green", "black")),
            ("tags", "choices", ("a", "b", "c")),
            ("home", "address", ()),
        ):
            make.attribute(here, key, kind, choices)
        self.campaigns = [
            make_campaigns.campaign(
                here,
                mailing_list_id=self.list.id,
                status=CampaignStatus.SENT,
                name=name,
            )
            for name in ("Avril", "Mai")
        ]
        self.links = [
            make_campaigns.link(one, url=f"https://example.org/{one.name}")
            for one in self.campaigns
        ]
        db.session.add_all(
            SiteEventName(
                workspace_id=here.id, name=name, first_at=self.now, last_at=self.now
            )
            for name in ("view", "cart")
        )
        click = {"subject": "clicks", "operator": "at_least", "value": 1}
        city = {"subject": "city", "operator": "filled"}
        self.segments = []
        for rule in (city, click):
            made = Segment(
                workspace_id=here.id,
                name="Autre",
                rules={"v": 2, "root": {"match": "all", "rules": [rule]}},
            )
            db.session.add(made)
            self.segments.append(made)
        db.session.flush()

    def _some(self, most):
        return range(self.dice.choice([0, 0, *range(1, most + 1)]))

    def _person(self):
        pick = self.dice.choice
        told = {
            "city": pick(CITIES),
            "birth_date": pick([None, *BIRTHS]),
            "source": pick(["", "widget", "import"]),
            "created": pick(self.moments),
            "attributes": self._attributes(),
            "restricted": self.dice.random() < 0.05,
        }
        contact = make.contact(
            self.workspace,
            city=told["city"],
            birth_date=told["birth_date"],
            source=told["source"],
            created_at=told["created"],
            attributes=told["attributes"],
            restricted_at=self.now if told["restricted"] else None,
        )
        told["id"] = contact.id
        told["states"] = self._states(contact)
        told["orders"] = [self._order(contact) for _ in self._some(3)]
        told["mails"] = self._mails(contact)
        told["events"] = [self._event(contact) for _ in self._some(3)]
        told["segments"] = self._segments(contact)
        return told

    def _attributes(self):
        pick = self.dice.choice
        # Also what does not belong there: an import of long ago, a field whose kind changed.
        possible = {
            "size": [*NUMBERS, None, "", "large"],
            "visit": [*(day.isoformat() for day in DAYS), "", None, "hier"],
            "club": [True, False, None],
            "note": [*NOTES, None],
            "tea": ["green", "black", ""],
            "tags": [["a"], ["a", "b"], [], None],
            "home": [{"city": "Lyon"}, {"city": ""}, {}, None],
        }
        return {
            key: pick(values) for key, values in possible.items() if pick([0, 1, 1])
        }

    def _states(self, contact):
        pick, told = self.dice.choice, {}
        for purpose_id in (self.list.purpose_id, self.clicks):
            if not pick([0, 1, 1]):
                continue
            told[purpose_id] = {
                "state": pick(
                    [State.GIVEN, State.GIVEN, State.PENDING, State.WITHDRAWN]
                ),
                "basis": pick([Basis.CONSENT, Basis.CONSENT, Basis.EXISTING_CUSTOMER]),
                "since": pick(self.moments),
            }
            db.session.add(
                ConsentState(
                    contact_id=contact.id,
                    purpose_id=purpose_id,
                    method="staff",
                    event_id=0,
                    **told[purpose_id],
                )
            )
        return told

    def _order(self, contact):
        pick = self.dice.choice
        lines = [
            {"name": name, "sku": sku, "category": category, "total": pick(AMOUNTS)}
            for name, sku, category in (pick(PRODUCTS) for _ in self._some(2))
        ]
        told = {
            "at": pick(self.moments),
            "status": pick(["paid", "paid", "shipped", "pending", "cancelled"]),
            "currency": pick(["EUR", "EUR", "USD"]),
            "total": pick(AMOUNTS),
            "coupon": pick(["", "NOEL"]),
            "shop": pick(["", "Lille"]),
            "lines": lines,
            "returns": [],
        }
        order = Order(
            workspace_id=contact.workspace_id,
            contact_id=contact.id,
            number=str(next(self.numbers)),
            placed_at=told["at"],
            **{
                key: told[key]
                for key in ("status", "currency", "total", "coupon", "shop")
            },
        )
        db.session.add(order)
        db.session.flush()
        for position, line in enumerate(lines):
            db.session.add(OrderLine(purchase_id=order.id, position=position, **line))
        for _ in self._some(1):
            back = {
                "at": pick(self.moments),
                "amount": Decimal("5.00"),
                "reason": pick(["", "Cassé"]),
            }
            told["returns"].append(back)
            db.session.add(OrderReturn(purchase_id=order.id, number="1", **back))
        return told

    def _mails(self, contact):
        pick, told = self.dice.choice, []
        for campaign, link in zip(self.campaigns, self.links, strict=True):
            if not pick([0, 1]):
                continue
            status = pick([MailStatus.SENT, MailStatus.SENT, MailStatus.BOUNCED])
            mail = {
                "campaign": str(campaign.id),
                "at": pick(self.moments),
                "sent": status is MailStatus.SENT,
                "clicks": [],
            }
            made = make_campaigns.message(
                campaign, contact, status=status, finished_at=mail["at"]
            )
            # Clicks of people who agreed then; some of them do no longer.
            for _ in self._some(2):
                click = {
                    "at": pick(self.moments),
                    "link": link.url,
                    "campaign": mail["campaign"],
                    "human": pick([True, True, False]),
                }
                make_campaigns.hit(
                    made, link=link, at=click["at"], by_machine=not click["human"]
                )
                mail["clicks"].append(click)
            told.append(mail)
        return told

    def _event(self, contact):
        pick = self.dice.choice
        told = {
            "name": pick(["view", "cart"]),
            "at": pick(self.moments),
            "properties": pick(PROPERTIES),
        }
        db.session.add(
            SiteEvent(workspace_id=contact.workspace_id, contact_id=contact.id, **told)
        )
        return told

    def _segments(self, contact):
        pick, told = self.dice.choice, {}
        for segment in self.segments:
            if pick([0, 1]):
                told[segment.id] = pick(self.moments)
                db.session.add(
                    SegmentMember(
                        segment_id=segment.id,
                        contact_id=contact.id,
                        entered_at=told[segment.id],
                    )
                )
        return told

    def _figures(self):
        rules = customer_rules.of(self.workspace)
        with clock.stopped(self.now):
            worked_out = figures.of(self.workspace, rules).cte("worked_out")
            keeping.write(self.workspace, rules, worked_out, with_history=False)
        kept = {
            row.contact_id: row
            for row in db.session.execute(
                select(
                    ContactStats.contact_id,
                    ContactStats.r,
                    ContactStats.f,
                    ContactStats.m,
                    ContactStats.stage,
                )
            )
        }
        for person in self.people:
            row = kept[person["id"]]
            person |= {"r": row.r, "f": row.f, "m": row.m, "stage": row.stage}
