"""The headings of a file of ours are known again: each goes to where it came from, and no other anywhere."""

import pytest

from tests.factories import audience as make_audience
from tests.factories.subscriptions import mailing_list as make_list
from webapp.contacts import queries
from webapp.contacts.fields import FIELDS
from webapp.contacts.models import AttributeKind
from webapp.core.i18n import speaking
from webapp.exports import columns
from webapp.imports import mapping
from webapp.imports.models import Kind


@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_column_goes_back_to_where_it_came_from(app, workspace, language):
    make_audience.attribute(workspace, "pointure", AttributeKind.NUMBER)
    make_list(workspace, name="La lettre")
    everything = [one.key for group in columns.groups(workspace) for one in group.boxes]
    with app.test_request_context(), speaking(language):
        asked = columns.chosen(workspace, everything)
        headings = [str(column.label) for column in asked]
        proposed = mapping.propose(
            Kind.CONTACTS, headings, [], queries.attributes(workspace)
        )
    kept = {*FIELDS, "attribute:pointure"}
    expected = [column.key if column.key in kept else "" for column in asked]
    assert dict(zip(headings, proposed, strict=True)) == dict(
        zip(headings, expected, strict=True)
    )
