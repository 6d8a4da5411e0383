"""The words for the fields a workspace adds to its contacts."""

from typing import Any

from webapp.contacts.models import AttributeKind
from webapp.core.i18n import _l
from webapp.core.personal_data import Category

KINDS: dict[str, Any] = {
    AttributeKind.TEXT: _l("Text"),
    AttributeKind.NUMBER: _l("Number"),
    AttributeKind.DATE: _l("Date"),
    AttributeKind.CHOICE: _l("Choice"),
    AttributeKind.CHOICES: _l("Several choices"),
    AttributeKind.YES_NO: _l("Yes or no"),
    AttributeKind.ADDRESS: _l("Postal address"),
}
WITH_CHOICES = frozenset({AttributeKind.CHOICE, AttributeKind.CHOICES})
# What a field can be about, as the processing register says it.
CATEGORIES: dict[str, Any] = {
    Category.PREFERENCES: _l("What they like"),
    Category.IDENTITY: _l("Who they are"),
    Category.CONTACT: _l("How to reach them"),
    Category.PURCHASES: _l("What they buy"),
    Category.BEHAVIOUR: _l("What they do"),
}
