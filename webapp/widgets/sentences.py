"""Every sentence a form shows to be agreed to, and the number under which each is kept."""

from dataclasses import dataclass
from typing import Any

from webapp.accounts.models import Workspace
from webapp.consent import ledger
from webapp.consent.models import PurposeKind
from webapp.subscriptions import partners, wording
from webapp.subscriptions.agreeing import Asked
from webapp.subscriptions.models import MailingList, Partner
from webapp.widgets.design import Design

PARTNERS = "partners"


@dataclass(frozen=True)
class Sentences:
    """What stands beside the boxes of a form in its language: one sentence for each, and the notice."""

    locale: str
    purpose: str
    notice: str
    # By the kind of what is measured.
    measuring: dict[str, str]
    partners: list[tuple[Partner, str]]


def of(workspace: Workspace, mailing_list: MailingList, design: Design) -> Sentences:
    """The sentences of a form as they stand now; an archived partner is not asked about."""
    measured = (
        (PurposeKind.OPENS, design.asks_opens),
        (PurposeKind.CLICKS, design.asks_clicks),
    )
    return Sentences(
        locale=design.locale,
        purpose=wording.purpose_of(mailing_list, design.locale),
        notice=wording.notice_of(mailing_list, design.locale),
        measuring={
            kind.value: wording.measuring_sentence(kind, workspace, design.locale)
            for kind, wanted in measured
            if wanted
        },
        partners=[
            (partner, partners.sentence(partner, design.locale))
            for partner in (partners.active(workspace) if design.partners else ())
            if partner.id in design.partners
        ],
    )


def keep(workspace: Workspace, said: Sentences) -> dict[str, Any]:
    """Keep the sentences as they are shown; their numbers, as a version of a widget holds them."""

    def number(kind: str, body: str) -> int:
        return ledger.shown(workspace, kind, body, said.locale).id

    return {
        wording.PURPOSE: number(wording.PURPOSE, said.purpose),
        wording.NOTICE: number(wording.NOTICE, said.notice),
        **{kind: number(kind, body) for kind, body in said.measuring.items()},
        PARTNERS: {
            str(partner.purpose_id): number(PurposeKind.PARTNER.value, body)
            for partner, body in said.partners
        },
    }


def ticked(
    texts: dict[str, Any], *, opens: bool, clicks: bool, purposes: set[int]
) -> Asked:
    """What was agreed to in the words the person saw, whatever became of them since.

    :param texts: the numbers that the version of the widget holds.
    :param purposes: those of the partners that were ticked.
    """
    offered = texts.get(PARTNERS, {})
    return Asked(
        text_id=texts.get(wording.PURPOSE),
        opens=texts.get(PurposeKind.OPENS.value) if opens else None,
        clicks=texts.get(PurposeKind.CLICKS.value) if clicks else None,
        partners={
            number: text_id
            for number, text_id in offered.items()
            if int(number) in purposes
        },
    )
