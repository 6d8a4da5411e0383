"""The form of how duplicates are found and merged."""

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectChoice, SelectField

from webapp.contacts.models import Attribute
from webapp.core.i18n import _l
from webapp.duplicates.scoring import Thresholds
from webapp.duplicates.settings import Settings

REVIEW_FROM = [
    SelectChoice("0.9", _l("Only what is very likely (from 90 %)")),
    SelectChoice("0.7", _l("What is likely as well (from 70 %)")),
    SelectChoice("0.5", _l("Whatever is more likely than not (from 50 %)")),
]


class SettingsForm(FlaskForm):
    """How far down the queue goes, what numbers people, and merging alone."""

    review_at = RadioField(
        _l("Which pairs to show"),
        choices=REVIEW_FROM,
        description=_l(
            "Further down there are more pairs, and more of them are two people."
        ),
    )
    reference_key = SelectField(
        _l("Field that numbers people"),
        description=_l(
            "A customer or loyalty number of yours: whoever has the same is one person."
        ),
    )
    merges_alone = BooleanField(
        _l("Merge safe pairs every night, without asking"),
        description=_l(
            "Safe: almost certain, nothing contradicts, and nobody gets less mail"
            " because of it. Each merge stands under Past merges and can be undone."
        ),
    )

    @classmethod
    def of(cls, now: Settings, own: Iterable[Attribute]) -> "SettingsForm":
        """The form as it stands now."""
        form = cls(
            data={
                "review_at": f"{now.thresholds.review_at:g}",
                "reference_key": now.reference_key,
                "merges_alone": now.merges_alone,
            }
        )
        form.reference_key.choices = [
            SelectChoice("", _l("None")),
            *(SelectChoice(one.key, one.name) for one in own),
        ]
        form.auto_at = now.thresholds.auto_at
        return form

    def wanted(self) -> Settings:
        """What was chosen."""
        return Settings(
            Thresholds(self.auto_at, float(self.review_at.data)),
            self.merges_alone.data,
            self.reference_key.data,
        )
