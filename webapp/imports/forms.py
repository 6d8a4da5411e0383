"""The forms of an import: the file, how it is read, and the questions."""

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, SelectField, TextAreaField
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    Optional,
    ValidationError,
)

from webapp.consent.grounds import Sector
from webapp.consent.sectors import SECTORS
from webapp.core import clock
from webapp.core.form_fields import one_of, options, some_of, stripped, words
from webapp.core.i18n import _, _l
from webapp.imports.answers import (
    BASES,
    CONFLICTS,
    NO_BASIS,
    SOURCES,
    Answers,
    Conflict,
)
from webapp.imports.models import Kind
from webapp.imports.words import KINDS
from webapp.subscriptions.models import MailingList

DELIMITERS = {
    "": _l("As it seems"),
    ";": _l("Semicolon"),
    ",": _l("Comma"),
    "\t": _l("Tab"),
    "|": _l("Vertical bar"),
}
ENCODINGS = {
    "": _l("As it seems"),
    "utf-8-sig": "UTF-8",
    "cp1252": _l("Windows (Western Europe)"),
    "mac_roman": "Macintosh",
    "cp850": "DOS",
    "utf-16": "UTF-16",
}
_LONGEST_WORDING = 2_000


class UploadForm(FlaskForm):
    """A file to begin with."""

    file = FileField(
        _l("The file"),
        [FileRequired(_l("Choose a file."))],
        render_kw={"accept": ".csv,.txt,.tsv,.xlsx,.xlsm,.ods,.zip"},
    )


class ReadingForm(FlaskForm):
    """What the file is, and how it is read."""

    kind = one_of(_l("What is in this file?"), {one.value: KINDS[one] for one in Kind})
    sheet = SelectField(_l("Sheet"), validate_choice=False)
    delimiter = SelectField(
        _l("What separates the columns"), choices=options(DELIMITERS.items())
    )
    encoding = SelectField(_l("Encoding"), choices=options(ENCODINGS.items()))
    heading = BooleanField(_l("The first line names the columns"))

    def offer(self, sheets: Sequence[str]) -> None:
        """Let the sheets of a workbook be chosen."""
        self.sheet.choices = options((name, name) for name in sheets)
        if len(sheets) < 2:
            del self.sheet

    def reading(self) -> dict[str, Any]:
        """How the file is to be read."""
        return {
            "delimiter": self.delimiter.data or "",
            "encoding": self.encoding.data or "",
            "sheet": self.sheet.data if "sheet" in self else "",
            "heading": self.heading.data,
        }


class QuestionsForm(FlaskForm):
    """Where these people come from, what they know, and what the file may change."""

    source = one_of(
        _l("Where do these people come from?"),
        {one.value: label for one, label in SOURCES.items()},
        validators=[InputRequired(_l("Say where they come from."))],
    )
    supplier = words(
        _l("Who gave you this list?"),
        200,
        required=False,
        description=_l(
            "For a list from a partner, bought or rented: the name of its supplier."
        ),
    )
    collected_on = DateField(
        _l("When were they collected?"),
        [DataRequired(_l("Say when; the last day if it took long."))],
        description=_l(
            "The last day if it took long. The time we may keep them counts from it."
        ),
    )
    lists = some_of(_l("To which lists do they go?"), {}, coerce=int)
    basis = one_of(
        _l("Why may you write to them?"),
        BASES,
        validators=[InputRequired(_l("Choose one of the answers."))],
    )
    wording = TextAreaField(
        _l("The exact words they read"),
        [Length(max=_LONGEST_WORDING)],
        filters=[stripped],
        render_kw={"rows": 3},
        description=_l(
            "The sentence beside the box they ticked, or the notice they read at the sale, "
            "word for word. It is kept as the proof of each consent."
        ),
    )
    could_refuse = BooleanField(
        _l(
            "When they gave their address, they could refuse our messages, free of charge"
        )
    )
    sector = SelectField(
        _l("What do they do for a living?"),
        choices=options([("", "–"), *SECTORS.items()]),
        validators=[Optional()],
        description=_l(
            "For professionals: our messages must be about their profession."
        ),
    )
    proof = FileField(
        _l("The supplier’s proof"),
        description=_l(
            "For a list from somebody else: what shows who agreed to what, and when. It is "
            "kept with the import."
        ),
    )
    conflict = one_of(
        _l("And what is already known of somebody?"),
        {one.value: label for one, label in CONFLICTS.items()},
        default=Conflict.FILL.value,
    )
    makes_contacts = BooleanField(
        _l("Make a contact for each address that is not known yet"), default=True
    )
    attested = BooleanField(
        _l("I vouch for these answers"),
        [DataRequired(_l("Nothing is imported unless somebody vouches for it."))],
    )

    def fit(self, kind: Kind, lists: Sequence[MailingList]) -> None:
        """Ask only what makes sense for such a file."""
        if kind is not Kind.CONTACTS:
            for name in (
                "lists",
                "basis",
                "wording",
                "could_refuse",
                "sector",
                "proof",
            ):
                del self[name]
        else:
            self.lists.choices = options((str(one.id), one.name) for one in lists)
            if not lists:
                del self.lists
        if kind in {Kind.OPT_OUTS, Kind.EVENTS}:
            del self.conflict
        if kind not in {Kind.ORDERS, Kind.EVENTS}:
            del self.makes_contacts

    def validate_collected_on(self, field: DateField) -> None:
        """A day that has come."""
        if field.data and field.data > clock.now().date():
            raise ValidationError(_("This day has not come yet."))

    def validate_sector(self, field: SelectField) -> None:
        """One of ours, or none."""
        if field.data and field.data not in tuple(Sector):
            raise ValidationError(_("Choose one of the answers."))

    def answers(self, known: Answers, proof: tuple[str, str]) -> Answers:
        """The answers as an import keeps them."""
        told = {name: self[name].data for name in _TOLD if name in self}
        return Answers(
            **{
                "basis": NO_BASIS,
                "file_status": known.file_status,
                "proof": proof[0],
                "proof_name": proof[1],
                **{name: value for name, value in told.items() if value is not None},
            }
        )


_TOLD = (
    *("source", "supplier", "collected_on", "lists", "basis", "wording"),
    *("could_refuse", "sector", "conflict", "makes_contacts"),
)
