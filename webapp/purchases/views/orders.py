"""Orders: found by their number, read with articles and returns, entered and corrected by hand."""

from datetime import datetime

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from webapp.accounts import auditing
from webapp.accounts.access import Permission, current_user_id, requires
from webapp.accounts.models import Workspace
from webapp.contacts import queries as contacts
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.errors import DomainError
from webapp.core.i18n import _
from webapp.core.pages import position
from webapp.core.streaming import streamed
from webapp.purchases import (
    customer_rules,
    entering,
    order_exports,
    queries,
    words,
)
from webapp.purchases.forms import OrderForm, ReturnForm, filled
from webapp.purchases.models import Order, Status
from webapp.purchases.ordering import By
from webapp.purchases.queries import Wanted

blueprint = Blueprint("orders", __name__)

PERIODS = (30, 90, 365)


@blueprint.get("/")
@requires(Permission.CONTACTS)
def index(workspace: Workspace) -> ResponseReturnValue:
    """Every order, latest first; by number, status, days."""
    page = queries.page(
        workspace, _wanted(), before=position("before"), after=position("after")
    )
    return render_template(
        "orders/index.html",
        page=page,
        contacts=queries.contacts_of(page.rows),
        has_any=bool(page.rows) or queries.has_any(workspace),
        statuses=[one.value for one in Status],
        periods=PERIODS,
        words=words,
    )


@blueprint.post("/export.csv")
@requires(Permission.EXPORT)
def export(workspace: Workspace) -> ResponseReturnValue:
    """The orders of the list as CSV, one line an article."""
    auditing.record(workspace, "orders.exported")
    lines = streamed(order_exports.lines(workspace, _wanted()))
    name = f"orders-{workspace.slug}-{clock.now():%Y-%m-%d}.csv"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(lines, mimetype="text/csv", headers=disposition)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.CONTACTS)
def new(workspace: Workspace) -> ResponseReturnValue:
    """Enter an order; `?contact=` says whose."""
    today = clock.now().date()
    form = OrderForm(customer_rules.of(workspace).currency, day=today, status="paid")
    known = request.args.get("contact", type=int)
    if known and not form.is_submitted():
        form.email.data = contacts.get(workspace, known).email
    contact = _contact(workspace, form) if form.validate_on_submit() else None
    if contact is None:
        return _form(form, None), 422 if form.is_submitted() else 200
    try:
        facts = form.facts(workspace.timezone)
        order = entering.enter(workspace, contact, facts, by=_by())
    except DomainError as error:
        form.number.errors = [str(error)]
        return _form(form, None), 422
    flash(_("The order is entered."), "success")
    return _to(order)


@blueprint.get("/<int:order_id>")
@requires(Permission.CONTACTS)
def show(workspace: Workspace, order_id: int) -> ResponseReturnValue:
    """Its articles, returns and corrections."""
    order = queries.get(workspace, order_id)
    return _page(order, ReturnForm(None, day=clock.now().date()))


@blueprint.route("/<int:order_id>/edit", methods=["GET", "POST"])
@requires(Permission.CONTACTS)
def edit(workspace: Workspace, order_id: int) -> ResponseReturnValue:
    """Correct it; its shop and number stay."""
    order = queries.get(workspace, order_id)
    owner = contacts.get(workspace, order.contact_id)
    zone = workspace.timezone
    form = filled(order, queries.lines_of(order), owner.email, zone)
    if form.is_submitted():
        form.number.data, form.shop.data = order.number, order.shop
    contact = _contact(workspace, form) if form.validate_on_submit() else None
    if contact is None:
        return _form(form, order), 422 if form.is_submitted() else 200
    entering.correct(workspace, contact, order, form.facts(zone, order), by=_by())
    flash(_("The order is corrected."), "success")
    return _to(order)


@blueprint.post("/<int:order_id>/returns")
@requires(Permission.CONTACTS)
def take_back(workspace: Workspace, order_id: int) -> ResponseReturnValue:
    """Enter what came back."""
    order = queries.get(workspace, order_id)
    form = ReturnForm()
    if not form.validate_on_submit():
        return _page(order, form), 422
    try:
        entering.take_back(workspace, order, form.facts(workspace.timezone))
    except DomainError as error:
        form.amount.errors = [str(error)]
        return _page(order, form), 422
    flash(_("The return is entered."), "success")
    return _to(order)


def _wanted() -> Wanted:
    status, days = request.args.get("status", ""), request.args.get("days", type=int)
    return Wanted(
        number=request.args.get("q", "").strip()[:64],
        status=status if status in set(Status) else "",
        since=_since(days),
    )


def _since(days: int | None) -> datetime | None:
    return clock.ago(days=days) if days in PERIODS and days else None


def _contact(workspace: Workspace, form: OrderForm) -> Contact | None:
    """Whose order it is; said beside the field if nobody has this address."""
    found = contacts.find_by_email(workspace, form.email.data)
    if found is None:
        form.email.errors = [_("Nobody among your contacts has this address.")]
    return found


def _by() -> By:
    return By("staff", user_id=current_user_id())


def _form(form: OrderForm, order: Order | None) -> str:
    return render_template("orders/edit.html", form=form, order=order)


def _page(order: Order, form: ReturnForm) -> str:
    return render_template(
        "orders/show.html",
        order=order,
        contact=queries.contacts_of([order])[order.contact_id],
        lines=queries.lines_of(order),
        returns=queries.returns_of(order),
        changes=queries.changes_of(order),
        form=form,
        words=words,
    )


def _to(order: Order) -> ResponseReturnValue:
    return redirect(url_for(".show", order_id=order.id), 303)
