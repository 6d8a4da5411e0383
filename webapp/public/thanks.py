"""After a sign-up by our page: the way to the mailbox, the mail once more, a slip corrected."""

from collections.abc import Mapping

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from werkzeug.datastructures import MultiDict

from webapp.accounts.access import open_to_all
from webapp.core import networks, webmail
from webapp.core.addresses import MAX_LENGTH
from webapp.core.limits import limiter, small_forms
from webapp.public import hosted
from webapp.public.embedded import VISITORS
from webapp.subscriptions import again, confirming
from webapp.subscriptions.models import MailingList
from webapp.widgets import entering, queries, signed_up, sources
from webapp.widgets.design import Design
from webapp.widgets.entering import EntryIsNotValid
from webapp.widgets.guarding import Visitor
from webapp.widgets.models import Widget, WidgetVersion
from webapp.widgets.signed_up import SignedUp

blueprint = small_forms(Blueprint("thanks", __name__))

# One small script of ours, which spares a press in this very browser.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors *"
)


def address(widget: Widget, version: WidgetVersion, typed: MultiDict[str, str]) -> str:
    """Where somebody goes after a sign-up: the merchant's site, or our thank-you."""
    sealed = signed_up.seal(widget, version, typed.to_dict(flat=False))
    ours = url_for("thanks.show", public_id=widget.public_id, sealed=sealed)
    return Design.from_json(version.design).redirect or ours


@blueprint.get("/f/<public_id>/thanks/<sealed>")
@open_to_all(VISITORS)
def show(public_id: str, sealed: str) -> ResponseReturnValue:
    """What to do next: open the mail. Nothing here depends on what we know of the address."""
    widget = queries.get_published(public_id)
    known = signed_up.unseal(widget, sealed)
    if known is None:
        return redirect(url_for("hosted.thanks", public_id=public_id), 303)
    return _page(widget, known)


@blueprint.post("/f/<public_id>/thanks/<sealed>")
@open_to_all(VISITORS)
@limiter.limit("10 per minute")
def act(public_id: str, sealed: str) -> ResponseReturnValue:
    """Have the mail sent once more, or sign up again with the address put right."""
    widget = queries.get_published(public_id)
    known = signed_up.unseal(widget, sealed)
    if known is None:
        return redirect(url_for("hosted.show", public_id=public_id), 303)
    if "email" in request.form:
        return _correct(widget, known)
    again.ask(queries.mailing_list_of(widget), known.email)
    here = url_for(".show", public_id=public_id, sealed=sealed, said="again")
    return redirect(here, 303)


def _correct(widget: Widget, known: SignedUp) -> ResponseReturnValue:
    version = queries.version_shown(widget, known.version)
    typed = known.typed.copy()
    typed["email"] = request.form["email"][: 2 * MAX_LENGTH]
    source = sources.find(widget, typed.get("source"))
    try:
        with force_locale(version.design["locale"]):
            visitor = Visitor(networks.asking())
            entering.enter(widget, version, typed, visitor, source)
    except EntryIsNotValid as error:
        page = _page(widget, SignedUp(known.version, typed), error.fields)
        return page, error.status
    return redirect(address(widget, version, typed), 303)


def _page(
    widget: Widget, known: SignedUp, wrong: Mapping[str, str] | None = None
) -> Response:
    version = queries.version_shown(widget, known.version)
    mailing_list = queries.mailing_list_of(widget)
    answer = hosted.dressed(
        "public/widgets/signed_up.html",
        widget,
        version,
        known=known,
        wrong=wrong or {},
        mailing_list=mailing_list,
        webmail=webmail.of(known.email),
        remembered=_mark(mailing_list, known.email),
        said=request.args.get("said", ""),
    )
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _mark(mailing_list: MailingList, email: str) -> str:
    """What this browser may remember; nothing when another site sent it here.

    Else anybody could sign a stranger up and leave the mark in the stranger's own browser.
    """
    if request.headers.get("Sec-Fetch-Site") != "same-origin":
        return ""
    return confirming.same_browser(mailing_list, email)
