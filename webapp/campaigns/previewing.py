"""A campaign as one reader will see it, made by the same code as the sending."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from webapp.accounts.models import Workspace
from webapp.campaigns import blueprints, files
from webapp.campaigns.models import Campaign
from webapp.contacts import queries as contacts
from webapp.contacts.models import Contact
from webapp.core.errors import DomainError
from webapp.core.i18n import _, _l
from webapp.messages import links, mjml, personalising, tagging
from webapp.messages.mime import Preview, Recipient
from webapp.messages.mjml import CLIPPING_SIZE, Compiled
from webapp.messages.problems import Problem, Severity, errors

# Phones show about this much of a subject.
SUBJECT_LENGTH = 60

# Somebody who gave a name, for drafts without contacts.
_NOBODY: dict[str, Any] = {
    "first_name": "Camille",
    "last_name": "Martin",
    "full_name": "Camille Martin",
    "email": "camille.martin@example.org",
    "city": "Lyon",
    "language": "fr",
    "attributes": {},
}
_FIELDS = (
    "civility",
    "first_name",
    "last_name",
    "full_name",
    "email",
    "city",
    "postcode",
    "country",
    "birth_date",
    "language",
    "attributes",
)


@dataclass(frozen=True)
class Check:
    """One line of the checks beside the preview: passed, a warning, or an error."""

    text: Any
    tone: str = "success"
    line: int = 0


class Draft:
    """A campaign compiled once for a page: problems, weight, links, checks."""

    def __init__(self, workspace: Workspace, campaign: Campaign) -> None:
        self.campaign = campaign
        self._keys = [one.key for one in contacts.attributes(workspace)]

    @cached_property
    def compiled(self) -> Compiled:
        """The HTML and what is wrong with the MJML."""
        return blueprints.compiled(self.campaign)

    @cached_property
    def problems(self) -> list[Problem]:
        """What is wrong in the MJML and in the subject, lines of the MJML first."""
        return [*self.compiled.problems, *self._subject_problems()]

    @property
    def kilobytes(self) -> int:
        """The weight of the HTML part, in KB, rounded up."""
        return -(-len(self.compiled.html.encode()) // 1024)

    @property
    def destinations(self) -> tuple[str, ...]:
        """Where the message leads."""
        return links.find(self.compiled.html).destinations

    def checks(self) -> list[Check]:
        """Everything worth a look before sending, errors first."""
        found = [self._problem(one) for one in self.problems]
        found += [*self._words(), *self._shape()]
        order = ("danger", "warning", "success")
        return sorted(found, key=lambda check: order.index(check.tone))

    def _subject_problems(self) -> list[Problem]:
        found = personalising.check(self.campaign.subject, self._keys)
        return [
            Problem(0, 0, _l("Subject: %(what)s", what=str(one.message)), one.severity)
            for one in found
        ]

    @staticmethod
    def _problem(problem: Problem) -> Check:
        tone = "danger" if problem.severity is Severity.ERROR else "warning"
        return Check(problem.message, tone, problem.line)

    def _words(self) -> list[Check]:
        subject = self.campaign.subject.strip()
        if not subject:
            said = Check(_("The subject is missing."), "danger")
        elif len(subject) > SUBJECT_LENGTH:
            long = _("The subject has %(n)d characters: phones cut it.", n=len(subject))
            said = Check(long, "warning")
        else:
            said = Check(_("The subject has a good length."))
        if self.campaign.preheader.strip() or "<mj-preview" in self.campaign.mjml:
            return [said, Check(_("A preheader follows the subject."))]
        missing = _("Without a preheader, inboxes show the first words of the text.")
        return [said, Check(missing, "warning")]

    def _shape(self) -> list[Check]:
        if not self.compiled.html:
            return []
        heavy = len(self.compiled.html.encode()) > CLIPPING_SIZE
        weight = _("The message weighs %(size)d KB.", size=self.kilobytes)
        count = len(self.destinations)
        there = _("Links to check by hand: %(count)d.", count=count)
        none = _("The message leads nowhere: no link.")
        return [
            Check(_("Readers can unsubscribe, and know who writes.")),
            *([] if heavy else [Check(weight)]),
            *self._tags(),
            *self._files(),
            Check(there) if count else Check(none, "warning"),
            Check(_("A text part goes with it.")),
        ]

    def _files(self) -> list[Check]:
        weight = files.weight(self.campaign, self.compiled.html)
        if not weight.is_heavy:
            return []
        said = _(
            "With its files it weighs about %(size)d KB: big mails land among the "
            "unwanted ones more often.",
            size=weight.kilobytes,
        )
        return [Check(said, "warning")]

    def _tags(self) -> list[Check]:
        tags = blueprints.link_tags(self.campaign)["tags"]
        tagged = [url for url in self.destinations if tagging.bears(url, tags)]
        if not tags or not self.destinations:
            return []
        words = _("Links with campaign tags: %(count)d.", count=len(tagged))
        return [Check(words, "success" if tagged else "warning")]


def values_of(contact: Contact | None) -> dict[str, Any]:
    """What templates may say about a contact; of nobody in particular, an example."""
    if contact is None:
        return {"contact": _NOBODY}
    return {"contact": {name: getattr(contact, name) for name in _FIELDS}}


def seen_by(
    workspace: Workspace, campaign: Campaign, contact: Contact | None
) -> Preview:
    """The subject, the HTML and the text for one reader; its links about consent lead nowhere.

    :raises DomainError: when a template has errors, or there is no list to write to.
    """
    values = values_of(contact)
    recipient = Recipient(
        address=values["contact"]["email"],
        # No ids: a click in a preview or in a test unsubscribes nobody.
        message=0,
        workspace=workspace.id,
        contact=0,
        values=values,
    )
    return blueprints.draft(campaign).preview(recipient)


def sample(workspace: Workspace, source: str, language: str) -> str:
    """A starter template as somebody would see it, for the gallery."""
    html = mjml.compile(source, language=language).html
    values = {
        **values_of(None),
        "workspace": {
            "name": workspace.name,
            "address": workspace.postal_address,
            "website": workspace.website,
        },
    }
    return personalising.Template(html, markup=True).render(values)


def error_lines(draft: Draft) -> list[dict[str, Any]]:
    """The problems for the editor: at their lines, those without one at the first."""
    return [
        {
            "line": max(problem.line, 1),
            "message": str(problem.message),
            "severity": problem.severity.value,
        }
        for problem in draft.problems
    ]


def can_be_shown(draft: Draft) -> bool:
    """Whether nothing stands in the way of a preview."""
    return draft.compiled.can_be_sent and not errors(draft.problems)


def why_not(error: DomainError) -> str:
    """Why there is no preview, in a sentence."""
    problems = getattr(error, "problems", ())
    return " ".join([str(error), *(str(problem.message) for problem in problems)])
