"""The people behind a figure of the data-quality page, by name."""

from collections.abc import Iterator
from dataclasses import dataclass

from webapp.accounts.models import Workspace
from webapp.consent import gate
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.core.i18n import _
from webapp.core.pages import Page, keyset_page
from webapp.core.spreadsheets import as_csv
from webapp.quality import issues, trusting
from webapp.quality.issues import Issue
from webapp.quality.models import Doubt

ROWS_AT_ONCE = 500


@dataclass(frozen=True)
class Found:
    """A page of people, with what was probably meant for each by their number."""

    issue: Issue
    page: Page[Contact]
    hints: dict[int, str]
    # Where addresses look mistyped: their domains, and how many people have each.
    domains: list[tuple[str, int]]


def find(
    workspace: Workspace, issue: Issue, *, before: int | None, after: int | None
) -> Found:
    """The people of whom it is so, the newest contact first."""
    page = keyset_page(issue.people(workspace), Contact, before=before, after=after)
    return Found(
        issue,
        page,
        issues.hints(workspace, issue.key, page.rows),
        trusting.doubted(workspace) if issue.key == Doubt.MISTYPED else [],
    )


def lines(workspace: Workspace, issue: Issue) -> Iterator[str]:
    """All of them as CSV, read little by little; restricted data leaves in no file (GDPR 18)."""
    people = issue.people(workspace).where(gate.usable()).order_by(Contact.id)
    found = db.session.scalars(people.execution_options(yield_per=ROWS_AT_ONCE))
    heading = (_("E-mail"), _("First name"), _("Last name"), _("Phone"), _("Probably"))
    rows = (
        (one.email, one.first_name, one.last_name, one.phone, meant.get(one.id, ""))
        for some in found.partitions()
        for meant in [issues.hints(workspace, issue.key, some)]
        for one in some
    )
    yield from as_csv(heading, rows)
