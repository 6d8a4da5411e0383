"""What a colleague chooses for a file of contacts."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectMultipleField
from wtforms.validators import DataRequired

from webapp.accounts.models import Workspace
from webapp.core.form_fields import one_of, some_of
from webapp.core.i18n import _l
from webapp.exports import columns

KINDS = {"csv": "CSV", "xlsx": "Excel (XLSX)", "ods": "LibreOffice (ODS)"}
COLUMNS = "columns_"


class ExportForm(FlaskForm):
    """The kind of file; the boxes of its columns are added group by group."""

    kind = one_of(_l("File"), KINDS, default="csv", validators=[DataRequired()])

    def boxes(self) -> list[SelectMultipleField]:
        """The boxes, a field for each group."""
        return [one for one in self if one.name.startswith(COLUMNS)]

    def columns(self) -> list[str]:
        """The columns that are ticked."""
        return [key for field in self.boxes() for key in field.data or []]

    def validate(self, extra_validators: Any = None) -> bool:
        """A file without a column says nothing."""
        if not super().validate(extra_validators):
            return False
        if self.columns():
            return True
        first = self.boxes()[0]
        first.errors = [*first.errors, str(_l("Choose at least one column."))]
        return False


def form_of(workspace: Workspace) -> ExportForm:
    """The form with every column of this workspace, the usual ones ticked."""
    fields = {
        f"{COLUMNS}{group.key}": some_of(
            group.label,
            {box.key: box.label for box in group.boxes},
            default=list(columns.USUAL) if group.key == "profile" else [],
        )
        for group in columns.groups(workspace)
    }
    kind: type[ExportForm] = type("ExportFormOfWorkspace", (ExportForm,), fields)
    return kind()
