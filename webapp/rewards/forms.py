"""What a colleague enters about a reward."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import DateField, TextAreaField
from wtforms.validators import Optional

from webapp.core.form_fields import one_of, sentences
from webapp.core.form_fields import words as line
from webapp.core.i18n import _, _l
from webapp.rewards.editing import Said
from webapp.rewards.models import RewardKind
from webapp.rewards.stocking import LONGEST_CODE

KINDS = {
    RewardKind.CODE: _l("One code for everybody"),
    RewardKind.POOL: _l("A code of one’s own for each person"),
    RewardKind.FILE: _l("A file to download"),
}


class RewardForm(FlaskForm):
    """The promise, and how it is used."""

    kind = one_of(
        _l("What people get"), {str(key): name for key, name in KINDS.items()}
    )
    name = line(
        _l("Name"),
        120,
        description=_l("As people read it, such as: 10 % off your next order."),
    )
    words = sentences(
        _l("How to use it"),
        500,
        description=_l("Where to enter the code, what it is good for, what it is not."),
    )
    code = line(
        _l("The code"),
        LONGEST_CODE,
        required=False,
        render_kw={"autocapitalize": "characters", "spellcheck": "false"},
    )
    last_day = DateField(
        _l("Last day"),
        [Optional()],
        description=_l("After it, nobody is given it any more. Empty: no end."),
    )

    def is_whole(self, kind: str) -> bool:
        """Whether nothing is missing; what is missing is said beside its field."""
        if kind == RewardKind.CODE and not self.code.data:
            self.code.errors = [_("Enter the code that everybody gets.")]
            return False
        return True

    def said(self) -> Said:
        """What was entered."""
        return Said(
            name=self.name.data,
            words=(self.words.data or "").strip(),
            code=self.code.data or "",
            last_day=self.last_day.data,
        )


class CodesForm(FlaskForm):
    """Codes, one a line, typed or in a file."""

    codes = TextAreaField(
        _l("Codes, one a line"), render_kw={"rows": 6, "spellcheck": "false"}
    )
    file = FileField(
        _l("Or a file"),
        description=_l("Text or CSV, one code a line."),
        render_kw={"accept": ".txt,.csv,text/plain,text/csv"},
    )


class VersionForm(FlaskForm):
    """A new version of the file."""

    file = FileField(
        _l("File"),
        description=_l(
            "At most 20 MB. Links that people already have lead to the newest version."
        ),
    )
