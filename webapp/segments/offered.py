"""The subjects that every workspace has, and how those of its mails and its site are made."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from webapp.contacts.fields import FIELDS, Field
from webapp.contacts.fields import Group as Place
from webapp.contacts.fields import Kind as FieldKind
from webapp.core.i18n import _l
from webapp.purchases.groups import GROUPS
from webapp.purchases.words import STAGES
from webapp.segments.kinds import Kind
from webapp.segments.subjects import EVENT, Heading, Measure, Subject


def _parts(*subjects: Subject) -> Mapping[str, Subject]:
    return MappingProxyType({subject.key: subject for subject in subjects})


def _field(plain: Field) -> Subject:
    kind = Kind.DATE if plain.kind is FieldKind.DATE else Kind.TEXT
    company = plain.group is Place.COMPANY
    heading = Heading.COMPANY if company else Heading.PROFILE
    return Subject(plain.key, plain.label, kind, heading=heading)


SOURCES: Mapping[str, Any] = MappingProxyType(
    {
        "widget": _l("a widget"),
        "staff": _l("a colleague"),
        "import": _l("an import"),
        "api": _l("another software"),
        "order": _l("an order"),
        "preferences": _l("the preference page"),
        "demo": _l("the demonstration"),
    }
)
PROFILE = (
    *(_field(plain) for plain in FIELDS.values()),
    Subject("source", _l("Came by"), Kind.CHOICE, tuple(SOURCES), words=SOURCES),
    Subject("created", _l("Contact since"), Kind.DATE),
)

_ALL = (Measure.COUNT, Measure.SUM, Measure.AVERAGE)
PURCHASES = tuple(
    Subject(key, label, kind, heading=Heading.PURCHASES)
    for key, label, kind in (
        ("orders", _l("Number of orders"), Kind.NUMBER),
        ("revenue", _l("Revenue"), Kind.NUMBER),
        ("average_basket", _l("Average order"), Kind.NUMBER),
        ("first_order", _l("First order"), Kind.DATE),
        ("last_order", _l("Last order"), Kind.DATE),
        ("average_gap", _l("Days between two orders"), Kind.NUMBER),
    )
)
TIMES = (
    Subject(
        "purchases",
        _l("Orders"),
        Kind.TIMES,
        heading=Heading.PURCHASES,
        measures=_ALL,
        parts=_parts(
            Subject("product", _l("Product"), Kind.TEXT),
            Subject("sku", _l("Article number"), Kind.TEXT),
            Subject("category", _l("Category"), Kind.TEXT),
            Subject("amount", _l("Amount of the order"), Kind.NUMBER),
            Subject("coupon", _l("Coupon"), Kind.TEXT),
            Subject("shop", _l("Shop"), Kind.TEXT),
        ),
    ),
    Subject(
        "returns",
        _l("Returns"),
        Kind.TIMES,
        heading=Heading.PURCHASES,
        measures=(Measure.COUNT, Measure.SUM),
        parts=_parts(
            Subject("amount", _l("Amount paid back"), Kind.NUMBER),
            Subject("reason", _l("Reason"), Kind.TEXT),
        ),
    ),
)

_STAGES: Mapping[str, Any] = MappingProxyType({str(k): v for k, v in STAGES.items()})
_GROUPS: Mapping[str, Any] = MappingProxyType({one.key: one.label for one in GROUPS})
SCORES = (
    Subject(
        "stage",
        _l("Life-cycle stage"),
        Kind.CHOICE,
        tuple(_STAGES),
        Heading.SCORES,
        _STAGES,
    ),
    Subject(
        "group",
        _l("Customer group"),
        Kind.CHOICE,
        tuple(_GROUPS),
        Heading.SCORES,
        _GROUPS,
    ),
    Subject(
        "recency_score", _l("Recency score (1–5)"), Kind.NUMBER, (), Heading.SCORES
    ),
    Subject(
        "frequency_score", _l("Frequency score (1–5)"), Kind.NUMBER, (), Heading.SCORES
    ),
    Subject(
        "monetary_score", _l("Amount score (1–5)"), Kind.NUMBER, (), Heading.SCORES
    ),
)
LAST_MAIL = Subject("last_mail", _l("Last mail"), Kind.DATE, heading=Heading.MAILS)
LAST_CLICK = Subject(
    "last_click",
    _l("Last click"),
    Kind.DATE,
    heading=Heading.MAILS,
    needs_measuring=True,
)
SAMPLE = Subject("sample", _l("Random sample"), Kind.SAMPLE, heading=Heading.SAMPLES)
ALWAYS = (*PROFILE, *PURCHASES, *TIMES, LAST_MAIL, LAST_CLICK, *SCORES, SAMPLE)


def mails(campaigns: Mapping[str, Any]) -> tuple[Subject, Subject]:
    """The mails a contact was sent and the clicks in them; campaigns by number, with their names."""
    campaign = Subject(
        "campaign", _l("Campaign"), Kind.CHOICE, tuple(campaigns), words=campaigns
    )
    link = Subject("link", _l("Address of the link"), Kind.TEXT)
    return (
        Subject(
            "mails",
            _l("Mails sent"),
            Kind.TIMES,
            heading=Heading.MAILS,
            measures=(Measure.COUNT,),
            parts=_parts(campaign),
        ),
        Subject(
            "clicks",
            _l("Clicks"),
            Kind.TIMES,
            heading=Heading.MAILS,
            measures=(Measure.COUNT,),
            parts=_parts(campaign, link),
            needs_measuring=True,
        ),
    )


def event(name: str) -> Subject:
    """Something that happens on the shop's site."""
    return Subject(
        f"{EVENT}{name}",
        name,
        Kind.TIMES,
        heading=Heading.SITE,
        measures=(Measure.COUNT,),
        needs_measuring=True,
    )
