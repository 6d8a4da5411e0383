"""What a file says of people's will: consents for lists, with their proof, and refusals, which always win."""

from typing import Any

from sqlalchemy import Select, func, literal, null, select, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as insert_or_merge

from webapp.consent import bases, many
from webapp.consent.many import Shared
from webapp.consent.models import Basis, ConsentState, Purpose, State
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.deliverability.models import Origin, Suppression
from webapp.imports.models import ImportRow
from webapp.imports.weighing import TAKEN, Scales, Span
from webapp.subscriptions.models import MailingList

METHOD = "import"
# A mailbox that takes no mail says nothing about what its owner wants.
_WISHES = tuple(sorted(suppression.REFUSALS))


def agree(scales: Scales, span: Span, mailing_list: MailingList) -> int:
    """Record the consents these lines bring for a list; how many they are.

    Who ever said anything about the list is left out, as is who is suppressed or restricted.
    """
    purpose = db.session.get_one(Purpose, mailing_list.purpose_id)
    answers = scales.answers
    shared = Shared(
        state=State.GIVEN,
        method=METHOD,
        basis=Basis(answers.basis),
        text_id=answers.text_id,
        user_id=scales.run.user_id,
        family=_family(purpose, answers.basis),
    )
    people = (
        select(
            scales.contact.c.id.label("contact_id"),
            _detail(scales, purpose).label("detail"),
        )
        .select_from(ImportRow)
        .join(scales.contact, true())
        .where(
            *scales.rows(span),
            *TAKEN,
            ImportRow.silent == "",
            scales.contact.c.usable,
            ~scales.suppressed(),
        )
    )
    return many.agree(scales.workspace, purpose, people, shared)


def refuse(scales: Scales, span: Span) -> dict[str, Any]:
    """Suppress whom these lines say to refuse, and withdraw what they had agreed to."""
    if not _has_refusals(scales, span):
        return {}
    withdrawn = many.withdraw(
        scales.workspace,
        _standing(scales, span),
        Shared(State.WITHDRAWN, METHOD, user_id=scales.run.user_id),
    )
    return {"opted_out": _suppress(scales, span), "withdrawn": withdrawn}


def _has_refusals(scales: Scales, span: Span) -> bool:
    asked = select(literal(1)).where(*scales.rows(span), *_REFUSING).limit(1)
    return db.session.scalar(asked) is not None


def _standing(scales: Scales, span: Span) -> Select[Any]:
    """All that these people agreed to, or were asked to confirm."""
    base = func.jsonb_build_object("import", scales.run.id, "line", ImportRow.line)
    return (
        select(
            ConsentState.contact_id,
            ConsentState.purpose_id,
            ConsentState.event_id,
            base.label("detail"),
        )
        .select_from(ImportRow)
        .join(scales.contact, true())
        .join(ConsentState, ConsentState.contact_id == scales.contact.c.id)
        .where(
            *scales.rows(span),
            *_REFUSING,
            ImportRow.refusal.in_(_WISHES),
            ConsentState.state.in_((State.GIVEN.value, State.PENDING.value)),
        )
        .order_by(ConsentState.contact_id, ConsentState.purpose_id)
    )


def _suppress(scales: Scales, span: Span) -> int:
    """The first reason stands, but a refusal takes the place of a mailbox that failed."""
    now = clock.now()
    at = func.coalesce(ImportRow.more["at"].astext.cast(_MOMENT), literal(now))
    chosen = (
        select(
            literal(scales.workspace.id),
            ImportRow.mark,
            scales.contact.c.id,
            ImportRow.refusal,
            literal(Origin.IMPORT.value),
            null(),
            func.least(at, literal(now)),
        )
        .select_from(ImportRow)
        .outerjoin(scales.contact, true())
        .where(*scales.rows(span), *_REFUSING)
        .order_by(ImportRow.mark)
    )
    new = insert_or_merge(Suppression).from_select(
        [
            *("workspace_id", "address_hash", "contact_id", "reason", "origin"),
            *("campaign_id", "created_at"),
        ],
        chosen,
    )
    result = db.session.execute(
        new.on_conflict_do_update(
            index_elements=["workspace_id", "address_hash"],
            set_={
                "contact_id": func.coalesce(
                    new.excluded.contact_id, Suppression.contact_id
                ),
                **suppression.stronger(new),
            },
        ),
        execution_options={"synchronize_session": False, "preserve_rowcount": True},
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def _detail(scales: Scales, purpose: Purpose) -> Any:
    """What ties an event to the line of the file it comes from; never a name or an address."""
    answers = scales.answers
    day = answers.collected_on
    shared: dict[str, Any] = {
        "import": scales.run.id,
        "file": scales.run.sha256,
        "way": answers.source,
        **({"collected_on": day.isoformat()} if day else {}),
        **({"proof": answers.proof} if answers.proof else {}),
    }
    if answers.basis == Basis.LEGITIMATE_INTEREST:
        shared["ground"] = {"sector": answers.sector}
    line = func.jsonb_build_object("line", ImportRow.line)
    detail = literal(shared, JSONB).op("||")(line)
    if answers.basis != Basis.EXISTING_CUSTOMER:
        return detail
    sale = {
        "seller": scales.workspace.id,
        "family": _family(purpose, answers.basis),
        "could_refuse": answers.could_refuse,
    }
    ground = literal(sale, JSONB).op("||")(ImportRow.more["sale"])
    return detail.op("||")(func.jsonb_build_object("ground", ground))


def _family(purpose: Purpose, basis: str) -> str:
    if basis != Basis.EXISTING_CUSTOMER:
        return ""
    return bases.family_key(purpose.product_family)


_REFUSING = (
    ImportRow.fault == "",
    ImportRow.repeats.is_(None),
    ImportRow.refusal != "",
)
_MOMENT = Suppression.__table__.c.created_at.type
